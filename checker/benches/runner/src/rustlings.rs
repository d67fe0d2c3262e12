//! From saving a file to the verdict in rustlings, the tool that readers know, on an exercise of a few lines.
//!
//! Rustlings itself only with `--rustlings`, and in the table beside the peers: it has to be installed first, which takes
//! minutes. Its exercises are a few lines without dependencies, so the fair comparison is [`same_steps`]: what it does,
//! done to an exercise of ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::measure::{Result, built_in, cargo, failed, output, time};

/// The version that is installed.
pub const VERSION: &str = "6.5.0";
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

/// Rustlings, with a course of its own.
pub struct Rustlings {
    program: PathBuf,
    course: PathBuf,
}

impl Rustlings {
    /// Installs it below this course's `target`, unless it is there already, and begins its course.
    ///
    /// # Errors
    /// If it cannot be installed or started.
    pub fn install(root: &Path) -> Result<Rustlings> {
        let tools = root
            .join("target")
            .join("faultline")
            .join("bench")
            .join("tools");
        let program = built_in(&tools.join("bin"), "rustlings");
        if !program.is_file() {
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
            let mut init = Command::new(&program);
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
        let rustlings = Rustlings { program, course };
        // The first one builds what all of them need.
        rustlings.save_to_verdict(0)?;
        Ok(rustlings)
    }

    /// How long it takes from a save to the verdict *passed*.
    ///
    /// # Errors
    /// If it gives another verdict.
    pub fn save_to_verdict(&self, version: u32) -> Result<Duration> {
        let exercise = EXERCISE.replace("VERSION", &version.to_string());
        fs::write(
            self.course.join("exercises").join("03_if").join("if1.rs"),
            exercise,
        )?;
        let mut run = Command::new(&self.program);
        run.current_dir(&self.course)
            .args(["run", "if1"])
            .env_remove("CARGO_TARGET_DIR");
        let (took, output) = time(&mut run)?;
        if output.status.success() {
            Ok(took + DEBOUNCE)
        } else {
            Err(failed(&run, &output).into())
        }
    }
}
