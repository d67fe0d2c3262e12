//! How long it takes to find and shrink a counterexample, for every wrong implementation of every exercise.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use simulator::record::{Line, RECORD_VARIABLE, Story, Verdict};

use crate::measure::{Result, cargo, failed, median, time, time_at_most};
use crate::table::Table;

const ROUNDS: usize = 3;
const LONGEST: Duration = Duration::from_secs(1);
/// After this a suite counts as one that never ends, which is what some bugs are.
const PATIENCE: Duration = Duration::from_secs(20);

/// Measures it.
///
/// # Errors
/// If something does not build.
pub fn measure(root: &Path, table: &mut Table) -> Result<()> {
    // `verify` has made a package of every wrong implementation; making them again takes no time.
    let mut verify = cargo(root);
    verify.args(["run", "--quiet", "--package", "checker", "--", "verify"]);
    let (_, output) = time(&mut verify)?;
    if !output.status.success() {
        return Err(failed(&verify, &output).into());
    }
    let suites = suites(&root.join("target").join("faultline").join("verify"))?;
    let record = root.join("target").join("bench-record.json");
    let (mut all, mut faults, mut operations) = (Vec::new(), Vec::new(), Vec::new());
    for patch in patches(root)? {
        let suite = suites
            .get(&patch.package)
            .ok_or_else(|| format!("{} has no suite", patch.package))?;
        for scenario in &patch.scenarios {
            let mut times = Vec::new();
            let mut story = None;
            for _ in 0..ROUNDS {
                let _ = fs::remove_file(&record);
                let mut command = Command::new(suite);
                command
                    .args(["--exact", scenario, "--nocapture"])
                    .env(RECORD_VARIABLE, &record);
                let Some(took) = time_at_most(PATIENCE, &mut command)? else {
                    break;
                };
                times.push(took);
                story = read(&record);
            }
            let Some(took) = median(times) else {
                table.figure(format!("  {} · {scenario}", patch.package), "never returns");
                continue;
            };
            let told = match &story {
                Some((story, runs)) => {
                    faults.push(story.faults.len());
                    operations.push(story.operations.len());
                    format!(
                        "{} faults, {} operations, {runs} shrinks",
                        story.faults.len(),
                        story.operations.len()
                    )
                }
                None => "no counterexample to shrink".to_owned(),
            };
            table.figure(
                format!("  {} · {scenario}", patch.package),
                format!("{} ms, {told}", took.as_millis()),
            );
            all.push(took);
        }
    }
    let slowest = all.iter().max().copied().unwrap_or_default();
    table.promise(
        format!("{} counterexamples, found and shrunk, slowest", all.len()),
        format!("{} ms", slowest.as_millis()),
        "at most 1 s",
        slowest <= LONGEST,
    );
    table.figure(
        "their size, median and largest",
        format!(
            "{}/{} faults, {}/{} operations",
            median(faults.clone()).unwrap_or(0),
            faults.iter().max().unwrap_or(&0),
            median(operations.clone()).unwrap_or(0),
            operations.iter().max().unwrap_or(&0)
        ),
    );
    Ok(())
}

struct Patch {
    package: String,
    scenarios: Vec<String>,
}

/// Every wrong implementation, and the scenarios that it names.
fn patches(root: &Path) -> Result<Vec<Patch>> {
    let mut patches = Vec::new();
    for chapter in folders(&root.join("solutions"))? {
        for exercise in folders(&chapter)? {
            let mut files: Vec<PathBuf> = fs::read_dir(exercise.join("wrong"))?
                .filter_map(|entry| Some(entry.ok()?.path()))
                .collect();
            files.sort();
            for file in files.iter().filter(|file| {
                file.extension()
                    .is_some_and(|extension| extension == "patch")
            }) {
                let text = fs::read_to_string(file)?;
                let caught = text
                    .lines()
                    .find_map(|line| line.strip_prefix("Caught-by:"))
                    .unwrap_or_default();
                patches.push(Patch {
                    package: format!(
                        "{}--wrong-{}",
                        name(&exercise),
                        name(&file.with_extension(""))
                    ),
                    scenarios: caught
                        .split(',')
                        .map(|scenario| scenario.trim().to_owned())
                        .collect(),
                });
            }
        }
    }
    Ok(patches)
}

fn folders(of: &Path) -> Result<Vec<PathBuf>> {
    let mut folders: Vec<PathBuf> = fs::read_dir(of)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    Ok(folders)
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The suites of the scratch workspace, by package.
fn suites(workspace: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut command = cargo(workspace);
    command.args([
        "build",
        "--workspace",
        "--test",
        "grade",
        "--keep-going",
        "--message-format=json",
    ]);
    let (_, output) = time(&mut command)?;
    let said = String::from_utf8_lossy(&output.stdout);
    let suites = said.lines().filter_map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).ok()?;
        let suite = PathBuf::from(line.get("executable")?.as_str()?);
        let folder = PathBuf::from(line.get("manifest_path")?.as_str()?)
            .parent()?
            .to_owned();
        Some((name(&folder), suite))
    });
    Ok(suites.collect())
}

fn read(record: &Path) -> Option<(Story, u64)> {
    let text = fs::read_to_string(record).ok()?;
    match serde_json::from_str(text.lines().last()?).ok()? {
        Line::Finished {
            verdict, effort, ..
        } => match *verdict {
            Verdict::Broken(story) | Verdict::Crashed(story) | Verdict::Storm(story) => {
                Some((story, effort.shrinks))
            }
            _ => None,
        },
        _ => None,
    }
}
