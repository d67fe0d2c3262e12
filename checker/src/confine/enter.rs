//! What the helper does: it gives up rights and becomes another program.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use super::{Confinement, Level, calls, files, limits};

/// Gives up everything beyond `confinement` and becomes `program`. Returns only if that fails.
#[cfg(unix)]
pub fn enter(
    confinement: &Confinement,
    record: Option<&Path>,
    program: &Path,
    arguments: &[OsString],
) -> io::Error {
    use std::os::unix::process::CommandExt;
    let mut command = std::process::Command::new(program);
    let kept = match record.map(inheritable).transpose() {
        Ok(kept) => kept,
        Err(error) => return error,
    };
    if let Some((_, number)) = &kept {
        command.arg(number.to_string());
    }
    command.args(arguments);
    if confinement.level >= Level::Limits
        && let Err(error) = limits::give_up(&confinement.limits)
    {
        return error;
    }
    if confinement.level >= Level::Sandbox {
        // Landlock first: afterwards its own calls are among those that are refused.
        if let Err(error) =
            files::give_up(confinement).and_then(|()| calls::give_up(confinement.purpose))
        {
            return error;
        }
    }
    command.exec()
}

/// The record, opened so that whatever this process becomes has it too, and its number.
#[cfg(unix)]
fn inheritable(record: &Path) -> io::Result<(std::fs::File, i32)> {
    use rustix::io::{FdFlags, fcntl_setfd};
    use std::os::fd::AsRawFd;
    let file = std::fs::OpenOptions::new().append(true).open(record)?;
    fcntl_setfd(&file, FdFlags::empty())?;
    let number = file.as_raw_fd();
    Ok((file, number))
}

/// Elsewhere a process cannot become another program.
#[cfg(not(unix))]
pub fn enter(
    _confinement: &Confinement,
    _record: Option<&Path>,
    _program: &Path,
    _arguments: &[OsString],
) -> io::Error {
    io::Error::new(
        io::ErrorKind::Unsupported,
        "submissions are graded on Linux and macOS only",
    )
}
