//! The gradebook: a row a student, a column an exercise.
//!
//! The format is RFC 4180, in UTF-8. Spreadsheets take a cell for a formula that begins with `=`, `+`, `-` or `@`,
//! quoted or not, and a formula can start programs; the name of a folder may begin with any of these. Such a name gets
//! an apostrophe in front, which spreadsheets take for "this is text", and does not match the gradebook that it is
//! imported into until somebody has looked at it. Numbers are the checker's own.

use std::collections::BTreeMap;

use super::about::About;
use super::students;
use super::verdict::{Verdict, rows};
use crate::class::line::Line;
use crate::picture::escape::visible;

/// The gradebook of a class. The first row names the columns, the second tells the points that can be earned, and then
/// come the students in the order of their lines.
///
/// A file that is missing, refused or does not compile earns 0. Where there is no verdict on a scenario, or no line,
/// the cell is empty, and so is the total: nobody's zero is booked before it was found out.
pub fn csv(lines: &[Line], about: &About) -> String {
    let mut text = String::new();
    let ids = about.exercises.iter().map(|asked| cell(&asked.id));
    row(
        &mut text,
        [cell("student")]
            .into_iter()
            .chain(ids)
            .chain([cell("total")]),
    );
    let possible = about
        .exercises
        .iter()
        .map(|asked| asked.possible().to_string());
    let all = about.possible().to_string();
    row(
        &mut text,
        [cell("(possible)")]
            .into_iter()
            .chain(possible)
            .chain([all]),
    );
    for (student, lines) in students(lines) {
        let points: BTreeMap<&str, Option<u32>> = lines
            .iter()
            .map(|line| (line.exercise.as_str(), booked(line, about)))
            .collect();
        let earned: Vec<Option<u32>> = about
            .exercises
            .iter()
            .map(|asked| points.get(asked.id.as_str()).copied().flatten())
            .collect();
        let total: Option<u32> = earned.iter().copied().sum();
        let cells = earned.into_iter().chain([total]);
        let cells = cells.map(|points| points.map_or(String::new(), |points| points.to_string()));
        row(&mut text, [cell(student)].into_iter().chain(cells));
    }
    text
}

/// The points that are final.
fn booked(line: &Line, about: &About) -> Option<u32> {
    let open = rows(line, about)
        .iter()
        .any(|row| row.verdict == Verdict::Unjudged);
    (!open).then_some(line.points)
}

fn row(text: &mut String, cells: impl Iterator<Item = String>) {
    let cells: Vec<String> = cells.collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// Text as a cell: on one line, no formula, and quoted unless it is plain.
fn cell(text: &str) -> String {
    let mut text = visible(text).replace('\n', "\\n");
    let first = text.trim_start().chars().next();
    // The last four are what some input methods write for the first four.
    if first.is_some_and(|first| "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}".contains(first)) {
        text.insert(0, '\'');
    }
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_.@".contains(letter);
    if text.chars().all(is_plain) {
        text
    } else {
        format!("\"{}\"", text.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_is_text_whatever_it_says() {
        for (text, written) in [
            ("ada", "ada"),
            ("ada.lovelace@example.org", "ada.lovelace@example.org"),
            ("Lovelace, Ada", "\"Lovelace, Ada\""),
            ("a;b", "\"a;b\""),
            ("the \"first\"", "\"the \"\"first\"\"\""),
            ("=cmd|'/c calc'!A1", "\"'=cmd|'/c calc'!A1\""),
            ("-1", "\"'-1\""),
            ("+1", "\"'+1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\u{ff1d}1", "\"'\u{ff1d}1\""),
            (" =1", "\"' =1\""),
            ("\t=1", "\"'    =1\""),
            ("a\r\n=1", "\"a\\u{d}\\n=1\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
    }
}
