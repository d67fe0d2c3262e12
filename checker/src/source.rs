//! A text file as it was read, and what can be wrong with one before its contents matter.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use crate::problem::{Code, Problem};

/// The most that a manifest, a progress file, a patch or a source file of an exercise may hold, in bytes.
pub const TEXT_LIMIT: u64 = 1024 * 1024;

/// A text file: the name to show for it and what it holds. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path as a person in the course's folder would write it.
    pub name: Arc<str>,
    /// What it holds, without a byte order mark.
    pub text: Arc<str>,
}

impl Source {
    /// A source from memory.
    pub fn new(name: &str, text: &str) -> Source {
        Source {
            name: Arc::from(name),
            text: Arc::from(text.strip_prefix('\u{feff}').unwrap_or(text)),
        }
    }

    /// Reads `path`, of at most `limit` bytes; problems call it `name`.
    ///
    /// # Errors
    /// A missing file, one that cannot be read, a folder, one that is too large, and one that is not UTF-8.
    pub fn read(path: &Path, name: &str, limit: u64) -> Result<Source, Problem> {
        let problem = |code, message: String, help: &str| {
            Problem::new(code, message).in_file(name).help(help)
        };
        let failed = |error: std::io::Error| match error.kind() {
            ErrorKind::NotFound => problem(
                Code::FileMissing,
                format!("`{name}` does not exist"),
                RESTORE,
            ),
            ErrorKind::IsADirectory => problem(
                Code::NotAFile,
                format!("`{name}` is a folder, not a file"),
                FOLDER,
            ),
            _ => problem(
                Code::Unreadable,
                format!("`{name}` cannot be read: {error}"),
                PERMISSION,
            ),
        };
        // Before it is opened: opening a pipe would wait for somebody to write into it.
        let metadata = fs::metadata(path).map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(ErrorKind::IsADirectory.into()));
        }
        if !metadata.is_file() {
            let message = format!("`{name}` is not a regular file");
            return Err(problem(Code::NotAFile, message, FOLDER));
        }
        let mut file = File::open(path).map_err(failed)?;
        let mut bytes = Vec::new();
        file.by_ref()
            .take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        if bytes.len() as u64 > limit {
            let message = format!("`{name}` is larger than {} KiB", limit / 1024);
            return Err(problem(
                Code::TooLarge,
                message,
                "check that it is the right file, and shorten it",
            ));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Source::new(name, &text)),
            Err(error) => Err(not_utf8(
                name,
                error.as_bytes(),
                error.utf8_error().valid_up_to(),
            )),
        }
    }

    /// Line and column of a byte offset, both counted from one, columns in characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        position(&self.text, offset)
    }

    /// The line with this number, counted from one, as a span without its line break.
    pub fn line_span(&self, number: usize) -> Range<usize> {
        let mut start = 0;
        for (index, line) in self.text.split_inclusive('\n').enumerate() {
            if index + 1 == number {
                return start..start + line.trim_end_matches(['\n', '\r']).len();
            }
            start += line.len();
        }
        self.text.len()..self.text.len()
    }
}

fn position(text: &str, offset: usize) -> (usize, usize) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |index| index + 1);
    (line, before[start..].chars().count() + 1)
}

fn not_utf8(name: &str, bytes: &[u8], valid_up_to: usize) -> Problem {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let message = if utf16 {
        format!("`{name}` is UTF-16, not UTF-8")
    } else {
        let valid = String::from_utf8_lossy(&bytes[..valid_up_to]);
        let (line, column) = position(&valid, valid.len());
        format!(
            "`{name}` is not UTF-8: byte 0x{:02x} at {line}:{column} fits no character",
            bytes[valid_up_to]
        )
    };
    Problem::new(Code::NotUtf8, message)
        .in_file(name)
        .help("save it as UTF-8; every editor has a setting for it")
}

const RESTORE: &str = "restore it, from git or from a fresh copy of the course";
const FOLDER: &str =
    "move it away and restore the file, from git or from a fresh copy of the course";
const PERMISSION: &str = "check its permissions and those of the folders above it";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let source = Source::new("a", "é = 1\nlast");
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(3), (1, 3));
        assert_eq!(source.position(7), (2, 1));
        assert_eq!(source.position(1000), (2, 5));
    }

    #[test]
    fn lines_are_found_with_either_line_break() {
        let source = Source::new("a", "one\r\ntwo\nthree");
        assert_eq!(&source.text[source.line_span(1)], "one");
        assert_eq!(&source.text[source.line_span(2)], "two");
        assert_eq!(&source.text[source.line_span(3)], "three");
        assert_eq!(source.line_span(4), 14..14);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(&*Source::new("a", "\u{feff}x").text, "x");
    }
}
