//! What a name on the command line means.

use super::model::{Chapter, Course, Exercise, Scenario};
use crate::error::{Error, Result};
use crate::problem::closest;

/// The exercise that `name` means: its id, `chapter/id`, or a beginning of its id that fits no other.
///
/// # Errors
/// No exercise, or more than one, fits.
pub fn select<'c>(course: &'c Course, name: &str) -> Result<&'c Exercise> {
    let id = match name.trim_end_matches('/').rsplit_once('/') {
        Some((chapter, id))
            if course
                .chapters
                .iter()
                .any(|known| chapter.ends_with(&known.id)) =>
        {
            id
        }
        _ => name,
    };
    let exercises: Vec<&Exercise> = course.exercises().collect();
    let ids: Vec<&str> = exercises
        .iter()
        .map(|exercise| exercise.id.as_str())
        .collect();
    let index = find("exercise", id, &ids, "`cargo checker list` shows them all.")?;
    Ok(exercises[index])
}

/// The chapter that `name` means: its id, or a beginning of it that fits no other.
///
/// # Errors
/// No chapter, or more than one, fits.
pub fn select_chapter<'c>(course: &'c Course, name: &str) -> Result<&'c Chapter> {
    let ids: Vec<&str> = course
        .chapters
        .iter()
        .map(|chapter| chapter.id.as_str())
        .collect();
    let advice = format!("The chapters are: {}.", ids.join(", "));
    let index = find("chapter", name.trim_end_matches('/'), &ids, &advice)?;
    Ok(&course.chapters[index])
}

/// The scenario that `name` means: its test's name, or a beginning of it that fits no other.
///
/// # Errors
/// No scenario, or more than one, fits.
pub fn select_scenario<'e>(exercise: &'e Exercise, name: &str) -> Result<&'e Scenario> {
    let tests: Vec<&str> = exercise
        .scenarios
        .iter()
        .map(|scenario| scenario.test.as_str())
        .collect();
    let advice = format!(
        "`{}` has these scenarios: {}.",
        exercise.id,
        tests.join(", ")
    );
    let index = find("scenario", name, &tests, &advice)?;
    Ok(&exercise.scenarios[index])
}

fn find(what: &str, name: &str, known: &[&str], advice: &str) -> Result<usize> {
    if let Some(index) = known.iter().position(|candidate| *candidate == name) {
        return Ok(index);
    }
    let fits = |index: &usize| known[*index].starts_with(name);
    let fitting: Vec<usize> = (0..known.len()).filter(fits).collect();
    match fitting.as_slice() {
        [index] => Ok(*index),
        [] => Err(Error::Usage(nothing(what, name, known, advice))),
        _ => {
            let lines: String = fitting
                .iter()
                .map(|index| format!("  {}\n", known[*index]))
                .collect();
            let text = format!(
                "`{name}` is the beginning of several {what}s:\n{lines}Write more of the name."
            );
            Err(Error::Usage(text))
        }
    }
}

fn nothing(what: &str, name: &str, known: &[&str], advice: &str) -> String {
    let name_shown = name.escape_debug();
    let close = closest(name, known.iter().copied()).or_else(|| closest_beginning(name, known));
    match close {
        Some(close) => {
            format!("there is no {what} `{name_shown}`; did you mean `{close}`?\n{advice}")
        }
        None => format!("there is no {what} `{name_shown}`\n{advice}"),
    }
}

/// The one of `known` that begins with something close to `name`: names may be cut short as well as mistyped.
fn closest_beginning<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    const SHORTEST: usize = 3;
    let length = name.chars().count();
    if length < SHORTEST {
        return None;
    }
    let beginnings: Vec<(String, &str)> = known
        .iter()
        .flat_map(|id| {
            (length - 1..=length + 1).map(|length| (id.chars().take(length).collect(), *id))
        })
        .collect();
    let close = closest(
        name,
        beginnings.iter().map(|(beginning, _)| beginning.as_str()),
    )?;
    let (_, id) = beginnings
        .iter()
        .find(|(beginning, _)| beginning == close)?;
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_beginning_is_recognized() {
        let known = ["request-reply", "primary-backup", "vector-clocks"];
        assert_eq!(closest_beginning("reqest", &known), Some("request-reply"));
        assert_eq!(closest_beginning("vectro", &known), Some("vector-clocks"));
        assert_eq!(closest_beginning("paxos", &known), None);
        assert_eq!(closest_beginning("re", &known), None);
    }
}
