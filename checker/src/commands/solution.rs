//! `solution`: the annotated solution, after a pass.

use std::io::Write;

use super::chosen;
use crate::cli::SolutionArgs;
use crate::course::model::{Course, Edition};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::progress;
use crate::source::{Source, TEXT_LIMIT};

/// Prints where the annotated solution is, and the solution.
///
/// # Errors
/// In the students' edition, which has none. If the exercise has not passed and `--reveal` was not given; if the solution cannot be read.
pub fn solution(course: &Course, args: &SolutionArgs, out: &mut dyn Write) -> Result<Exit> {
    let progress = progress::read(&course.root)?;
    let exercise = chosen(course, args.exercise.as_deref(), &progress)?;
    let id = &exercise.id;
    if course.edition == Edition::Students {
        return Err(Error::Usage(format!(
            "this edition of the course comes without solutions\n\
             `cargo checker hint {id}` helps without giving it away; for the solution, ask\n\
             whoever gave you the course."
        )));
    }
    if !args.reveal && !progress.record(id).passed() {
        return Err(Error::Usage(format!(
            "you have not passed `{id}` yet\n\
             `cargo checker hint {id}` helps without giving it away; to see the solution\n\
             all the same, run `cargo checker solution {id} --reveal`."
        )));
    }
    let name = exercise.relative(&course.root, &exercise.solution_file());
    let source = Source::read(&exercise.solution_file(), &name, TEXT_LIMIT)?;
    writeln!(out, "{name}\n\n{}", source.text.trim_end())?;
    Ok(Exit::AllPassed)
}
