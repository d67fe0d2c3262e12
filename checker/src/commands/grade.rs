//! `grade`: a class.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::num::NonZero;
use std::path::Path;
use std::thread;

use indicatif::{ProgressBar, ProgressStyle};

use crate::class::audit::{self, Audit};
use crate::class::line::{Finding, Line};
use crate::class::merge;
use crate::class::report::{About, name};
use crate::class::run::{self, Cache, Order};
use crate::class::seal::Secret;
use crate::class::submission::Submission;
use crate::class::write;
use crate::cli::{AuditArgs, GradeArgs, GradeCommand, MergeArgs};
use crate::confine::{self, Level};
use crate::course;
use crate::course::model::{Course, Exercise};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::text::count;

/// Grades a class, joins parts of one, or grades a part again.
///
/// # Errors
/// If what was asked for does not exist, the course does not build, the isolation cannot be had, or files cannot be read or
/// written.
pub fn grade(course: &Course, args: GradeArgs, out: &mut dyn Write) -> Result<Exit> {
    match &args.command {
        Some(GradeCommand::Merge(args)) => join(course, args, out),
        Some(GradeCommand::Audit(args)) => again(course, args, out),
        None => everybody(course, args, out),
    }
}

fn everybody(course: &Course, args: GradeArgs, out: &mut dyn Write) -> Result<Exit> {
    let Some(secret) = &args.course_secret else {
        return Err(Error::Usage("`--course-secret` is missing".to_owned()));
    };
    let secret = Secret::read(secret)?;
    let submissions = Submission::all(&args.submissions)?;
    let exercises = chosen(course, &args.exercise)?;
    isolated(args.isolation, out)?;
    let jobs = args
        .jobs
        .or_else(|| thread::available_parallelism().ok())
        .unwrap_or(NonZero::<usize>::MIN);
    let bar = bar(submissions.len() * exercises.len());
    let order = Order {
        course,
        exercises: exercises.clone(),
        submissions,
        secret,
        level: args.isolation,
        jobs,
        shard: args.shard,
        out: args.out.clone(),
        cache: match args.no_cache {
            true => Cache::Ignored,
            false => Cache::Used,
        },
    };
    let lines = run::run(order, &|_| bar.inc(1))?;
    bar.finish_and_clear();
    finish(course, &lines, &exercises, args.isolation, &args.out, out)
}

fn chosen<'c>(course: &'c Course, names: &[String]) -> Result<Vec<&'c Exercise>> {
    if names.is_empty() {
        return Ok(course.exercises().collect());
    }
    let mut wanted = BTreeSet::new();
    for name in names {
        wanted.insert(course::select(course, name)?.id.as_str());
    }
    Ok(course
        .exercises()
        .filter(|exercise| wanted.contains(exercise.id.as_str()))
        .collect())
}

/// Tries the isolation before anything is graded, and says what came of it.
fn isolated(level: Level, out: &mut dyn Write) -> Result<()> {
    let probed = confine::probe(level).map_err(|error| {
        Error::Usage(format!(
            "the isolation `{}` cannot be had here: {error}\n{LESS}",
            level.words()
        ))
    })?;
    if !probed.leaks.is_empty() {
        let leaks: Vec<&str> = probed.leaks.iter().map(|leak| leak.words()).collect();
        return Err(Error::Usage(format!(
            "the isolation `{}` does not hold here: a submission could {}\n{LESS}",
            level.words(),
            leaks.join(", ")
        )));
    }
    writeln!(
        out,
        "Isolation: {}. Of {} things that a submission may try, {} were refused.",
        level.words(),
        probed.tried,
        probed.refused.len()
    )?;
    if level < Level::Sandbox {
        writeln!(out, "{UNSAFE}")?;
    }
    out.flush()?;
    Ok(())
}

const LESS: &str = "\
Grade on Linux 6.2 or later. Or allow less with `--isolation limits`, on a machine that
holds nothing that a student must not see or change: SECURITY.md says what is not stopped.";

const UNSAFE: &str = "\
Submissions can read and change what you can, and forge their results: SECURITY.md.";

fn bar(length: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos} of {len}  {eta} left");
    let bar = ProgressBar::new(length as u64);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn join(course: &Course, args: &MergeArgs, out: &mut dyn Write) -> Result<Exit> {
    let secret = Secret::read(&args.course_secret)?;
    let lines = merge::merge(&args.parts, &secret)?;
    let exercises: Vec<&Exercise> = course
        .exercises()
        .filter(|exercise| lines.iter().any(|line| line.exercise == exercise.id))
        .collect();
    let Some(level) = lines.iter().map(|line| line.basis.level).min() else {
        return Err(Error::Usage("there is nothing to join".to_owned()));
    };
    finish(course, &lines, &exercises, level, &args.out, out)
}

/// Writes everything down and says in few words what it is.
fn finish(
    course: &Course,
    lines: &[Line],
    exercises: &[&Exercise],
    level: Level,
    folder: &Path,
    out: &mut dyn Write,
) -> Result<Exit> {
    let students: BTreeSet<&str> = lines.iter().map(|line| line.student.as_str()).collect();
    let about = About::new(course, exercises.iter().copied(), level, students.len());
    write::write(lines, &about, folder)?;
    let number = |wanted: fn(&Line) -> bool| lines.iter().filter(|line| wanted(line)).count();
    let rows = [
        ("all points", number(Line::is_full)),
        (
            "some or no points",
            number(|line| matches!(line.finding, Finding::Ran { .. }) && !line.is_full()),
        ),
        (
            "does not compile",
            number(|line| matches!(line.finding, Finding::DoesNotCompile { .. })),
        ),
        (
            "refused",
            number(|line| matches!(line.finding, Finding::Refused { .. })),
        ),
        (
            "not handed in",
            number(|line| matches!(line.finding, Finding::Missing)),
        ),
        (
            "no verdict",
            number(|line| matches!(line.finding, Finding::NoVerdict { .. })),
        ),
    ];
    writeln!(
        out,
        "{}, {}:",
        count(students.len() as u64, "student"),
        count(exercises.len() as u64, "exercise")
    )?;
    for (words, number) in rows.iter().filter(|(_, number)| *number > 0) {
        writeln!(out, "{number:>7}  {words}")?;
    }
    writeln!(
        out,
        "Results: {0}/grades.csv, {0}/class.html, {0}/junit.xml, {0}/gradescope/",
        folder.display()
    )?;
    let unjudged: Vec<&Line> = lines
        .iter()
        .filter(|line| matches!(line.finding, Finding::NoVerdict { .. }))
        .collect();
    if unjudged.is_empty() {
        return Ok(Exit::AllPassed);
    }
    for line in unjudged {
        if let Finding::NoVerdict { reason } = &line.finding {
            let reason = reason.lines().next().unwrap_or_default();
            writeln!(
                out,
                "No verdict: {}, {}: {}",
                name(&line.student),
                line.exercise,
                name(reason)
            )?;
        }
    }
    writeln!(
        out,
        "Run the same command again: only these are graded again."
    )?;
    Ok(Exit::NoVerdict)
}

fn again(course: &Course, args: &AuditArgs, out: &mut dyn Write) -> Result<Exit> {
    let secret = Secret::read(&args.course_secret)?;
    let lines = merge::read(&args.grades, &secret)?;
    writeln!(
        out,
        "{} of {}: sealed with this secret.",
        lines.len(),
        count(lines.len() as u64, "line")
    )?;
    let submissions = Submission::all(&args.submissions)?;
    if let Some(level) = lines.iter().map(|line| line.basis.level).min() {
        isolated(level, out)?;
    }
    let Audit {
        again,
        differences,
        changed,
    } = audit::audit(course, &lines, &submissions, secret, args.sample)?;
    for (line, other) in &differences {
        writeln!(
            out,
            "✗ {}, {}: {} of {} points then, {} now",
            name(&line.student),
            line.exercise,
            line.points,
            line.possible,
            other.points
        )?;
    }
    for student in &changed {
        writeln!(
            out,
            "• {}: the file is not there, or not as it was",
            name(student)
        )?;
    }
    let same = again - differences.len();
    writeln!(
        out,
        "{} graded again: {same} with the same result.",
        count(again as u64, "line")
    )?;
    match differences.is_empty() && changed.is_empty() {
        true => Ok(Exit::AllPassed),
        false => Ok(Exit::Broken),
    }
}
