//! From saving a file to the verdict in rustlings, the tool that readers know, on an exercise of a few lines.
//!
//! Rustlings itself only with `--rustlings`: it has to be installed first, which takes minutes. Its exercises are a few
//! lines without dependencies, so the fair comparison is [`same_steps`]: what it does, done to an exercise of ours.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::measure::{Result, built_in, cargo, failed, median, output, time};

const VERSION: &str = "6.5.0";
const ROUNDS: u32 = 7;
/// How long its watch mode waits after a save before it starts; see `src/watch/notify_event.rs` of that version.
const DEBOUNCE: Duration = Duration::from_millis(200);

/// An exercise that passes: a function, its test, and the `main` that rustlings wants.
const EXERCISE: &str = "\
fn bigger(a: i32, b: i32) -> i32 {
    if a > b { a } else { b }
}

fn main() {
    println!(\"{}\", bigger(VERSION, 1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bigger_one() {
        assert_eq!(bigger(10, 8), 10);
        assert_eq!(bigger(32, 42), 42);
    }
}
";

/// What rustlings does after a save, done to an exercise of ours that was just changed: it builds, tests and lints it
/// with a cargo call each, and waits before it begins.
pub fn same_steps(folder: &Path, package: &str) -> Result<Duration> {
    let mut all = DEBOUNCE;
    for step in ["build", "test", "clippy"] {
        let mut command = cargo(folder);
        command.args([step, "--quiet", "--package", package]);
        let (took, output) = time(&mut command)?;
        if !output.status.success() {
            return Err(failed(&command, &output).into());
        }
        all += took;
    }
    Ok(all)
}

/// How long it takes from a save to the verdict *passed*, in the middle of several rounds.
pub fn save_to_verdict(root: &Path) -> Result<Duration> {
    let bench = root.join("target").join("faultline").join("bench");
    let tools = bench.join("tools");
    let rustlings = built_in(&tools.join("bin"), "rustlings");
    if !rustlings.is_file() {
        let mut install = cargo(root);
        install
            .args([
                "install",
                "rustlings",
                "--version",
                VERSION,
                "--locked",
                "--root",
            ])
            .arg(&tools);
        output(&mut install)?;
    }
    // Outside of this workspace, which it would otherwise want to become a part of.
    let folder = std::env::temp_dir().join("faultline-bench-rustlings");
    let course = folder.join("rustlings");
    if !course.is_dir() {
        fs::create_dir_all(&folder)?;
        let mut init = Command::new(&rustlings);
        let mut child = init
            .current_dir(&folder)
            .arg("init")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        if let Some(stdin) = &mut child.stdin {
            std::io::Write::write_all(stdin, b"\n")?;
        }
        child.wait()?;
    }
    let mut times = Vec::new();
    for round in 0..=ROUNDS {
        let exercise = EXERCISE.replace("VERSION", &round.to_string());
        fs::write(
            course.join("exercises").join("03_if").join("if1.rs"),
            exercise,
        )?;
        let mut run = Command::new(&rustlings);
        let (took, output) = time(
            run.current_dir(&course)
                .args(["run", "if1"])
                .env_remove("CARGO_TARGET_DIR"),
        )?;
        if !output.status.success() {
            return Err(failed(&run, &output).into());
        }
        // The first one builds what all of them need.
        if round > 0 {
            times.push(took + DEBOUNCE);
        }
    }
    Ok(median(times).unwrap_or_default())
}
