//! The commands, one a file. Each ties a word of the command line to what the other modules do.

mod completions;
mod confined;
mod doctor;
mod export;
mod grade;
mod hint;
mod list;
mod new;
mod quiz;
mod record;
mod replay;
mod reset;
mod run;
mod schema;
mod solution;
mod stub;
mod verify;
mod watch;
mod wrong;

pub use completions::completions;
pub use confined::{confined, probe};
pub use doctor::doctor;
pub use export::export;
pub use grade::grade;
pub use hint::{hint, open_hint};
pub use list::list;
pub use new::new;
pub use quiz::quiz;
pub use record::record;
pub use replay::replay;
pub use reset::reset;
pub use run::{fresh_secret, run};
pub use schema::schema;
pub use solution::solution;
pub use stub::stub;
pub use verify::verify;
pub use watch::watch;
pub use wrong::wrong;

use crate::cli::Command;
use crate::course;
use crate::course::model::{Course, Edition, Exercise};
use crate::error::{Error, Result};
use crate::progress::Progress;

/// Refuses a command that needs solutions where there are none.
///
/// # Errors
/// In the students' edition of a course.
pub fn check_edition(course: &Course, command: &Command) -> Result<()> {
    match command.for_authors() {
        Some(name) if course.edition == Edition::Students => Err(Error::Usage(format!(
            "`{name}` is for authors, and this edition of the course comes without solutions\n\
             Run it in the folder that the course was exported from."
        ))),
        _ => Ok(()),
    }
}

/// The exercise that was named, or the current one.
fn chosen<'c>(course: &'c Course, name: Option<&str>, progress: &Progress) -> Result<&'c Exercise> {
    match name {
        Some(name) => course::select(course, name),
        None => progress
            .current(course)
            .ok_or_else(|| Error::Usage(NO_EXERCISE.to_owned())),
    }
}

const NO_EXERCISE: &str = "\
this course has no exercise yet
Add one to a chapter's `exercises` in `course.toml`.";
