//! Readers learn style from the solution too: it must be clean for clippy and rustfmt.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::process::{Command, Stdio};

use super::build::{Packages, cargo};
use super::check::{Line, line};
use super::variant::{Kind, Variant};
use super::workspace::Workspace;
use crate::course::model::Exercise;
use crate::error::{Error, Result};
use crate::grading;

/// What rustfmt would change in each solution, by exercise; nothing where it is content.
///
/// # Errors
/// If rustfmt cannot be started.
pub fn unformatted(exercises: &[&Exercise]) -> Result<BTreeMap<String, String>> {
    let program = env::var_os("RUSTFMT").unwrap_or_else(|| OsString::from("rustfmt"));
    let mut found = BTreeMap::new();
    for exercise in exercises
        .iter()
        .filter(|exercise| exercise.solution_file().is_file())
    {
        let output = Command::new(&program)
            .args(["--check", "--edition", "2024", "--color", "never"])
            .arg(exercise.solution_file())
            .stdin(Stdio::null())
            .output()
            .map_err(|source| {
                Error::Grading(grading::Error::Process {
                    doing: "start rustfmt",
                    source,
                })
            })?;
        if !output.status.success() {
            let said = [output.stdout, output.stderr].concat();
            found.insert(
                exercise.id.clone(),
                String::from_utf8_lossy(&said).into_owned(),
            );
        }
    }
    Ok(found)
}

/// What clippy says of each solution, by package; nothing where it is content.
///
/// # Errors
/// If cargo cannot be started.
pub fn clippy(workspace: &Workspace, variants: &[Variant]) -> Result<BTreeMap<String, String>> {
    let solutions: Vec<&Variant> = variants
        .iter()
        .filter(|variant| matches!(variant.kind, Kind::Solution))
        .collect();
    if solutions.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut arguments = vec!["clippy", "--lib", "--test", "grade", "--keep-going"];
    for solution in &solutions {
        arguments.extend(["--package", &solution.package]);
    }
    let output = cargo(workspace, &arguments)?;
    let packages = Packages::read(&output);
    let mut found = BTreeMap::new();
    for solution in solutions {
        match packages.get(&workspace.package(solution)) {
            Some(package) if package.messages.is_empty() => {}
            Some(package) => {
                found.insert(solution.package.clone(), package.messages.join("\n"));
            }
            None => {
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                found.insert(
                    solution.package.clone(),
                    format!("clippy said nothing of it:\n{said}"),
                );
            }
        }
    }
    Ok(found)
}

/// The line about the style of an exercise's solution; none if there is no solution.
pub fn check(
    exercise: &Exercise,
    variants: &[Variant],
    unformatted: &BTreeMap<String, String>,
    linted: &BTreeMap<String, String>,
) -> Option<Line> {
    let solution = variants.iter().find(|variant| {
        variant.exercise.id == exercise.id && matches!(variant.kind, Kind::Solution)
    })?;
    let mut reasons = Vec::new();
    if let Some(said) = unformatted.get(&exercise.id) {
        reasons.push(format!(
            "rustfmt would change it; run `rustfmt --edition 2024` on it:\n{said}"
        ));
    }
    if let Some(said) = linted.get(&solution.package) {
        reasons.push(format!("clippy complains:\n{said}"));
    }
    Some(line(
        "style",
        reasons,
        "the solution and its suite are clean for rustfmt and clippy",
    ))
}
