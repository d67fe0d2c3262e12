//! One line a check.

use std::io::Write;

use colored::Colorize;

use crate::course::model::Exercise;
use crate::error::{Error, Result};
use crate::text::wrap;

/// What was checked of one exercise.
pub struct Checks<'c> {
    /// The exercise.
    pub exercise: &'c Exercise,
    /// What was found, in the order of checking.
    pub lines: Vec<Line>,
}

/// One check and what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was checked: `solution`, `wrong/forgets-sync`.
    pub name: String,
    /// What was found.
    pub found: Found,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It holds; what exactly, in words.
    Holds(String),
    /// It does not; each reason in words, some over several lines.
    Fails(Vec<String>),
}

/// A check that holds.
pub fn holds(name: impl Into<String>, what: impl Into<String>) -> Line {
    Line {
        name: name.into(),
        found: Found::Holds(what.into()),
    }
}

/// A check that fails, for one reason.
pub fn failed(name: impl Into<String>, reason: impl Into<String>) -> Line {
    Line {
        name: name.into(),
        found: Found::Fails(vec![reason.into()]),
    }
}

/// Holds if there is no reason why not.
pub fn line(name: impl Into<String>, reasons: Vec<String>, what: impl Into<String>) -> Line {
    let found = if reasons.is_empty() {
        Found::Holds(what.into())
    } else {
        Found::Fails(reasons)
    };
    Line {
        name: name.into(),
        found,
    }
}

/// The reasons in an error that a check met.
pub fn reasons(error: &Error) -> Vec<String> {
    match error {
        Error::Problems(problems) => problems.iter().map(ToString::to_string).collect(),
        _ => vec![error.to_string()],
    }
}

impl Line {
    /// Whether it does not hold.
    pub fn failed(&self) -> bool {
        matches!(self.found, Found::Fails(_))
    }
}

const WIDTH: usize = 80;
const INDENT: usize = 6;

impl<'c> Checks<'c> {
    /// Nothing checked yet.
    pub fn of(exercise: &'c Exercise) -> Checks<'c> {
        Checks {
            exercise,
            lines: Vec::new(),
        }
    }

    /// Writes the lines under the exercise's name, and an empty line.
    pub fn print(&self, out: &mut dyn Write) -> Result<()> {
        print(&self.exercise.id, &self.lines, out)
    }
}

/// Writes the lines under a title, and an empty line.
pub fn print(title: &str, lines: &[Line], out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{}", title.bold())?;
    for line in lines {
        print_line(line, out)?;
    }
    writeln!(out)?;
    Ok(())
}

/// Writes what was found by one check.
///
/// # Errors
/// If the output cannot be written.
pub fn print_line(line: &Line, out: &mut dyn Write) -> Result<()> {
    match &line.found {
        Found::Holds(what) => {
            let text = wrap(&format!("{}: {what}", line.name), WIDTH - INDENT);
            writeln!(out, "  {} {}", "✓".green(), text.join("\n      "))?;
        }
        Found::Fails(reasons) => {
            writeln!(out, "  {} {}: failed", "✗".red(), line.name)?;
            for reason in reasons {
                print_reason(reason, out)?;
            }
        }
    }
    Ok(())
}

/// What has several lines has been laid out already.
fn print_reason(reason: &str, out: &mut dyn Write) -> Result<()> {
    let lines = match reason.contains('\n') {
        true => reason.trim_end().lines().map(str::to_owned).collect(),
        false => wrap(reason, WIDTH - INDENT),
    };
    for line in lines {
        writeln!(out, "{}", format!("      {line}").trim_end())?;
    }
    Ok(())
}
