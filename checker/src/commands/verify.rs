//! `verify`: the gate for every exercise.

use std::io::Write;

use colored::Colorize;
use tokio::runtime::Builder;

use crate::authoring::mutants::{self, Mutants};
use crate::authoring::verify;
use crate::cli::VerifyArgs;
use crate::course;
use crate::course::model::{Course, Exercise};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::text::count;
use crate::watch::Changes;

/// Proves that an exercise, or every one, is sound; one line a check. With `--watch`, again at every save; with
/// `--mutants`, lists what the suites do not notice instead.
///
/// # Errors
/// If there is no such exercise, or if cargo cannot be used.
pub fn verify(course: &Course, args: &VerifyArgs, out: &mut dyn Write) -> Result<Exit> {
    let exercises: Vec<&Exercise> = match &args.exercise {
        Some(name) => vec![course::select(course, name)?],
        None => course.exercises().collect(),
    };
    match (args.mutants, args.watch, exercises.as_slice()) {
        (true, ..) => mutate(course, &exercises, out),
        (false, true, [exercise]) => watch(course, exercise, out),
        _ => verify::verify(course, &exercises, out),
    }
}

/// Verifies again whenever something was saved, until it is interrupted.
fn watch(course: &Course, exercise: &Exercise, out: &mut dyn Write) -> Result<Exit> {
    let start = |error| Error::system("watch files", error, "Run the command without `--watch`.");
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(start)?;
    let mut files = Changes::in_folder(&exercise.folder);
    let mut solutions = Changes::in_folder(&exercise.solution);
    loop {
        // The manifests may be what has changed.
        let verified = course::read(&course.root).and_then(|course| {
            let exercise = course::select(&course, &exercise.id)?;
            verify::verify(&course, &[exercise], out)
        });
        match verified {
            Ok(_) => {}
            Err(error @ (Error::Output(_) | Error::System { .. })) => return Err(error),
            Err(error) => writeln!(out, "{error}")?,
        }
        writeln!(
            out,
            "{}\n",
            "Waiting for a change. Ctrl-C ends it.".dimmed()
        )?;
        out.flush()?;
        runtime.block_on(async {
            tokio::select! {
                () = files.next() => {}
                () = solutions.next() => {}
            }
        });
    }
}

fn mutate(course: &Course, exercises: &[&Exercise], out: &mut dyn Write) -> Result<Exit> {
    for exercise in exercises {
        let Mutants {
            caught,
            endless,
            survivors,
            unviable,
        } = mutants::run(course, exercise)?;
        let caught = (caught.len() + endless.len()) as u64;
        let all = caught + survivors.len() as u64;
        writeln!(out, "{}", exercise.id.bold())?;
        writeln!(
            out,
            "  {} {caught} of {} caught",
            "✓".green(),
            count(all, "mutant")
        )?;
        if !unviable.is_empty() {
            writeln!(out, "    {} more did not compile", unviable.len())?;
        }
        for mutant in endless {
            writeln!(out, "    never ends: {mutant}")?;
        }
        for mutant in survivors {
            writeln!(out, "  {} survives: {mutant}", "•".yellow())?;
        }
        writeln!(out)?;
        out.flush()?;
    }
    writeln!(out, "{SURVIVORS}")?;
    Ok(Exit::AllPassed)
}

const SURVIVORS: &str = "\
A mutant that survives is one of three: equivalent (it does the same), allowed
(the contract leaves it open), or a hole in the suite. Write a scenario for the
last kind.";
