//! What mdBook asks of a preprocessor: a book in, the same book with its pages expanded out.
//!
//! The protocol is JSON: `[context, book]` on standard input, `book` on standard output. It is read here as plain values,
//! because all that matters of it are the texts and paths of pages; mdBook may change the rest.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::expand::Expansion;
use crate::course::COURSE_FILE;
use crate::error::{Error, Result};
use crate::problem::Problem;
use crate::source::Source;

/// Expands every page of a book, both as mdBook writes them.
///
/// # Errors
/// The input is not mdBook's; or all problems of all pages.
pub fn preprocess(input: &str) -> Result<String> {
    let Ok(Value::Array(parts)) = serde_json::from_str(input) else {
        return Err(Error::Usage(NOT_MDBOOK.to_owned()));
    };
    let Ok([context, mut book]) = <[Value; 2]>::try_from(parts) else {
        return Err(Error::Usage(NOT_MDBOOK.to_owned()));
    };
    let text = |path: &str| context.pointer(path).and_then(Value::as_str);
    let folder = Path::new(text("/root").unwrap_or(".")).to_owned();
    let Some(root) = course_of(&folder) else {
        return Err(Error::Usage(NO_COURSE.to_owned()));
    };
    let pages = folder.join(text("/config/book/src").unwrap_or("src"));
    let pages = pages.strip_prefix(&root).unwrap_or(&pages);
    let pages = pages.to_string_lossy().replace('\\', "/");
    let mut expansion = Expansion::new(&root);
    let mut problems = Vec::new();
    for list in ["items", "sections"] {
        if let Some(items) = book.get_mut(list) {
            expand_all(items, &pages, &mut expansion, &mut problems);
        }
    }
    if !problems.is_empty() {
        return Err(problems.into());
    }
    Ok(book.to_string())
}

/// The folder of the course that a book belongs to.
fn course_of(book: &Path) -> Option<PathBuf> {
    book.ancestors()
        .find(|folder| folder.join(COURSE_FILE).exists())
        .map(Path::to_owned)
}

fn expand_all(
    items: &mut Value,
    pages: &str,
    expansion: &mut Expansion,
    problems: &mut Vec<Problem>,
) {
    // Separators and titles of parts are items, too.
    let items = items.as_array_mut().into_iter().flatten();
    for chapter in items.filter_map(|item| item.get_mut("Chapter")) {
        let path = chapter.get("path").and_then(Value::as_str);
        let name = path.map(|path| format!("{pages}/{}", path.replace('\\', "/")));
        if let (Some(name), Some(Value::String(content))) = (name, chapter.get_mut("content")) {
            match expansion.page(&Source::new(&name, content)) {
                Ok(expanded) => *content = expanded,
                Err(found) => problems.extend(found),
            }
        }
        if let Some(inner) = chapter.get_mut("sub_items") {
            expand_all(inner, pages, expansion, problems);
        }
    }
}

const NOT_MDBOOK: &str = "\
this is not what mdBook sends to a preprocessor
Run `mdbook serve book` in the folder of the course, with mdBook 0.5 or newer.";

const NO_COURSE: &str = "\
there is no `course.toml` in any folder above the book
Put the book's folder back into the folder of the course.";
