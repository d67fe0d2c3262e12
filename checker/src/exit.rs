//! How the program ends: the exit code is part of the interface.

use std::process::ExitCode;

/// The exit codes, worst last. `cargo checker --help` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: everything that was asked for was done; where something was graded, all of it passed.
    AllPassed,
    /// 1: something that was graded is broken, or not implemented yet.
    Broken,
    /// 2: the command line asks for something that does not exist.
    Usage,
    /// 3: the learner's code does not compile.
    DoesNotCompile,
    /// 4: the course itself is broken: its files, its suites, or an exercise that fails `verify`.
    CourseBroken,
    /// 5: no verdict was reached, for a reason that is not the learner's: a disk, a killed process.
    NoVerdict,
}

impl Exit {
    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Exit::AllPassed => 0,
            Exit::Broken => 1,
            Exit::Usage => 2,
            Exit::DoesNotCompile => 3,
            Exit::CourseBroken => 4,
            Exit::NoVerdict => 5,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}
