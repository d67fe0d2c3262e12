//! A run as a space-time diagram: one self-contained HTML page, or figures for the book.
//!
//! `moments` orders what happened into rows, `layout` decides where everything goes, `svg` draws it, `states` follows
//! what every node knew, and `page` and `figure` put it together. Without JavaScript everything that matters is there
//! to read; `player.js` adds a cursor that steps through the run and shows the state of each node at it. It serves any
//! number of figures on a page, so that a book loads it once.

#[cfg(feature = "program")]
mod about;
pub(crate) mod escape;
mod figure;
mod label;
mod lanes;
mod layout;
mod moments;
#[cfg(feature = "program")]
mod page;
mod pretty;
mod sound;
mod states;
mod svg;
#[cfg(all(test, feature = "program"))]
mod tests;
mod words;

#[cfg(feature = "program")]
pub use about::About;
pub use figure::{Caption, figure};
#[cfg(feature = "program")]
pub use page::page;
pub use sound::can_be_drawn;

/// What moves the cursor, for every figure on a page. Plain JavaScript without dependencies.
pub const PLAYER_JS: &str = include_str!("player.js");

/// How figures look: light and dark, as the reader's system or the book's theme asks, and in print.
pub const PLAYER_CSS: &str = include_str!("player.css");
