//! A course: `course.toml` and one `exercise.toml` for every exercise, read into [`model`] and found sound.
//!
//! Nothing is built and no process is started here, so that `list` and `hint` answer at once.

pub mod exercise;
pub mod form;
pub mod id;
pub mod manifest;
pub mod model;
mod read;
mod root;
mod select;
pub mod suite;
pub mod table;
pub mod unique;

pub use read::{edition, read, read_exercise};
pub use root::{COURSE_FILE, find_root};
pub use select::{select, select_chapter, select_scenario};
