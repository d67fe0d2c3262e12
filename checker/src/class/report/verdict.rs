//! What is told of each scenario, also where no suite ran.

use std::borrow::Cow;

use super::about::About;
use super::shown::shown;
use crate::class::line::{Finding, Line};
use crate::report::Kind;

/// What was found, as reports tell it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The promise was kept.
    Passed,
    /// It was not: the outcome says how.
    Failed(Failure),
    /// There was nothing to judge.
    Missing,
    /// There was a file that is not graded.
    Refused,
    /// The file does not compile.
    DoesNotCompile,
    /// It could not be judged, which may not be the student's fault.
    Unjudged,
}

/// How a scenario can fail. A name that this version does not know is told as [`Failure::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
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
    /// The code panicked, or took the process down.
    Crashed,
    /// What a later version calls by a name that this one does not know.
    Other,
}

impl Verdict {
    /// All there are, in the order in which they are told.
    pub const ALL: [Verdict; 12] = [
        Verdict::Passed,
        Verdict::Failed(Failure::Broken),
        Verdict::Failed(Failure::NotImplemented),
        Verdict::Failed(Failure::NotDeterministic),
        Verdict::Failed(Failure::NeverReturns),
        Verdict::Failed(Failure::Storm),
        Verdict::Failed(Failure::Crashed),
        Verdict::Failed(Failure::Other),
        Verdict::DoesNotCompile,
        Verdict::Refused,
        Verdict::Missing,
        Verdict::Unjudged,
    ];

    /// What a line calls `outcome`.
    fn of(outcome: &str) -> Verdict {
        if [Kind::NoVerdict, Kind::CourseFault]
            .iter()
            .any(|kind| kind.id() == outcome)
        {
            return Verdict::Unjudged;
        }
        let known = Verdict::ALL
            .into_iter()
            .find(|verdict| verdict.id() == outcome);
        known.unwrap_or(Verdict::Failed(Failure::Other))
    }

    fn kind(self) -> Option<Kind> {
        match self {
            Verdict::Passed => Some(Kind::Passed),
            Verdict::Failed(Failure::Broken) => Some(Kind::Broken),
            Verdict::Failed(Failure::NotImplemented) => Some(Kind::NotImplemented),
            Verdict::Failed(Failure::NotDeterministic) => Some(Kind::NotDeterministic),
            Verdict::Failed(Failure::NeverReturns) => Some(Kind::NeverReturns),
            Verdict::Failed(Failure::Storm) => Some(Kind::Storm),
            Verdict::Failed(Failure::Crashed) => Some(Kind::Crashed),
            Verdict::Unjudged => Some(Kind::NoVerdict),
            _ => None,
        }
    }

    /// What machines read.
    pub fn id(self) -> &'static str {
        match self {
            Verdict::Missing => "missing",
            Verdict::Refused => "refused",
            Verdict::DoesNotCompile => "does-not-compile",
            _ => self.kind().map_or("failed", Kind::id),
        }
    }

    /// What people read.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Missing => "not handed in",
            Verdict::Refused => "refused",
            Verdict::DoesNotCompile => "does not compile",
            _ => self.kind().map_or("failed", Kind::words),
        }
    }

    /// Whether a suite ran and judged.
    pub fn is_judged(self) -> bool {
        matches!(self, Verdict::Passed | Verdict::Failed(_))
    }
}

/// What is told of one scenario.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// The test function's name, or the exercise's id if its scenarios are not known.
    pub test: &'a str,
    /// What it checks, in words.
    pub title: Cow<'a, str>,
    /// The points that were earned.
    pub points: u32,
    /// The points that it is worth.
    pub possible: u32,
    /// What was found.
    pub verdict: Verdict,
    /// The whole of it as it came, empty if it passed: see [`Row::shown`].
    told: Cow<'a, str>,
    /// What a broken promise takes.
    pub counterexample: Option<&'a str>,
}

impl Row<'_> {
    /// The whole of it, cut and without what does not show; empty if it passed.
    pub fn shown(&self) -> String {
        shown(&self.told)
    }

    /// Whether there is anything to show.
    pub fn is_told(&self) -> bool {
        !self.told.is_empty()
    }
}

/// What was found of the exercise as a whole, if no suite ran.
pub fn whole(line: &Line) -> Option<Verdict> {
    match &line.finding {
        Finding::Missing => Some(Verdict::Missing),
        Finding::Refused { .. } => Some(Verdict::Refused),
        Finding::DoesNotCompile { .. } => Some(Verdict::DoesNotCompile),
        Finding::NoVerdict { .. } => Some(Verdict::Unjudged),
        Finding::Ran { .. } => None,
    }
}

/// What is told of each scenario of a line, in the manifest's order. Where no suite ran, the first one tells why, and
/// the others say that it is told there.
pub fn rows<'a>(line: &'a Line, about: &'a About) -> Vec<Row<'a>> {
    if let Finding::Ran { scenarios } = &line.finding {
        return scenarios
            .iter()
            .map(|scenario| Row {
                test: &scenario.test,
                title: Cow::Borrowed(&scenario.title),
                points: scenario.points,
                possible: scenario.possible,
                verdict: Verdict::of(&scenario.outcome),
                told: Cow::from(&scenario.told),
                counterexample: scenario.counterexample.as_deref(),
            })
            .collect();
    }
    let Some(verdict) = whole(line) else {
        return Vec::new();
    };
    let told = match &line.finding {
        Finding::Refused { reason } | Finding::NoVerdict { reason } => Cow::from(reason),
        Finding::DoesNotCompile { messages } => Cow::from(messages),
        _ => Cow::from(format!("The submission has no file for {}.", line.exercise)),
    };
    let unknown = (
        line.exercise.as_str(),
        line.exercise.as_str(),
        line.possible,
    );
    let checks: Vec<(&str, &str, u32)> = match about.exercise(&line.exercise) {
        Some((_, asked)) if !asked.checks.is_empty() => asked
            .checks
            .iter()
            .map(|check| (check.test.as_str(), check.title.as_str(), check.possible))
            .collect(),
        _ => vec![unknown],
    };
    let first = checks.first().map_or("", |(test, ..)| *test);
    let elsewhere = format!("{}: see {first}.", verdict.words());
    checks
        .iter()
        .enumerate()
        .map(|(index, (test, title, possible))| Row {
            test,
            title: Cow::Borrowed(title),
            points: 0,
            possible: *possible,
            verdict,
            told: if index == 0 {
                told.clone()
            } else {
                Cow::from(elsewhere.clone())
            },
            counterexample: None,
        })
        .collect()
}
