//! `list`: where the reader is.

use std::io::Write;

use colored::Colorize;

use crate::course::model::{Course, Edition, Exercise};
use crate::error::Result;
use crate::exit::Exit;
use crate::progress::{self, Day, Progress};
use crate::quiz::{self, Quiz};
use crate::text::{count, fit};

const WIDTH: usize = 80;
/// `→ ✓ passed   `, `  10/10 points`, `  45 min`: what stands beside an exercise's id and title.
const BESIDE: usize = 13 + 2 + 14 + 8;

/// Prints every exercise with its state, points and minutes.
///
/// # Errors
/// If the progress file is malformed.
pub fn list(course: &Course, out: &mut dyn Write) -> Result<Exit> {
    let progress = progress::read(&course.root)?;
    let current = progress.current(course);
    let ids = course
        .exercises()
        .map(|exercise| exercise.id.chars().count())
        .max()
        .unwrap_or(0)
        .min(26);

    writeln!(out, "{}", header(course, &progress))?;
    for chapter in &course.chapters {
        writeln!(out, "\n{}", fit(&chapter.title, WIDTH).trim_end().bold())?;
        for exercise in &chapter.exercises {
            let marker = if current == Some(exercise) {
                "→"
            } else {
                " "
            };
            writeln!(out, "{marker} {}", row(exercise, &progress, ids).trim_end())?;
        }
    }
    writeln!(out)?;
    match (current, progress.next(course)) {
        (None, _) => writeln!(out, "There is no exercise yet. Add one to `course.toml`.")?,
        (Some(_), None) => match course.edition {
            Edition::Authors => writeln!(
                out,
                "All passed. Look up a solution with `cargo checker solution`."
            )?,
            Edition::Students => writeln!(out, "All passed. Congratulations!")?,
        },
        (Some(current), Some(_)) => {
            writeln!(out, "→ {}", exercise_file(course, current))?;
            writeln!(out, "Go on with `cargo checker`.")?;
        }
    }
    if let due @ 1.. = due(course, &progress)? {
        let questions = count(due as u64, "quiz question");
        writeln!(
            out,
            "Due again: {questions}. Run `cargo checker quiz --review`."
        )?;
    }
    Ok(Exit::AllPassed)
}

/// How many questions are due. Quizzes that are malformed have none.
fn due(course: &Course, progress: &Progress) -> Result<usize> {
    let today = Day::today()?;
    if !progress.quiz.values().any(|card| card.due <= today) {
        return Ok(0);
    }
    let loaded = quiz::load(course);
    let quizzes: Vec<&Quiz> = loaded.quizzes.iter().collect();
    Ok(quiz::select::due(&quizzes, progress, today))
}

fn header(course: &Course, progress: &Progress) -> String {
    let exercises: Vec<&Exercise> = course.exercises().collect();
    let passed = exercises
        .iter()
        .filter(|exercise| progress.record(&exercise.id).passed())
        .count();
    let earned: u32 = exercises
        .iter()
        .map(|exercise| best(exercise, progress))
        .sum();
    let points: u32 = exercises.iter().map(|exercise| exercise.points()).sum();
    let score = format!(
        "{passed} of {} passed · {earned}/{}",
        exercises.len(),
        count(points, "point")
    );
    let title = fit(&course.title, WIDTH - 2 - score.chars().count());
    format!("{}  {score}", title.bold())
}

/// The most points so far; fewer than once written if the exercise has since become smaller.
fn best(exercise: &Exercise, progress: &Progress) -> u32 {
    progress.record(&exercise.id).best.min(exercise.points())
}

fn row(exercise: &Exercise, progress: &Progress, ids: usize) -> String {
    let record = progress.record(&exercise.id);
    let state = if record.passed() {
        fit("✓ passed", 11).green()
    } else if record.attempts > 0 || record.hints > 0 {
        fit("• begun", 11).yellow()
    } else {
        fit("• new", 11).normal()
    };
    let points = format!(
        "{}/{}",
        best(exercise, progress),
        count(exercise.points(), "point")
    );
    let minutes = format!("{} min", exercise.minutes);
    let title = fit(&exercise.title, WIDTH - BESIDE - ids);
    format!(
        "{state}{}  {title}{points:>14}{minutes:>8}",
        fit(&exercise.id, ids)
    )
}

fn exercise_file(course: &Course, exercise: &Exercise) -> String {
    exercise.relative(&course.root, &exercise.learner_file())
}
