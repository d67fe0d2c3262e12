//! The class as one JUnit document, for systems that show test results: a suite for every student and exercise.

use super::about::About;
use super::shown::name;
use super::verdict::{Row, Verdict, rows};
use crate::class::line::Line;
use crate::report::junit::{Element, Mark, Suite, document};

/// The class as a JUnit document.
///
/// What was found to be wrong is a `failure`; what could not be judged (refused, does not compile, no verdict) is an
/// `error`; what was not handed in is `skipped`. Points are properties of the suite, in total and for each scenario.
pub fn junit(lines: &[Line], about: &About) -> String {
    let mut suites = Vec::new();
    for (student, lines) in super::students(lines) {
        let student = name(student);
        for line in about.in_order(lines) {
            suites.push(suite(&student, line, about));
        }
    }
    document("faultline", &suites)
}

fn suite(student: &str, line: &Line, about: &About) -> Suite {
    let rows = rows(line, about);
    let class = format!("{student}.{}", line.exercise);
    let mut suite = Suite::new(
        format!("{student}: {}", line.exercise),
        line.points,
        line.possible,
    );
    suite.property("student", student);
    suite.property("exercise", &line.exercise);
    suite.property("isolation", line.basis.level.words());
    for row in rows {
        suite.points_of(row.test, row.points, row.possible);
        suite.push(row.test, &class, mark(&row));
    }
    suite
}

fn mark(row: &Row<'_>) -> Option<Mark> {
    let element = match row.verdict {
        Verdict::Passed => return None,
        Verdict::Failed(_) => Element::Failure,
        Verdict::Missing => Element::Skipped,
        Verdict::Refused | Verdict::DoesNotCompile | Verdict::Unjudged => Element::Error,
    };
    Some(Mark {
        element,
        kind: row.verdict.id(),
        message: format!("{}: {}", row.verdict.words(), row.title),
        text: row.shown(),
    })
}
