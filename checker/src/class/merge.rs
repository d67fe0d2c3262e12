//! Joining what several machines found.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::line::{Finding, LINE_FORMAT, Line};
use super::seal::Secret;
use super::write::GRADES;
use crate::error::{Error, Result};
use crate::source::Source;

/// The most that a file of lines may hold, in bytes.
const LIMIT: u64 = 1 << 30;

/// Reads and joins the lines of all `parts`: files of lines, or folders that hold one. The result is the same in whatever
/// order they come, and however often a part comes.
///
/// # Errors
/// If a file cannot be read, a line was not sealed with this secret, or two lines contradict one another.
pub fn merge(parts: &[PathBuf], secret: &Secret) -> Result<Vec<Line>> {
    let mut merged = BTreeMap::<(String, String), Line>::new();
    for part in parts {
        for line in read(part, secret)? {
            let key = (line.student.clone(), line.exercise.clone());
            let Some(known) = merged.get(&key) else {
                merged.insert(key, line);
                continue;
            };
            let unjudged = |line: &Line| matches!(line.finding, Finding::NoVerdict { .. });
            if unjudged(known) {
                merged.insert(key, line);
            } else if !unjudged(&line) && *known != line {
                return Err(Error::Usage(format!(
                    "two parts contradict one another about {} of {}\n\
                     They were graded from different files, by different versions, or with different\n\
                     isolation. Grade that student again.",
                    line.exercise, line.student
                )));
            }
        }
    }
    Ok(merged.into_values().collect())
}

/// The lines in a file, or in the folder that holds it.
///
/// # Errors
/// If it cannot be read, or a line is none or was not sealed with this secret.
pub fn read(path: &Path, secret: &Secret) -> Result<Vec<Line>> {
    let path = match path.is_dir() {
        true => path.join(GRADES),
        false => path.to_owned(),
    };
    let name = path.to_string_lossy();
    if !path.exists() {
        return Err(Error::Usage(format!(
            "`{name}` does not exist: that part has not come to its end\n\
             Grade it again, with the same `--out`: it goes on where it was."
        )));
    }
    let source = Source::read(&path, &name, LIMIT)?;
    let mut lines = Vec::new();
    for (index, text) in source.text.lines().enumerate() {
        let number = index + 1;
        let line: Line = serde_json::from_str(text).map_err(|error| {
            Error::Usage(format!(
                "{name}:{number} is no line of grades: {error}\nTake the file that `grade` wrote."
            ))
        })?;
        if line.format != LINE_FORMAT {
            return Err(Error::Usage(format!(
                "{name}:{number} has format {}, this checker reads format {LINE_FORMAT}\n\
                 Grade and merge with the same version.",
                line.format
            )));
        }
        if !secret.has_sealed(&line) {
            return Err(Error::Usage(format!(
                "{name}:{number} was not sealed with this secret, or was changed since\n\
                 Do not trust it: grade {} again.",
                line.student
            )));
        }
        lines.push(line);
    }
    Ok(lines)
}
