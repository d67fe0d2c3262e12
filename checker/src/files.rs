//! Writing files so that a reader never finds half of one, whenever the power fails.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Replaces what `path` holds: writes a temporary file beside it, makes it safe on disk, and renames it.
///
/// Whoever opens `path` meanwhile, or after a crash, sees the old contents or the new, never a mixture.
///
/// # Errors
/// Those of the system; `path` is then as it was.
pub fn replace(path: &Path, contents: &str) -> io::Result<()> {
    put(path, contents, Safety::OnDisk)
}

/// Like [`replace`], without waiting for the disk: for what can be made again. After a failure of power `path` may hold
/// nothing.
///
/// # Errors
/// Those of the system; `path` is then as it was.
pub fn swap(path: &Path, contents: &str) -> io::Result<()> {
    put(path, contents, Safety::InCache)
}

/// What a write has to outlive.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Safety {
    /// A failure of power.
    OnDisk,
    /// The end of this process.
    InCache,
}

fn put(path: &Path, contents: &str, safety: Safety) -> io::Result<()> {
    // A file that is a link stays one: what it points to is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY_PREFIX).suffix(".tmp");
    let permissions = permissions(&path);
    if let Some(permissions) = permissions {
        builder.permissions(permissions);
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(contents.as_bytes())?;
    if safety == Safety::OnDisk {
        file.as_file().sync_all()?;
    }
    file.persist(&path).map_err(|error| error.error)?;
    match safety {
        Safety::OnDisk => sync_folder(folder),
        Safety::InCache => Ok(()),
    }
}

/// What the name of every temporary file begins with.
pub const TEMPORARY_PREFIX: &str = ".faultline-";

/// Removes temporary files that a killed process left in `folder`. Only while no other process can be writing there.
pub fn remove_leftovers(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if entry
            .file_name()
            .to_string_lossy()
            .starts_with(TEMPORARY_PREFIX)
        {
            // A leftover that cannot be removed does no harm.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Those of the file that is replaced; those that the system gives to new files if there is none.
#[cfg(unix)]
fn permissions(path: &Path) -> Option<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    let existing = fs::metadata(path).map(|metadata| metadata.permissions());
    Some(existing.unwrap_or_else(|_| fs::Permissions::from_mode(0o666)))
}

#[cfg(not(unix))]
fn permissions(_path: &Path) -> Option<fs::Permissions> {
    None
}

/// A rename is safe only once the folder is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_contents_replace_the_old_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        replace(&path, "old").unwrap();
        replace(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn leftovers_go_and_other_files_stay() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".faultline-x.tmp"), "half").unwrap();
        fs::write(folder.path().join("progress.toml"), "whole").unwrap();
        remove_leftovers(folder.path());
        let names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["progress.toml"]);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_as_they_were() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        replace(&path, "new").unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o640
        );
    }
}
