//! What every program beside is asked, and how it answers: one line of numbers with names.

use std::process::ExitCode;

/// What one run of a seed came to.
pub struct Ran {
    /// Messages that were sent, lost ones included.
    pub messages: u64,
    /// What is wrong with where it ended, if something is.
    pub broken: Option<String>,
}

/// What is asked of the nodes, and what the network does.
#[derive(Clone, Copy)]
pub struct Work {
    /// The client has so many writes stored.
    pub writes: u64,
    /// They are spread over so many keys.
    pub keys: u64,
    /// Messages take at least one millisecond and at most so many.
    pub longest_millis: u64,
}

/// The run that is only timed.
pub const LONG: Work = Work {
    writes: 100,
    keys: 3,
    longest_millis: 5,
};
/// The run that looks for a bug: few writes to one key, and messages that are sent again before they arrive.
pub const SHORT: Work = Work {
    writes: 5,
    keys: 1,
    longest_millis: 100,
};
/// One message in ten is lost.
pub const LOSS: f64 = 0.1;
/// Simulated seconds after which a run is given up.
pub const PATIENCE_SECONDS: u64 = 20;
/// How long a run goes on after the last answer, so that what is late arrives.
pub const AFTERMATH_MILLIS: u64 = 100;
/// A bug that so many seeds do not show is not found.
const MOST_SEEDS: u64 = 10_000;

/// Runs what the arguments ask for: `writes SEEDS`, or `bug NAME`. `run` runs one seed.
pub fn answer(run: impl Fn(u64, super::Bug, Work) -> Ran) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["writes", seeds] => {
            let seeds = seeds.parse().unwrap_or(1);
            let mut messages = 0;
            for seed in 1..=seeds {
                let ran = run(seed, super::Bug::None, LONG);
                if let Some(broken) = ran.broken {
                    eprintln!("seed {seed}: {broken}");
                    return ExitCode::FAILURE;
                }
                messages += ran.messages;
            }
            println!("seeds={seeds} messages={messages}");
            ExitCode::SUCCESS
        }
        ["bug", name] => {
            let bug = super::Bug::named(name).unwrap_or_default();
            for seed in 1..=MOST_SEEDS {
                let ran = run(seed, bug, SHORT);
                if let Some(broken) = ran.broken {
                    println!(
                        "found=1 seeds={seed} messages={} operations={}",
                        ran.messages, SHORT.writes
                    );
                    eprintln!("{broken}");
                    return ExitCode::SUCCESS;
                }
            }
            println!("found=0 seeds={MOST_SEEDS}");
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("usage: writes SEEDS | bug NAME");
            ExitCode::FAILURE
        }
    }
}
