//! `stub`: what the reader starts from, made from the solution.

use std::io::Write;

use crate::authoring::write::{Written, is_stub, stub_of, write_stub};
use crate::cli::StubArgs;
use crate::course;
use crate::course::model::{Course, Exercise};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::text::count;

/// Writes the stub of one exercise or of all; with `--check`, only says which would change.
///
/// # Errors
/// All markers of all solutions that do not fit together; files that cannot be read or written.
pub fn stub(course: &Course, args: &StubArgs, out: &mut dyn Write) -> Result<Exit> {
    let exercises: Vec<&Exercise> = match &args.exercise {
        Some(name) => vec![course::select(course, name)?],
        None => course.exercises().collect(),
    };
    let mut problems = Vec::new();
    let mut stubs = Vec::new();
    for exercise in exercises {
        match stub_of(course, exercise) {
            Ok(stub) => stubs.push((exercise, stub)),
            Err(Error::Problems(found)) => problems.extend(found),
            Err(error) => return Err(error),
        }
    }
    if !problems.is_empty() {
        return Err(problems.into());
    }
    if args.check {
        check(course, &stubs, out)
    } else {
        write(course, &stubs, out)
    }
}

fn check(course: &Course, stubs: &[(&Exercise, String)], out: &mut dyn Write) -> Result<Exit> {
    let mut stale = 0u64;
    for (exercise, stub) in stubs {
        let file = exercise.relative(&course.root, &exercise.learner_file());
        if is_stub(exercise, stub)? {
            writeln!(out, "✓ same     {file}")?;
        } else {
            stale += 1;
            writeln!(out, "✗ differs  {file}")?;
        }
    }
    if stale == 0 {
        return Ok(Exit::AllPassed);
    }
    writeln!(
        out,
        "{} out of date. Run `cargo checker stub`.",
        count(stale, "stub")
    )?;
    Ok(Exit::CourseBroken)
}

fn write(course: &Course, stubs: &[(&Exercise, String)], out: &mut dyn Write) -> Result<Exit> {
    for (exercise, stub) in stubs {
        let file = exercise.relative(&course.root, &exercise.learner_file());
        match write_stub(course, exercise, stub)? {
            Written::Unchanged => writeln!(out, "✓ same     {file}")?,
            Written::Created => writeln!(out, "✓ created  {file}")?,
            Written::Replaced { backup } => {
                let backup = exercise.relative(&course.root, &backup);
                writeln!(
                    out,
                    "✓ written  {file}\n           What was there is in {backup}."
                )?;
            }
        }
    }
    Ok(Exit::AllPassed)
}
