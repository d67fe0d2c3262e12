//! Progress as the rest of the program sees it.

use std::collections::BTreeMap;

use crate::course::model::{Course, Exercise};

use super::date::{self, Day};

/// What a reader has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Id of the exercise that was chosen last.
    pub current: Option<String>,
    /// What was done, by exercise id; ids that the course does not have are kept.
    pub exercises: BTreeMap<String, Record>,
    /// What was answered, by the id of the quiz question; ids that no quiz has are kept.
    pub quiz: BTreeMap<String, Card>,
}

/// What was answered to one question of a quiz, and when it is asked again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// What the question was when it was answered last: see [`Question::stamp`](crate::quiz::Question::stamp).
    pub question: String,
    /// How often it was answered.
    pub answered: u64,
    /// How often rightly.
    pub right: u64,
    /// Its box, from one on: the higher, the longer until it is asked again.
    pub leitner_box: u8,
    /// When it is asked again.
    pub due: Day,
}

/// What was done in one exercise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// How often it was graded.
    pub attempts: u64,
    /// The most points that it earned.
    pub best: u32,
    /// When it first passed: a date and time of RFC 3339, in UTC.
    pub passed_at: Option<String>,
    /// How many hints of the ladder are open.
    pub hints: u64,
}

impl Record {
    /// Whether it has passed once.
    pub fn passed(&self) -> bool {
        self.passed_at.is_some()
    }
}

impl Progress {
    /// What was done in the exercise with this id.
    pub fn record(&self, id: &str) -> Record {
        self.exercises.get(id).cloned().unwrap_or_default()
    }

    /// The exercise to go on with: the one chosen last unless it has passed, else the first after it (and then from the
    /// start) that has not. `None` when everything has passed.
    pub fn next<'c>(&self, course: &'c Course) -> Option<&'c Exercise> {
        let exercises: Vec<&Exercise> = course.exercises().collect();
        let current = exercises
            .iter()
            .position(|exercise| Some(&exercise.id) == self.current.as_ref())
            .unwrap_or(0);
        let order = exercises[current.min(exercises.len())..]
            .iter()
            .chain(&exercises[..current]);
        order
            .copied()
            .find(|exercise| !self.record(&exercise.id).passed())
    }

    /// The exercise that a command without a name means: the one chosen last, whether it has passed or not; else the
    /// first that has not passed; else the last. `None` only in a course without exercises.
    pub fn current<'c>(&self, course: &'c Course) -> Option<&'c Exercise> {
        let chosen = course
            .exercises()
            .find(|exercise| Some(&exercise.id) == self.current.as_ref());
        chosen
            .or_else(|| self.next(course))
            .or_else(|| course.exercises().last())
    }

    /// Notes that the exercise was graded and earned `points` of those it is worth.
    pub fn attempted(&mut self, exercise: &Exercise, points: u32) {
        self.current = Some(exercise.id.clone());
        let record = self.exercises.entry(exercise.id.clone()).or_default();
        record.attempts += 1;
        record.best = record.best.max(points);
        if points >= exercise.points() && record.passed_at.is_none() {
            record.passed_at = Some(date::now());
        }
    }

    /// Opens the next hint of the exercise's ladder and returns how many are open now.
    pub fn open_hint(&mut self, exercise: &Exercise) -> usize {
        let record = self.exercises.entry(exercise.id.clone()).or_default();
        record.hints = (record.hints + 1).min(exercise.hints.len() as u64);
        record.hints as usize
    }
}
