//! `reset`: an exercise as it was, with a backup of the reader's file.

use std::io::{self, BufRead, IsTerminal, Write};

use super::chosen;
use crate::authoring::write::{Written, is_stub, stub_of, write_stub};
use crate::cli::ResetArgs;
use crate::course::model::{Course, Exercise};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::progress;
use crate::text::count;

/// Writes the stub into the reader's file, of one exercise or of all, after asking.
///
/// # Errors
/// If nobody can be asked and `--yes` was not given; if a solution or a file cannot be read or written.
pub fn reset(course: &Course, args: &ResetArgs, out: &mut dyn Write) -> Result<Exit> {
    let exercises: Vec<&Exercise> = if args.all {
        course.exercises().collect()
    } else {
        vec![chosen(
            course,
            args.exercise.as_deref(),
            &progress::read(&course.root)?,
        )?]
    };
    // All stubs are made before the first is written, so that a broken solution leaves everything as it is.
    let mut changed = Vec::new();
    for exercise in &exercises {
        let stub = stub_of(course, exercise)?;
        if !is_stub(exercise, &stub)? {
            changed.push((*exercise, stub));
        }
    }
    if changed.is_empty() {
        writeln!(out, "{}", nothing_to_reset(&exercises))?;
        return Ok(Exit::AllPassed);
    }
    if !args.yes && !confirmed(&changed, out)? {
        writeln!(out, "Nothing was changed.")?;
        return Ok(Exit::AllPassed);
    }
    for (exercise, stub) in changed {
        let file = exercise.relative(&course.root, &exercise.learner_file());
        match write_stub(course, exercise, &stub)? {
            Written::Unchanged => writeln!(out, "{file} is as it was.")?,
            Written::Created => writeln!(out, "{file} is back.")?,
            Written::Replaced { backup } => {
                let backup = exercise.relative(&course.root, &backup);
                writeln!(out, "{file} is as it was.\n  Your code is in {backup}.")?;
            }
        }
    }
    writeln!(out, "Go on with `cargo checker`.")?;
    Ok(Exit::AllPassed)
}

fn nothing_to_reset(exercises: &[&Exercise]) -> String {
    match exercises {
        [exercise] => format!(
            "`{}` is as it was already. Go on with `cargo checker`.",
            exercise.id
        ),
        _ => "Every exercise is as it was already. Go on with `cargo checker`.".to_owned(),
    }
}

fn confirmed(changed: &[(&Exercise, String)], out: &mut dyn Write) -> Result<bool> {
    if !io::stdin().is_terminal() {
        return Err(Error::Usage(NOBODY_TO_ASK.to_owned()));
    }
    let what = match changed {
        [(exercise, _)] => format!("`{}`", exercise.id),
        _ => count(changed.len() as u64, "exercise"),
    };
    write!(out, "Reset {what}? Your code is kept as a backup. [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| {
        Error::system(
            "read the answer",
            error,
            "Run the command again with `--yes`.",
        )
    })?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

const NOBODY_TO_ASK: &str = "\
nobody can be asked here whether to reset, since the input is no terminal
Run the command again with `--yes`.";
