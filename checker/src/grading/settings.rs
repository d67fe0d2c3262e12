//! How a suite is run.

use std::num::NonZero;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use crate::confine::Confinement;
use crate::course::model::Grading;

/// How a suite is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Random runs a scenario; `None` leaves it to the scenario.
    pub seeds: Option<u64>,
    /// The only random run to do.
    pub seed: Option<u64>,
    /// A saved plan: run exactly that.
    pub plan: Option<PathBuf>,
    /// Where the suite is to write the trace of the run that is repeated, passed or not.
    pub trace: Option<PathBuf>,
    /// A word that is mixed into every seed: other words, other runs.
    pub secret: Option<String>,
    /// How long a suite may write nothing to its record before it is looked into.
    pub patience: Duration,
    /// How many bytes a suite may have allocated at once.
    pub memory: u64,
    /// Whether the compiler's messages are to be coloured.
    pub color: bool,
    /// How many scenarios run at the same time; at least one does.
    pub jobs: usize,
    /// How a suite is started.
    pub launch: Launch,
}

/// How a suite is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Launch {
    /// As the test that cargo built. Its orders are environment variables.
    Test,
    /// As a program whose code is not trusted: confined, its orders on standard input, its record open already. See
    /// [`simulator::graded`].
    Confined(Confinement),
}

impl Settings {
    /// What a course asks for, as many scenarios at a time as there are processors, without colour.
    pub fn new(grading: &Grading) -> Settings {
        Settings {
            seeds: grading.seeds,
            seed: None,
            plan: None,
            trace: None,
            secret: None,
            patience: grading.patience,
            memory: grading.memory,
            color: false,
            jobs: thread::available_parallelism().map_or(1, NonZero::get),
            launch: Launch::Test,
        }
    }
}
