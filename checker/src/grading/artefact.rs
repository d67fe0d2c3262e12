//! What a failure leaves on the disk: the plan that replays it, and the run as data.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use simulator::record::Story;

use super::outcome::{Crash, Outcome};

/// The name that the files of a scenario begin with.
pub fn slug(exercise: &str, test: &str) -> String {
    format!("{exercise}-{test}")
}

/// Where the plan of a scenario's last failure is; `replay` uses it unless told otherwise.
pub fn saved_plan(root: &Path, exercise: &str, test: &str) -> PathBuf {
    folder(root).join(format!("{}.plan.json", slug(exercise, test)))
}

/// Where the trace of a scenario's last failure is.
pub fn saved_trace(root: &Path, exercise: &str, test: &str) -> PathBuf {
    folder(root).join(format!("{}.trace.json", slug(exercise, test)))
}

/// The counterexample in an outcome, if it has one.
pub fn story(outcome: &Outcome) -> Option<&Story> {
    match outcome {
        Outcome::Broken(story)
        | Outcome::Storm(story)
        | Outcome::Crashed(Crash::Panicked(story)) => Some(story),
        _ => None,
    }
}

/// Saves the plan, and the trace if there is one. A trace of an earlier failure would belong to another plan, so it goes.
pub fn save(root: &Path, exercise: &str, test: &str, story: &Story) -> io::Result<()> {
    fs::create_dir_all(folder(root))?;
    fs::write(
        saved_plan(root, exercise, test),
        serde_json::to_vec_pretty(&story.plan)?,
    )?;
    let trace_file = saved_trace(root, exercise, test);
    match &story.trace {
        Some(trace) => fs::write(trace_file, serde_json::to_vec(trace)?),
        None if trace_file.exists() => fs::remove_file(trace_file),
        None => Ok(()),
    }
}

fn folder(root: &Path) -> PathBuf {
    root.join("target").join("faultline")
}
