//! Writing progress into the text that it was read from.

use toml_edit::{Datetime, DocumentMut, Item, Table, TableLike, TomlError, value};

use super::date::Day;
use super::model::{Card, Progress, Record};
use super::parse::PROGRESS_FORMAT;

/// `text`, a progress file or nothing, with what `progress` says; whatever else is in it stays as it is.
///
/// # Errors
/// If `text` is not TOML, which [`parse`](super::parse()) has told before.
pub fn edit(text: &str, progress: &Progress) -> Result<String, TomlError> {
    let mut document: DocumentMut = if text.is_empty() { HEADER } else { text }.parse()?;
    let top: &mut dyn TableLike = document.as_table_mut();
    set(top, "format", value(PROGRESS_FORMAT as i64));
    if let Some(current) = &progress.current {
        set(top, "current", value(current));
    }
    let exercises = table_in(top, "exercise", Implicit::Yes);
    for (id, record) in &progress.exercises {
        write_record(table_in(exercises, id, Implicit::No), record);
    }
    // What was never answered is somebody else's note, and a reader who never opened a quiz needs no table of them.
    for (id, card) in progress.quiz.iter().filter(|(_, card)| card.answered > 0) {
        let questions = table_in(top, "quiz", Implicit::Yes);
        write_card(table_in(questions, id, Implicit::No), card);
    }
    Ok(document.to_string())
}

const HEADER: &str = "\
# Your progress. `cargo checker` writes this file; it is safe to copy, to commit,
# and to remove (which starts over: your code is not in it).
format = 1
";

fn write_record(table: &mut dyn TableLike, record: &Record) {
    set(table, "attempts", value(record.attempts as i64));
    set(table, "best", value(i64::from(record.best)));
    set(table, "hints", value(record.hints as i64));
    if let Some(date) = record
        .passed_at
        .as_ref()
        .and_then(|date| date.parse::<Datetime>().ok())
    {
        set(table, "passed-at", value(date));
    }
}

fn write_card(table: &mut dyn TableLike, card: &Card) {
    set(table, "box", value(i64::from(card.leitner_box)));
    if let Ok(date) = card.due.to_string().parse::<Datetime>()
        && card.due != Day::default()
    {
        set(table, "due", value(date));
    }
    set(table, "answered", value(card.answered as i64));
    set(table, "right", value(card.right as i64));
    if !card.question.is_empty() {
        set(table, "question", value(&card.question));
    }
}

/// Leaves a value that is already there, with its comment, alone.
fn set(table: &mut dyn TableLike, key: &str, item: Item) {
    let same = table
        .get(key)
        .is_some_and(|old| old.to_string().trim() == item.to_string().trim());
    if same {
        return;
    }
    match (table.get_mut(key).and_then(Item::as_value_mut), item) {
        (Some(old), Item::Value(mut new)) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        (_, item) => {
            table.insert(key, item);
        }
    }
}

/// Whether a table's own header may be left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Implicit {
    Yes,
    No,
}

fn table_in<'t>(
    parent: &'t mut dyn TableLike,
    key: &str,
    implicit: Implicit,
) -> &'t mut dyn TableLike {
    if parent.get(key).and_then(Item::as_table_like).is_none() {
        let mut table = Table::new();
        table.set_implicit(implicit == Implicit::Yes);
        parent.insert(key, Item::Table(table));
    }
    let table = parent.get_mut(key).and_then(Item::as_table_like_mut);
    table.expect("a table was put there")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::parse;
    use crate::source::Source;

    fn progress() -> Progress {
        let record = Record {
            attempts: 3,
            best: 4,
            passed_at: Some("2026-01-31T12:00:00Z".to_owned()),
            hints: 1,
        };
        let card = Card {
            question: "51d1e8a3c1f5a4b2".to_owned(),
            answered: 3,
            right: 2,
            leitner_box: 2,
            due: Day::parse("2026-02-03").unwrap(),
        };
        Progress {
            current: Some("request-reply".to_owned()),
            exercises: [("request-reply".to_owned(), record)].into(),
            quiz: [("retried-add".to_owned(), card)].into(),
        }
    }

    #[test]
    fn a_new_file() {
        insta::assert_snapshot!(edit("", &progress()).unwrap(), @r#"
        # Your progress. `cargo checker` writes this file; it is safe to copy, to commit,
        # and to remove (which starts over: your code is not in it).
        format = 1
        current = "request-reply"

        [exercise.request-reply]
        attempts = 3
        best = 4
        hints = 1
        passed-at = 2026-01-31T12:00:00Z

        [quiz.retried-add]
        box = 2
        due = 2026-02-03
        answered = 3
        right = 2
        question = "51d1e8a3c1f5a4b2"
        "#);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let text = edit("", &progress()).unwrap();
        assert_eq!(
            parse(&Source::new("progress.toml", &text)).unwrap(),
            progress()
        );
    }

    #[test]
    fn what_is_not_known_stays_as_it_is() {
        let text = "# mine\nformat = 1\ncolour = \"blue\" # later\n\n[exercise.gone]\nattempts = 2\nbest = 0\nhints = 0\n\n\
                    [quiz]\nx = { due = 2026-01-31 } # odd\n";
        let edited = edit(text, &progress()).unwrap();
        for kept in [
            "# mine\n",
            "colour = \"blue\" # later\n",
            "[exercise.gone]\nattempts = 2\n",
            "[quiz]\nx = { due = 2026-01-31 } # odd\n",
        ] {
            assert!(edited.contains(kept), "{kept:?} is missing in:\n{edited}");
        }
    }

    #[test]
    fn every_way_of_writing_tables_can_be_edited() {
        for text in [
            "format = 1\nexercise = {}\n",
            "format = 1\nexercise = { request-reply = { hints = 0 } }\n",
            "format = 1\nexercise.request-reply.hints = 0\n",
            "format = 1\n[exercise]\nrequest-reply = {}\n",
            "format = 1\n[exercise.\"request-reply\"]\n",
            "format = 1\n\n[other.a]\nb = 1\n",
            "format = 1\n\n[quiz]\nretried-add = { box = 1 }\n",
            "format = 1\nquiz.retried-add.answered = 1\n",
        ] {
            let edited = edit(text, &progress()).unwrap();
            let read = parse(&Source::new("progress.toml", &edited));
            assert_eq!(read, Ok(progress()), "{text}\nbecame\n{edited}");
        }
    }

    #[test]
    fn nothing_new_changes_nothing() {
        let text = edit("", &progress()).unwrap();
        assert_eq!(edit(&text, &progress()).unwrap(), text);
    }
}
