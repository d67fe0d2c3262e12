//! One writer at a time.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Holds the lock until it is dropped, or until the process ends, however it ends.
pub struct Lock {
    _file: File,
    /// Whether the file system knows locks at all.
    pub held: bool,
}

/// Waits until no other checker writes into `folder`.
///
/// # Errors
/// Those of the system. A file system without locks is no error: there, the last writer wins.
pub fn lock(folder: &Path) -> io::Result<Lock> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("lock"))?;
    match file.lock() {
        Ok(()) => Ok(Lock {
            _file: file,
            held: true,
        }),
        Err(error) if error.kind() == ErrorKind::Unsupported => Ok(Lock {
            _file: file,
            held: false,
        }),
        Err(error) => Err(error),
    }
}
