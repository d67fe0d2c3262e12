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

#[cfg(test)]
mod tests {
    use super::super::ledger::as_text;
    use super::super::line::tests::line;
    use super::super::seal::tests::{sealed, secret};
    use super::*;

    const OURS: &str = "ours, and long enough";

    /// A folder with the results of a part.
    fn part(secret: &Secret, lines: Vec<Line>) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let text: String = lines
            .into_iter()
            .map(|line| as_text(&sealed(secret, line)))
            .collect();
        std::fs::write(folder.path().join(GRADES), text).unwrap();
        folder
    }

    fn unjudged(student: &str) -> Line {
        let mut line = line(student, 0);
        line.finding = Finding::NoVerdict {
            reason: "killed".to_owned(),
        };
        line
    }

    #[test]
    fn parts_join_to_the_same_in_any_order_and_number() {
        let ours = secret(OURS);
        let one = part(&ours, vec![line("ada", 1), unjudged("cleo")]);
        let two = part(&ours, vec![line("bob", 2), line("cleo", 3)]);
        let [one, two] = [one.path().to_owned(), two.path().join(GRADES)];
        let joined = merge(&[one.clone(), two.clone()], &ours).unwrap();
        let told: Vec<(&str, u32)> = joined
            .iter()
            .map(|line| (line.student.as_str(), line.points))
            .collect();
        assert_eq!(told, [("ada", 1), ("bob", 2), ("cleo", 3)]);
        assert_eq!(merge(&[two.clone(), one.clone()], &ours).unwrap(), joined);
        assert_eq!(merge(&[two.clone(), one, two], &ours).unwrap(), joined);
    }

    #[test]
    fn contradictions_forgeries_and_what_is_no_line_are_refused() {
        let ours = secret(OURS);
        let one = part(&ours, vec![line("ada", 1)]);
        let refused = |folder: &tempfile::TempDir| {
            let parts = [one.path(), folder.path()].map(Path::to_owned);
            merge(&parts, &ours).unwrap_err().to_string()
        };
        let other = part(&ours, vec![line("ada", 10)]);
        let told = refused(&other);
        assert!(
            told.contains("two parts contradict one another about primary-backup of ada\n"),
            "{told}"
        );
        let foreign = part(&secret("theirs, and long enough"), vec![line("eve", 10)]);
        let told = refused(&foreign);
        assert!(
            told.contains(":1 was not sealed with this secret, or was changed since\n"),
            "{told}"
        );
        let later = part(
            &ours,
            vec![Line {
                format: LINE_FORMAT + 1,
                ..line("ada", 1)
            }],
        );
        assert!(refused(&later).contains(":1 has format 2, this checker reads format 1\n"));
        std::fs::write(other.path().join(GRADES), "{\"format\":1").unwrap();
        assert!(refused(&other).contains(":1 is no line of grades: "));
        std::fs::remove_file(other.path().join(GRADES)).unwrap();
        assert!(refused(&other).contains(GRADES));
    }
}
