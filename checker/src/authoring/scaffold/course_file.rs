//! Listing a new exercise in `course.toml`, leaving everything else in the file as it is.

use std::path::Path;

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};

use super::template::File;
use crate::course::COURSE_FILE;
use crate::error::Result;
use crate::problem::{Code, Problem};
use crate::source::{Source, TEXT_LIMIT};

/// `course.toml` with the exercise at the end of its chapter; with the chapter at the end of the course, if that is new.
///
/// # Errors
/// If the file cannot be read or changed.
pub fn add(root: &Path, chapter: &str, exercise: &str, new_chapter: Option<&str>) -> Result<File> {
    let source = Source::read(&root.join(COURSE_FILE), COURSE_FILE, TEXT_LIMIT)?;
    let unusable = |message: &str| {
        let problem = Problem::new(Code::BadValue, message.to_owned());
        problem.in_file(COURSE_FILE).help(format!(
            "add `{exercise}` to the chapter `{chapter}` by hand"
        ))
    };
    let mut document: DocumentMut = source
        .text
        .parse()
        .map_err(|_| unusable("this file cannot be changed by the checker"))?;
    let chapters = document
        .entry("chapter")
        .or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let chapters = chapters
        .as_array_of_tables_mut()
        .ok_or_else(|| unusable("the chapters are not written as [[chapter]]"))?;
    if let Some(title) = new_chapter {
        let mut table = Table::new();
        table.insert("id", value(chapter));
        table.insert("title", value(title));
        table.insert("exercises", value(Array::from_iter([exercise])));
        table.decor_mut().set_prefix("\n");
        chapters.push(table);
        return Ok((COURSE_FILE.to_owned(), document.to_string()));
    }
    let its = |table: &&mut Table| table.get("id").and_then(Item::as_str) == Some(chapter);
    let exercises = chapters
        .iter_mut()
        .find(its)
        .and_then(|table| table.get_mut("exercises"))
        .and_then(Item::as_array_mut)
        .ok_or_else(|| unusable("the chapter's `exercises` were not found"))?;
    exercises.push(exercise);
    // A list over several lines keeps its last bracket on a line of its own.
    if let [.., before, last] = exercises.iter_mut().collect::<Vec<_>>().as_mut_slice()
        && let Some(prefix) = before.decor().prefix().cloned()
    {
        last.decor_mut().set_prefix(prefix);
    }
    Ok((COURSE_FILE.to_owned(), document.to_string()))
}
