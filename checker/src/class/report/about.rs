//! What reports say that lines do not.

use std::cmp::Ordering;

use crate::class::line::{Level, Line};
use crate::course::model::{Course, Exercise};

/// What was graded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The course's title.
    pub course: String,
    /// The exercises that were asked for, in the course's order.
    pub exercises: Vec<Asked>,
    /// The isolation in force now. Lines that were kept from an earlier run name their own.
    pub level: Level,
    /// How many submissions there are. There are lines of fewer if the run was cut into shards or has not come to its
    /// end.
    pub submissions: usize,
}

/// An exercise that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its page in the book, relative to `book/src`, with `/`.
    pub page: Option<String>,
    /// What it is graded by, in order.
    pub checks: Vec<Check>,
}

/// A scenario of an exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The test function's name.
    pub test: String,
    /// What it checks, in words.
    pub title: String,
    /// The points that it is worth.
    pub possible: u32,
}

impl About {
    /// What is to be said of these exercises of a course.
    pub fn new<'a>(
        course: &Course,
        exercises: impl IntoIterator<Item = &'a Exercise>,
        level: Level,
        submissions: usize,
    ) -> About {
        About {
            course: course.title.clone(),
            exercises: exercises.into_iter().map(Asked::from).collect(),
            level,
            submissions,
        }
    }

    /// The exercise of this id, if it was asked for, and which one it is.
    pub(super) fn exercise(&self, id: &str) -> Option<(usize, &Asked)> {
        let all = self.exercises.iter().enumerate();
        all.into_iter().find(|(_, asked)| asked.id == id)
    }

    /// A student's lines in the course's order; what was not asked for comes last.
    pub(super) fn in_order<'a>(&self, lines: &'a [Line]) -> Vec<&'a Line> {
        let place = |line: &Line| {
            self.exercise(&line.exercise)
                .map_or(usize::MAX, |(place, _)| place)
        };
        let mut lines: Vec<&Line> = lines.iter().collect();
        lines.sort_by(|first, second| match place(first).cmp(&place(second)) {
            Ordering::Equal => first.exercise.cmp(&second.exercise),
            other => other,
        });
        lines
    }

    /// What a full solution of everything earns.
    pub(super) fn possible(&self) -> u32 {
        self.exercises.iter().map(Asked::possible).sum()
    }
}

impl Asked {
    /// What a full solution earns.
    pub fn possible(&self) -> u32 {
        self.checks.iter().map(|check| check.possible).sum()
    }
}

impl From<&Exercise> for Asked {
    fn from(exercise: &Exercise) -> Asked {
        let checks = exercise.scenarios.iter().map(|scenario| Check {
            test: scenario.test.clone(),
            title: scenario.title.clone(),
            possible: scenario.points,
        });
        Asked {
            id: exercise.id.clone(),
            title: exercise.title.clone(),
            page: exercise
                .page
                .as_ref()
                .map(|page| page.to_string_lossy().replace('\\', "/")),
            checks: checks.collect(),
        }
    }
}
