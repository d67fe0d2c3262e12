//! What is kept of one student's work on one exercise: a line of JSON.
//!
//! A line says nothing of when, where or how fast it was made, so that the same class gives the same lines however it was
//! cut into shards, however many ran at a time, and however often the run was killed. It holds all that the reports need.

use serde::{Deserialize, Serialize};

pub use crate::confine::Level;

/// The format of [`Line`]. It grows when something is renamed, removed or given another meaning; a new field alone is no
/// new format.
pub const LINE_FORMAT: u32 = 1;

/// One student's work on one exercise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Line {
    /// [`LINE_FORMAT`].
    pub format: u32,
    /// The name of the student's folder or archive, without `.zip`.
    pub student: String,
    /// The exercise's id.
    pub exercise: String,
    /// What was graded, by what and how: equal bases give equal findings.
    pub basis: Basis,
    /// What was found.
    pub finding: Finding,
    /// The points that were earned.
    pub points: u32,
    /// The points that a full solution earns.
    pub possible: u32,
    /// What else lay in the submission and was not looked at: paths inside it, sorted, at most [`IGNORED_LIMIT`].
    pub ignored: Vec<String>,
    /// The fingerprint of the file's tokens, sorted: files that share many of these numbers were written from one
    /// another. Empty if there was no file.
    pub fingerprint: Vec<u32>,
    /// The authentication code over everything above, made with the course's secret: 64 hexadecimal digits.
    pub seal: String,
}

/// So many ignored paths are told, and no more.
pub const IGNORED_LIMIT: usize = 20;

/// Everything that a finding follows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Basis {
    /// SHA-256 of the student's file, in hexadecimal; `None` if there was none that could be taken.
    pub file: Option<String>,
    /// SHA-256 of the exercise as it was graded: contract, suite, manifest and simulator.
    pub course: String,
    /// The checker's version.
    pub checker: String,
    /// The compiler's version.
    pub compiler: String,
    /// What the hidden seeds were made from, so hashed that it tells nobody what they are.
    pub seeds: String,
    /// The isolation in force.
    pub level: Level,
}

/// What was found of one student's work on one exercise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum Finding {
    /// The submission has no file for the exercise.
    Missing,
    /// There is one, but it is none that is graded: a link, too large, no text, or one that goes round the contract.
    Refused {
        /// Why, in words.
        reason: String,
    },
    /// It does not compile.
    DoesNotCompile {
        /// The compiler's messages, without colour.
        messages: String,
    },
    /// Its suite ran.
    Ran {
        /// What each scenario found, in the manifest's order.
        scenarios: Vec<Scenario>,
    },
    /// It could not be judged, and that may not be the student's fault. It is graded again by the next run.
    NoVerdict {
        /// Why, in words.
        reason: String,
    },
}

/// What one scenario found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Scenario {
    /// The test function's name.
    pub test: String,
    /// What it checks, in words.
    pub title: String,
    /// The points that were earned: all or none.
    pub points: u32,
    /// The points that it is worth.
    pub possible: u32,
    /// What was found, as [`crate::report::Kind::id`] calls it: `passed`, `broken`, `not-implemented`, …
    pub outcome: String,
    /// The whole of it in words, in lines of at most 80 columns; empty if it passed.
    pub told: String,
    /// What a broken promise takes, in few words, so that equal mistakes can be counted: `1 loss, 2 operations`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counterexample: Option<String>,
}

impl Line {
    /// Whether everything that the exercise asks for was found to hold.
    pub fn is_full(&self) -> bool {
        self.points == self.possible && matches!(self.finding, Finding::Ran { .. })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A line of a student who has earned so many of ten points, not sealed.
    pub fn line(student: &str, points: u32) -> Line {
        Line {
            format: LINE_FORMAT,
            student: student.to_owned(),
            exercise: "primary-backup".to_owned(),
            basis: Basis {
                file: Some("f".to_owned()),
                course: "c".to_owned(),
                checker: "0".to_owned(),
                compiler: "r".to_owned(),
                seeds: "s".to_owned(),
                level: Level::Sandbox,
            },
            finding: Finding::Ran {
                scenarios: Vec::new(),
            },
            points,
            possible: 10,
            ignored: Vec::new(),
            fingerprint: Vec::new(),
            seal: String::new(),
        }
    }
}
