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
    /// The crate that is edited at opt-level 1, the simulator at 3.
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
        let printed = said.split_whitespace().filter_map(|pair| {
            let (name, number) = pair.split_once('=')?;
            Some((name.to_owned(), number.parse().ok()?))
        });
        let mut numbers: BTreeMap<String, f64> = printed.collect();
        if numbers.is_empty() {
            numbers = recorded(&std::fs::read_to_string(&self.record)?)?;
        }
        Ok(Answer { numbers, took })
    }
}

/// The numbers in the record of a suite, which prints none: no other learner's suite does.
fn recorded(record: &str) -> Result<BTreeMap<String, f64>> {
    let last = record.lines().last().unwrap_or_default();
    let last: serde_json::Value = serde_json::from_str(last)?;
    let (verdict, effort) = (&last["verdict"], &last["effort"]);
    let mut numbers = BTreeMap::new();
    for name in ["schedules", "seeds", "shrinks", "messages"] {
        let number = effort[name].as_f64().ok_or("the suite did not finish")?;
        numbers.insert(name.to_owned(), number);
    }
    let found = match verdict["outcome"].as_str() {
        Some("passed") => 0.0,
        Some("broken") => 1.0,
        _ => return Err(format!("the suite says {verdict}").into()),
    };
    numbers.insert("found".to_owned(), found);
    let story = &verdict["detail"];
    for name in ["faults", "operations"] {
        let count = story[name].as_array().map_or(0, Vec::len);
        numbers.insert(name.to_owned(), count as f64);
    }
    // The number of seeds up to the one that showed it.
    if let Some(seed) = story["run"]["seed"].as_f64() {
        numbers.insert("seeds".to_owned(), seed);
    }
    Ok(numbers)
}
