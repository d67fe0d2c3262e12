//! `hint`: one more step of the ladder.

use std::io::Write;

use colored::Colorize;

use super::chosen;
use crate::cli::HintArgs;
use crate::course;
use crate::course::model::{Course, Exercise, Scenario};
use crate::error::Result;
use crate::exit::Exit;
use crate::progress;
use crate::text::{reflow, wrap};

const WIDTH: usize = 76;

/// Opens and prints the next hint of an exercise; all of them once the last is open. With `--scenario`, that
/// scenario's own hint.
///
/// # Errors
/// If the exercise or the scenario does not exist, or if progress cannot be read or written.
pub fn hint(course: &Course, args: &HintArgs, out: &mut dyn Write) -> Result<Exit> {
    let progress = progress::read(&course.root)?;
    let exercise = chosen(course, args.exercise.as_deref(), &progress)?;
    let text = match &args.scenario {
        Some(name) => of_scenario(exercise, course::select_scenario(exercise, name)?),
        None => open_hint(course, exercise)?,
    };
    write!(out, "{text}")?;
    Ok(Exit::AllPassed)
}

/// Opens the next hint of the ladder and returns what to show: that hint, or all once the last was open before.
///
/// # Errors
/// If progress cannot be read or written.
pub fn open_hint(course: &Course, exercise: &Exercise) -> Result<String> {
    let before = progress::read(&course.root)?.record(&exercise.id).hints as usize;
    let (_, open) = progress::update(&course.root, |progress| progress.open_hint(exercise))?;
    let all = exercise.hints.len();
    let first = if before >= all { 1 } else { open };
    let mut text = String::new();
    for number in first..=open {
        let title = format!("{} · hint {number} of {all}", exercise.title);
        text.push_str(&format!(
            "{}\n\n{}\n",
            title.bold(),
            body(&exercise.hints[number - 1])
        ));
    }
    let id = &exercise.id;
    text.push_str(&if open < all {
        format!("One more step: `cargo checker hint {id}`\n")
    } else {
        format!("That was the last. Each scenario has one of its own:\n`cargo checker hint {id} --scenario NAME`\n")
    });
    Ok(text)
}

fn of_scenario(exercise: &Exercise, scenario: &Scenario) -> String {
    let title = format!("{} · {}", exercise.title, scenario.title);
    let next = format!(
        "See what happens: `cargo checker replay {} --scenario {}`",
        exercise.id, scenario.test
    );
    format!(
        "{}\n\n{}\n{}\n",
        title.bold(),
        body(&scenario.hint),
        wrap(&next, 80).join("\n")
    )
}

fn body(hint: &str) -> String {
    let lines = reflow(hint.trim_matches('\n').trim_end(), WIDTH);
    lines
        .iter()
        .map(|line| format!("  {line}").trim_end().to_owned() + "\n")
        .collect()
}
