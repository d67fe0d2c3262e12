//! `record`: the runs that the book and the quizzes show.

use std::io::Write;

use crate::authoring::record::{self, Mode};
use crate::cli::RecordArgs;
use crate::course::model::Course;
use crate::error::Result;
use crate::exit::Exit;

/// Records the runs that pages and questions show; with `--check`, only says which recordings would change.
///
/// # Errors
/// If there is no such exercise, if pages or quizzes are malformed, or if a run cannot be had.
pub fn record(course: &Course, args: &RecordArgs, out: &mut dyn Write) -> Result<Exit> {
    let mode = match args.check {
        true => Mode::Check,
        false => Mode::Write,
    };
    record::record(course, args.exercise.as_deref(), mode, out)
}
