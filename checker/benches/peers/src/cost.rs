//! What running a program costs, in CPU time.

use std::error::Error;
use std::process::{Command, Output};
use std::time::Duration;

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What is measured, in words.
#[cfg(unix)]
pub const CLOCK: &str = "CPU time (user and system)";
/// What is measured, in words.
#[cfg(not(unix))]
pub const CLOCK: &str =
    "wall time, because this system tells no CPU time of processes that have ended";

/// Runs a command to its end; returns the time that it and all that it started took.
pub fn time(command: &mut Command) -> Result<(Duration, Output)> {
    let before = so_far()?;
    let output = command
        .output()
        .map_err(|problem| format!("{command:?} does not start: {problem}"))?;
    Ok((so_far()?.saturating_sub(before), output))
}

/// Like [`time`], for a command that must succeed; returns what it printed.
pub fn succeed(command: &mut Command) -> Result<(Duration, String)> {
    let (took, output) = time(command)?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        Ok((took, said))
    } else {
        let complaint = String::from_utf8_lossy(&output.stderr);
        Err(format!(
            "{command:?} failed with {}:\n{said}{complaint}",
            output.status
        )
        .into())
    }
}

/// The CPU time of all programs that were started and have ended.
#[cfg(unix)]
fn so_far() -> Result<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = |time: TimeVal| time.tv_sec() as u64 * 1_000_000 + time.tv_usec() as u64;
    let spent = micros(usage.user_time()) + micros(usage.system_time());
    Ok(Duration::from_micros(spent))
}

#[cfg(not(unix))]
fn so_far() -> Result<Duration> {
    use std::sync::OnceLock;
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    Ok(START.get_or_init(Instant::now).elapsed())
}

/// The middle one of several measurements; nothing if there are none.
pub fn median<T: Copy + PartialOrd>(mut values: Vec<T>) -> Option<T> {
    values.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
    values.get(values.len() / 2).copied()
}

/// The middle of the ratios of two series that were measured in turns.
pub fn ratio(of: &[f64], to: &[f64]) -> Option<f64> {
    median(of.iter().zip(to).map(|(of, to)| of / to).collect())
}
