//! No command: go on with the current exercise.

use crate::cli::{Format, RunArgs};
use crate::color::Color;
use crate::course::model::Course;
use crate::error::Result;
use crate::exit::Exit;
use crate::watch;

/// Grades the current exercise at every save; once where there is no terminal.
///
/// # Errors
/// See [`run`](super::run()) and [`watch::watch`].
pub fn watch(course: &Course, color: Color) -> Result<Exit> {
    if watch::has_terminal() {
        return watch::watch(course, color);
    }
    let args = RunArgs {
        exercise: None,
        format: Format::Text,
        seeds: None,
        fresh: false,
    };
    super::run(course, &args, color, &mut std::io::stdout().lock())
}
