//! Keeps a program whose code is not trusted from everything that is not its own.
//!
//! This program starts itself again as a *helper*, which gives up rights and then becomes the program in question, so that
//! not one instruction of that program runs with more. What it gives up are limits of the system (`setrlimit`), files,
//! network and signals (Landlock, Linux 5.13 and later) and system calls (seccomp). None of it needs a privileged user.
//! [`probe`] tries from inside what should be refused, so that nobody has to believe it.

mod calls;
mod enter;
mod files;
mod limits;
mod probe;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

pub use enter::enter;
pub use limits::Limits;
pub use probe::{Attempt, Probed, probe, try_everything};

/// How a submission is kept from everything that is not its own. Each level includes those before it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A process of its own: it can do whatever the person can who runs the checker.
    Process,
    /// The same, with limits on processor time, memory and files, and ended with what it started.
    Limits,
    /// The same, and the system refuses it files, network, other processes and signals. Linux.
    Sandbox,
}

impl Level {
    /// What it is called.
    pub fn words(self) -> &'static str {
        match self {
            Level::Process => "process",
            Level::Limits => "limits",
            Level::Sandbox => "sandbox",
        }
    }
}

/// What a program may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// How much of the rest is enforced.
    pub level: Level,
    /// What it is for, and so which system calls it needs.
    pub purpose: Purpose,
    /// Files and folders that it may read, and start programs from if it is [`Purpose::Compile`].
    pub read: Vec<PathBuf>,
    /// The only program that it may start, besides those in `read`.
    pub execute: Vec<PathBuf>,
    /// Folders in which it may do what it likes.
    pub write: Vec<PathBuf>,
    /// What it may use.
    pub limits: Limits,
}

/// What a program is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// It computes, prints, and starts nothing but threads.
    Compute,
    /// It is a compiler: it starts a linker and writes files.
    Compile,
}

impl Confinement {
    /// A command that runs `program` as confined. `record` is opened by the helper, for adding lines, and the number of
    /// its file descriptor becomes the program's first argument.
    ///
    /// # Errors
    /// If this program does not know where it is.
    pub fn command(
        &self,
        program: &Path,
        record: Option<&Path>,
        arguments: &[OsString],
    ) -> io::Result<Command> {
        let mut command = Command::new(helper()?);
        command.env_clear().arg("confined").arg("--confinement");
        command.arg(serde_json::to_string(self)?);
        if let Some(record) = record {
            command.arg("--record").arg(record);
        }
        command.arg("--").arg(program).args(arguments);
        Ok(command)
    }
}

/// This program. Tests of the library are another program, and say where it is.
fn helper() -> io::Result<PathBuf> {
    match std::env::var_os("FAULTLINE_HELPER") {
        Some(path) if cfg!(test) => Ok(path.into()),
        _ => std::env::current_exe(),
    }
}

/// What every program reads before its own first instruction: the C library and how to find it.
pub(crate) fn runtime() -> Vec<PathBuf> {
    [
        "/lib",
        "/lib64",
        "/usr/lib",
        "/usr/lib64",
        "/etc/ld.so.cache",
    ]
    .map(PathBuf::from)
    .to_vec()
}

/// `program`, and the loader that starts every program: where it is differs, and it is a link.
pub(crate) fn starters(program: &Path) -> Vec<PathBuf> {
    const LOADERS: [&str; 4] = [
        "/lib64/ld-linux-x86-64.so.2",
        "/lib/ld-linux-aarch64.so.1",
        "/lib/ld-musl-x86_64.so.1",
        "/lib/ld-musl-aarch64.so.1",
    ];
    std::iter::once(program.to_owned())
        .chain(LOADERS.map(PathBuf::from))
        .collect()
}
