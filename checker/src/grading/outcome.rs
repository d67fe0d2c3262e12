//! What grading can find.

use std::path::PathBuf;

use simulator::record::{Difference, Effort, Place, Story};

/// The graded exercise: whether it compiled and, if so, what each scenario found.
#[derive(Clone, Debug, PartialEq)]
pub enum Graded {
    /// The learner's crate does not compile: the compiler's messages, as cargo shows them.
    DoesNotCompile {
        /// The messages.
        messages: String,
    },
    /// It compiled and its suite ran: one result a scenario, in the manifest's order.
    Ran(Vec<ScenarioResult>),
}

/// What one scenario found.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioResult {
    /// The test function's name.
    pub test: String,
    /// What it checks, in words.
    pub title: String,
    /// What it is worth.
    pub points: u32,
    /// The hint to show when it fails.
    pub hint: String,
    /// What was found.
    pub outcome: Outcome,
    /// What it took.
    pub effort: Effort,
    /// The picture of its failure, if one has been drawn: an HTML file.
    pub picture: Option<PathBuf>,
}

/// What was found, of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Every run kept the promise.
    Passed,
    /// A promise was broken.
    Broken(Box<Story>),
    /// A `todo!()` was reached, in this function.
    NotImplemented {
        /// Where, and the text of the `todo!`.
        place: Place,
        /// The function's name, if it could be told.
        function: Option<String>,
    },
    /// Two runs of the same plan differed.
    NotDeterministic(Difference),
    /// A callback did not return.
    NeverReturns(Stuck),
    /// Messages or timers bred without end.
    Storm(Box<Story>),
    /// The learner's code panicked, or took the process down.
    Crashed(Crash),
    /// The suite ended without a verdict, for a reason that may not be the learner's.
    NoVerdict {
        /// Why, in words.
        reason: String,
    },
    /// The suite itself is at fault.
    CourseFault {
        /// Why, in words.
        reason: String,
    },
}

/// Where a callback got stuck, or what was running when the process went down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// The node's name.
    pub node: String,
    /// `on_start`, `on_request`, `on_message` or `on_timer`; or the name of a function under test.
    pub callback: String,
    /// What it was given.
    pub with: String,
    /// At what simulated time.
    pub at: String,
    /// In which run.
    pub run: String,
}

/// How the learner's code went down.
#[derive(Clone, Debug, PartialEq)]
pub enum Crash {
    /// It panicked; the run was shrunk.
    Panicked(Box<Story>),
    /// The stack overflowed.
    StackOverflow(Option<Stuck>),
    /// It asked for more memory than the limit, in bytes.
    OutOfMemory {
        /// The limit.
        limit: u64,
        /// Where, if it could be told.
        at: Option<Stuck>,
    },
    /// It ended the process itself, with this code.
    Exited {
        /// The exit code.
        code: i32,
        /// Where, if it could be told.
        at: Option<Stuck>,
    },
    /// The system ended it for what it did.
    Killed {
        /// The signal, or the system's word for it.
        by: String,
        /// Where, if it could be told.
        at: Option<Stuck>,
    },
}
