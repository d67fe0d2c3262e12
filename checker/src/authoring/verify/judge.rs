//! What must become of each kind of variant.

use simulator::record::{Effort, Story};

use super::check::{Line, failed, line};
use super::runs::{Fresh, Observed};
use super::variant::{Kind, Variant};
use crate::grading::outcome::{Crash, Outcome};
use crate::grading::{ScenarioResult, ScenarioRun};
use crate::text::count;

/// The most faults and operations that a counterexample may have and still teach.
const FAULTS: usize = 6;
const OPERATIONS: usize = 5;
/// How much of the compiler's messages is shown of a variant.
const MESSAGE_LINES: usize = 24;

/// Judges what was seen of a variant.
pub fn judge(variant: &Variant, warnings: &[String], observed: &Observed) -> Line {
    let (reasons, what) = match &variant.kind {
        Kind::Stub => (
            stub(warnings, observed),
            "compiles without a warning, every scenario: not implemented".to_owned(),
        ),
        Kind::Solution => solution(observed),
        Kind::Wrong(_) => wrong(observed),
        Kind::Right => (
            all_pass(&observed.first),
            "passes every scenario".to_owned(),
        ),
        Kind::Zero => (zero(observed), "earns nothing".to_owned()),
    };
    line(variant.name(), reasons, what)
}

/// A variant that is not even a program.
pub fn does_not_compile(variant: &Variant, messages: &[String]) -> Line {
    failed(
        variant.name(),
        format!("it does not compile:\n{}", shortened(&messages.join("\n"))),
    )
}

fn shortened(messages: &str) -> String {
    let lines: Vec<&str> = messages.lines().collect();
    if lines.len() <= MESSAGE_LINES {
        return messages.to_owned();
    }
    format!(
        "{}\n… {} more lines",
        lines[..MESSAGE_LINES].join("\n"),
        lines.len() - MESSAGE_LINES
    )
}

fn stub(warnings: &[String], observed: &Observed) -> Vec<String> {
    let warnings = warnings
        .iter()
        .map(|warning| format!("it compiles with a warning:\n{}", shortened(warning)));
    let implemented = observed
        .first
        .iter()
        .filter(|run| !matches!(run.result.outcome, Outcome::NotImplemented { .. }));
    let implemented = implemented.map(|run| {
        format!(
            "`{}` should say that it is not implemented, but {}; let it reach a `todo!` or a witness",
            run.result.test,
            words(&run.result)
        )
    });
    warnings.chain(implemented).collect()
}

fn solution(observed: &Observed) -> (Vec<String>, String) {
    let mut reasons = all_pass(&observed.first);
    reasons.extend(same_twice(&observed.first, &observed.again));
    if let Some(Fresh { secret, runs }) = &observed.fresh {
        let failures = all_pass(runs)
            .into_iter()
            .map(|reason| format!("on fresh seeds ({secret}): {reason}"));
        reasons.extend(failures);
    }
    let effort = |of: fn(&Effort) -> u64| {
        observed
            .first
            .iter()
            .map(|run| of(&run.result.effort))
            .sum::<u64>()
    };
    let runs = effort(|effort| effort.schedules + effort.seeds);
    let events = effort(|effort| effort.events);
    let what = format!(
        "passes every scenario, again with the same bytes, and on fresh seeds; {}, {}",
        count(runs, "run"),
        count(events, "event")
    );
    (reasons, what)
}

fn all_pass(runs: &[ScenarioRun]) -> Vec<String> {
    let failures = runs
        .iter()
        .filter(|run| run.result.outcome != Outcome::Passed);
    failures
        .map(|run| {
            format!(
                "`{}` should pass, but {}",
                run.result.test,
                words(&run.result)
            )
        })
        .collect()
}

fn zero(observed: &Observed) -> Vec<String> {
    let passed = observed
        .first
        .iter()
        .filter(|run| run.result.outcome == Outcome::Passed);
    passed
        .map(|run| {
            format!(
                "`{}` gives it points; let the scenario witness that something was achieved",
                run.result.test
            )
        })
        .collect()
}

fn wrong(observed: &Observed) -> (Vec<String>, String) {
    let mut reasons = Vec::new();
    let mut sizes = Vec::new();
    for run in &observed.first {
        match caught(&run.result.outcome) {
            Caught::With(story) => {
                let (faults, operations) = (story.faults.len(), story.operations.len());
                if faults > FAULTS || operations > OPERATIONS {
                    reasons.push(format!(
                        "the counterexample of `{}` takes {} and {}; at most {FAULTS} and {OPERATIONS} can be followed",
                        run.result.test,
                        count(faults as u64, "fault"),
                        count(operations as u64, "operation")
                    ));
                }
                sizes.push(format!(
                    "{} and {}",
                    count(faults as u64, "fault"),
                    count(operations as u64, "operation")
                ));
            }
            Caught::Without(how) => sizes.push(how.to_owned()),
            Caught::Not => {
                reasons.push(format!(
                    "`{}` should catch it, but {}",
                    run.result.test,
                    words(&run.result)
                ));
            }
        }
    }
    reasons.extend(same_twice(&observed.first, &observed.again));
    (reasons, format!("caught, {}", summary(sizes)))
}

/// The same size once, with how often it was found.
fn summary(sizes: Vec<String>) -> String {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for size in sizes {
        match counted.iter_mut().find(|(known, _)| *known == size) {
            Some((_, times)) => *times += 1,
            None => counted.push((size, 1)),
        }
    }
    let words: Vec<String> = counted
        .into_iter()
        .map(|(size, times)| match times {
            1 => size,
            scenarios => format!("{size} ({scenarios} scenarios)"),
        })
        .collect();
    words.join("; ")
}

/// Whether an outcome shows a bug.
pub enum Caught<'s> {
    /// With a counterexample.
    With(&'s Story),
    /// In this way, which needs no counterexample.
    Without(&'static str),
    /// It does not.
    Not,
}

/// Whether an outcome shows a bug, and how.
pub fn caught(outcome: &Outcome) -> Caught<'_> {
    match outcome {
        Outcome::Broken(story)
        | Outcome::Storm(story)
        | Outcome::Crashed(Crash::Panicked(story)) => Caught::With(story),
        Outcome::Crashed(_) => Caught::Without("it took the process down"),
        Outcome::NeverReturns(_) => Caught::Without("it never returns"),
        Outcome::NotDeterministic(_) => Caught::Without("it is not deterministic"),
        Outcome::Passed
        | Outcome::NotImplemented { .. }
        | Outcome::NoVerdict { .. }
        | Outcome::CourseFault { .. } => Caught::Not,
    }
}

fn same_twice(first: &[ScenarioRun], again: &[ScenarioRun]) -> Vec<String> {
    let differ = first.iter().zip(again).filter(|(first, again)| {
        // A process that was killed or went down left no bytes; then what was made of it must be the same.
        first.record != again.record || first.result.outcome != again.result.outcome
    });
    differ
        .map(|(first, _)| {
            format!(
                "`{}` gave two different records for the same code and seeds",
                first.result.test
            )
        })
        .collect()
}

/// What a scenario found, to stand after "but".
fn words(result: &ScenarioResult) -> String {
    match &result.outcome {
        Outcome::Passed => "it passes".to_owned(),
        Outcome::Broken(story) => format!("it is broken: {} ({})", story.broken, story.promise),
        Outcome::NotImplemented { place, .. } => {
            format!(
                "it is not implemented: {}:{}: {}",
                place.file, place.line, place.text
            )
        }
        Outcome::NotDeterministic(difference) => {
            format!("it is not deterministic: {}", difference.run)
        }
        Outcome::NeverReturns(stuck) => {
            format!("`{}` of {} never returns", stuck.callback, stuck.node)
        }
        Outcome::Storm(story) => format!("it is a message storm: {}", story.broken),
        Outcome::Crashed(Crash::Panicked(story)) => format!("it panicked: {}", story.broken),
        Outcome::Crashed(Crash::StackOverflow(_)) => "its stack overflowed".to_owned(),
        Outcome::Crashed(Crash::OutOfMemory { .. }) => "it ran out of memory".to_owned(),
        Outcome::Crashed(Crash::Exited { code, .. }) => {
            format!("it ended the process with code {code}")
        }
        Outcome::Crashed(Crash::Killed { by, .. }) => format!("it was killed by {by}"),
        Outcome::NoVerdict { reason } => format!("there is no verdict: {reason}"),
        Outcome::CourseFault { reason } => format!("the suite is at fault: {reason}"),
    }
}
