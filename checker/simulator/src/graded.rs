//! The program of a suite whose nodes are not trusted.

use std::fs::File;
use std::io::{self, Read};
use std::panic::Location;
use std::process::ExitCode;
use std::thread;

use crate::orders::{self, Handed};
use crate::record::SCENARIO_VARIABLE;

/// Bytes of stack: twice what libtest gives a test, since code that is not optimised takes more of it.
const TEST_STACK: usize = 4 << 20;

/// Runs one of `tests`: the one that the orders on standard input name.
///
/// `cargo checker grade` compiles a suite as a program whose `main` is this, instead of as a test: submitted code then
/// finds the name of the scenario neither among the arguments nor as that of its thread, and the token of the record
/// nowhere. Orders are lines `NAME=VALUE` with the variables of [`crate::record`]; the record itself is open already,
/// and its file descriptor is the program's first argument. What the scenario found is in the record alone; the exit code
/// only says whether there was something to run. Only a scenario that is begun in the file that calls this is the one that
/// is asked for.
///
/// ```no_run
/// fn a_write_reaches_every_copy() { /* … */ }
///
/// fn main() -> std::process::ExitCode {
///     simulator::graded(&[("a_write_reaches_every_copy", a_write_reaches_every_copy)])
/// }
/// ```
#[track_caller]
pub fn graded(tests: &[(&str, fn())]) -> ExitCode {
    let suite = Location::caller().file();
    let Some(test) = prepare(tests, suite) else {
        eprintln!("this program is run by `cargo checker grade` alone");
        return ExitCode::from(2);
    };
    // A thread without a name. A scenario that fails unwinds after it has said why.
    let ended = thread::Builder::new().stack_size(TEST_STACK).spawn(test);
    let Ok(Ok(()) | Err(_)) = ended.map(thread::JoinHandle::join) else {
        eprintln!("the system refuses a thread");
        return ExitCode::from(2);
    };
    // To be told apart from a program that was ended from within.
    println!("\ntest result: ended");
    ExitCode::SUCCESS
}

fn prepare(tests: &[(&str, fn())], suite: &'static str) -> Option<fn()> {
    let descriptor = std::env::args().nth(1)?.parse().ok()?;
    let record = inherited(descriptor)?;
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).ok()?;
    let variables: std::collections::BTreeMap<String, String> = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let scenario = variables.get(SCENARIO_VARIABLE)?.clone();
    let (_, test) = tests.iter().find(|(name, _)| *name == scenario)?;
    orders::hand_over(Handed {
        scenario,
        suite,
        variables,
        record,
    });
    Some(*test)
}

/// The file behind an inherited descriptor, under another number that no program started from here inherits.
fn inherited(descriptor: i32) -> Option<File> {
    use std::os::fd::{FromRawFd, OwnedFd};
    if descriptor < 3 {
        return None;
    }
    // SAFETY: whoever started this program opened the descriptor for it and told its number; nothing else here knows it.
    let given = unsafe { OwnedFd::from_raw_fd(descriptor) };
    let copy = given.try_clone();
    if copy.is_err() {
        // It was none of ours to close.
        std::mem::forget(given);
    }
    Some(File::from(copy.ok()?))
}
