//! From an exercise to its result.

use std::path::Path;

use super::cargo::{Build, build};
use super::event::Event;
use super::outcome::{Graded, Outcome, ScenarioResult};
use super::scenario::run_all;
use super::{Error, Result, Settings, artefact};
use crate::course::model::{Exercise, Scenario};
use crate::exit::Exit;

/// Builds and runs all scenarios of an exercise. See [`super::grade`].
///
/// # Errors
/// If cargo cannot be started, or if the course does not build.
pub async fn grade(
    root: &Path,
    exercise: &Exercise,
    settings: &Settings,
    on_event: &dyn Fn(Event),
) -> Result<Graded> {
    grade_scenarios(root, exercise, &exercise.scenarios, settings, on_event).await
}

/// Like [`grade`], but only some of the scenarios.
///
/// # Errors
/// If cargo cannot be started, or if the course does not build.
pub async fn grade_scenarios(
    root: &Path,
    exercise: &Exercise,
    scenarios: &[Scenario],
    settings: &Settings,
    on_event: &dyn Fn(Event),
) -> Result<Graded> {
    let suite = match build(root, &exercise.id, settings, on_event).await? {
        Build::Ready { suite } => suite,
        Build::DoesNotCompile { messages } => return Ok(Graded::DoesNotCompile { messages }),
        Build::Broken { messages } => return Err(Error::CourseDoesNotBuild { messages }),
    };
    on_event(Event::Built {
        scenarios: scenarios.len(),
    });
    let runs = run_all(&suite, &exercise.folder, scenarios, settings, on_event).await;
    let mut results: Vec<ScenarioResult> = runs.into_iter().map(|run| run.result).collect();
    for result in &mut results {
        // A verdict is worth more than its files: without them only `replay` has less to offer, and says so.
        let _ = artefact::save(root, exercise, result);
    }
    Ok(Graded::Ran(results))
}

/// Points earned, and what a full solution earns.
pub fn points(results: &[ScenarioResult]) -> (u32, u32) {
    let earned = results
        .iter()
        .filter(|result| result.outcome == Outcome::Passed)
        .map(|result| result.points)
        .sum();
    (earned, results.iter().map(|result| result.points).sum())
}

/// How the program ends after this result. A course at fault comes first, since no verdict of its can be trusted; what
/// the learner can mend comes before what may mend itself.
pub fn exit(graded: &Graded) -> Exit {
    let results = match graded {
        Graded::DoesNotCompile { .. } => return Exit::DoesNotCompile,
        Graded::Ran(results) => results,
    };
    let any =
        |predicate: fn(&Outcome) -> bool| results.iter().any(|result| predicate(&result.outcome));
    if any(|outcome| matches!(outcome, Outcome::CourseFault { .. })) {
        Exit::CourseBroken
    } else if any(|outcome| !matches!(outcome, Outcome::Passed | Outcome::NoVerdict { .. })) {
        Exit::Broken
    } else if any(|outcome| matches!(outcome, Outcome::NoVerdict { .. })) {
        Exit::NoVerdict
    } else {
        Exit::AllPassed
    }
}
