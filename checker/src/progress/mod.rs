//! What a reader has done so far: `.faultline/progress.toml` in the course's folder.
//!
//! The file is small, made to be read and carried between machines, and keyed by exercise ids, so it survives exercises
//! that come and go. It is never rewritten from nothing: what this version does not know stays as it is.

mod date;
mod document;
mod lock;
mod model;
mod parse;
mod store;

pub use document::edit;
pub use model::{Progress, Record};
pub use parse::{PROGRESS_FORMAT, parse};
pub use store::{folder, read, update};
