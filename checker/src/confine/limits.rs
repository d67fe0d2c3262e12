//! Limits of the system on what a process may use.

use std::io;

use serde::{Deserialize, Serialize};

/// What a process may use. Whatever it starts may use as much again, except in the sandbox, where it starts nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Limits {
    /// Seconds of processor time.
    pub processor: u64,
    /// Bytes of address space.
    pub memory: u64,
    /// Bytes of a file that it writes.
    pub file: u64,
    /// Files that are open at once.
    pub files: u64,
}

/// Gives up everything beyond `limits`, for good.
#[cfg(unix)]
pub fn give_up(limits: &Limits) -> io::Result<()> {
    use rlimit::Resource;
    let wanted = [
        // At the soft limit comes SIGXCPU, which says why; SIGKILL a second later, for those who do not listen.
        (Resource::CPU, limits.processor, limits.processor + 1),
        (Resource::AS, limits.memory, limits.memory),
        (Resource::FSIZE, limits.file, limits.file),
        (Resource::NOFILE, limits.files, limits.files),
        (Resource::CORE, 0, 0),
    ];
    for (resource, soft, hard) in wanted {
        // Somebody may have lowered them already.
        let (_, most) = resource.get()?;
        let refused = resource.set(soft.min(most), hard.min(most));
        // macOS knows no limit on address space that it would grant.
        if cfg!(target_os = "linux") || resource != Resource::AS {
            refused?;
        }
    }
    Ok(())
}

/// Elsewhere there is nothing of the kind.
#[cfg(not(unix))]
pub fn give_up(_limits: &Limits) -> io::Result<()> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "this system has no limits",
    ))
}
