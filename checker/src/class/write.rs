//! The files that a class's results are written to.

use std::fs;
use std::io;
use std::path::Path;

use super::ledger::as_text;
use super::line::Line;
use super::report::{self, About};
use super::seal::digest;
use crate::error::{Error, Result};
use crate::files;

/// All lines, sorted: what `merge` joins and `audit` checks.
pub const GRADES: &str = "grades.jsonl";

/// Writes the lines and every report into `folder`. Each file is replaced as a whole.
///
/// # Errors
/// Those of the system.
pub fn write(lines: &[Line], about: &About, folder: &Path) -> Result<()> {
    let text: String = lines.iter().map(as_text).collect();
    put(&folder.join(GRADES), &text)?;
    put(&folder.join("grades.csv"), &report::csv(lines, about))?;
    put(&folder.join("junit.xml"), &report::junit(lines, about))?;
    put(&folder.join("class.html"), &report::html(lines, about))?;
    let gradescope = folder.join("gradescope");
    // Of somebody who is no longer there, nothing stays.
    match fs::remove_dir_all(&gradescope) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(failed(&gradescope, error));
        }
        _ => {}
    }
    for (student, lines) in report::students(lines) {
        let path = gradescope.join(format!("{}.json", file_name(student)));
        put(&path, &report::gradescope(lines, about))?;
    }
    Ok(())
}

/// A name for a student's file: letters, digits and a few signs stay, and what does not is made up for by a number.
fn file_name(student: &str) -> String {
    const LONGEST: usize = 80;
    let plain: String = student
        .chars()
        .take(LONGEST)
        .map(|letter| match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '@' | '+' | '.' => letter,
            _ => '_',
        })
        .collect();
    if plain == student && !plain.starts_with('.') {
        return plain;
    }
    let number = &digest(student.as_bytes())[..8];
    format!("{}-{number}", plain.trim_start_matches('.'))
}

fn put(path: &Path, text: &str) -> Result<()> {
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        files::replace(path, text)
    };
    write().map_err(|error| failed(path, error))
}

fn failed(path: &Path, error: io::Error) -> Error {
    Error::system(
        format!("write `{}`", path.display()),
        error,
        "Check that the folder is yours to write to and that the disk is not full.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_students_file_is_named_after_him_as_far_as_that_goes() {
        assert_eq!(file_name("ada.lovelace"), "ada.lovelace");
        for odd in ["../up", "a/b", ".hidden", "Zoë", "a b"] {
            let name = file_name(odd);
            assert!(
                !name.contains('/') && !name.starts_with('.') && name.is_ascii(),
                "{name}"
            );
        }
        assert_ne!(file_name("a b"), file_name("a/b"));
    }
}
