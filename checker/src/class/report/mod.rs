//! The reports about a class: Gradescope's JSON, JUnit's XML, a gradebook and a page.
//!
//! Each is a function from lines to text. The same lines give the same bytes: no report says when or where it was made.
//! Everything that came with a submission, names included, is hostile text: it is shown, never carried out, and cut
//! where it is too long.

mod about;
mod csv;
mod gradescope;
mod html;
mod junit;
mod shown;
mod verdict;

#[cfg(test)]
mod tests;

use super::line::Line;

pub use about::{About, Asked, Check};
pub use csv::csv;
pub use gradescope::gradescope;
pub use html::html;
pub use junit::junit;
pub(crate) use shown::name;

/// The format of the reports, which those that have a place for it name. It grows when something in them is renamed,
/// removed or given another meaning.
pub const FORMAT: u32 = 1;

/// The lines of each student, in the order in which the students come. All lines of a student have to follow one
/// another, as they do when they are sorted.
pub fn students(lines: &[Line]) -> impl Iterator<Item = (&str, &[Line])> {
    lines
        .chunk_by(|first, second| first.student == second.student)
        .filter_map(|lines| Some((lines.first()?.student.as_str(), lines)))
}
