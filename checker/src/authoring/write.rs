//! Writing a stub into the reader's file without ever losing what was there.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::markers;
use crate::course::model::{Course, Edition, Exercise};
use crate::error::{Error, Result};
use crate::files;
use crate::progress;
use crate::source::{Source, TEXT_LIMIT};

/// What became of the reader's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// It was the stub already.
    Unchanged,
    /// There was none; there is one now.
    Created,
    /// It was replaced; what was there is in this file.
    Replaced {
        /// The backup.
        backup: PathBuf,
    },
}

/// The stub that belongs to the exercise's solution; in the students' edition, the one that came with it.
///
/// # Errors
/// If the solution, or that stub, cannot be read, or all its markers that do not fit together.
pub fn stub_of(course: &Course, exercise: &Exercise) -> Result<String> {
    let read =
        |path: PathBuf| Source::read(&path, &exercise.relative(&course.root, &path), TEXT_LIMIT);
    match course.edition {
        Edition::Authors => Ok(markers::stub(&read(exercise.solution_file())?)?),
        Edition::Students => Ok(read(exercise.stub_file())?.text.replace("\r\n", "\n")),
    }
}

/// Whether the reader's file is what `stub` says; the kind of line breaks does not count.
///
/// # Errors
/// If the file is there but cannot be read.
pub fn is_stub(exercise: &Exercise, stub: &str) -> Result<bool> {
    Ok(current(&exercise.learner_file())?.is_some_and(|text| same(&text, stub)))
}

/// Writes `stub` into the reader's file; first puts what was there, byte for byte, into a new file among the backups.
///
/// # Errors
/// Failures of the system; the reader's file is then as it was.
pub fn write_stub(course: &Course, exercise: &Exercise, stub: &str) -> Result<Written> {
    let path = exercise.learner_file();
    let name = exercise.relative(&course.root, &path);
    let written = match current(&path)? {
        Some(text) if same(&text, stub) => return Ok(Written::Unchanged),
        Some(text) => {
            let failed = |error| Error::system(format!("back up `{name}`"), error, WRITABLE);
            Written::Replaced {
                backup: back_up(&course.root, &exercise.id, &text).map_err(failed)?,
            }
        }
        None => Written::Created,
    };
    let write = || {
        fs::create_dir_all(exercise.folder.join("src"))?;
        files::replace(&path, stub)
    };
    write().map_err(|error| Error::system(format!("write `{name}`"), error, WRITABLE))?;
    Ok(written)
}

const WRITABLE: &str = "Nothing was changed. Check that the folder is yours to write to and that the disk is not full.";

fn current(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let doing = format!("read `{}`", path.display());
            Err(Error::system(
                doing,
                error,
                "Check that it is a file and that you may read it.",
            ))
        }
    }
}

fn same(text: &[u8], stub: &str) -> bool {
    text == stub.as_bytes() || String::from_utf8_lossy(text).replace("\r\n", "\n") == stub
}

/// Never overwrites a backup: two processes at once get two files.
fn back_up(root: &Path, id: &str, text: &[u8]) -> io::Result<PathBuf> {
    let folder = progress::folder(root).join("backups");
    fs::create_dir_all(&folder)?;
    let mut number = 1;
    loop {
        let path = folder.join(format!("{id}-{number}.rs"));
        match fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
        {
            Ok(mut file) => {
                io::Write::write_all(&mut file, text)?;
                file.sync_all()?;
                return Ok(path);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}
