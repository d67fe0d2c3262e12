//! Grades the current exercise again at every save, and listens to keys meanwhile.
//!
//! `session` is the loop and what it does at each event, `picture` is what there is to see, `terminal` sees to it
//! that the reader's terminal is given back as it was, and `changes` notices saves.

mod changes;
mod picture;
mod session;
mod terminal;

pub use changes::Changes;

use std::io::{self, IsTerminal};

use crate::color::Color;
use crate::course::model::Course;
use crate::error::{Error, Result};
use crate::exit::Exit;

/// Whether there is a terminal to watch in: keys come from standard input, the picture goes to standard output.
/// Without one, `commands::watch` grades the current exercise once, as `run` does.
pub fn has_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Watches the current exercise until the reader leaves. Needs a terminal ([`has_terminal`]).
///
/// # Errors
/// If the terminal or the progress file cannot be used. What is wrong with the exercise is shown, not returned.
pub fn watch(course: &Course, color: Color) -> Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Error::system(
                "prepare to watch",
                error,
                "Use `cargo checker run` meanwhile.",
            )
        })?;
    runtime.block_on(session::run(course, color))
}
