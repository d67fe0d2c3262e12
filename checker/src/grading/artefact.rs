//! What a failure leaves on the disk: the plan that replays it, the run as data, and its picture.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use simulator::record::Story;
use simulator::trace::Trace;

use super::outcome::{Crash, Outcome, ScenarioResult};
use crate::course::model::Exercise;
use crate::files;
use crate::picture::{self, About};

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

/// Where the picture of a scenario's last failure is, or of the run that was last looked at.
pub fn saved_picture(root: &Path, exercise: &str, test: &str) -> PathBuf {
    folder(root).join(format!("{}.html", slug(exercise, test)))
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

/// Saves what there is to a failure: the plan, the trace, the picture. What is left of an earlier failure would belong
/// to another plan, so it goes. Does nothing for results that are no failure of a run.
pub fn save(root: &Path, exercise: &Exercise, result: &mut ScenarioResult) -> io::Result<()> {
    let Some(story) = story(&result.outcome) else {
        return Ok(());
    };
    fs::create_dir_all(folder(root))?;
    let (id, test) = (&exercise.id, &result.test);
    fs::write(
        saved_plan(root, id, test),
        serde_json::to_vec_pretty(&story.plan)?,
    )?;
    let trace_file = saved_trace(root, id, test);
    match &story.trace {
        Some(trace) => fs::write(trace_file, serde_json::to_vec(trace)?)?,
        None => remove(&trace_file)?,
    }
    draw(root, exercise, result)
}

/// Draws the failure and notes where, or removes the picture of an earlier one if there is nothing to draw.
pub fn draw(root: &Path, exercise: &Exercise, result: &mut ScenarioResult) -> io::Result<()> {
    let trace = story(&result.outcome).and_then(|story| story.trace.as_ref());
    match (trace, About::failure(exercise, result)) {
        (Some(trace), Some(about)) => {
            let file = draw_run(root, exercise, &result.test, trace, &about)?;
            result.picture = Some(file);
            Ok(())
        }
        _ => remove(&saved_picture(root, &exercise.id, &result.test)),
    }
}

/// Draws a run of a scenario and says where.
pub fn draw_run(
    root: &Path,
    exercise: &Exercise,
    test: &str,
    trace: &Trace,
    about: &About,
) -> io::Result<PathBuf> {
    fs::create_dir_all(folder(root))?;
    let file = saved_picture(root, &exercise.id, test);
    files::swap(&file, &picture::page(trace, about))?;
    Ok(file)
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn folder(root: &Path) -> PathBuf {
    root.join("target").join("faultline")
}
