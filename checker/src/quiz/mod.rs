//! Quizzes: `exercises/<chapter>/quiz.toml`, asked in the terminal, shown in the book, exported to Anki.
//!
//! The files are in the format of mdbook-quiz 0.5 with a few keys of our own. [`load()`] reads all of a course and finds
//! every problem ([`parse`] those of one file); [`select`] decides what to ask today, [`ask`] asks it, [`grade`] judges,
//! and [`schedule`] says when it comes back. [`html()`] and [`anki`] turn the same questions into pages and cards.

#[cfg(feature = "program")]
pub mod anki;
#[cfg(feature = "program")]
pub mod ask;
pub mod form;
pub mod grade;
mod html;
mod load;
pub mod markdown;
mod markup;
pub mod model;
mod read;
#[cfg(feature = "program")]
pub mod schedule;
#[cfg(feature = "program")]
pub mod select;
mod shuffle;
mod stamp;
#[cfg(feature = "program")]
pub mod summary;
#[cfg(feature = "program")]
pub mod terminal;
mod trace;
mod width;

pub use html::{SCRIPT, STYLE, html};
pub use load::{Loaded, load, of_chapter};
pub use model::{Question, Quiz};
pub use read::parse;
pub(crate) use trace::read_trace;

/// A text as HTML that may stand in a line, and in a page of Markdown.
pub(crate) fn inline(markdown: &str) -> String {
    markup::inline(markdown, markup::LineBreak::Reference)
}

pub(crate) use markup::escape;
