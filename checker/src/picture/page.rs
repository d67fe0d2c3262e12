//! One file that holds everything: it can be opened without a network, mailed, and put into a report.

use std::fmt::Write;

use simulator::trace::Trace;

use super::escape::html;
use super::figure::{Caption, figure_within};
use super::{About, PLAYER_CSS, PLAYER_JS};

/// How wide the diagram can be beside the states of the nodes on a screen of 1280 pixels.
const ROOM: f64 = 806.0;

/// The picture of a run as one self-contained HTML document, with its story above it.
pub fn page(trace: &Trace, about: &About) -> String {
    let heading = format!("{} · {}", about.exercise, about.title);
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <title>{}</title>\n<style>\n{PLAYER_CSS}</style>\n</head>\n<body class=\"fl-page\">\n<main>\n<header>\n\
         <p class=\"fl-kicker\">{} <span class=\"fl-outcome fl-{}\">{}</span></p>\n<h1>{}</h1>\n<dl>\n",
        html(&heading),
        html(&about.exercise),
        class(&about.outcome),
        html(&about.outcome),
        html(&about.title),
    );
    // Writing to a string cannot fail, here and below.
    for (label, told) in &about.told {
        let _ = writeln!(
            text,
            "<dt>{}</dt><dd class=\"fl-{}\">{}</dd>",
            html(label),
            class(label),
            html(told)
        );
    }
    text.push_str("</dl>\n");
    if !about.enough.is_empty() {
        let _ = writeln!(text, "<p class=\"fl-enough\">{}</p>", html(&about.enough));
    }
    if !about.items.is_empty() {
        text.push_str("<ol>\n");
        for item in &about.items {
            let _ = writeln!(text, "<li>{}</li>", marked(&html(item)));
        }
        text.push_str("</ol>\n");
    }
    text.push_str("</header>\n");
    text.push_str(&figure_within(
        trace,
        &Caption {
            id: "run",
            title: "What happened, from top to bottom",
        },
        ROOM,
    ));
    text.push_str("<footer><dl>\n");
    for (label, command) in &about.commands {
        let _ = writeln!(
            text,
            "<dt>{}</dt><dd><code>{}</code></dd>",
            html(label),
            html(command)
        );
    }
    let _ = write!(
        text,
        "</dl></footer>\n</main>\n<script>\n{PLAYER_JS}</script>\n</body>\n</html>\n"
    );
    text
}

/// A label as the name of a class.
fn class(label: &str) -> String {
    label
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect::<String>()
        .to_ascii_lowercase()
}

/// Text between back quotes as code. The text is escaped already, and back quotes are nothing to HTML.
fn marked(escaped: &str) -> String {
    let parts: Vec<&str> = escaped.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped.to_owned();
    }
    parts
        .iter()
        .enumerate()
        .map(|(index, part)| {
            if index % 2 == 1 {
                format!("<code>{part}</code>")
            } else {
                (*part).to_owned()
            }
        })
        .collect()
}
