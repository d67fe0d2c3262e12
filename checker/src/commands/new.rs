//! `new`: a sound exercise to begin with.

use std::io::Write;

use crate::authoring::scaffold::{Kind, Wanted, scaffold};
use crate::cli::{NewArgs, NewKind};
use crate::course::model::Course;
use crate::error::Result;
use crate::exit::Exit;

/// Writes a new exercise and says what to do with it.
///
/// # Errors
/// If the name is taken or impossible, or a file cannot be written.
pub fn new(course: &Course, args: &NewArgs, out: &mut dyn Write) -> Result<Exit> {
    let written = scaffold(
        course,
        &Wanted {
            name: args.name.clone(),
            kind: match args.kind {
                NewKind::Node => Kind::Node,
                NewKind::Function => Kind::Function,
            },
            title: args.title.clone(),
            new_chapter: args.new_chapter.clone(),
        },
    )?;
    for file in &written.created {
        writeln!(out, "✓ created  {file}")?;
    }
    for file in &written.changed {
        writeln!(out, "✓ changed  {file}")?;
    }
    writeln!(out, "\n{}", NEXT.replace("EXERCISE", &written.id))?;
    Ok(Exit::AllPassed)
}

const NEXT: &str = "\
It is a small exercise that holds already. Make it yours in this order, and run
`cargo checker verify EXERCISE` after each step:
  1. src/api.rs          what is asked and answered, and what is promised
  2. the solution        with `// BEGIN SOLUTION text` around what is to be written
  3. tests/grade.rs      a scenario for each promise; name it in exercise.toml
  4. `cargo checker stub EXERCISE`
  5. wrong/*.patch       break the solution, then `cargo checker wrong add SLUG`
  6. right/, zero/       another design that must pass; what must earn nothing
  7. the page, the hints, the minutes
`cargo checker verify EXERCISE --watch` checks again whenever you save.";
