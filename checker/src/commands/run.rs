//! `run`: grade once.

use std::io::Write;

use super::chosen;
use crate::cli::{Format, RunArgs};
use crate::color::Color;
use crate::course::model::{Course, Exercise};
use crate::error::Result;
use crate::exit::Exit;
use crate::grading::{self, Graded, Settings};
use crate::progress;
use crate::report::{self, Bar, Next, Report};

/// Grades an exercise and tells the result in the chosen format.
///
/// # Errors
/// If there is no such exercise, the course does not build, or progress cannot be read or written.
pub fn run(course: &Course, args: &RunArgs, color: Color, out: &mut dyn Write) -> Result<Exit> {
    // A malformed progress file is told before the reader has waited for a build.
    let exercise = chosen(
        course,
        args.exercise.as_deref(),
        &progress::read(&course.root)?,
    )?;
    let settings = Settings {
        seeds: args.seeds.or(course.grading.seeds),
        secret: args.fresh.then(fresh_secret),
        color: color.stdout && args.format == Format::Text,
        ..Settings::new(&course.grading)
    };
    let bar = Bar::new();
    let graded = grading::grade(&course.root, exercise, &settings, &|event| {
        bar.take_in(&event)
    })?;
    drop(bar);
    if args.seeds.is_none() {
        remember(course, exercise, &graded)?;
    }
    let report = Report {
        root: &course.root,
        exercise,
        graded: &graded,
        edition: course.edition,
        next: Next::Done,
    };
    let text = match args.format {
        Format::Text => report::text(&report),
        Format::Json => report::json(&report),
        Format::Junit => report::junit(&report),
    };
    out.write_all(text.as_bytes())?;
    Ok(grading::exit(&graded))
}

/// A run with a number of seeds of the reader's own choice proves less, or more, than the course asks for: it is not
/// remembered. Neither is code that does not compile.
fn remember(course: &Course, exercise: &Exercise, graded: &Graded) -> Result<()> {
    if let Graded::Ran(results) = graded {
        let (earned, _) = grading::points(results);
        progress::update(&course.root, |progress| {
            progress.attempted(exercise, earned)
        })?;
    }
    Ok(())
}

/// A word that nobody has used before.
pub fn fresh_secret() -> String {
    format!("{:032x}", rand::random::<u128>())
}
