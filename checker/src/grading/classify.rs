//! What it means that a suite ended without a verdict.

use std::process::ExitStatus;

use super::attempt::Attempt;
use super::outcome::{Crash, Stuck};

/// How many lines of its last words are worth showing.
const LAST_WORDS: usize = 8;

/// How many letters of each.
const LINE: usize = 200;

/// Signals that no code without `unsafe` brings upon its own process.
const OUTSIDE: [&str; 4] = ["SIGHUP", "SIGINT", "SIGKILL", "SIGTERM"];

/// What libtest and the runtime say that tells a reader nothing.
const NOISE: [&str; 7] = [
    "note: run with `RUST_BACKTRACE",
    "running 1 test",
    "test result:",
    "failures:",
    "test ",
    "note: Some details are omitted",
    "error: test failed",
];

/// What it means that a suite ended without a verdict.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// The learner's code took the process down.
    Crash(Cause),
    /// The suite is at fault.
    Course(String),
    /// Somebody else ended it, with this signal: the system, short of memory, or a person.
    Outside(String),
    /// It cannot be told who is.
    Unknown(String),
}

/// What took the process down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The stack overflowed.
    StackOverflow,
    /// An allocation failed.
    OutOfMemory,
    /// The process ended itself.
    Exit(i32),
    /// A signal ended it that comes of what the process does itself.
    Signal(String),
}

impl Cause {
    /// The crash, with what was running at the time. `memory` is the limit in bytes.
    pub fn at(self, at: Option<Stuck>, memory: u64) -> Crash {
        match self {
            Cause::StackOverflow => Crash::StackOverflow(at),
            Cause::OutOfMemory => Crash::OutOfMemory { limit: memory, at },
            Cause::Exit(code) => Crash::Exited { code, at },
            Cause::Signal(by) => Crash::Killed { by, at },
        }
    }
}

/// What it means that `attempt` ended with `status` and without a verdict that can be believed.
pub fn classify(test: &str, status: ExitStatus, attempt: &Attempt) -> Ending {
    let (stdout, stderr) = (attempt.stdout.text(), attempt.stderr.text());
    let record = &attempt.record;
    if stdout.contains("running 0 tests") && record.is_empty() {
        return Ending::Course(format!(
            "there is no test `{test}` in the suite: `exercise.toml` names it, `tests/grade.rs` does not have it"
        ));
    }
    if record.is_opened() {
        if stderr.contains("has overflowed its stack") {
            return Ending::Crash(Cause::StackOverflow);
        }
        if stderr
            .lines()
            .any(|line| line.starts_with("memory allocation of ") && line.contains(" failed"))
        {
            return Ending::Crash(Cause::OutOfMemory);
        }
        if let Some(signal) = signal(status) {
            return match OUTSIDE.contains(&signal.as_str()) {
                true => Ending::Outside(signal),
                false => Ending::Crash(Cause::Signal(signal)),
            };
        }
    }
    if let Some(flaw) = &record.flaw {
        return Ending::Unknown(format!("the suite ended without a verdict: {flaw}"));
    }
    // A suite whose test function returned says so; one that was ended from within does not.
    let returned = stdout.contains("\ntest result: ");
    let words = last_words(&stderr, &stdout);
    match status.code() {
        Some(0) if returned => Ending::Course(format!(
            "the test `{test}` passed without recording a verdict; in `tests/grade.rs`, let it end with a scenario's `run` or `check`"
        )),
        Some(code) if record.is_opened() && !returned => Ending::Crash(Cause::Exit(code)),
        _ if record.is_opened() => Ending::Unknown(format!(
            "the suite failed outside of any run{}",
            quoted(&words)
        )),
        _ => Ending::Unknown(format!(
            "the suite ended before it began, with {}{}",
            in_words(status),
            quoted(&words)
        )),
    }
}

/// The signal that ended the process, by name.
#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<String> {
    use std::os::unix::process::ExitStatusExt;
    status.signal().map(|signal| match signal {
        1 => "SIGHUP".to_owned(),
        2 => "SIGINT".to_owned(),
        4 => "SIGILL".to_owned(),
        6 => "SIGABRT".to_owned(),
        8 => "SIGFPE".to_owned(),
        9 => "SIGKILL".to_owned(),
        11 => "SIGSEGV".to_owned(),
        15 => "SIGTERM".to_owned(),
        24 => "SIGXCPU".to_owned(),
        other => format!("signal {other}"),
    })
}

/// There are no signals here: a process that is killed has an exit code like any other. Those that stand for a fault
/// of the processor or an abort have the two highest bits set.
#[cfg(not(unix))]
fn signal(status: ExitStatus) -> Option<String> {
    let code = status.code()? as u32;
    (code >> 30 == 3).then(|| format!("the system (code 0x{code:08X})"))
}

fn in_words(status: ExitStatus) -> String {
    match (status.code(), signal(status)) {
        (_, Some(signal)) => signal,
        (Some(code), None) => format!("exit code {code}"),
        (None, None) => "no exit code".to_owned(),
    }
}

fn quoted(words: &str) -> String {
    if words.is_empty() {
        String::new()
    } else {
        format!(":\n{words}")
    }
}

/// The end of what was said, standard error first, without what says nothing.
pub fn last_words(stderr: &str, stdout: &str) -> String {
    let telling = |text: &str| {
        let lines: Vec<String> = text
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty() && !NOISE.iter().any(|noise| line.starts_with(noise)))
            .map(|line| line.chars().take(LINE).collect())
            .collect();
        lines[lines.len().saturating_sub(LAST_WORDS)..].join("\n")
    };
    let complaint = telling(stderr);
    if complaint.is_empty() {
        telling(stdout)
    } else {
        complaint
    }
}
