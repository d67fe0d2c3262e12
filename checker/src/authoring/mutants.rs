//! What the suite does not notice: cargo-mutants changes the solution in every way it knows, one at a time, and the suite
//! grades each.
//!
//! It works on a copy in a scratch workspace, so that nothing of the course changes, and so that what the copy depends on
//! is built once.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::verify::variant::{self, Kind, Source as Implementation};
use super::verify::{meanwhile, workspace};
use crate::course::model::{Course, Exercise};
use crate::error::{Error, Result};
use crate::source::{Source, TEXT_LIMIT};

/// A suite is taken for one that never ends after so many times what it takes for the solution, and not before so many
/// seconds. Wall time: it decides nothing but in which list a mutant stands.
const PATIENCE: [&str; 4] = ["--timeout-multiplier", "5", "--minimum-test-timeout", "10"];

/// What became of the mutants of a solution; each as cargo-mutants tells it, with the solution's file and line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mutants {
    /// Those that a scenario fails for.
    pub caught: Vec<String>,
    /// Those for which the suite did not end in time, with no scenario failed until then. That counts as caught, and is
    /// to be looked at: it may be slow only.
    pub endless: Vec<String>,
    /// Those that every scenario passes.
    pub survivors: Vec<String>,
    /// Those that do not compile.
    pub unviable: Vec<String>,
}

/// Lets the suite grade every mutant of the exercise's solution.
///
/// # Errors
/// If cargo-mutants is not installed, if the solution itself fails, or if files cannot be read or written.
pub fn run(course: &Course, exercise: &Exercise) -> Result<Mutants> {
    let path = exercise.solution_file();
    let name = exercise.relative(&course.root, &path);
    let solution = Source::read(&path, &name, TEXT_LIMIT)?;
    let source = Implementation {
        kind: Kind::Solution,
        slug: "mutants".to_owned(),
        code: solution.text.to_string(),
    };
    let variants: Vec<_> = variant::variant(exercise, source).into_iter().collect();
    let folder = course
        .root
        .join("target")
        .join("faultline")
        .join("mutants")
        .join(&exercise.id);
    let target = folder.with_file_name("target");
    let workspace = workspace::write_in(course, &variants, folder, target)?;
    let told = workspace.root.join("told");
    remove(&told)?;
    meanwhile(&format!(
        "Mutating the solution of {}. This takes a while.",
        exercise.id
    ));
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .arg("mutants")
        // A copy of this copy would have to be built from nothing.
        .args(["--in-place", "--no-shuffle", "--colors", "never"])
        .args(PATIENCE)
        // The contract lies beside the solution, but nobody has to get it right.
        .args(["--file", "packages/*/src/lib.rs"])
        .arg("--dir")
        .arg(&workspace.root)
        .arg("--output")
        .arg(&told)
        .env("CARGO_TARGET_DIR", &workspace.target)
        .env("RUST_BACKTRACE", "0")
        .current_dir(&workspace.root)
        .stdin(Stdio::null());
    let output = command
        .output()
        .map_err(|error| Error::system("start cargo", error, "Install Rust from rustup.rs."))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let told = told.join("mutants.out");
    if said.contains("no such command") {
        return Err(Error::Usage(NOT_INSTALLED.to_owned()));
    }
    let list = |file: &str| list(&told.join(file), &name);
    let failed = ended_after_a_failure(&told, &name)?;
    let (failed, endless) = list("timeout.txt")?
        .into_iter()
        .partition(|mutant| failed.contains(mutant));
    let found = Mutants {
        caught: [list("caught.txt")?, failed].concat(),
        endless,
        survivors: list("missed.txt")?,
        unviable: list("unviable.txt")?,
    };
    if found == Mutants::default() {
        let printed = String::from_utf8_lossy(&output.stdout);
        return Err(Error::Usage(format!(
            "cargo-mutants found nothing to do\nIt said:\n{printed}{said}"
        )));
    }
    Ok(found)
}

const NOT_INSTALLED: &str = "\
cargo-mutants is not installed
Install it with `cargo install cargo-mutants --locked`, then run the command
again.";

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            let doing = format!("remove `{}`", folder.display());
            Err(Error::system(
                doing,
                error,
                "Remove it by hand, then run the command again.",
            ))
        }
        _ => Ok(()),
    }
}

/// One of its lists, with the solution's own file in each line instead of that of the copy.
fn list(path: &Path, solution: &str) -> Result<Vec<String>> {
    let text = read(path)?.unwrap_or_default();
    Ok(text
        .lines()
        .map(|line| of_solution(line, solution))
        .collect())
}

/// A file that cargo-mutants may have written. What a suite printed need not be UTF-8.
fn read(path: &Path) -> Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let doing = format!("read `{}`", path.display());
            Err(Error::system(doing, error, "Run the command again."))
        }
    }
}

/// What is needed of cargo-mutants's `outcomes.json`.
#[derive(Deserialize)]
struct Outcomes {
    outcomes: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    scenario: serde_json::Value,
    summary: String,
    log_path: String,
}

/// The mutants that were ended, but for which a scenario had failed before: others were still looking for the smallest
/// counterexample.
fn ended_after_a_failure(told: &Path, solution: &str) -> Result<Vec<String>> {
    let Some(text) = read(&told.join("outcomes.json"))? else {
        return Ok(Vec::new());
    };
    // What cannot be understood proves no failure; the mutants are then listed to be looked at.
    let Ok(Outcomes { outcomes }) = serde_json::from_str(&text) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for outcome in outcomes {
        let Some(name) = outcome.scenario["Mutant"]["name"].as_str() else {
            continue;
        };
        if outcome.summary == "Timeout" {
            let log = read(&told.join(&outcome.log_path))?.unwrap_or_default();
            let mut lines = log.lines();
            if lines.any(|line| line.starts_with("test ") && line.ends_with("... FAILED")) {
                found.push(of_solution(name, solution));
            }
        }
    }
    Ok(found)
}

fn of_solution(line: &str, solution: &str) -> String {
    match line.split_once("src/lib.rs") {
        Some((_, rest)) => format!("{solution}{rest}"),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mutant_is_told_with_the_solutions_own_file() {
        let told = "packages/doubling--mutants/src/lib.rs:9:5: replace multiply -> u64 with 0";
        let line = of_solution(told, "solutions/basics/doubling/src/lib.rs");
        assert_eq!(
            line,
            "solutions/basics/doubling/src/lib.rs:9:5: replace multiply -> u64 with 0"
        );
    }
}
