//! A counterexample, told.

use simulator::record::{Run, Story};

use super::layout::{field, item, paragraph, verbatim};
use super::words::enough;
use crate::course::model::{Exercise, Kind};

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
        Run::Script => String::new(),
    }
}

/// The story, without its headline.
pub fn told(exercise: &Exercise, story: &Story, told: Told) -> Vec<String> {
    let mut lines = match told {
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
    lines.extend(paragraph(&enough(
        faults,
        operations,
        &story.operation_noun,
        exercise.kind == Kind::Node,
    )));
    let all = story.faults.iter().chain(&story.operations).enumerate();
    lines.extend(all.flat_map(|(index, text)| item(index + 1, faults + operations, text)));
    if !story.diagram.is_empty() {
        lines.push(String::new());
        lines.extend(
            story
                .diagram
                .iter()
                .map(|line| format!("  {line}").trim_end().to_owned()),
        );
    }
    lines
}
