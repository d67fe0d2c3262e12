//! What can stop a command, told in the reader's words.

use std::fmt;
use std::io;

use crate::exit::Exit;
use crate::problem::Problem;

/// The result of everything that can stop a command.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What stopped a command.
#[derive(Debug)]
pub enum Error {
    /// The command line asks for something that does not exist, or not yet; the text says what to do instead.
    Usage(String),
    /// Files are wrong: all of them, all problems.
    Problems(Vec<Problem>),
    /// The system failed: a disk, a process. No verdict was reached.
    System {
        /// What was being done: `write exercises/…/src/lib.rs`.
        doing: String,
        /// The system's words.
        source: io::Error,
        /// What to do about it.
        advice: String,
    },
    /// Grading could not be done at all.
    #[cfg(feature = "program")]
    Grading(crate::grading::Error),
    /// The output could not be written.
    Output(io::Error),
}

impl Error {
    /// A failure of the system while `doing` something; `advice` says what to do next.
    pub fn system(doing: impl Into<String>, source: io::Error, advice: impl Into<String>) -> Error {
        Error::System {
            doing: doing.into(),
            source,
            advice: advice.into(),
        }
    }

    /// How the program ends when this stops it.
    pub fn exit(&self) -> Exit {
        match self {
            Error::Usage(_) => Exit::Usage,
            Error::Problems(_) => Exit::CourseBroken,
            #[cfg(feature = "program")]
            Error::Grading(error) => error.exit(),
            Error::System { .. } | Error::Output(_) => Exit::NoVerdict,
        }
    }

    /// Whether nobody reads the output any more.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Error::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// The error as the reader sees it, without a line break at the end.
    pub fn render(&self, color: bool) -> String {
        match self {
            Error::Usage(text) => format!("error: {text}"),
            Error::Problems(problems) => render_all(problems, color),
            Error::System {
                doing,
                source,
                advice,
            } => {
                format!("error: could not {doing}: {source}\n{advice}")
            }
            #[cfg(feature = "program")]
            Error::Grading(error) => format!("error: {error}"),
            Error::Output(error) => format!(
                "error: could not write the output: {error}\nCheck the disk or the program that reads it."
            ),
        }
    }
}

/// All problems one below the other, then how many there are.
pub fn render_all(problems: &[Problem], color: bool) -> String {
    let mut text: String = problems
        .iter()
        .map(|problem| format!("{}\n\n", problem.render(color)))
        .collect();
    let files = problems
        .iter()
        .map(|problem| problem.key().0)
        .collect::<std::collections::BTreeSet<_>>()
        .len();
    let (problems_word, files_word) = (
        if problems.len() == 1 {
            "problem"
        } else {
            "problems"
        },
        if files == 1 { "file" } else { "files" },
    );
    text.push_str(&format!(
        "{} {problems_word} in {files} {files_word}. Correct what is marked, then run the command again.",
        problems.len()
    ));
    text
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::System { source, .. } | Error::Output(source) => Some(source),
            #[cfg(feature = "program")]
            Error::Grading(error) => Some(error),
            Error::Usage(_) | Error::Problems(_) => None,
        }
    }
}

#[cfg(feature = "program")]
impl From<crate::grading::Error> for Error {
    fn from(error: crate::grading::Error) -> Error {
        Error::Grading(error)
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Error {
        Error::Problems(vec![problem])
    }
}

impl From<Vec<Problem>> for Error {
    fn from(problems: Vec<Problem>) -> Error {
        Error::Problems(problems)
    }
}

/// Writing to standard output is the only thing that may fail without saying what it was.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        Error::Output(error)
    }
}
