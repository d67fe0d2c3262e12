//! What a session showed, and what to do next.

use std::collections::BTreeMap;

use colored::Colorize;

use super::ask::{End, Outcome, Session};
use super::schedule::Verdict;
use super::terminal;
use crate::progress::Day;
use crate::text::count;

/// What is said at the end of a session.
pub struct Closing<'c> {
    /// What became of the questions.
    pub session: &'c Session<'c>,
    /// How many were to be asked.
    pub asked: usize,
    /// How many questions come back on which day.
    pub comes_back: &'c [(Day, usize)],
    /// Today.
    pub today: Day,
    /// The command that goes on with what was left; none if it would ask something else.
    pub again: Option<&'c str>,
    /// Columns.
    pub width: usize,
}

/// How many days of those on which questions come back are told one by one.
const DAYS: usize = 3;
/// How many weak spots are told: more would be no spots.
const TAGS: usize = 4;

impl Closing<'_> {
    /// The lines, of which the last says what to do next.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.score().bold().to_string()];
        let weak = self.weak_spots();
        if !weak.is_empty() {
            lines.extend(terminal::lines(&format!("Weak spots: {weak}."), self.width));
        }
        if !self.comes_back.is_empty() {
            let text = format!("Asked again: {}.", when(self.comes_back, self.today));
            lines.extend(terminal::lines(&text, self.width));
        }
        lines.extend(terminal::lines(&self.next(), self.width));
        lines
    }

    fn score(&self) -> String {
        let with = |wanted| self.count(|outcome| outcome == wanted);
        let right = with(Outcome::Answered(Verdict::Right));
        let answered = right + with(Outcome::Answered(Verdict::Wrong));
        let mut parts = vec![match answered {
            0 => "Nothing answered".to_owned(),
            _ => format!("Right: {right} of {answered}"),
        }];
        let skipped = with(Outcome::Skipped);
        if skipped > 0 {
            parts.push(format!("{skipped} skipped"));
        }
        let not_reached = self.asked - self.session.outcomes.len();
        if not_reached > 0 {
            parts.push(format!("{not_reached} not asked"));
        }
        parts.join(" · ")
    }

    fn count(&self, holds: impl Fn(Outcome) -> bool) -> usize {
        let outcomes = self.session.outcomes.iter();
        outcomes.filter(|(_, outcome)| holds(*outcome)).count()
    }

    /// The tags with wrong answers, worst first.
    fn weak_spots(&self) -> String {
        let mut tags: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (question, outcome) in &self.session.outcomes {
            let Outcome::Answered(verdict) = outcome else {
                continue;
            };
            for tag in &question.tags {
                let (right, all) = tags.entry(tag).or_default();
                *right += usize::from(*verdict == Verdict::Right);
                *all += 1;
            }
        }
        let mut weak: Vec<(&str, usize, usize)> = tags
            .into_iter()
            .filter(|(_, (right, all))| right < all)
            .map(|(tag, (right, all))| (tag, right, all))
            .collect();
        // Shares are compared without dividing; among equals, the one with more questions says more.
        weak.sort_by(|(a, a_right, a_all), (b, b_right, b_all)| {
            let shares = (a_right * b_all).cmp(&(b_right * a_all));
            shares.then(b_all.cmp(a_all)).then(a.cmp(b))
        });
        let weak: Vec<String> = weak
            .iter()
            .take(TAGS)
            .map(|(tag, right, all)| format!("{tag} ({right} of {all} right)"))
            .collect();
        weak.join(", ")
    }

    fn next(&self) -> String {
        let answered = self.count(|outcome| outcome != Outcome::Skipped);
        let left = self.asked - answered;
        let saved = match answered {
            0 => "",
            _ => "Your answers are saved. ",
        };
        match self.again {
            Some(again) if left > 0 => {
                let left = count(left as u64, "question");
                return format!("{saved}Go on with `{again}`: {left} left.");
            }
            None if self.session.end != End::Finished => {
                return format!("{saved}Go on with `cargo checker`.");
            }
            _ => {}
        }
        match self.comes_back.first() {
            Some((day, _)) if day.since(self.today) == 1 => {
                "Go on with `cargo checker`; tomorrow, run `cargo checker quiz --review`."
                    .to_owned()
            }
            _ => "Go on with `cargo checker`.".to_owned(),
        }
    }
}

/// `3 tomorrow, 2 in 7 days, 4 later`.
fn when(days: &[(Day, usize)], today: Day) -> String {
    let (told, rest) = days.split_at(days.len().min(DAYS));
    let mut parts: Vec<String> = told
        .iter()
        .map(|(day, number)| format!("{number} {}", words(*day, today)))
        .collect();
    let later: usize = rest.iter().map(|(_, number)| number).sum();
    if later > 0 {
        parts.push(format!("{later} later"));
    }
    parts.join(", ")
}

/// `today`, `tomorrow` or `in 7 days`.
pub fn words(day: Day, today: Day) -> String {
    match day.since(today) {
        ..=0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    }
}
