//! Feeds spoilt files to every parser until the time is up: `cargo run -p checker --example fuzz -- --seconds 60`.
//!
//! A panic is a failure. The seed that is then printed finds it again: `-- --first SEED --seconds 0`.

#[path = "../tests/spoilt/mod.rs"]
mod spoilt;

use std::collections::BTreeMap;
use std::panic;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;

/// Feeds spoilt files to every parser
#[derive(Parser)]
struct Arguments {
    /// For how long; at least one file is tried
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    first: u64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let end = Instant::now() + Duration::from_secs(arguments.seconds);
    let mut seen = BTreeMap::<_, (u64, u64)>::new();
    let mut failures = 0;
    // Panics are caught and told below, with the file that caused them.
    panic::set_hook(Box::new(|_| {}));
    for seed in arguments.first.. {
        let case = spoilt::case(seed);
        match spoilt::survives(&case) {
            Ok(verdict) => {
                let (tried, refused) = seen.entry(case.kind).or_default();
                *tried += 1;
                *refused += u64::from(verdict == spoilt::Verdict::Refused);
            }
            Err(panic) => {
                failures += 1;
                println!(
                    "seed {seed}: {:?} panicked: {panic}\n{}\n",
                    case.kind,
                    case.text.escape_debug()
                );
            }
        }
        if Instant::now() >= end {
            break;
        }
    }
    for (kind, (tried, refused)) in seen {
        println!("{kind:?}: {tried} files, {refused} refused");
    }
    if failures == 0 {
        println!("No panic.");
        return ExitCode::SUCCESS;
    }
    println!(
        "{failures} panics. Run one of the seeds above again with `-- --seconds 0 --first SEED`."
    );
    ExitCode::FAILURE
}
