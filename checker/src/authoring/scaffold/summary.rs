//! Listing a new page in the book's `SUMMARY.md`.

use std::path::Path;

use super::template::{File, Names};
use crate::error::Result;
use crate::source::{Source, TEXT_LIMIT};

const SUMMARY: &str = "book/src/SUMMARY.md";

/// The table of contents with the exercise's page after the last page of its chapter; a new chapter comes after the last
/// chapter. Nothing if the book has no table of contents.
///
/// # Errors
/// If it cannot be read.
pub fn add(book: &Path, names: &Names, chapter_title: &str) -> Result<Option<File>> {
    let path = book.join("SUMMARY.md");
    if !path.is_file() {
        return Ok(None);
    }
    let source = Source::read(&path, SUMMARY, TEXT_LIMIT)?;
    Ok(Some((
        SUMMARY.to_owned(),
        with_page(&source.text, names, chapter_title),
    )))
}

fn with_page(summary: &str, names: &Names, chapter_title: &str) -> String {
    let Names {
        chapter,
        exercise,
        title,
    } = names;
    let page = format!("  - [{title}]({chapter}/{exercise}.md)");
    let mut lines: Vec<&str> = summary.lines().collect();
    let of_chapter = |line: &&str| line.contains(&format!("]({chapter}/"));
    if let Some(last) = lines.iter().rposition(of_chapter) {
        lines.insert(last + 1, &page);
        return lines.join("\n") + "\n";
    }
    let head = format!("- [{chapter_title}]({chapter}/index.md)");
    let is_entry = |line: &&str| line.trim_start().starts_with("- [");
    match lines.iter().rposition(is_entry) {
        Some(last) => drop(lines.splice(last + 1..last + 1, ["", &head, &page])),
        None => lines.extend(["", &head, &page]),
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names = Names {
        chapter: "queues",
        exercise: "outbox",
        title: "An outbox",
    };

    #[test]
    fn the_page_comes_last_in_its_chapter() {
        let summary = "# Summary\n\n- [Queues](queues/index.md)\n  - [A queue](queues/queue.md)\n\n---\n\n[End](end.md)\n";
        let expected = "# Summary\n\n- [Queues](queues/index.md)\n  - [A queue](queues/queue.md)\n  \
                        - [An outbox](queues/outbox.md)\n\n---\n\n[End](end.md)\n";
        assert_eq!(with_page(summary, &NAMES, "Queues"), expected);
    }

    #[test]
    fn a_new_chapter_comes_after_the_last() {
        let summary = "# Summary\n\n- [Locks](locks/index.md)\n\n---\n\n[End](end.md)\n";
        let expected = "# Summary\n\n- [Locks](locks/index.md)\n\n- [Queues](queues/index.md)\n  \
                        - [An outbox](queues/outbox.md)\n\n---\n\n[End](end.md)\n";
        assert_eq!(with_page(summary, &NAMES, "Queues"), expected);
    }
}
