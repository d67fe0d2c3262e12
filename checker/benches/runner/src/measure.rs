//! Starting programs and timing them.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What may fail is told in words.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How often a command with a limit is looked at; its time is known no better.
const POLL: Duration = Duration::from_millis(1);

/// Runs a command to its end, which must be a success, and returns what it printed.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .map_err(|problem| format!("{command:?} does not start: {problem}"))?;
    if !output.status.success() {
        return Err(failed(command, &output).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// How long a command takes, whether it succeeds or not.
pub fn time(command: &mut Command) -> Result<(Duration, Output)> {
    let start = Instant::now();
    let output = command
        .output()
        .map_err(|problem| format!("{command:?} does not start: {problem}"))?;
    Ok((start.elapsed(), output))
}

/// Like [`time`] for a command whose output does not matter, but ends it when it takes longer than this. Returns nothing
/// then: a suite that is started without the checker has nobody to stop it when a callback never returns.
pub fn time_at_most(limit: Duration, command: &mut Command) -> Result<Option<Duration>> {
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|problem| format!("{command:?} does not start: {problem}"))?;
    while child.try_wait()?.is_none() {
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        sleep(POLL);
    }
    Ok(Some(start.elapsed()))
}

/// A command that did not succeed, and what it said.
pub fn failed(command: &Command, output: &Output) -> String {
    let said = [&output.stdout, &output.stderr]
        .map(|said| String::from_utf8_lossy(said).into_owned())
        .concat();
    format!("{command:?} failed with {}:\n{said}", output.status)
}

/// `cargo` in this folder, without the target directory that whoever runs the benches may have set.
pub fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folder).env_remove("CARGO_TARGET_DIR");
    command
}

/// Where the workspace in this folder puts what it builds.
pub fn built(folder: &Path, profile: &str, program: &str) -> PathBuf {
    built_in(&folder.join("target").join(profile), program)
}

/// A program in this folder.
pub fn built_in(folder: &Path, program: &str) -> PathBuf {
    folder
        .join(program)
        .with_extension(std::env::consts::EXE_EXTENSION)
}

/// The middle one of several measurements.
pub fn median<T: Copy + PartialOrd>(mut values: Vec<T>) -> Option<T> {
    values.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
    values.get(values.len() / 2).copied()
}
