//! The simulator as a learner's crate uses it, against an event loop written by hand and compiled in release.

use std::path::Path;
use std::process::Command;

use simulator::record::{RECORD_VARIABLE, SEEDS_VARIABLE};

use crate::measure::{Result, built, cargo, median, output};
use crate::table::Table;

const ROUNDS: usize = 7;
const SEEDS: &str = "3000";

struct Speed {
    seeds: f64,
    messages: f64,
}

/// Measures both.
///
/// # Errors
/// If one of them does not build, or says something else than numbers.
pub fn measure(root: &Path, table: &mut Table) -> Result<()> {
    output(cargo(root).args(["build", "--release", "--package", "bench-handwritten"]))?;
    output(cargo(root).args(["build", "--package", "bench-simulated"]))?;
    let record = root.join("target").join("bench-record.json");
    let (mut by_hand, mut lean, mut simulated) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        by_hand.push(speed(
            Command::new(built(root, "release", "bench-handwritten")).arg(SEEDS),
        )?);
        let mut run = Command::new(built(root, "release", "bench-handwritten"));
        lean.push(speed(run.args([SEEDS, "lean"]))?);
        let _ = std::fs::remove_file(&record);
        let mut run = Command::new(built(root, "debug", "bench-simulated"));
        simulated.push(speed(
            run.env(RECORD_VARIABLE, &record).env(SEEDS_VARIABLE, SEEDS),
        )?);
    }
    let ratio = |to: &[Speed]| {
        let pairs = simulated.iter().zip(to);
        let ratios = pairs.map(|(ours, theirs)| ours.messages / theirs.messages);
        median(ratios.collect()).unwrap_or(0.0)
    };
    let middle = |speeds: &[Speed], of: fn(&Speed) -> f64| {
        median(speeds.iter().map(of).collect()).unwrap_or(0.0)
    };
    let millions = |speed: f64| format!("{:.2} M/s", speed / 1e6);
    table.figure(
        "messages, lean loop by hand, release",
        millions(middle(&lean, |speed| speed.messages)),
    );
    table.figure(
        "messages, generic loop by hand, release",
        millions(middle(&by_hand, |speed| speed.messages)),
    );
    let (of_lean, of_generic) = (ratio(&lean), ratio(&by_hand));
    // The promise is about the generic loop: a simulator of any node, written by hand in some 130 lines, as the one that
    // the promise was measured with. The lean loop can run one protocol only; it shows what generality costs.
    table.promise(
        "messages, simulator, learner's profile",
        millions(middle(&simulated, |speed| speed.messages)),
        format!("{of_generic:.2} of the generic loop, at least 0.5 ({of_lean:.2} of the lean one)"),
        of_generic >= 0.5,
    );
    let per_second = |speed: f64| format!("{speed:.0}/s");
    table.figure(
        "seeds, generic loop by hand, release",
        per_second(middle(&by_hand, |speed| speed.seeds)),
    );
    table.figure(
        "seeds, simulator, learner's profile",
        per_second(middle(&simulated, |speed| speed.seeds)),
    );
    Ok(())
}

/// Runs a program that prints seeds, messages and nanoseconds.
fn speed(command: &mut Command) -> Result<Speed> {
    let said = output(command)?;
    let numbers: Vec<f64> = said
        .split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect();
    match numbers[..] {
        [seeds, messages, nanoseconds] if nanoseconds > 0.0 => {
            let seconds = nanoseconds / 1e9;
            Ok(Speed {
                seeds: seeds / seconds,
                messages: messages / seconds,
            })
        }
        _ => Err(format!(
            "{command:?} printed `{said}` instead of seeds, messages and nanoseconds"
        )
        .into()),
    }
}
