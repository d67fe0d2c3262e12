//! What every failed check of a history shows alike: its calls, and lines that fit.

use std::fmt::Debug;

use super::{CallRecord, History};
use crate::Time;
use crate::world::SCRIPT;

/// The widest line.
pub(super) const COLUMNS: usize = 80;

/// Who made a call: a client by its number, or the check at the end of a run.
pub(super) fn caller(client: usize) -> String {
    if client < SCRIPT {
        format!("client {client}")
    } else {
        "the check".to_owned()
    }
}

/// A line for each of these calls, given by their places in the history: when, who, what, and the answer. The marked one
/// is always shown, and as many as there is room for of those made last.
pub(super) fn table<Q: Debug, R: Debug>(
    history: &History<Q, R>,
    calls: &[usize],
    marked: usize,
    most: usize,
) -> Vec<String> {
    let left_out = calls.len().saturating_sub(most);
    let mut shown = calls.to_vec();
    let mut surplus = left_out;
    shown.retain(|&call| {
        let is_surplus = surplus > 0 && call != marked;
        surplus -= usize::from(is_surplus);
        !is_surplus
    });
    let times: Vec<(String, String)> = shown
        .iter()
        .map(|&call| times(history.call(call)))
        .collect();
    let called_width = times
        .iter()
        .map(|(called, _)| called.chars().count())
        .max()
        .unwrap_or(0);
    let at_width = times
        .iter()
        .map(|(_, at)| at.chars().count())
        .max()
        .unwrap_or(0);

    let mut lines = Vec::new();
    if left_out > 0 {
        lines.push(format!("    … {left_out} earlier …"));
    }
    for (&place, (called, at)) in shown.iter().zip(&times) {
        let call = history.call(place);
        let mark = if place == marked { '✗' } else { ' ' };
        let answer = match call.outcome.response() {
            Some(response) => format!("{response:?}"),
            None => "no answer".to_owned(),
        };
        let start = format!(
            "  {mark} {called:>called_width$} – {at:>at_width$}  {} → {}  ",
            caller(call.client),
            history.name(call.node)
        );
        let room = COLUMNS.saturating_sub(start.chars().count());
        let request = format!("{:?}", call.request);
        let answer = shortened(&answer, room / 2);
        let request = shortened(&request, room.saturating_sub(answer.chars().count() + 3));
        lines.push(format!("{start}{request} → {answer}"));
    }
    lines
}

fn times<Q, R>(call: &CallRecord<Q, R>) -> (String, String) {
    let at = call
        .outcome
        .answered_at()
        .map_or("?".to_owned(), |at| at.to_string());
    (call.called.to_string(), at)
}

/// The text, cut to at most so many characters, on one line.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let text: String = text
        .chars()
        .map(|c| if c == '\n' { ' ' } else { c })
        .collect();
    if text.chars().count() <= most {
        return text;
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// A space at which no line is broken; it is shown as any other one.
const NO_BREAK: char = '\u{a0}';

/// A moment, for a text that is [`wrapped`].
pub(super) fn moment(time: Time) -> String {
    time.to_string().replace(' ', &NO_BREAK.to_string())
}

/// The text in lines that fit, broken between words.
pub(super) fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let width = line.chars().count();
        if width > 0 && width + 1 + word.chars().count() > COLUMNS {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&shortened(word, COLUMNS));
    }
    lines.push(line);
    for line in &mut lines {
        *line = line.replace(['\n', NO_BREAK], " ");
    }
    lines
}
