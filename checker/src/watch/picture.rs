//! What there is to see: a header, a body, and the keys.

use colored::Colorize;

use crate::course::model::{Course, Exercise};
use crate::text::count;

/// The keys and what they do.
const KEYS: &str = "n next   h hint   l list   r replay   o picture   enter check again   q quit";

/// What the body shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// There is no verdict yet.
    Checking,
    /// The verdict of the last grading, or why there is none.
    Verdict(String),
    /// Something the reader asked for; any key leads back.
    Aside(String),
    /// Whether to leave an exercise that has not passed.
    Skip,
}

/// The whole picture.
pub fn draw(course: &Course, exercise: &Exercise, view: &View, checking: bool) -> String {
    let body = match view {
        View::Checking => format!("Checking {}…\n", exercise.id),
        View::Verdict(text) => text.clone(),
        View::Aside(text) => format!("{}\n\nAny other key leads back.\n", text.trim_end()),
        View::Skip => format!("{SKIP}\n"),
    };
    // While something else is shown, a grading goes on behind it.
    let behind = match view {
        View::Aside(_) | View::Skip if checking => format!("Checking {}…\n", exercise.id),
        _ => String::new(),
    };
    format!(
        "{}\n\n{body}{behind}\n{}\n",
        header(course, exercise),
        KEYS.dimmed()
    )
}

fn header(course: &Course, exercise: &Exercise) -> String {
    let number = course
        .exercises()
        .position(|known| known.id == exercise.id)
        .map_or(0, |index| index + 1);
    let title = format!(
        "{} · exercise {number} of {} · about {}",
        exercise.title,
        course.exercises().count(),
        count(exercise.minutes, "minute")
    );
    format!(
        "{}\n{}",
        title.bold(),
        exercise.relative(&course.root, &exercise.learner_file())
    )
}

const SKIP: &str = "\
This exercise has not passed yet.
Press n again to skip it, any other key to stay.";
