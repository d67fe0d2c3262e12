//! What has been found so far, kept so that no moment at which the run may be killed loses more than what is being graded.
//!
//! Lines are added to a file in the order in which they come and made safe on disk one by one. A line that is cut short, or
//! was not sealed with the course's secret, is as good as none.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::line::{Finding, Line};
use super::seal::Secret;
use crate::error::{Error, Result};

/// The file that lines are added to.
pub const JOURNAL: &str = "journal.jsonl";

/// The most that is read of it, in bytes.
const LIMIT: u64 = 4 << 30;

/// What has been found so far.
pub struct Ledger {
    known: BTreeMap<(String, String), Line>,
    file: Mutex<File>,
    path: PathBuf,
}

impl Ledger {
    /// Opens the ledger in `folder`, which is made if it does not exist. Nobody else may have it open.
    ///
    /// # Errors
    /// If somebody has, or if it cannot be read or written.
    pub fn open(folder: &Path, secret: &Secret) -> Result<Ledger> {
        let path = folder.join(JOURNAL);
        let failed = |error: io::Error| unwritable(&path, error);
        fs::create_dir_all(folder).map_err(failed)?;
        let mut file = File::options()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Usage(format!(
                    "somebody else is grading into `{}`\nWait for it, or choose another folder with `--out`.",
                    folder.display()
                )));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let mut bytes = Vec::new();
        (&mut file)
            .take(LIMIT)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        let known = bytes
            .split(|byte| *byte == b'\n')
            .filter_map(|line| serde_json::from_slice::<Line>(line).ok())
            .filter(|line| secret.has_sealed(line))
            .map(|line| ((line.student.clone(), line.exercise.clone()), line))
            .collect();
        // What was cut short must not spoil what comes after it.
        if bytes.last().is_some_and(|byte| *byte != b'\n') {
            file.seek(SeekFrom::End(0)).map_err(failed)?;
            file.write_all(b"\n").map_err(failed)?;
        }
        Ok(Ledger {
            known,
            file: Mutex::new(file),
            path,
        })
    }

    /// What was found the last time, unless that was no verdict.
    pub fn known(&self, student: &str, exercise: &str) -> Option<&Line> {
        let key = (student.to_owned(), exercise.to_owned());
        self.known
            .get(&key)
            .filter(|line| !matches!(line.finding, Finding::NoVerdict { .. }))
    }

    /// Adds a line. It is safe on disk when this returns.
    ///
    /// # Errors
    /// Those of the system.
    pub fn add(&self, line: &Line) -> Result<()> {
        let failed = |error: io::Error| unwritable(&self.path, error);
        let text = as_text(line);
        let mut file = self
            .file
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.sync_data().map_err(failed)
    }
}

/// A line as it stands in a file, with the line break.
pub fn as_text(line: &Line) -> String {
    // Texts, numbers and lists of them: there is nothing that JSON could not hold.
    serde_json::to_string(line).unwrap_or_default() + "\n"
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    Error::system(
        format!("keep results in `{}`", path.display()),
        error,
        "Check that the folder is yours to write to and that the disk is not full, then run the\n\
         command again: it goes on where it was.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::line::tests::line;
    use super::super::seal::tests::{sealed, secret};
    use super::*;

    const OURS: &str = "ours, and long enough";

    #[test]
    fn what_was_added_is_known_again_and_the_last_word_counts() {
        let folder = tempfile::tempdir().unwrap();
        let secret = secret(OURS);
        let ledger = Ledger::open(folder.path(), &secret).unwrap();
        ledger.add(&sealed(&secret, line("ada", 1))).unwrap();
        ledger.add(&sealed(&secret, line("ada", 2))).unwrap();
        assert_eq!(ledger.known("ada", "primary-backup"), None);
        drop(ledger);
        let ledger = Ledger::open(folder.path(), &secret).unwrap();
        assert_eq!(ledger.known("ada", "primary-backup").unwrap().points, 2);
        assert_eq!(ledger.known("ada", "log-shipping"), None);
    }

    #[test]
    fn a_line_that_was_cut_short_is_none_and_spoils_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let secret = secret(OURS);
        let (first, second) = (
            sealed(&secret, line("ada", 1)),
            sealed(&secret, line("bob", 2)),
        );
        let whole = as_text(&second);
        for kept in [1, whole.len() / 2, whole.len() - 2] {
            let torn = [as_text(&first), whole[..kept].to_owned()].concat();
            fs::write(folder.path().join(JOURNAL), torn).unwrap();
            let ledger = Ledger::open(folder.path(), &secret).unwrap();
            assert_eq!(ledger.known("ada", "primary-backup"), Some(&first));
            assert_eq!(ledger.known("bob", "primary-backup"), None, "{kept} bytes");
            ledger.add(&second).unwrap();
            drop(ledger);
            let ledger = Ledger::open(folder.path(), &secret).unwrap();
            assert_eq!(
                ledger.known("bob", "primary-backup"),
                Some(&second),
                "{kept} bytes"
            );
        }
    }

    #[test]
    fn what_was_not_sealed_here_is_not_known() {
        let folder = tempfile::tempdir().unwrap();
        let ours = secret(OURS);
        let foreign = sealed(&secret("theirs, and long enough"), line("eve", 10));
        let mut forged = sealed(&ours, line("mallory", 0));
        forged.points = 10;
        let text = [as_text(&foreign), as_text(&forged)].concat();
        fs::write(folder.path().join(JOURNAL), text).unwrap();
        let ledger = Ledger::open(folder.path(), &ours).unwrap();
        assert_eq!(ledger.known("eve", "primary-backup"), None);
        assert_eq!(ledger.known("mallory", "primary-backup"), None);
    }

    #[test]
    fn what_was_no_verdict_is_asked_again() {
        let folder = tempfile::tempdir().unwrap();
        let secret = secret(OURS);
        let mut unjudged = line("ada", 0);
        unjudged.finding = Finding::NoVerdict {
            reason: "the disk was full".to_owned(),
        };
        let ledger = Ledger::open(folder.path(), &secret).unwrap();
        ledger.add(&sealed(&secret, unjudged)).unwrap();
        drop(ledger);
        let ledger = Ledger::open(folder.path(), &secret).unwrap();
        assert_eq!(ledger.known("ada", "primary-backup"), None);
    }

    #[test]
    fn only_one_grades_into_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let secret = secret(OURS);
        let first = Ledger::open(folder.path(), &secret).unwrap();
        let second = Ledger::open(folder.path(), &secret)
            .err()
            .unwrap()
            .to_string();
        assert!(
            second.contains("somebody else is grading into `"),
            "{second}"
        );
        drop(first);
        assert!(Ledger::open(folder.path(), &secret).is_ok());
    }
}
