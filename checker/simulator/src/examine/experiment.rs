//! What is examined: something that can be run again and again on other inputs.

use std::rc::Rc;

use serde_json::Value;

use super::explore::Explorable;
use crate::faults::{Eventful, Faults};
use crate::panics::{Caught, SuiteAtFault};
use crate::payload::Payload;
use crate::plan::{Fault, MessageKey};
use crate::record::Place;
use crate::simulation::AlwaysBroken;
use crate::trace::Trace;
use crate::world::{Journal, Kept, Kinds, Limits, Spent, Storm};
use crate::{NodeId, Time};

/// A scenario, without its types.
pub(crate) trait Experiment {
    fn settings(&self) -> &Settings;
    /// The operations of a workload of about this size, drawn from this seed.
    fn draw(&self, size: usize, seed: u64) -> Vec<Operation>;
    /// A request, read back from a saved plan.
    fn decode(&self, request: &Value) -> Result<Rc<dyn Payload>, String>;
    fn run(&self, input: &Input, watch: Watch) -> Outcome;
    /// The faults of the only run there is, where it is they that are judged: as a learner wrote them.
    fn written_plan(&self) -> Option<Vec<Fault>> {
        None
    }
    /// The scenario as something to explore, if it asks for that.
    fn explorable(&self) -> Option<Box<dyn Explorable + '_>> {
        None
    }
}

/// What was decided about a scenario by its author.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The name of the test function.
    pub scenario: String,
    pub promise: String,
    /// What its operations are called: `operation`, `write`, `step`.
    pub noun: String,
    pub names: Rc<[String]>,
    pub faults: Faults,
    /// Whether operations are drawn from seeds.
    pub has_workload: bool,
    /// Whether the faults are what the learner writes. Then they are judged as they stand: nothing is shrunk, and what
    /// clients ask is always the same and no part of the story.
    pub is_written: bool,
    /// Fewest and most operations.
    pub sizes: (usize, usize),
    pub seeds: u64,
    pub schedules: u64,
    pub witnesses: Vec<String>,
    pub messages_per_operation: Option<f64>,
    /// What a node may keep at the end of a run, in bytes.
    pub state_size: Option<usize>,
    pub limits: Limits,
    /// The suite's own source file: a panic there is a broken promise, a panic elsewhere a crash.
    pub suite: String,
}

impl Settings {
    /// A script: nothing in it depends on a seed.
    pub fn is_script(&self) -> bool {
        !self.has_workload && self.faults.declared() == Kinds::default()
    }

    /// How many operations the run with this seed has, roughly: few at first, then more.
    pub fn size(&self, seed: u64) -> usize {
        const GROWING: u64 = 40;
        let (fewest, most) = (self.sizes.0 as u64, self.sizes.1 as u64);
        let choices = most - fewest + 1;
        let grown = if seed <= GROWING {
            (seed - 1) * choices / GROWING
        } else {
            crate::random::mix(seed) % choices
        };
        (fewest + grown) as usize
    }
}

/// A request that a client will make, without its type.
#[derive(Clone)]
pub(crate) struct Operation {
    pub client: usize,
    pub node: NodeId,
    pub at: Time,
    pub request: Rc<dyn Payload>,
}

/// One run to be made.
#[derive(Clone)]
pub(crate) struct Input {
    /// Seed of the nodes' random numbers.
    pub random: u64,
    pub operations: Vec<Operation>,
    pub faults: FaultChoice,
}

/// Where the faults of a run come from.
#[derive(Clone, Debug)]
pub(crate) enum FaultChoice {
    /// Drawn from this seed, as declared.
    Seeded(u64),
    /// Exactly these.
    Given(Vec<Fault>),
}

/// What to write down of a run.
#[derive(Clone, Default)]
pub(crate) struct Watch {
    pub trace: bool,
    /// Whether to list every fault that happens to a message; a trace does.
    pub faults: bool,
    pub eventful: bool,
    /// Whether to measure what the nodes keep at the end.
    pub state: bool,
    pub journal: Journaling,
}

/// Whether to announce every callback.
#[derive(Clone, Default)]
pub(crate) enum Journaling {
    #[default]
    Silent,
    To(Journal),
}

/// What came of a run.
#[derive(Default)]
pub(crate) struct Outcome {
    pub failure: Option<Failure>,
    pub happened: Vec<Fault>,
    pub kinds: Kinds,
    pub fingerprint: u64,
    pub events: u64,
    pub messages: u64,
    /// What the workload took.
    pub spent: Spent,
    /// Who keeps the most at the end, if that was to be measured.
    pub kept: Option<Kept>,
    /// Bit i: the i-th witness was seen.
    pub witnessed: u64,
    pub trace: Option<Trace>,
    /// Which message of the trace has which key.
    pub keys: Vec<(MessageKey, u32)>,
    pub eventful: Option<Eventful>,
}

/// Why a run failed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub cause: Cause,
    /// What was seen.
    pub text: String,
    pub place: Option<Place>,
}

/// What failed. Shrinking looks for smaller runs that fail with the same cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The promise that must always hold, by its index and title.
    Always(usize, String),
    /// An assertion of the suite, by its file and line.
    Assertion(String, u32),
    /// A panic of the learner's code, by its file and line.
    Panic(String, u32),
    Storm,
    NotImplemented,
    /// The plan that was judged does not do what it should.
    Plan,
    /// The check could not judge the run.
    Suite,
    /// Too little happened in all runs together.
    Idle,
    /// A budget was exceeded, which promises this.
    Excess(&'static str),
}

/// Reads a panic that ended a run. `inside` says whether a node's callback was running.
pub(crate) fn classify(caught: Caught, inside: bool, suite: &str) -> Failure {
    let Caught { place, payload } = caught;
    if let Some(SuiteAtFault(text)) = payload.downcast_ref::<SuiteAtFault>() {
        return Failure {
            cause: Cause::Suite,
            text: text.clone(),
            place: Some(place),
        };
    }
    if let Some(Storm(text)) = payload.downcast_ref::<Storm>() {
        return Failure {
            cause: Cause::Storm,
            text: text.clone(),
            place: None,
        };
    }
    if let Some(broken) = payload.downcast_ref::<AlwaysBroken>() {
        let cause = Cause::Always(broken.index, broken.title.clone());
        return Failure {
            cause,
            text: broken.text.clone(),
            place: None,
        };
    }
    let text = place.text.clone();
    let (file, line) = (place.file.clone(), place.line);
    let cause = if text.starts_with("not yet implemented") || text.starts_with("not implemented") {
        Cause::NotImplemented
    } else if !inside && file == suite {
        Cause::Assertion(file, line)
    } else {
        Cause::Panic(file, line)
    };
    Failure {
        cause,
        text,
        place: Some(place),
    }
}
