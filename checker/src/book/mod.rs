//! The book: what its pages may ask for, and what they get.
//!
//! A page is Markdown with directives, each on a line of its own. [`pages`] finds them, [`expand`] replaces those of one
//! page, [`preprocess()`] those of all pages that mdBook hands over, and [`links`] checks that whatever pages point to is
//! there. A directive reads the files that it names and no others: an exercise that is broken breaks no page that does
//! not show it.

pub mod directive;
mod exercise;
pub mod expand;
pub mod links;
mod markdown;
pub mod pages;
mod preprocess;
pub mod reference;
pub mod shelf;

pub use preprocess::preprocess;

use crate::{picture, quiz};

/// The scripts and styles of pictures and quizzes, as files of the book: their paths from the course's folder, and what
/// they hold. mdBook takes files from its own folder only, so `record` copies them there.
pub const ASSETS: [(&str, &str); 4] = [
    ("book/theme/player.css", picture::PLAYER_CSS),
    ("book/theme/player.js", picture::PLAYER_JS),
    ("book/theme/quiz.css", quiz::STYLE),
    ("book/theme/quiz.js", quiz::SCRIPT),
];
