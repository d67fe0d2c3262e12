//! A counterexample, told.

use std::io::{self, IsTerminal};

use simulator::diagram;
use simulator::record::{Run, Story};

use super::Next;
use super::layout::{field, item, paragraph, verbatim};
use super::words::{enough, plan};
use crate::course::model::{Exercise, Kind};
use crate::picture;

/// What the story is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A promise that was broken.
    Promise,
    /// A panic.
    Panic,
    /// Messages or timers without end.
    Storm,
}

/// Which run it was, in a few words; nothing for the only run there is.
pub fn run(run: Run) -> String {
    match run {
        Run::Seed { seed, of } => format!("seed {seed} of {of}"),
        Run::Schedule { schedule } => format!("schedule {schedule}"),
        Run::Explored { state } => format!("explored state {state}"),
        Run::Plan => "saved plan".to_owned(),
        Run::Script | Run::Written => String::new(),
    }
}

/// The story, without its headline.
pub fn told(exercise: &Exercise, story: &Story, told: Told, next: Next) -> Vec<String> {
    let mut lines = match told {
        // The plan is the learner's: it has a task, and no promise to break.
        Told::Promise if story.run == Run::Written => [
            field("Task", &story.promise),
            field("Instead", &story.broken),
        ]
        .concat(),
        Told::Promise => [
            field("Promise", &story.promise),
            field("Broken", &story.broken),
        ]
        .concat(),
        Told::Panic => field("Panic", &story.broken),
        Told::Storm => field("Storm", &story.broken),
    };
    if let Some(place) = &story.place {
        let label = if told == Told::Promise {
            "Checked"
        } else {
            "Where"
        };
        lines.extend(verbatim(label, &format!("{}:{}", place.file, place.line)));
    }
    lines.push(String::new());
    let (faults, operations) = (story.faults.len(), story.operations.len());
    lines.extend(paragraph(&match story.run {
        Run::Written => plan(faults),
        _ => enough(
            faults,
            operations,
            &story.operation_noun,
            exercise.kind != Kind::Function,
        ),
    }));
    let all = story.faults.iter().chain(&story.operations).enumerate();
    lines.extend(all.flat_map(|(index, text)| item(index + 1, faults + operations, text)));
    if !story.diagram.is_empty() {
        lines.push(String::new());
        lines.extend(
            diagram(story, width(next))
                .iter()
                .map(|line| format!("{INDENT}{line}").trim_end().to_owned()),
        );
    }
    lines
}

/// What stands before every row of a diagram.
const INDENT: &str = "  ";
/// The most columns that a report takes, where the terminal has them.
const WIDEST: usize = 120;

/// The diagram as the suite drew it, or drawn again where there is more room than it knew of.
fn diagram(story: &Story, width: Option<usize>) -> Vec<String> {
    let room = width.map_or(0, |width| width.min(WIDEST) - INDENT.len());
    match &story.trace {
        Some(trace) if room > diagram::WIDTH && picture::can_be_drawn(trace) => {
            diagram::draw_within(trace, room)
        }
        _ => story.diagram.clone(),
    }
}

/// The columns of the terminal that a report is written to, if it is one.
fn width(next: Next) -> Option<usize> {
    if next == Next::Elsewhere || !io::stdout().is_terminal() {
        return None;
    }
    let (columns, _) = crossterm::terminal::size().ok()?;
    Some(usize::from(columns).max(INDENT.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(name: &str) -> Story {
        let file = format!(
            "{}/tests/fixtures/traces/{name}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        let text = std::fs::read_to_string(file).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        serde_json::from_value(value["story"].clone()).unwrap()
    }

    #[test]
    fn a_wide_terminal_gets_a_wide_diagram_up_to_a_point() {
        let mut story = recorded("five-nodes");
        let widest = |lines: &[String]| lines.iter().map(|line| line.chars().count()).max();
        assert_eq!(diagram(&story, None), story.diagram);
        assert_eq!(diagram(&story, Some(60)), story.diagram);
        let wide = diagram(&story, Some(120));
        assert!(widest(&wide) > widest(&story.diagram) && widest(&wide) <= Some(118));
        assert_eq!(diagram(&story, Some(500)), wide);
        assert!(wide.iter().any(|line| line.contains("Rumour 0")));

        // A damaged trace draws nothing.
        story.trace.as_mut().unwrap().nodes.clear();
        assert_eq!(diagram(&story, Some(120)), story.diagram);
    }
}
