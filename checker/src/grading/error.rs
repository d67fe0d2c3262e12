//! Why an exercise could not be graded at all.

use std::fmt;
use std::io;

use crate::exit::Exit;

/// Why an exercise could not be graded at all.
#[derive(Debug)]
pub enum Error {
    /// A program could not be started, or not be listened to.
    Process {
        /// What was being done: `start cargo`.
        doing: &'static str,
        /// The system's words.
        source: io::Error,
    },
    /// Something that is not the learner's does not build.
    CourseDoesNotBuild {
        /// What cargo or the compiler said.
        messages: String,
    },
    /// The reader pressed Ctrl-C.
    Interrupted,
}

impl Error {
    /// How the program ends when this stops it.
    pub fn exit(&self) -> Exit {
        match self {
            Error::Process { .. } | Error::Interrupted => Exit::NoVerdict,
            Error::CourseDoesNotBuild { .. } => Exit::CourseBroken,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Process { doing, source } => {
                write!(f, "could not {doing}: {source}\n{PROCESS_ADVICE}")
            }
            Error::CourseDoesNotBuild { messages } => {
                write!(f, "{}\n\n{COURSE_ADVICE}", messages.trim_end())
            }
            Error::Interrupted => f.write_str(INTERRUPTED),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Process { source, .. } => Some(source),
            Error::CourseDoesNotBuild { .. } | Error::Interrupted => None,
        }
    }
}

const PROCESS_ADVICE: &str = "Run `cargo checker doctor` to see what is missing on this machine.";

const COURSE_ADVICE: &str = "\
This is not your code: the course, or something it depends on, does not build.
Check the network if something has to be downloaded; else undo changes outside `exercises/*/*/src/lib.rs`.";

const INTERRUPTED: &str = "\
Interrupted before there was a verdict; everything that was started has been ended.
Run the same command again.";
