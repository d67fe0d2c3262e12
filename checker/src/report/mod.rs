//! Puts the result of grading an exercise into words, for people and for programs.

mod bar;
mod json;
pub(crate) mod junit;
mod layout;
mod outcome;
mod story;
#[cfg(test)]
mod tests;
mod text;
pub(crate) mod words;

use std::path::Path;

use crate::course::model::{Edition, Exercise};
use crate::grading::Graded;

pub use bar::Bar;
pub use json::{FORMAT, json};
pub use junit::junit;
pub use outcome::Kind;
pub(crate) use outcome::in_full;
pub use text::{replay, text};

/// What there is to report.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The folder of the course; paths are shown relative to it.
    pub root: &'a Path,
    /// The exercise that was graded.
    pub exercise: &'a Exercise,
    /// What was found.
    pub graded: &'a Graded,
    /// For whom the course is: students have no solution to compare with.
    pub edition: Edition,
    /// What happens when the reader does something about it.
    pub next: Next,
}

/// What happens after the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The program ends; it has to be called again.
    Done,
    /// The program watches the file and grades again by itself.
    Watching,
    /// It is read elsewhere, by somebody who has neither this terminal nor the files that were made here.
    Elsewhere,
}
