//! Where the course is.

use std::env;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The file that marks the root of a course.
pub const COURSE_FILE: &str = "course.toml";

/// The nearest folder, from the current one upwards, that holds a `course.toml`.
///
/// # Errors
/// There is none.
pub fn find_root() -> Result<PathBuf> {
    let current = env::current_dir().map_err(|error| {
        Error::system(
            "find the current folder",
            error,
            "Change into the course's folder.",
        )
    })?;
    let root = current
        .ancestors()
        .find(|folder| folder.join(COURSE_FILE).exists());
    root.map(Path::to_owned)
        .ok_or_else(|| Error::Usage(NO_COURSE.to_owned()))
}

const NO_COURSE: &str = "\
there is no `course.toml` here or in any folder above
Change into the folder of the course (or any folder in it), then run the command
again.";
