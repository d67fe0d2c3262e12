//! `wrong`: wrong implementations, kept as patches.

use std::io::Write;

use crate::authoring::verify::print_line;
use crate::authoring::wrong::{self, Added, Wanted};
use crate::cli::{WrongAddArgs, WrongCommand};
use crate::course::model::Course;
use crate::error::Result;
use crate::exit::Exit;

/// Does what the word after `wrong` says.
///
/// # Errors
/// As [`wrong::add`].
pub fn wrong(course: &Course, command: &WrongCommand, out: &mut dyn Write) -> Result<Exit> {
    match command {
        WrongCommand::Add(args) => add(course, args, out),
    }
}

fn add(course: &Course, args: &WrongAddArgs, out: &mut dyn Write) -> Result<Exit> {
    let added = wrong::add(
        course,
        &Wanted {
            slug: args.slug.clone(),
            bug: args.bug.clone(),
            exercise: args.exercise.clone(),
            from: args.from.clone(),
        },
    )?;
    match added {
        Added::Written {
            patch,
            line,
            caught_by,
            restored,
        } => {
            print_line(&line, out)?;
            writeln!(out, "\n✓ created   {patch}")?;
            for test in caught_by {
                writeln!(out, "  caught by {test}")?;
            }
            if let Some(solution) = restored {
                writeln!(out, "✓ restored  {solution}")?;
            }
            Ok(match line.failed() {
                true => Exit::CourseBroken,
                false => Exit::AllPassed,
            })
        }
        Added::NotCaught => {
            writeln!(out, "{NOT_CAUGHT}")?;
            Ok(Exit::CourseBroken)
        }
        Added::DoesNotCompile(line) => {
            print_line(&line, out)?;
            writeln!(
                out,
                "\nNothing was written. Mend it, then run the command again."
            )?;
            Ok(Exit::DoesNotCompile)
        }
    }
}

const NOT_CAUGHT: &str = "\
No scenario catches it. Nothing was written, and your edit is where it was.
Either it is no bug, by what the contract promises, or the suite has a hole:
write a scenario that it fails, then run the command again.";
