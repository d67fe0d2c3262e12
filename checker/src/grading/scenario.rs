//! From the runs of one test to its outcome.

use std::io;
use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use simulator::record::{Effort, Verdict};
use tokio::sync::Semaphore;

use super::Settings;
use super::attempt::{Attempt, Call, End, Mode, Turn, attempt};
use super::classify::{Cause, Ending, classify, last_words};
use super::event::Event;
use super::function;
use super::outcome::{Crash, Outcome, ScenarioResult};
use super::record::Finished;
use crate::course::model::Scenario;

/// How long a suite that writes a journal may go on without coming to an end.
const JOURNAL_LIMIT: Duration = Duration::from_secs(60);

/// One scenario's result and the bytes it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioRun {
    /// What was found.
    pub result: ScenarioResult,
    /// The last line of the record without its token; empty if there was no verdict. The same code and settings give
    /// the same bytes.
    pub record: Vec<u8>,
}

/// Runs all `scenarios` of a suite, some at the same time; the results are in the same order.
pub async fn run_all(
    suite: &Path,
    cwd: &Path,
    scenarios: &[Scenario],
    settings: &Settings,
    on_event: &dyn Fn(Event),
) -> Vec<ScenarioRun> {
    let turns = Semaphore::new(settings.jobs.max(1));
    let started: FuturesUnordered<_> = scenarios
        .iter()
        .enumerate()
        .map(async |(index, scenario)| {
            // It is never closed, so there is always a turn to come.
            let mut turn = turns.acquire().await.ok();
            let call = Call {
                suite,
                cwd,
                test: &scenario.test,
                settings,
            };
            let run = run(call, scenario, index, JOURNAL_LIMIT, &mut turn, on_event).await;
            on_event(Event::Finished { scenario: index });
            (index, run)
        })
        .collect();
    let mut runs: Vec<(usize, ScenarioRun)> = started.collect().await;
    runs.sort_by_key(|(index, _)| *index);
    runs.into_iter().map(|(_, run)| run).collect()
}

/// Runs one scenario; a second time if that is needed to say what went wrong.
pub async fn run(
    call: Call<'_>,
    scenario: &Scenario,
    index: usize,
    journal_limit: Duration,
    turn: &mut Turn<'_>,
    on_event: &dyn Fn(Event),
) -> ScenarioRun {
    let on_reached = |reached| {
        on_event(Event::Reached {
            scenario: index,
            reached,
        })
    };
    let found = match attempt(call, Mode::Plain, turn, &on_reached).await {
        Err(error) => Found::no_verdict(format!(
            "the suite could not be started or watched: {error}"
        )),
        Ok(first) => match believed(call, &first) {
            Some(found) => found,
            None => {
                let again = async || {
                    on_event(Event::LookingInto { scenario: index });
                    let mode = Mode::Journal {
                        after: first.record.reached.done,
                        limit: journal_limit,
                    };
                    attempt(call, mode, turn, &on_reached).await
                };
                explain(call, &first, journal_limit, again).await
            }
        },
    };
    ScenarioRun {
        result: ScenarioResult {
            test: scenario.test.clone(),
            title: scenario.title.clone(),
            points: scenario.points,
            hint: scenario.hint.clone(),
            outcome: found.outcome,
            effort: found.effort,
            picture: None,
        },
        record: found.bytes,
    }
}

struct Found {
    outcome: Outcome,
    effort: Effort,
    bytes: Vec<u8>,
}

impl Found {
    fn outcome(outcome: Outcome) -> Found {
        Found {
            outcome,
            effort: Effort::default(),
            bytes: Vec::new(),
        }
    }

    fn no_verdict(reason: String) -> Found {
        Found::outcome(Outcome::NoVerdict { reason })
    }
}

/// The verdict, if the record is whole. How the process ended afterwards does not matter.
fn believed(call: Call<'_>, attempt: &Attempt) -> Option<Found> {
    match (&attempt.record.flaw, &attempt.record.finished) {
        (None, Some(finished)) => Some(Found {
            outcome: outcome(call, finished),
            effort: finished.effort,
            bytes: finished.bytes.clone(),
        }),
        _ => None,
    }
}

fn outcome(call: Call<'_>, finished: &Finished) -> Outcome {
    match finished.verdict.clone() {
        Verdict::Passed => Outcome::Passed,
        Verdict::Broken(story) => Outcome::Broken(Box::new(story)),
        Verdict::Crashed(story) => Outcome::Crashed(Crash::Panicked(Box::new(story))),
        Verdict::Storm(story) => Outcome::Storm(Box::new(story)),
        Verdict::NotImplemented(place) => {
            let function = function::enclosing_in_file(call.cwd, &place.file, place.line);
            Outcome::NotImplemented { place, function }
        }
        Verdict::NotDeterministic(difference) => Outcome::NotDeterministic(difference),
        Verdict::SuiteFault(reason) => Outcome::CourseFault { reason },
    }
}

/// What it means that the first run gave no verdict.
async fn explain(
    call: Call<'_>,
    first: &Attempt,
    journal_limit: Duration,
    again: impl AsyncFnOnce() -> io::Result<Attempt>,
) -> Found {
    match first.end {
        End::Exited(status) => match classify(call.test, status, first) {
            Ending::Course(reason) => Found::outcome(Outcome::CourseFault { reason }),
            Ending::Unknown(reason) => Found::no_verdict(reason),
            Ending::Outside(by) => killed(call, &by, again().await.ok()),
            Ending::Crash(cause) => crashed(call, cause, again().await.ok()),
        },
        End::Silent => match (&first.record.flaw, again().await) {
            (Some(flaw), _) => {
                Found::no_verdict(format!("the suite was ended after a long silence: {flaw}"))
            }
            (None, Ok(second)) => silent(call, &second, journal_limit),
            (None, Err(error)) => {
                Found::no_verdict(format!("the suite could not be watched: {error}"))
            }
        },
        End::Unbelievable | End::TooLong => Found::no_verdict(match &first.record.flaw {
            Some(flaw) => format!("the suite was ended: {flaw}"),
            None => "the suite was ended: it took too long".to_owned(),
        }),
    }
}

/// The process went down. A second run may tell in which callback.
fn crashed(call: Call<'_>, cause: Cause, second: Option<Attempt>) -> Found {
    let Some(second) = second else {
        return down(call, cause, None);
    };
    // A signal may have had another reason; who ended itself has been seen to do so.
    if let (Cause::Signal(_), Some(found)) = (&cause, believed(call, &second)) {
        return found;
    }
    let same = match second.end {
        End::Exited(status) => classify(call.test, status, &second) == Ending::Crash(cause.clone()),
        _ => false,
    };
    down(call, cause, second.record.entering().filter(|_| same))
}

/// Somebody else ended the process. That says nothing about the learner's code; a second run may.
fn killed(call: Call<'_>, by: &str, second: Option<Attempt>) -> Found {
    second
        .and_then(|second| believed(call, &second))
        .unwrap_or_else(|| Found::no_verdict(outside(by)))
}

fn outside(by: &str) -> String {
    format!(
        "the suite was ended from outside, by {by}; a system that is short of memory does so: close other programs"
    )
}

fn down(call: Call<'_>, cause: Cause, at: Option<super::outcome::Stuck>) -> Found {
    Found::outcome(Outcome::Crashed(cause.at(at, call.settings.memory)))
}

/// The first run fell silent; `second` was the same with a journal.
fn silent(call: Call<'_>, second: &Attempt, journal_limit: Duration) -> Found {
    if let Some(found) = believed(call, second) {
        return found;
    }
    let seconds = call.settings.patience.as_secs_f64();
    match (second.end, second.record.entering()) {
        (End::Silent, Some(stuck)) => Found::outcome(Outcome::NeverReturns(stuck)),
        (End::Silent, None) => Found::no_verdict(format!(
            "the suite was silent for {seconds} s, twice, outside of any callback{}",
            words(second)
        )),
        (End::Exited(status), at) => match classify(call.test, status, second) {
            Ending::Crash(cause) => down(call, cause, at),
            Ending::Course(reason) => Found::outcome(Outcome::CourseFault { reason }),
            Ending::Outside(by) => Found::no_verdict(outside(&by)),
            Ending::Unknown(reason) => Found::no_verdict(reason),
        },
        (End::TooLong, _) => Found::no_verdict(format!(
            "the suite was silent for {seconds} s; looked at closely it was not, but was not done after {} s either",
            journal_limit.as_secs_f64()
        )),
        (End::Unbelievable, _) => Found::no_verdict(match &second.record.flaw {
            Some(flaw) => format!("the suite was ended: {flaw}"),
            None => "the suite was ended".to_owned(),
        }),
    }
}

fn words(attempt: &Attempt) -> String {
    match last_words(&attempt.stderr.text(), &attempt.stdout.text()) {
        words if words.is_empty() => words,
        words => format!(":\n{words}"),
    }
}
