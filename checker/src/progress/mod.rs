//! What a reader has done so far: `.faultline/progress.toml` in the course's folder.
//!
//! The file is small, made to be read and carried between machines, and keyed by the ids of exercises and of quiz
//! questions, so it survives those that come and go. It is never rewritten from nothing: what this version does not know stays as it is.

mod date;
mod document;
mod lock;
mod model;
mod parse;
mod store;

pub use date::{Day, TODAY};
pub use document::edit;
pub use model::{Card, Progress, Record};
pub use parse::{PROGRESS_FORMAT, parse};
pub use store::{folder, read, update};
