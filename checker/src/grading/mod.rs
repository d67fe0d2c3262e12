//! Builds an exercise's suite with one cargo call and runs it, one supervised process a scenario.
//!
//! The functions here block and can be interrupted with Ctrl-C, which takes every child process down with it. Their
//! `async` twins in [`cancellable`] do the same for watch mode: dropping the future kills the children at once.

mod artefact;
mod attempt;
mod busy;
mod capture;
mod cargo;
mod classify;
mod error;
mod event;
mod exercise;
mod function;
mod group;
pub mod outcome;
mod record;
mod runtime;
mod scenario;
mod settings;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::course::model::{Exercise, Scenario};

pub use artefact::{draw, draw_run, saved_picture, saved_plan, saved_trace, slug, story};
pub use cargo::Build;
pub use error::Error;
pub use event::{Event, Reached};
pub use exercise::{exit, points};
pub use outcome::{Graded, Outcome, ScenarioResult};
pub use runtime::Interruption;
pub use scenario::ScenarioRun;
pub use settings::{Launch, Settings};

/// The result of everything that needs cargo or a suite.
pub type Result<T> = std::result::Result<T, Error>;

/// Builds the suite of `package`, a member of the workspace in `root`.
///
/// # Errors
/// If cargo cannot be started, or if the reader interrupts it.
pub fn build(
    root: &Path,
    package: &str,
    settings: &Settings,
    on_event: &dyn Fn(Event),
) -> Result<Build> {
    runtime::block_on(cancellable::build(root, package, settings, on_event))?
}

/// Runs the given scenarios of an already built suite, in `cwd`; the results are in the same order.
///
/// # Errors
/// If the reader interrupts it. What happens to a suite is never an error but an [`Outcome`].
pub fn run_suite(
    suite: &Path,
    cwd: &Path,
    scenarios: &[Scenario],
    settings: &Settings,
    on_event: &dyn Fn(Event),
) -> Result<Vec<ScenarioResult>> {
    let runs = run_recorded(suite, cwd, scenarios, settings, on_event)?;
    Ok(runs.into_iter().map(|run| run.result).collect())
}

/// Like [`run_suite`], together with the bytes of each verdict, so that two runs can be compared.
///
/// # Errors
/// If the reader interrupts it.
pub fn run_recorded(
    suite: &Path,
    cwd: &Path,
    scenarios: &[Scenario],
    settings: &Settings,
    on_event: &dyn Fn(Event),
) -> Result<Vec<ScenarioRun>> {
    runtime::block_on(cancellable::run_recorded(
        suite, cwd, scenarios, settings, on_event,
    ))
}

/// Builds and runs all scenarios of an exercise and saves the plan, the trace and the picture of each failure under
/// `target/faultline`.
///
/// # Errors
/// If cargo cannot be started, the course does not build, or the reader interrupts it.
pub fn grade(
    root: &Path,
    exercise: &Exercise,
    settings: &Settings,
    on_event: &dyn Fn(Event),
) -> Result<Graded> {
    runtime::block_on(cancellable::grade(root, exercise, settings, on_event))?
}

/// What the functions above do, to be driven by someone who has other things to do meanwhile.
///
/// Dropping one of these futures kills every process it started, and theirs.
pub mod cancellable {
    pub use super::cargo::build;
    pub use super::exercise::{grade, grade_scenarios};
    pub use super::scenario::run_all as run_recorded;
}
