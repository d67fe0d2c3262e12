//! Grading a part again, to see whether the same comes out.

use rand::seq::SliceRandom;

use super::line::{Finding, Line};
use super::run::{prepare, submitted};
use super::seal::Secret;
use super::submission::Submission;
use crate::course::model::{Course, Exercise};
use crate::error::{Error, Result};

/// What an audit found.
pub struct Audit {
    /// How many lines were graded again.
    pub again: usize,
    /// What was written, and what came out this time, where these differ.
    pub differences: Vec<(Line, Line)>,
    /// Students whose submissions are not there, or not as they were.
    pub changed: Vec<String>,
}

/// Grades `sample` of `lines` again, chosen by lot, in isolation of the same level.
///
/// # Errors
/// If nothing can be graded.
pub fn audit(
    course: &Course,
    lines: &[Line],
    submissions: &[Submission],
    secret: Secret,
    sample: usize,
) -> Result<Audit> {
    let mut chosen: Vec<&Line> = lines
        .iter()
        .filter(|line| !matches!(line.finding, Finding::NoVerdict { .. }))
        .collect();
    chosen.shuffle(&mut rand::rng());
    chosen.truncate(sample);
    let Some(level) = chosen.iter().map(|line| line.basis.level).min() else {
        return Err(Error::Usage("there is no verdict to audit".to_owned()));
    };
    // All exercises that occur, so that a file is looked for where it was found.
    let exercises: Vec<&Exercise> = course
        .exercises()
        .filter(|exercise| lines.iter().any(|line| line.exercise == exercise.id))
        .collect();
    let (desk, tasks) = prepare(course, &exercises, secret, level)?;
    let mut found = Audit {
        again: 0,
        differences: Vec::new(),
        changed: Vec::new(),
    };
    for line in chosen {
        let of = |submission: &&Submission| submission.student == line.student;
        let Some(submission) = submissions.iter().find(of) else {
            found.changed.push(line.student.clone());
            continue;
        };
        let again = submitted(&desk, &tasks, submission, None)?
            .into_iter()
            .find(|again| again.exercise == line.exercise);
        match again {
            Some(again) if again.basis.file == line.basis.file => {
                found.again += 1;
                if again != *line {
                    found.differences.push((line.clone(), again));
                }
            }
            _ => found.changed.push(line.student.clone()),
        }
    }
    Ok(found)
}
