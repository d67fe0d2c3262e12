//! One student's work on one exercise: taken, compiled, run on the usual seeds and on hidden ones.

use std::fs;
use std::path::{Path, PathBuf};

use simulator::plan::Fault;
use tempfile::TempDir;

use super::compile::{Compiled, compile};
use super::line::{Basis, Finding, LINE_FORMAT, Line, Scenario};
use super::rules;
use super::seal::{Secret, digest};
use super::similar;
use super::submission::Taken;
use super::toolchain::{Material, Toolchain};
use crate::confine::{Confinement, Level, Limits, Purpose, runtime, starters};
use crate::course::model::{self, Course, Exercise};
use crate::error::{Error, Result};
use crate::grading::outcome::{Crash, Outcome, ScenarioResult};
use crate::grading::{self, Graded, Launch, ScenarioRun, Settings};
use crate::report::{Kind, Next, Report, in_full};
use crate::text::count;

/// Seconds of processor time that one scenario may take: a hundred times what it needs.
const PROCESSOR: u64 = 300;

/// Everything that is the same for all submissions.
pub struct Desk<'c> {
    /// The course.
    pub course: &'c Course,
    /// What submissions are compiled with.
    pub toolchain: Toolchain,
    /// The course's secret.
    pub secret: Secret,
    /// The isolation.
    pub level: Level,
}

/// An exercise and what is needed to grade it.
pub struct Task<'c> {
    /// The exercise.
    pub exercise: &'c Exercise,
    /// What is compiled beside the student's file.
    pub material: Material,
    /// The fingerprint of what everybody was given, which makes nobody a copy of anybody.
    pub given: Vec<u32>,
}

impl Desk<'_> {
    /// What the finding will follow from.
    pub fn basis(&self, task: &Task<'_>, student: &str, taken: &Taken) -> Basis {
        let file = match taken {
            Taken::File(text) => Some(digest(text.as_bytes())),
            Taken::Missing | Taken::Refused(_) => None,
        };
        let seeds = self.secret.seeds(&task.exercise.id, student);
        Basis {
            file,
            course: task.material.digest.clone(),
            checker: env!("CARGO_PKG_VERSION").to_owned(),
            compiler: self.toolchain.version.clone(),
            seeds: digest(seeds.as_bytes()),
            level: self.level,
        }
    }

    /// Grades what was taken and seals the result.
    ///
    /// # Errors
    /// If files cannot be written or programs not be started: then nothing was found out.
    pub fn grade(
        &self,
        task: &Task<'_>,
        student: &str,
        taken: &Taken,
        ignored: Vec<String>,
    ) -> Result<Line> {
        let finding = self.find(task, student, taken)?;
        let points = match &finding {
            Finding::Ran { scenarios } => scenarios.iter().map(|scenario| scenario.points).sum(),
            _ => 0,
        };
        let fingerprint = match taken {
            Taken::File(text) => similar::fingerprint_without(text, &task.given),
            Taken::Missing | Taken::Refused(_) => Vec::new(),
        };
        let mut line = Line {
            format: LINE_FORMAT,
            student: student.to_owned(),
            exercise: task.exercise.id.clone(),
            basis: self.basis(task, student, taken),
            finding,
            points,
            possible: task.exercise.points(),
            ignored,
            fingerprint,
            seal: String::new(),
        };
        line.seal = self.secret.seal(&line);
        Ok(line)
    }

    fn find(&self, task: &Task<'_>, student: &str, taken: &Taken) -> Result<Finding> {
        let source = match taken {
            Taken::Missing => return Ok(Finding::Missing),
            Taken::Refused(reason) => {
                let reason = reason.clone();
                return Ok(Finding::Refused { reason });
            }
            Taken::File(source) => source,
        };
        if let Some(reason) = rules::broken(source) {
            return Ok(Finding::Refused { reason });
        }
        let tree = scratch(self.course)?;
        let compiled = compile(
            &self.toolchain,
            task.exercise,
            &task.material,
            source,
            tree.path(),
            self.level,
        )?;
        match compiled {
            Compiled::Failed { messages } => Ok(Finding::DoesNotCompile { messages }),
            Compiled::Refused { reason } => Ok(Finding::Refused { reason }),
            Compiled::Unknown { reason } => Ok(Finding::NoVerdict { reason }),
            Compiled::Ready { suite, folder } => self.run(task, student, &suite, &folder),
        }
    }

    fn run(&self, task: &Task<'_>, student: &str, suite: &Path, folder: &Path) -> Result<Finding> {
        let exercise = task.exercise;
        let settings = self.settings(suite);
        // Compiling was as confined as running: what it made is looked at by nobody but this program.
        let run = |settings: &Settings, scenarios: &[model::Scenario]| {
            grading::run_recorded(suite, folder, scenarios, settings, &|_| {})
        };
        let mut runs = run(&settings, &exercise.scenarios)?;
        // On the usual seeds first: what fails there fails for the student as well, who can look at it. Only what has
        // passed them is worth trying on others.
        let passed: Vec<usize> = (0..runs.len())
            .filter(|&at| runs[at].result.outcome == Outcome::Passed)
            .collect();
        let again: Vec<model::Scenario> = passed
            .iter()
            .map(|&at| exercise.scenarios[at].clone())
            .collect();
        let hidden = Settings {
            secret: Some(self.secret.seeds(&exercise.id, student)),
            ..settings
        };
        for (at, run) in passed.into_iter().zip(run(&hidden, &again)?) {
            runs[at] = run;
        }
        Ok(found(self.course, exercise, runs))
    }

    fn settings(&self, suite: &Path) -> Settings {
        let settings = Settings::new(&self.course.grading);
        let confinement = Confinement {
            level: self.level,
            purpose: Purpose::Compute,
            read: runtime(),
            execute: starters(suite),
            write: Vec::new(),
            limits: Limits {
                processor: PROCESSOR,
                memory: settings.memory.saturating_mul(4),
                // The record is the only file that it has.
                file: 512 << 20,
                files: 32,
            },
        };
        Settings {
            jobs: 1,
            launch: Launch::Confined(confinement),
            ..settings
        }
    }
}

/// An empty folder to work in, which goes away by itself.
fn scratch(course: &Course) -> Result<TempDir> {
    let folder = work(course).join(std::process::id().to_string());
    fs::create_dir_all(&folder)
        .and_then(|()| TempDir::new_in(&folder))
        .map_err(|error| {
            Error::system(
                format!("make a folder in `{}`", folder.display()),
                error,
                "Check that the folder `target` is yours to write to and that the disk is not full.",
            )
        })
}

fn work(course: &Course) -> PathBuf {
    course.root.join("target/faultline/class/work")
}

/// Removes what runs left behind that were killed: the folders of processes that are no more.
pub fn sweep(course: &Course) {
    let Ok(entries) = fs::read_dir(work(course)) else {
        return;
    };
    for entry in entries.flatten() {
        let alive = entry.file_name().to_str().is_none_or(is_alive);
        if !alive {
            // What cannot be removed does no harm but take room.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(unix)]
fn is_alive(process: &str) -> bool {
    let id = process
        .parse()
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    id.is_none_or(|id| rustix::process::test_kill_process(id) != Err(rustix::io::Errno::SRCH))
}

#[cfg(not(unix))]
fn is_alive(_process: &str) -> bool {
    true
}

fn found(course: &Course, exercise: &Exercise, runs: Vec<ScenarioRun>) -> Finding {
    let results: Vec<ScenarioResult> = runs.into_iter().map(|run| run.result).collect();
    // A part that could not be judged makes the whole no verdict: it is graded again.
    let unknown = results.iter().find_map(|result| match &result.outcome {
        Outcome::NoVerdict { reason } => Some(reason.clone()),
        Outcome::CourseFault { reason } => Some(format!("the suite is at fault: {reason}")),
        _ => None,
    });
    if let Some(reason) = unknown {
        return Finding::NoVerdict { reason };
    }
    let graded = Graded::Ran(results);
    let report = Report {
        root: &course.root,
        exercise,
        graded: &graded,
        edition: course.edition,
        next: Next::Elsewhere,
    };
    let Graded::Ran(results) = &graded else {
        return Finding::Ran {
            scenarios: Vec::new(),
        };
    };
    let scenario = |result: &ScenarioResult| {
        let passed = result.outcome == Outcome::Passed;
        Scenario {
            test: result.test.clone(),
            title: result.title.clone(),
            points: if passed { result.points } else { 0 },
            possible: result.points,
            outcome: Kind::of(&result.outcome).id().to_owned(),
            told: if passed {
                String::new()
            } else {
                in_full(&report, result).join("\n")
            },
            counterexample: counterexample(&result.outcome),
        }
    };
    Finding::Ran {
        scenarios: results.iter().map(scenario).collect(),
    }
}

/// What a broken promise takes, with the numbers left out by which two runs of the same mistake differ.
fn counterexample(outcome: &Outcome) -> Option<String> {
    let (Outcome::Broken(story) | Outcome::Storm(story) | Outcome::Crashed(Crash::Panicked(story))) =
        outcome
    else {
        return None;
    };
    let mut kinds: Vec<&str> = story.plan.faults.iter().map(kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let faults = match kinds.is_empty() {
        true => "no fault".to_owned(),
        false => kinds.join(", "),
    };
    let operations = count(story.operations.len() as u64, &story.operation_noun);
    Some(format!("{faults}; {operations}"))
}

/// What kind of fault it is: names of nodes, times and numbers are only true of one run.
fn kind(fault: &Fault) -> &'static str {
    match fault {
        Fault::Lose { .. } => "a lost message",
        Fault::Duplicate { .. } => "a duplicate",
        Fault::Delay { .. } => "a late message",
        Fault::Late { .. } => "a late timer",
        Fault::Partition { .. } => "a partition",
        Fault::Crash { .. } => "a crash",
        Fault::LoseUnsynced { .. } => "a lost write to disk",
        Fault::Pause { .. } => "a pause",
        Fault::Skew { .. } => "a skewed clock",
    }
}
