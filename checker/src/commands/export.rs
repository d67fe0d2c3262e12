//! `export`: the course without solutions.

use std::io::Write;

use crate::cli::ExportArgs;
use crate::course::model::Course;
use crate::error::Result;
use crate::exit::Exit;
use crate::export;
use crate::text::count;

/// Writes the students' edition of the course into a folder.
///
/// # Errors
/// If a file of the course cannot be read, or if the folder is not free for an export.
pub fn export(course: &Course, args: &ExportArgs, out: &mut dyn Write) -> Result<Exit> {
    let files = export::files(course)?;
    export::put(&course.root, &args.students, &files)?;
    let exercises = count(course.exercises().count() as u64, "exercise");
    let files = count(files.len() as u64, "file");
    writeln!(
        out,
        "✓ written  {}\n           {exercises}, {files}\n{CONTENTS}",
        args.students.display()
    )?;
    Ok(Exit::AllPassed)
}

const CONTENTS: &str = "
Every exercise begins at its stub. Not in it: solutions, wrong and other right
implementations, the checker's own tests, notes for authors, the guide for those
who teach, and anybody's progress. The answers of the quizzes are in it, since
the checker has to judge them.
Hand out that folder, not a clone of this one: its history has the solutions.";
