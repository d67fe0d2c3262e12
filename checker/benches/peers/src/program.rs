//! What is measured, and how it is asked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::cost::{Result, succeed};
use crate::workspace::Workspace;

/// How a program is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// The crate that is edited at opt-level 1, what it depends on at 3.
    Learner,
    /// cargo's release profile: everything at 3.
    Release,
}

impl Profile {
    /// What cargo is told.
    pub fn arguments(self) -> &'static [&'static str] {
        match self {
            Profile::Learner => &[],
            Profile::Release => &["--release"],
        }
    }

    /// The profile, in words.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Learner => "learner's profile",
            Profile::Release => "release",
        }
    }
}

/// The course's own, and those beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    Faultline,
    Madsim,
    Stateright,
    AnySystem,
    Turmoil,
}

impl Tool {
    pub const ALL: [Tool; 5] = [
        Tool::Faultline,
        Tool::Madsim,
        Tool::Stateright,
        Tool::AnySystem,
        Tool::Turmoil,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Tool::Faultline => "Faultline",
            Tool::Madsim => "madsim",
            Tool::Stateright => "stateright",
            Tool::AnySystem => "AnySystem",
            Tool::Turmoil => "turmoil",
        }
    }

    /// The name of its package.
    pub fn package(self) -> &'static str {
        match self {
            Tool::Faultline => "simulator",
            Tool::Madsim => "madsim",
            Tool::Stateright => "stateright",
            Tool::AnySystem => "anysystem",
            Tool::Turmoil => "turmoil",
        }
    }

    /// The package here that does the replicated writes in it.
    pub fn writes(self) -> String {
        format!("writes-{}", self.name().to_lowercase())
    }

    /// The package here that explores the quorum register with it.
    pub fn register(self) -> String {
        format!("register-{}", self.name().to_lowercase())
    }
}

/// A program that was built.
#[derive(Clone, Debug)]
pub struct Program {
    executable: PathBuf,
    record: PathBuf,
}

/// The numbers that a program printed, by name, and how long it took.
pub struct Answer {
    pub numbers: BTreeMap<String, f64>,
    pub took: Duration,
}

impl Answer {
    /// One of the numbers; 0 if it was not printed.
    pub fn number(&self, name: &str) -> f64 {
        self.numbers.get(name).copied().unwrap_or(0.0)
    }
}

impl Program {
    pub fn new(executable: &Path, workspace: &Workspace, tool: Tool) -> Program {
        Program {
            executable: executable.to_owned(),
            record: workspace.target(tool).join("record"),
        }
    }

    /// Runs it with these arguments and environment variables.
    ///
    /// # Errors
    /// If it fails, which it does if what it simulated came out wrong.
    pub fn ask(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Result<Answer> {
        let _ = std::fs::remove_file(&self.record);
        let mut command = Command::new(&self.executable);
        command
            .args(arguments)
            .envs(environment.iter().copied())
            .env("FAULTLINE_RECORD", &self.record)
            .env("FAULTLINE_MEMORY", (16_u64 << 30).to_string());
        let (took, said) = succeed(&mut command)?;
        let numbers = said.split_whitespace().filter_map(|pair| {
            let (name, number) = pair.split_once('=')?;
            Some((name.to_owned(), number.parse().ok()?))
        });
        Ok(Answer {
            numbers: numbers.collect(),
            took,
        })
    }
}
