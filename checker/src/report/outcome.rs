//! Every outcome in words: what it is called, and the whole of it.

use simulator::record::Difference;

use super::layout::{field, paragraph, verbatim};
use super::story::{Told, told};
use super::{Next, Report};
use crate::course::model::Exercise;
use crate::grading::ScenarioResult;
use crate::grading::outcome::{Crash, Outcome, Stuck};

/// The kinds of outcome, as machines and headlines name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Every run kept the promise.
    Passed,
    /// A promise was broken.
    Broken,
    /// A `todo!()` was reached.
    NotImplemented,
    /// Two runs of the same plan differed.
    NotDeterministic,
    /// A callback did not return.
    NeverReturns,
    /// Messages or timers bred without end.
    Storm,
    /// The learner's code panicked, or took the process down.
    Crashed,
    /// There is no verdict.
    NoVerdict,
    /// The suite is at fault.
    CourseFault,
}

impl Kind {
    /// The kind of an outcome.
    pub fn of(outcome: &Outcome) -> Kind {
        match outcome {
            Outcome::Passed => Kind::Passed,
            Outcome::Broken(_) => Kind::Broken,
            Outcome::NotImplemented { .. } => Kind::NotImplemented,
            Outcome::NotDeterministic(_) => Kind::NotDeterministic,
            Outcome::NeverReturns(_) => Kind::NeverReturns,
            Outcome::Storm(_) => Kind::Storm,
            Outcome::Crashed(_) => Kind::Crashed,
            Outcome::NoVerdict { .. } => Kind::NoVerdict,
            Outcome::CourseFault { .. } => Kind::CourseFault,
        }
    }

    /// What machines read.
    pub fn id(self) -> &'static str {
        match self {
            Kind::Passed => "passed",
            Kind::Broken => "broken",
            Kind::NotImplemented => "not-implemented",
            Kind::NotDeterministic => "not-deterministic",
            Kind::NeverReturns => "never-returns",
            Kind::Storm => "storm",
            Kind::Crashed => "crashed",
            Kind::NoVerdict => "no-verdict",
            Kind::CourseFault => "course-fault",
        }
    }

    /// What people read.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Passed => "passed",
            Kind::Broken => "broken",
            Kind::NotImplemented => "not implemented yet",
            Kind::NotDeterministic => "not deterministic",
            Kind::NeverReturns => "never returns",
            Kind::Storm => "message storm",
            Kind::Crashed => "crashed",
            Kind::NoVerdict => "no verdict",
            Kind::CourseFault => "the course is at fault",
        }
    }

    /// What stands before its line.
    pub fn mark(self) -> char {
        match self {
            Kind::Passed => '✓',
            Kind::NotImplemented => '•',
            Kind::NoVerdict | Kind::CourseFault => '?',
            _ => '✗',
        }
    }
}

/// What stands at the right end of the headline: the run that showed it, or what it is called.
pub fn headline(outcome: &Outcome) -> String {
    let run = match outcome {
        Outcome::Broken(story) => super::story::run(story.run),
        Outcome::Storm(story) | Outcome::Crashed(Crash::Panicked(story)) => {
            super::story::run(story.run)
        }
        Outcome::NotDeterministic(difference) => difference.run.clone(),
        Outcome::NeverReturns(stuck) => stuck.run.clone(),
        _ => String::new(),
    };
    let kind = Kind::of(outcome);
    match kind {
        Kind::Broken => run,
        _ if run.is_empty() => kind.words().to_owned(),
        _ => format!("{} · {run}", kind.words()),
    }
}

/// The outcome at full length, without its headline.
pub(crate) fn in_full(report: &Report<'_>, result: &ScenarioResult) -> Vec<String> {
    let exercise = report.exercise;
    let mut lines = match &result.outcome {
        Outcome::Passed => Vec::new(),
        Outcome::Broken(story) => told(exercise, story, Told::Promise, report.next),
        Outcome::Storm(story) => told(exercise, story, Told::Storm, report.next),
        Outcome::Crashed(Crash::Panicked(story)) => told(exercise, story, Told::Panic, report.next),
        Outcome::NotImplemented { place, function } => {
            let at = format!("{}:{}", place.file, place.line);
            let mut lines = match function {
                Some(function) => field("To write", &format!("`{function}`")),
                None => Vec::new(),
            };
            lines.extend(verbatim("Where", &at));
            let text = place
                .text
                .trim()
                .trim_start_matches("not yet implemented")
                .trim_start_matches(':')
                .trim();
            if !text.is_empty() {
                lines.extend(field("Task", text));
            }
            lines
        }
        Outcome::NotDeterministic(difference) => not_deterministic(difference),
        Outcome::NeverReturns(stuck) => {
            let mut lines = paragraph(&format!("{} does not return.", subject(stuck)));
            lines.extend(circumstances(stuck));
            lines.push(String::new());
            lines.extend(paragraph(NEVER_RETURNS_ADVICE));
            lines
        }
        Outcome::Crashed(Crash::StackOverflow(at)) => {
            down("The stack overflowed", at, STACK_ADVICE)
        }
        Outcome::Crashed(Crash::OutOfMemory { limit, at }) => down(
            &format!("More than {} MiB of memory were asked for", limit >> 20),
            at,
            MEMORY_ADVICE,
        ),
        Outcome::Crashed(Crash::Exited { code, at }) => down(
            &format!("The process was ended from within, with exit code {code},"),
            at,
            EXIT_ADVICE,
        ),
        Outcome::Crashed(Crash::Killed { by, at }) => {
            down(&format!("The process was ended by {by}"), at, KILLED_ADVICE)
        }
        Outcome::NoVerdict { reason } => {
            let mut lines = field("Reason", reason);
            lines.push(String::new());
            lines.extend(paragraph(NO_VERDICT_ADVICE));
            lines
        }
        Outcome::CourseFault { reason } => {
            let mut lines = field("Reason", reason);
            lines.push(String::new());
            lines.extend(paragraph(COURSE_FAULT_ADVICE));
            lines.extend(verbatim(
                "Details",
                &format!("cargo checker verify {}", exercise.id),
            ));
            lines
        }
    };
    lines.extend(way_on(report, result));
    lines
}

fn way_on(report: &Report<'_>, result: &ScenarioResult) -> Vec<String> {
    let exercise = report.exercise;
    let kind = Kind::of(&result.outcome);
    let mut lines = Vec::new();
    if matches!(kind, Kind::Passed | Kind::NoVerdict | Kind::CourseFault) {
        return lines;
    }
    let hint = has_plan(&result.outcome) && !result.hint.trim().is_empty();
    // The other failures are not what the scenario was written to find, nor what its hint is about.
    let hint = if hint {
        field("Hint", result.hint.trim())
    } else {
        Vec::new()
    };
    if report.next == Next::Elsewhere {
        if !hint.is_empty() {
            lines.push(String::new());
        }
        lines.extend(hint);
        return lines;
    }
    lines.push(String::new());
    lines.extend(hint);
    if has_plan(&result.outcome) {
        lines.extend(verbatim("Replay", &replay_command(exercise, &result.test)));
        if let Some(picture) = &result.picture {
            lines.extend(verbatim(
                "Picture",
                &exercise.relative(report.root, picture),
            ));
        }
    }
    lines.extend(match report.next {
        Next::Done => verbatim("Stuck?", &format!("cargo checker hint {}", exercise.id)),
        Next::Watching => field("Stuck?", "press h for the next hint"),
        Next::Elsewhere => Vec::new(),
    });
    lines
}

/// The command that tells the story of a scenario's failure.
pub fn replay_command(exercise: &Exercise, test: &str) -> String {
    format!("cargo checker replay {} --scenario {test}", exercise.id)
}

/// Whether there is something saved to be replayed.
pub fn has_plan(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Broken(_) | Outcome::Storm(_) | Outcome::Crashed(Crash::Panicked(_))
    )
}

fn not_deterministic(difference: &Difference) -> Vec<String> {
    let mut lines = paragraph("The same run, done twice, went two ways. They part here:");
    lines.extend(field("First", &difference.first));
    lines.extend(field("Second", &difference.second));
    lines.push(String::new());
    lines.extend(paragraph(NOT_DETERMINISTIC_ADVICE));
    lines
}

fn down(what: &str, at: &Option<Stuck>, advice: &str) -> Vec<String> {
    let mut lines = match at {
        None => paragraph(&format!("{}.", what.trim_end_matches(','))),
        Some(stuck) => {
            let mut lines = paragraph(&format!("{what} in {}.", subject(stuck)));
            lines.extend(circumstances(stuck));
            lines
        }
    };
    lines.push(String::new());
    lines.extend(paragraph(advice));
    lines
}

fn subject(stuck: &Stuck) -> String {
    if stuck.node.is_empty() {
        format!("`{}`", stuck.callback)
    } else {
        format!("`{}` of {}", stuck.callback, stuck.node)
    }
}

fn circumstances(stuck: &Stuck) -> Vec<String> {
    let fields = [
        ("Given", &stuck.with),
        ("At", &stuck.at),
        ("Run", &stuck.run),
    ];
    fields
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .flat_map(|(label, text)| field(label, text))
        .collect()
}

const NEVER_RETURNS_ADVICE: &str = "\
Look for a loop whose condition never becomes false, or a wait for something that only another event could bring. \
To wait, set a timer and return.";

const STACK_ADVICE: &str =
    "Look for a function that calls itself without coming to an end, or use a loop instead.";

const MEMORY_ADVICE: &str =
    "Look for a collection that only ever grows, or for a capacity computed from unchecked input.";

const EXIT_ADVICE: &str =
    "A node must not end the process it runs in. Remove the call of `std::process::exit`.";

const KILLED_ADVICE: &str = "\
SIGABRT is a call of `std::process::abort`, or a panic while panicking: remove it. SIGXCPU means that the processor \
time which a scenario may take was used up.";

const NOT_DETERMINISTIC_ADVICE: &str = "\
The usual causes are the order of a `HashMap` or `HashSet`, a real clock (`Instant`, `SystemTime`), random numbers \
from elsewhere, and `static` state. Use `BTreeMap` and `BTreeSet`, `ctx.now()`, `ctx.random()`, and fields of the node.";

const NO_VERDICT_ADVICE: &str = "\
This says nothing about your code, neither good nor bad. Try again; if it stays, `cargo checker doctor` prints what \
a bug report needs.";

const COURSE_FAULT_ADVICE: &str =
    "This is not your code: the exercise itself needs repair. Please report it.";
