//! The report for programs.

use serde::Serialize;
use simulator::record::{Difference, Effort, Place, Story};

use super::Report;
use super::outcome::Kind;
use super::words::uncolored;
use crate::grading::outcome::{Crash, Graded, Outcome, ScenarioResult, Stuck};
use crate::grading::{exit, points};

/// The format of [`json`]. It grows when something is renamed, removed or given another meaning; a new field alone is
/// no new format.
pub const FORMAT: u32 = 1;

/// The whole result of an exercise as one JSON value.
pub fn json(report: &Report<'_>) -> String {
    let (scenarios, (earned, possible), messages) = match report.graded {
        Graded::DoesNotCompile { messages } => (
            Vec::new(),
            (0, report.exercise.points()),
            Some(uncolored(messages)),
        ),
        Graded::Ran(results) => (
            results
                .iter()
                .map(|result| Scenario::new(report, result))
                .collect(),
            points(results),
            None,
        ),
    };
    let document = Document {
        format: FORMAT,
        exercise: &report.exercise.id,
        chapter: &report.exercise.chapter,
        title: &report.exercise.title,
        status: if messages.is_some() {
            "does-not-compile"
        } else {
            "graded"
        },
        exit_code: exit(report.graded).code(),
        score: Score { earned, possible },
        messages,
        scenarios,
    };
    // Maps with keys of text and finite numbers alone: there is nothing that could not be written.
    serde_json::to_string_pretty(&document).map_or_else(
        |error| format!("{{\"error\":\"{error}\"}}\n"),
        |text| text + "\n",
    )
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Document<'a> {
    format: u32,
    exercise: &'a str,
    chapter: &'a str,
    title: &'a str,
    status: &'a str,
    exit_code: u8,
    score: Score,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<String>,
    scenarios: Vec<Scenario<'a>>,
}

#[derive(Serialize)]
struct Score {
    earned: u32,
    possible: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Scenario<'a> {
    test: &'a str,
    title: &'a str,
    outcome: &'static str,
    score: Score,
    hint: &'a str,
    effort: Effort,
    /// The picture of the failure, relative to the course.
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
    detail: Detail<'a>,
}

/// What there is to say beyond the outcome's name; which fields there are depends on it.
#[derive(Default, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Detail<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    story: Option<&'a Story>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<&'a Difference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Callback<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Callback<'a> {
    node: &'a str,
    callback: &'a str,
    with: &'a str,
    at: &'a str,
    run: &'a str,
}

impl<'a> From<&'a Stuck> for Callback<'a> {
    fn from(stuck: &'a Stuck) -> Callback<'a> {
        let Stuck {
            node,
            callback,
            with,
            at,
            run,
        } = stuck;
        Callback {
            node,
            callback,
            with,
            at,
            run,
        }
    }
}

impl<'a> Scenario<'a> {
    fn new(report: &Report<'a>, result: &'a ScenarioResult) -> Scenario<'a> {
        let earned = if result.outcome == Outcome::Passed {
            result.points
        } else {
            0
        };
        Scenario {
            test: &result.test,
            title: &result.title,
            outcome: Kind::of(&result.outcome).id(),
            score: Score {
                earned,
                possible: result.points,
            },
            hint: &result.hint,
            effort: result.effort,
            picture: result
                .picture
                .as_ref()
                .map(|picture| report.exercise.relative(report.root, picture)),
            detail: Detail::from(&result.outcome),
        }
    }
}

impl<'a> From<&'a Outcome> for Detail<'a> {
    fn from(outcome: &'a Outcome) -> Detail<'a> {
        let none = Detail::default();
        let at = |at: &'a Option<Stuck>| at.as_ref().map(Callback::from);
        match outcome {
            Outcome::Passed => none,
            Outcome::Broken(story) | Outcome::Storm(story) => Detail {
                story: Some(story),
                ..none
            },
            Outcome::NotImplemented { place, function } => Detail {
                place: Some(place),
                function: function.as_deref(),
                ..none
            },
            Outcome::NotDeterministic(difference) => Detail {
                difference: Some(difference),
                ..none
            },
            Outcome::NeverReturns(stuck) => Detail {
                at: Some(stuck.into()),
                ..none
            },
            Outcome::Crashed(crash) => match crash {
                Crash::Panicked(story) => Detail {
                    cause: Some("panic"),
                    story: Some(story),
                    ..none
                },
                Crash::StackOverflow(stuck) => Detail {
                    cause: Some("stack-overflow"),
                    at: at(stuck),
                    ..none
                },
                Crash::OutOfMemory { limit, at: stuck } => Detail {
                    cause: Some("out-of-memory"),
                    limit: Some(*limit),
                    at: at(stuck),
                    ..none
                },
                Crash::Exited { code, at: stuck } => Detail {
                    cause: Some("exit"),
                    code: Some(*code),
                    at: at(stuck),
                    ..none
                },
                Crash::Killed { by, at: stuck } => Detail {
                    cause: Some("killed"),
                    by: Some(by),
                    at: at(stuck),
                    ..none
                },
            },
            Outcome::NoVerdict { reason } | Outcome::CourseFault { reason } => Detail {
                reason: Some(reason),
                ..none
            },
        }
    }
}
