//! `replay`: one scenario again, with the whole story.

use std::io::Write;
use std::path::{Path, PathBuf};

use simulator::trace::Trace;
use tempfile::TempDir;

use crate::cli::ReplayArgs;
use crate::color::Color;
use crate::course;
use crate::course::model::{Course, Exercise, Scenario};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::grading::{self, Build, Event, Graded, Outcome, ScenarioResult, Settings};
use crate::opener;
use crate::picture::About;
use crate::plan;
use crate::report::{self, Bar, Next, Report};

/// Runs one scenario: with one seed, with a saved plan, or, if it never failed, as `run` does; tells the whole story.
///
/// # Errors
/// If there is no such exercise, scenario or plan, if the plan is malformed, or if the course does not build.
pub fn replay(
    course: &Course,
    args: &ReplayArgs,
    color: Color,
    out: &mut dyn Write,
) -> Result<Exit> {
    let exercise = course::select(course, &args.exercise)?;
    let (scenario, plan) = what(course, exercise, args)?;
    let wanted = Wanted::new(args.open)?;
    let settings = Settings {
        seed: args.seed,
        plan,
        trace: wanted.trace(),
        color: color.stdout,
        ..Settings::new(&course.grading)
    };
    let bar = Bar::new();
    let show = |event| bar.take_in(&event);
    let graded = match grading::build(&course.root, &exercise.id, &settings, &show)? {
        Build::Ready { suite } => {
            let scenarios = std::slice::from_ref(scenario);
            show(Event::Built { scenarios: 1 });
            let mut results =
                grading::run_suite(&suite, &exercise.folder, scenarios, &settings, &show)?;
            for result in &mut results {
                // A story without its picture is worth telling.
                let _ = wanted.draw(course, exercise, scenario, result);
            }
            Graded::Ran(results)
        }
        Build::DoesNotCompile { messages } => Graded::DoesNotCompile { messages },
        Build::Broken { messages } => {
            return Err(grading::Error::CourseDoesNotBuild { messages }.into());
        }
    };
    drop(bar);
    let report = Report {
        root: &course.root,
        exercise,
        graded: &graded,
        edition: course.edition,
        next: Next::Done,
    };
    let text = match &graded {
        Graded::Ran(results) => results
            .iter()
            .map(|result| report::replay(&report, result))
            .collect(),
        Graded::DoesNotCompile { .. } => report::text(&report),
    };
    out.write_all(text.as_bytes())?;
    if let (true, Graded::Ran(results)) = (args.open, &graded) {
        let picture = results.iter().find_map(|result| result.picture.as_ref());
        let told = match picture {
            Some(picture) => {
                let name = exercise.relative(&course.root, picture);
                opener::told(&opener::open(picture), &name)
            }
            None => NO_PICTURE.to_owned(),
        };
        writeln!(out, "\n{told}")?;
    }
    Ok(grading::exit(&graded))
}

/// Whether the run is to be shown even if it passes, which takes its trace.
enum Wanted {
    Failure,
    AnyRun(TempDir),
}

impl Wanted {
    fn new(open: bool) -> Result<Wanted> {
        if !open {
            return Ok(Wanted::Failure);
        }
        let folder = tempfile::tempdir().map_err(|error| {
            Error::system(
                "make a temporary folder",
                error,
                "Leave out `--open`, or make room there.",
            )
        })?;
        Ok(Wanted::AnyRun(folder))
    }

    fn trace(&self) -> Option<PathBuf> {
        match self {
            Wanted::Failure => None,
            Wanted::AnyRun(folder) => Some(folder.path().join("trace.json")),
        }
    }

    fn draw(
        &self,
        course: &Course,
        exercise: &Exercise,
        scenario: &Scenario,
        result: &mut ScenarioResult,
    ) -> std::io::Result<()> {
        match (self.trace(), &result.outcome) {
            (_, Outcome::Broken(_) | Outcome::Storm(_) | Outcome::Crashed(_)) => {
                grading::draw(&course.root, exercise, result)
            }
            (Some(file), Outcome::Passed) if file.exists() => {
                let trace: Trace = serde_json::from_slice(&std::fs::read(file)?)?;
                let about = About::passing(exercise, scenario);
                let root = &course.root;
                result.picture = Some(grading::draw_run(
                    root,
                    exercise,
                    &result.test,
                    &trace,
                    &about,
                )?);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// The scenario to run and the plan to run it with, if any.
fn what<'e>(
    course: &Course,
    exercise: &'e Exercise,
    args: &ReplayArgs,
) -> Result<(&'e Scenario, Option<PathBuf>)> {
    let saved =
        |scenario: &Scenario| grading::saved_plan(&course.root, &exercise.id, &scenario.test);
    let named = args
        .scenario
        .as_deref()
        .map(|name| course::select_scenario(exercise, name))
        .transpose()?;
    if let Some(file) = &args.plan {
        let name = file.display().to_string();
        let path = std::path::absolute(file).map_err(|error| {
            Error::system(
                format!("find `{name}`"),
                error,
                "Name another file after `--plan`.",
            )
        })?;
        let plan = plan::read(&path, &name)?;
        plan::check_scenario(&plan, exercise, &name)?;
        let scenario = course::select_scenario(exercise, &plan.scenario)?;
        return match named {
            Some(named) if named.test != scenario.test => Err(Error::Usage(format!(
                "`{name}` is a plan for `{}`, not for `{}`\nLeave out `--scenario`, or name another plan.",
                scenario.test, named.test
            ))),
            _ => Ok((scenario, Some(path))),
        };
    }
    let failed = || {
        exercise
            .scenarios
            .iter()
            .find(|scenario| saved(scenario).exists())
    };
    let Some(scenario) = named.or_else(failed).or_else(|| only(exercise)) else {
        return Err(Error::Usage(nothing_failed(exercise)));
    };
    if args.seed.is_some() {
        return Ok((scenario, None));
    }
    let path = saved(scenario);
    if !path.exists() {
        return Ok((scenario, None));
    }
    check_saved(&course.root, exercise, &path)?;
    Ok((scenario, Some(path)))
}

fn only(exercise: &Exercise) -> Option<&Scenario> {
    match exercise.scenarios.as_slice() {
        [scenario] => Some(scenario),
        _ => None,
    }
}

fn check_saved(root: &Path, exercise: &Exercise, path: &Path) -> Result<()> {
    let name = exercise.relative(root, path);
    let plan = plan::read(path, &name)?;
    Ok(plan::check_scenario(&plan, exercise, &name)?)
}

fn nothing_failed(exercise: &Exercise) -> String {
    let scenarios: String = exercise
        .scenarios
        .iter()
        .map(|scenario| format!("  {}\n", scenario.test))
        .collect();
    format!(
        "no failure of `{id}` has been saved, so it is not clear what to replay\n\
         Name one of these after `--scenario`, or run `cargo checker run {id}` first:\n{}",
        scenarios.trim_end(),
        id = exercise.id
    )
}

const NO_PICTURE: &str = "\
There is no picture of this run: only nodes have one, and only of runs that come to an end.
The story above is all there is; change the code, then replay again.";
