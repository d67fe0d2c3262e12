//! Runs what is wanted, for real.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use simulator::record::Story;
use simulator::trace::Trace;
use tempfile::TempDir;

use super::wanted::{Wanted, exercise};
use crate::authoring::patch;
use crate::authoring::verify::build::{self, Built};
use crate::authoring::verify::variant::{self, Kind, Source as Code, Variant};
use crate::authoring::verify::{meanwhile, workspace};
use crate::book::reference::{Reference, Run};
use crate::course::model::{Course, Exercise, Scenario};
use crate::error::{Error, Result};
use crate::grading::{self, Outcome, Settings, story};
use crate::problem::{self, Problem};
use crate::source::{Source, TEXT_LIMIT};
use crate::text::count;

/// An implementation: of an exercise, a wrong one or, without a slug, the solution.
type Whose = (String, Option<String>);

/// The traces of all runs, in the same order.
///
/// # Errors
/// An implementation that does not build; a run that does not become what its reference says.
pub fn run_all(course: &Course, wanted: &BTreeMap<Reference, Wanted>) -> Result<Vec<Trace>> {
    let recorder = Recorder::build(course, wanted)?;
    let (mut traces, mut problems) = (Vec::new(), Vec::new());
    for (reference, place) in wanted {
        match recorder.run(reference, place) {
            Ok(trace) => traces.push(trace),
            Err(Error::Problems(found)) => problems.extend(found),
            Err(error) => return Err(error),
        }
    }
    if problems.is_empty() {
        return Ok(traces);
    }
    problems.sort_by_key(Problem::key);
    Err(problems.into())
}

struct Recorder<'c> {
    course: &'c Course,
    /// The program of every implementation.
    suites: BTreeMap<Whose, PathBuf>,
    /// Where suites find plans and leave traces.
    exchange: TempDir,
}

impl<'c> Recorder<'c> {
    fn build(course: &'c Course, wanted: &BTreeMap<Reference, Wanted>) -> Result<Recorder<'c>> {
        let mut whose: BTreeSet<Whose> = BTreeSet::new();
        for Reference { exercise, run, .. } in wanted.keys() {
            let (right, slug) = match run {
                Run::Right { .. } => (true, None),
                Run::Wrong { slug, .. } => (false, Some(slug)),
                Run::RightUnder { slug } => (true, Some(slug)),
            };
            whose.extend(right.then(|| (exercise.clone(), None)));
            whose.extend(slug.map(|slug| (exercise.clone(), Some(slug.clone()))));
        }
        let mut variants = Vec::new();
        for exercise in course.exercises() {
            for (_, slug) in whose.iter().filter(|(id, _)| *id == exercise.id) {
                let code = code(course, exercise, slug.as_deref())?;
                variants.extend(variant::variant(exercise, code));
            }
        }
        let workspace = workspace::write(course, &variants)?;
        meanwhile(&format!(
            "Building {}. The first time takes longest.",
            count(variants.len() as u64, "implementation")
        ));
        let built = build::build(&workspace, &variants)?;
        let exchange = tempfile::tempdir()
            .map_err(|error| Error::system("make a temporary folder", error, "Make room there."))?;
        let mut suites = BTreeMap::new();
        for (variant, built) in variants.iter().zip(built) {
            match built {
                Built::Ready { suite, .. } => {
                    suites.insert(whose_of(variant), suite);
                }
                Built::Failed { messages } => {
                    return Err(grading::Error::CourseDoesNotBuild {
                        messages: messages.join("\n"),
                    }
                    .into());
                }
            }
        }
        meanwhile(&format!("Recording {}.", count(wanted.len() as u64, "run")));
        Ok(Recorder {
            course,
            suites,
            exchange,
        })
    }

    fn run(&self, reference: &Reference, place: &Wanted) -> Result<Trace> {
        match &reference.run {
            Run::Wrong { slug, seed } => {
                let story = self.failure(reference, slug, *seed, place)?;
                story.trace.ok_or_else(|| no_trace(place))
            }
            Run::Right { seed } => {
                let seed = Some(seed.unwrap_or(1));
                self.success(reference, seed, None, place)
            }
            Run::RightUnder { slug } => {
                let story = self.failure(reference, slug, None, place)?;
                let plan = self.exchange.path().join("plan.json");
                let text = serde_json::to_vec(&story.plan).map_err(io::Error::from);
                text.and_then(|text| fs::write(&plan, text))
                    .map_err(exchange_failed)?;
                self.success(reference, None, Some(plan), place)
            }
        }
    }

    /// The smallest run that breaks the promise of the scenario.
    fn failure(
        &self,
        reference: &Reference,
        slug: &str,
        seed: Option<u64>,
        place: &Wanted,
    ) -> Result<Story> {
        let settings = Settings {
            seed,
            ..Settings::new(&self.course.grading)
        };
        let whose = (reference.exercise.clone(), Some(slug.to_owned()));
        let outcome = self.outcome(reference, &whose, &settings)?;
        match (story(&outcome), &outcome) {
            (Some(story), _) => Ok(story.clone()),
            (None, Outcome::Passed) => {
                let message = format!(
                    "`{slug}` does not break `{}`, so there is no failure to show",
                    reference.scenario
                );
                let problem = place.problem(problem::Code::DanglingId, message);
                Err(problem.help(self.caught_by(reference, slug, seed)).into())
            }
            (None, _) => Err(no_trace(place)),
        }
    }

    /// A run of the solution.
    fn success(
        &self,
        reference: &Reference,
        seed: Option<u64>,
        plan: Option<PathBuf>,
        place: &Wanted,
    ) -> Result<Trace> {
        let file = self.exchange.path().join("trace.json");
        let settings = Settings {
            seed,
            plan,
            trace: Some(file.clone()),
            ..Settings::new(&self.course.grading)
        };
        let whose = (reference.exercise.clone(), None);
        match self.outcome(reference, &whose, &settings)? {
            Outcome::Passed => {}
            _ => {
                let message = "the solution does not pass in this run";
                let help = format!("run `cargo checker verify {}`", reference.exercise);
                return Err(place
                    .problem(problem::Code::DanglingId, message)
                    .help(help)
                    .into());
            }
        }
        let text = fs::read(&file).map_err(exchange_failed)?;
        // The next run must not find this one's.
        fs::remove_file(&file).map_err(exchange_failed)?;
        serde_json::from_slice(&text).map_err(|error| exchange_failed(error.into()))
    }

    fn outcome(
        &self,
        reference: &Reference,
        whose: &Whose,
        settings: &Settings,
    ) -> Result<Outcome> {
        let (exercise, scenario) = self.named(reference)?;
        let suite = self.suites.get(whose).ok_or_else(unknown)?;
        let scenarios = std::slice::from_ref(scenario);
        let results = grading::run_suite(suite, &exercise.folder, scenarios, settings, &|_| {})?;
        let result = results.into_iter().next().ok_or_else(unknown)?;
        Ok(result.outcome)
    }

    fn named(&self, reference: &Reference) -> Result<(&'c Exercise, &'c Scenario)> {
        let exercise = exercise(self.course, reference).ok_or_else(unknown)?;
        let mut scenarios = exercise.scenarios.iter();
        let scenario = scenarios.find(|scenario| scenario.test == reference.scenario);
        Ok((exercise, scenario.ok_or_else(unknown)?))
    }

    fn caught_by(&self, reference: &Reference, slug: &str, seed: Option<u64>) -> String {
        if seed.is_some() {
            return "leave out `seed=`, or name a seed that breaks it".to_owned();
        }
        let patch = exercise(self.course, reference)
            .and_then(|exercise| patch_file(self.course, exercise, slug).ok())
            .and_then(|source| patch::parse(&source).ok());
        match patch {
            Some(patch) => {
                let tests: Vec<String> =
                    patch.caught_by.into_iter().map(|(test, _)| test).collect();
                format!(
                    "show it in a scenario that catches it: {}",
                    tests.join(", ")
                )
            }
            None => "show it in a scenario that catches it".to_owned(),
        }
    }
}

fn whose_of(variant: &Variant) -> Whose {
    let slug = match variant.kind {
        Kind::Wrong(_) => variant.name().strip_prefix("wrong/").map(str::to_owned),
        _ => None,
    };
    (variant.exercise.id.clone(), slug)
}

/// The source of an implementation.
fn code(course: &Course, exercise: &Exercise, slug: Option<&str>) -> Result<Code> {
    let path = exercise.solution_file();
    let solution = Source::read(&path, &exercise.relative(&course.root, &path), TEXT_LIMIT)?;
    let Some(slug) = slug else {
        return Ok(Code {
            kind: Kind::Solution,
            slug: "solution".to_owned(),
            code: solution.text.to_string(),
        });
    };
    let patch = patch::parse(&patch_file(course, exercise, slug)?)?;
    Ok(Code {
        code: patch.apply(&solution)?,
        kind: Kind::Wrong(patch),
        slug: slug.to_owned(),
    })
}

fn patch_file(course: &Course, exercise: &Exercise, slug: &str) -> Result<Source, Problem> {
    let path: &Path = &exercise
        .solution
        .join("wrong")
        .join(format!("{slug}.patch"));
    Source::read(path, &exercise.relative(&course.root, path), TEXT_LIMIT)
}

fn no_trace(place: &Wanted) -> Error {
    let problem = place.problem(problem::Code::DanglingId, "this run leaves nothing to show");
    problem
        .help("show another wrong implementation, or another scenario")
        .into()
}

/// What was wanted has been found sound, so this is a change of files in between.
fn unknown() -> Error {
    Error::Usage(
        "the course has changed while it was being read\nRun the command again.".to_owned(),
    )
}

fn exchange_failed(error: io::Error) -> Error {
    let advice = "Check that the temporary folder is yours to write to and not full, then run the command again.";
    Error::system("pass data to or from a suite", error, advice)
}
