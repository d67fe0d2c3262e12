//! `verify`: the gate for every exercise.

use std::io::Write;

use crate::authoring::verify;
use crate::cli::VerifyArgs;
use crate::course;
use crate::course::model::{Course, Exercise};
use crate::error::Result;
use crate::exit::Exit;

/// Proves that an exercise, or every one, is sound; one line a check.
///
/// # Errors
/// If there is no such exercise, or if cargo cannot be used.
pub fn verify(course: &Course, args: &VerifyArgs, out: &mut dyn Write) -> Result<Exit> {
    let exercises: Vec<&Exercise> = match &args.exercise {
        Some(name) => vec![course::select(course, name)?],
        None => course.exercises().collect(),
    };
    verify::verify(course, &exercises, out)
}
