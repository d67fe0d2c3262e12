//! Progress on disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::document::edit;
use super::lock::lock;
use super::model::Progress;
use super::parse::parse;
use crate::error::{Error, Result};
use crate::files;
use crate::problem::{Code, Problem};
use crate::source::{Source, TEXT_LIMIT};

/// The name of the progress file, from the course's folder.
const NAME: &str = ".faultline/progress.toml";

/// Where progress and backups are: a folder of the reader's own, not of the course.
pub fn folder(root: &Path) -> PathBuf {
    root.join(".faultline")
}

/// Reads the progress made in the course in `root`; none if there is no file yet.
///
/// # Errors
/// All problems of the file.
pub fn read(root: &Path) -> Result<Progress> {
    let (_, progress) = load(root)?;
    Ok(progress)
}

/// Lets `change` make changes and writes them, while no other checker can write. Returns the progress and what
/// `change` returned.
///
/// # Errors
/// All problems of the file, which is then left as it is; failures of the system.
pub fn update<T>(root: &Path, change: impl FnOnce(&mut Progress) -> T) -> Result<(Progress, T)> {
    let folder = folder(root);
    let failed = |error| Error::system(format!("write `{NAME}`"), error, WRITABLE);
    fs::create_dir_all(&folder).map_err(failed)?;
    let lock = lock(&folder).map_err(failed)?;
    let (text, before) = load(root)?;
    let mut progress = before.clone();
    let result = change(&mut progress);
    if progress != before {
        if lock.held {
            files::remove_leftovers(&folder);
        }
        let edited = edit(&text, &progress).map_err(|error| failed(io::Error::other(error)))?;
        files::replace(&root.join(NAME), &edited).map_err(failed)?;
    }
    Ok((progress, result))
}

const WRITABLE: &str = "Check that the folder is yours to write to and that the disk is not full.";

/// The file's text, empty if there is none, and what it says.
fn load(root: &Path) -> Result<(String, Progress)> {
    match Source::read(&root.join(NAME), NAME, TEXT_LIMIT) {
        Ok(source) => {
            let progress = parse(&source)?;
            Ok((source.text.to_string(), progress))
        }
        Err(problem) if problem.code == Code::FileMissing => {
            Ok((String::new(), Progress::default()))
        }
        Err(problem) => Err(start_over(problem).into()),
    }
}

fn start_over(mut problem: Problem) -> Problem {
    problem.help = vec!["move it away to start over: your code is not in it".to_owned()];
    problem
}
