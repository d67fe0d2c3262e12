//! Reading the progress file.

use toml_edit::{DocumentMut, TomlError};

use super::date::Day;
use super::model::{Card, Progress, Record};
use crate::course::manifest::check_format;
use crate::course::table::{Keys, Reader, Table};
use crate::problem::{Code, Problem};
use crate::source::Source;

/// The format of the progress file that this version reads and writes.
pub const PROGRESS_FORMAT: u64 = 1;

/// Reads a progress file. Exercises and keys that are not known are no problem.
///
/// # Errors
/// All problems; each says how to start over.
pub fn parse(source: &Source) -> Result<Progress, Vec<Problem>> {
    let progress = Reader::parse(source, Keys::Any, |top| {
        check_format(top, PROGRESS_FORMAT, "progress file")?;
        let current = top.optional_text("current").map(|(current, _)| current);
        let mut progress = Progress {
            current,
            ..Progress::default()
        };
        top.table("exercise", "[exercise]", Keys::Any, |exercises| {
            exercises.each_table("[exercise.<id>]", Keys::Any, |id, table| {
                progress.exercises.insert(id.to_owned(), record(table));
            });
            Some(())
        });
        top.table("quiz", "[quiz]", Keys::Any, |questions| {
            questions.each_table("[quiz.<id>]", Keys::Any, |id, table| {
                progress.quiz.insert(id.to_owned(), card(table));
            });
            Some(())
        });
        Some(progress)
    });
    let progress = progress.and_then(|progress| match source.text.parse::<DocumentMut>() {
        Ok(_) => Ok(progress),
        Err(error) => Err(vec![not_editable(source, &error)]),
    });
    progress.map_err(|problems| {
        problems
            .into_iter()
            .map(|problem| problem.help(START_OVER))
            .collect()
    })
}

/// Values that nobody asked for are not looked at when the file is read, but they are when it is written, by another
/// parser: `1e999` is too large only for that one. What cannot be written again is better refused at once.
fn not_editable(source: &Source, error: &TomlError) -> Problem {
    let problem = Problem::new(
        Code::Syntax,
        format!("this is not TOML: {}", error.message()),
    );
    problem
        .at(source, error.span().unwrap_or(0..0), "")
        .help("correct this line")
}

const START_OVER: &str = "or move the file away to start over: your code is not in it";

fn card(table: &Table) -> Card {
    let question = table.optional_text("question");
    Card {
        question: question.map_or_else(String::new, |(question, _)| question),
        answered: number(table, "answered", i64::MAX as u64),
        right: number(table, "right", i64::MAX as u64),
        leitner_box: u8::try_from(number(table, "box", u64::from(u8::MAX))).unwrap_or(u8::MAX),
        due: day(table, "due"),
    }
}

/// What has no date is due at once.
fn day(table: &Table, key: &str) -> Day {
    let Some((date, span)) = table.optional_date(key) else {
        return Day::default();
    };
    Day::parse(&date).unwrap_or_else(|| {
        let problem = Problem::new(Code::BadValue, format!("`{key}` is not a date"));
        table.report(
            problem
                .at(table.source(), span, "")
                .help("write it like 2026-01-31"),
        );
        Day::default()
    })
}

fn number(table: &Table, key: &str, most: u64) -> u64 {
    table
        .optional_number(key, 0..=most)
        .map_or(0, |(number, _)| number)
}

fn record(table: &Table) -> Record {
    Record {
        attempts: number(table, "attempts", i64::MAX as u64),
        best: u32::try_from(number(table, "best", u64::from(u32::MAX))).unwrap_or(u32::MAX),
        passed_at: table.optional_date("passed-at").map(|(date, _)| date),
        hints: number(table, "hints", 1_000),
    }
}
