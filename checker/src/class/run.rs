//! Grading everybody.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::judge::{self, Desk, Task};
use super::ledger::{Ledger, as_text};
use super::line::{Finding, Line};
use super::seal::Secret;
use super::shard::Shard;
use super::similar;
use super::submission::Submission;
use super::toolchain::Toolchain;
use crate::authoring::write;
use crate::confine::Level;
use crate::course::model::{Course, Exercise};
use crate::error::Result;
use crate::files;

/// What is to be graded, and how.
pub struct Order<'c> {
    /// The course.
    pub course: &'c Course,
    /// The exercises, in the course's order.
    pub exercises: Vec<&'c Exercise>,
    /// The submissions.
    pub submissions: Vec<Submission>,
    /// The course's secret.
    pub secret: Secret,
    /// The isolation.
    pub level: Level,
    /// How many are graded at a time.
    pub jobs: NonZero<usize>,
    /// Which part of them.
    pub shard: Shard,
    /// Where the ledger is.
    pub out: PathBuf,
    /// Whether verdicts of other runs are used.
    pub cache: Cache,
}

/// Whether verdicts of other runs, kept in other ledgers, are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// They are.
    Used,
    /// They are not.
    Ignored,
}

/// Grades everybody and returns one line for each student and exercise, sorted. `on_line` hears of each as it comes.
///
/// # Errors
/// If the libraries do not build, files cannot be read or written, or the user interrupts it. What was found until then
/// is kept.
pub fn run(order: Order<'_>, on_line: &(dyn Fn(&Line) + Sync)) -> Result<Vec<Line>> {
    let ledger = Ledger::open(&order.out, &order.secret)?;
    let (desk, tasks) = prepare(order.course, &order.exercises, order.secret, order.level)?;
    let mine: Vec<&Submission> = order
        .submissions
        .iter()
        .filter(|submission| order.shard.has(&submission.student))
        .collect();
    let lines: Mutex<Vec<Line>> = Mutex::default();
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let work = || -> Result<()> {
        while !stopped.load(Ordering::Relaxed) {
            let Some(submission) = mine.get(next.fetch_add(1, Ordering::Relaxed)) else {
                break;
            };
            for line in submitted(&desk, &tasks, submission, Some((&ledger, order.cache)))? {
                on_line(&line);
                // A thread that panicked has left whole lines behind.
                lines
                    .lock()
                    .unwrap_or_else(|poisoned| poisoned.into_inner())
                    .push(line);
            }
        }
        Ok(())
    };
    let guarded = || work().inspect_err(|_| stopped.store(true, Ordering::Relaxed));
    thread::scope(|scope| {
        let workers: Vec<_> = (0..order.jobs.get())
            .map(|_| scope.spawn(guarded))
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| match worker.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            })
    })?;
    let mut lines = lines
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    sort(&mut lines);
    Ok(lines)
}

/// Sorts lines as all files hold them.
pub fn sort(lines: &mut [Line]) {
    lines.sort_by(|first, second| {
        (&first.student, &first.exercise).cmp(&(&second.student, &second.exercise))
    });
}

/// What is needed to grade submissions of these exercises.
///
/// # Errors
/// If the libraries do not build, or files cannot be read or written.
pub fn prepare<'c>(
    course: &'c Course,
    exercises: &[&'c Exercise],
    secret: Secret,
    level: Level,
) -> Result<(Desk<'c>, Vec<Task<'c>>)> {
    judge::sweep(course);
    let toolchain = Toolchain::prepare(course, exercises)?;
    let mut tasks = Vec::new();
    for &exercise in exercises {
        tasks.push(Task {
            exercise,
            material: toolchain.material(course, exercise)?,
            given: similar::grams(&write::stub_of(course, exercise)?),
        });
    }
    let desk = Desk {
        course,
        toolchain,
        secret,
        level,
    };
    Ok((desk, tasks))
}

/// Grades one submission. What is known, from the ledger or from an earlier run with another, is not graded again; without
/// a ledger nothing is known.
///
/// # Errors
/// As [`run`].
pub fn submitted(
    desk: &Desk<'_>,
    tasks: &[Task<'_>],
    submission: &Submission,
    known: Option<(&Ledger, Cache)>,
) -> Result<Vec<Line>> {
    let exercises: Vec<&Exercise> = tasks.iter().map(|task| task.exercise).collect();
    let mut contents = submission.open();
    let ignored = contents.ignored(&exercises);
    let mut lines = Vec::new();
    for task in tasks {
        let student = &submission.student;
        let taken = contents.take(task.exercise, tasks.len() == 1);
        let basis = desk.basis(task, student, &taken);
        let Some((ledger, cache)) = known else {
            lines.push(desk.grade(task, student, &taken, ignored.clone())?);
            continue;
        };
        let fits = |line: &&Line| line.basis == basis && basis.file.is_some();
        let known = ledger
            .known(student, &task.exercise.id)
            .filter(fits)
            .cloned();
        let elsewhere = || match cache {
            Cache::Used => cached(desk, task, student).filter(|line| fits(&line)),
            Cache::Ignored => None,
        };
        if let Some(line) = known.clone().or_else(elsewhere) {
            let mut line = line;
            if line.ignored != ignored {
                line.ignored = ignored.clone();
                line.seal = desk.secret.seal(&line);
            }
            if known.as_ref() != Some(&line) {
                ledger.add(&line)?;
            }
            lines.push(line);
            continue;
        }
        let line = desk.grade(task, student, &taken, ignored.clone())?;
        ledger.add(&line)?;
        keep(desk, &line);
        lines.push(line);
    }
    Ok(lines)
}

/// What was found of the same student's work, whichever ledger it was kept in: if file, course, checker, compiler, seeds and
/// isolation are the same, so is the verdict.
fn cached(desk: &Desk<'_>, task: &Task<'_>, student: &str) -> Option<Line> {
    let text = std::fs::read(cache(desk, student, &task.exercise.id)).ok()?;
    let line: Line = serde_json::from_slice(&text).ok()?;
    let same = line.student == student && line.exercise == task.exercise.id;
    (same && desk.secret.has_sealed(&line)).then_some(line)
}

fn keep(desk: &Desk<'_>, line: &Line) {
    if matches!(line.finding, Finding::NoVerdict { .. }) {
        return;
    }
    let path = cache(desk, &line.student, &line.exercise);
    // Without it the next run only takes longer.
    let _ = path.parent().map(std::fs::create_dir_all);
    let _ = files::swap(&path, &as_text(line));
}

fn cache(desk: &Desk<'_>, student: &str, exercise: &str) -> PathBuf {
    // A checker that was built anew may judge otherwise, whatever its version says.
    let built = std::env::current_exe()
        .and_then(std::fs::metadata)
        .and_then(|metadata| Ok((metadata.len(), metadata.modified()?)));
    let key = format!("{exercise}\0{student}\0{built:?}");
    let key = super::seal::digest(key.as_bytes());
    let folder = desk.course.root.join("target/faultline/class/verdicts");
    folder.join(format!("{key}.json"))
}
