//! The class as a page: one file that needs no network and no script.
//!
//! Nothing that came with a submission becomes markup: every text goes through [`text`]. Should one ever get past it,
//! the page's policy lets no script run but its own, and lets nothing be fetched or sent.

mod basis;
mod class;
mod details;
mod exercises;
mod look;
mod numbers;
mod table;

use class::Class;

use super::about::About;
use super::shown::name;
use crate::class::line::Line;
use crate::class::similar::{LEAST, pairs};
use crate::picture::PLAYER_CSS;
use crate::picture::escape::html as escaped;

/// How the page looks, beyond what it shares with pictures of runs.
const STYLE: &str = include_str!("class.css");

/// What sorts, finds and opens: extras.
const SCRIPT: &str = include_str!("class.js");

/// SHA-256 of [`SCRIPT`], in base 64: the one script that the page's policy allows. `checker/tests/schemas/run` checks
/// it.
const SCRIPT_HASH: &str = "E19RPgmyJOHj3L9E9qbiPgDPKHZEd8usAk+lYKsGWf8=";

/// The class as one self-contained HTML document.
pub fn html(lines: &[Line], about: &About) -> String {
    let class = Class::new(lines, about);
    let pairs = pairs(lines, LEAST);
    let title = text(&format!("{} · class report", about.course));
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; \
         style-src 'unsafe-inline'; script-src 'sha256-{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <title>{title}</title>\n<style>\n{PLAYER_CSS}{STYLE}</style>\n</head>\n<body class=\"fl-page cl\">\n<main>\n"
    );
    page.push_str(&numbers::header(&class, &pairs));
    page.push_str(&look::section(&class, &pairs));
    page.push_str(&exercises::section(&class));
    page.push_str(&table::section(&class));
    page.push_str(&details::section(&class));
    page.push_str(&basis::section(&class));
    page.push_str(&format!(
        "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    ));
    page
}

/// A short text, harmless, on one line.
fn text(short: &str) -> String {
    escaped(&name(short))
}

/// The share of `part` in `of`, in whole percent; less than one in a hundred is told as 1 as long as there is any.
fn percent(part: usize, of: usize) -> usize {
    match part * 100 {
        0 => 0,
        hundredfold => ((hundredfold + of / 2) / of.max(1)).clamp(1, 100),
    }
}
