//! The class, with what the sections of the page count on.

use std::collections::BTreeMap;

use crate::class::line::{Finding, Line};
use crate::class::report::about::{About, Asked};
use crate::class::report::students;
use crate::class::report::verdict::{Row, Verdict, rows, whole};

/// A class, ordered.
pub struct Class<'a> {
    pub about: &'a About,
    pub students: Vec<Student<'a>>,
    /// The place of each student in `students`.
    places: BTreeMap<&'a str, usize>,
}

/// A student and his work, by exercise, in the order of [`About::exercises`]; `None` where there is no line.
pub struct Student<'a> {
    pub name: &'a str,
    pub works: Vec<Option<Work<'a>>>,
}

/// One student's work on one exercise.
pub struct Work<'a> {
    pub line: &'a Line,
    pub rows: Vec<Row<'a>>,
    pub grade: Grade,
}

/// What a work comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Everything holds.
    Full,
    /// Something earned points, something did not.
    Part,
    /// It ran, and nothing earned points.
    Nothing,
    /// No suite ran, or no verdict came of one.
    Not(Verdict),
}

impl Grade {
    /// All there are, in the order in which they are told.
    pub const ALL: [Grade; 7] = [
        Grade::Full,
        Grade::Part,
        Grade::Nothing,
        Grade::Not(Verdict::DoesNotCompile),
        Grade::Not(Verdict::Refused),
        Grade::Not(Verdict::Missing),
        Grade::Not(Verdict::Unjudged),
    ];

    fn of(line: &Line, rows: &[Row<'_>]) -> Grade {
        match whole(line) {
            Some(verdict) => Grade::Not(verdict),
            None if line.is_full() => Grade::Full,
            None if rows.iter().any(|row| row.verdict == Verdict::Unjudged) => {
                Grade::Not(Verdict::Unjudged)
            }
            None if line.points > 0 => Grade::Part,
            None => Grade::Nothing,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Grade::Full => "everything holds",
            Grade::Part => "in part",
            Grade::Nothing => "no points",
            Grade::Not(verdict) => verdict.words(),
        }
    }

    /// The name of its class in the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Grade::Full => "full",
            Grade::Part => "part",
            Grade::Nothing => "nothing",
            Grade::Not(verdict) => verdict.id(),
        }
    }
}

impl<'a> Class<'a> {
    pub fn new(lines: &'a [Line], about: &'a About) -> Class<'a> {
        let students: Vec<Student<'a>> = students(lines)
            .map(|(name, lines)| Student {
                name,
                works: about
                    .exercises
                    .iter()
                    .map(|asked| Work::of(asked, lines, about))
                    .collect(),
            })
            .collect();
        let places = students.iter().enumerate();
        let places = places
            .map(|(place, student)| (student.name, place))
            .collect();
        Class {
            about,
            students,
            places,
        }
    }

    /// Everybody's work on an exercise, with the student's place.
    pub fn works(&self, exercise: usize) -> impl Iterator<Item = (usize, &Work<'a>)> {
        self.students
            .iter()
            .enumerate()
            .filter_map(move |(place, student)| {
                Some((place, student.works.get(exercise)?.as_ref()?))
            })
    }

    /// All works with the places of student and exercise, by student.
    pub fn all(&self) -> impl Iterator<Item = (usize, usize, &Work<'a>)> {
        self.students
            .iter()
            .enumerate()
            .flat_map(|(place, student)| {
                let works = student.works.iter().enumerate();
                works.filter_map(move |(exercise, work)| Some((place, exercise, work.as_ref()?)))
            })
    }

    /// Which student it is.
    pub fn place(&self, student: &str) -> Option<usize> {
        self.places.get(student).copied()
    }
}

impl Student<'_> {
    /// The points of all works.
    pub fn points(&self) -> u32 {
        self.works
            .iter()
            .flatten()
            .map(|work| work.line.points)
            .sum()
    }

    /// Whether everything that was asked for holds.
    pub fn is_full(&self) -> bool {
        self.works
            .iter()
            .all(|work| work.as_ref().is_some_and(|work| work.grade == Grade::Full))
    }
}

impl<'a> Work<'a> {
    fn of(asked: &Asked, lines: &'a [Line], about: &'a About) -> Option<Work<'a>> {
        let line = lines.iter().find(|line| line.exercise == asked.id)?;
        let rows = rows(line, about);
        let grade = Grade::of(line, &rows);
        Some(Work { line, rows, grade })
    }

    /// Whether its suite ran.
    pub fn ran(&self) -> bool {
        matches!(self.line.finding, Finding::Ran { .. })
    }
}
