//! What a suite tells whoever runs it: one JSON value a line, in the file that `FAULTLINE_RECORD` names.
//!
//! The checker believes nothing else: not the exit code, not what was printed. A suite that ends without a
//! [`Line::Finished`] carrying its token has given no verdict.
//!
//! ```
//! use simulator::record::{Line, Verdict};
//!
//! # let record = r#"{"line":"started","format":1,"token":"7f","scenario":"reads"}
//! # {"line":"progress","done":16,"of":500}
//! # {"line":"finished","token":"7f","verdict":{"outcome":"passed"},"effort":
//! # {"schedules":0,"seeds":500,"shrinks":0,"events":900,"messages":0}}"#.replace(":\n", ":");
//! let lines: Vec<Line> = record.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
//! let Some(Line::Finished { token, verdict, .. }) = lines.last() else { panic!("there is no verdict") };
//! assert_eq!((token.as_str(), &**verdict), ("7f", &Verdict::Passed));
//! # Ok::<(), serde_json::Error>(())
//! ```

use serde::{Deserialize, Serialize};

use crate::plan::Plan;
use crate::trace::Trace;

/// The format of [`Line`] that this version writes and reads.
///
/// ```
/// use simulator::record::{Line, RECORD_FORMAT};
///
/// let (token, scenario) = ("7f".to_owned(), "reads".to_owned());
/// let first = Line::Started { format: RECORD_FORMAT, token, scenario };
/// assert!(serde_json::to_string(&first)?.starts_with(r#"{"line":"started","format":1,"#));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub const RECORD_FORMAT: u32 = 1;

/// Path of the file that a suite writes its lines to.
///
/// ```
/// use simulator::record::RECORD_VARIABLE;
///
/// let mut suite = std::process::Command::new("grade");
/// suite.args(["--exact", "reads_are_fresh"]).env(RECORD_VARIABLE, "target/reads.jsonl");
/// assert!(suite.get_envs().any(|(name, _)| name == "FAULTLINE_RECORD"));
/// ```
pub const RECORD_VARIABLE: &str = "FAULTLINE_RECORD";
/// A number that the first and last line must repeat.
///
/// ```
/// use simulator::record::{Line, TOKEN_VARIABLE};
///
/// // A record whose token is another one was written by somebody else.
/// let mut suite = std::process::Command::new("grade");
/// suite.env(TOKEN_VARIABLE, "7f");
/// let line: Line = serde_json::from_str(r#"{"line":"started","format":1,"token":"80","scenario":"reads"}"#)?;
/// assert!(!matches!(line, Line::Started { token, .. } if token == "7f"));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub const TOKEN_VARIABLE: &str = "FAULTLINE_TOKEN";
/// The scenario to run, for a suite that is not run as a test: see [`crate::graded`].
pub const SCENARIO_VARIABLE: &str = "FAULTLINE_SCENARIO";
/// How many seeds to try, instead of the scenario's own number.
///
/// ```
/// // In a shell: FAULTLINE_SEEDS=5000 cargo test
/// assert_eq!(simulator::record::SEEDS_VARIABLE, "FAULTLINE_SEEDS");
/// ```
pub const SEEDS_VARIABLE: &str = "FAULTLINE_SEEDS";
/// The only seed to try.
///
/// ```
/// // What a story ends with is enough to see its run again.
/// use simulator::record::{Run, SEED_VARIABLE};
///
/// let run = Run::Seed { seed: 17, of: 500 };
/// let Run::Seed { seed, .. } = run else { panic!("it was a schedule") };
/// assert_eq!(format!("{SEED_VARIABLE}={seed}"), "FAULTLINE_SEED=17");
/// ```
pub const SEED_VARIABLE: &str = "FAULTLINE_SEED";
/// Path of a saved plan: run exactly that.
///
/// ```
/// // In a shell: FAULTLINE_PLAN=smaller.plan.json cargo test reads_are_fresh
/// assert_eq!(simulator::record::PLAN_VARIABLE, "FAULTLINE_PLAN");
/// ```
pub const PLAN_VARIABLE: &str = "FAULTLINE_PLAN";
/// Names a file for the [`Trace`] of the run that is repeated, whether it fails or not: of the seed or the plan that is
/// asked for, else of the first. Nothing is written for functions.
pub const TRACE_VARIABLE: &str = "FAULTLINE_TRACE";
/// A word that is mixed into every seed: other words, other runs.
///
/// ```
/// // In a shell: FAULTLINE_SECRET=autumn cargo test
/// assert_eq!(simulator::record::SECRET_VARIABLE, "FAULTLINE_SECRET");
/// ```
pub const SECRET_VARIABLE: &str = "FAULTLINE_SECRET";
/// A count of runs: after so many, a [`Line::Entering`] is written before every callback, so that one that never
/// returns can be named.
///
/// ```
/// use simulator::record::{JOURNAL_VARIABLE, Line};
///
/// // The record of a suite that fell silent ended here, so the journal begins there.
/// let last: Line = serde_json::from_str(r#"{"line":"progress","done":16,"of":500}"#)?;
/// let Line::Progress { done, .. } = last else { panic!("it had not begun") };
/// let mut again = std::process::Command::new("grade");
/// again.env(JOURNAL_VARIABLE, done.to_string());
/// # Ok::<(), serde_json::Error>(())
/// ```
pub const JOURNAL_VARIABLE: &str = "FAULTLINE_JOURNAL";
/// How many bytes the suite may have allocated at once.
///
/// ```
/// use simulator::record::MEMORY_VARIABLE;
///
/// let mut suite = std::process::Command::new("grade");
/// suite.env(MEMORY_VARIABLE, (256 << 20).to_string());
/// assert!(suite.get_envs().any(|(_, bytes)| bytes.is_some_and(|bytes| bytes == "268435456")));
/// ```
pub const MEMORY_VARIABLE: &str = "FAULTLINE_MEMORY";

/// One line of the record file.
///
/// ```
/// use simulator::record::Line;
///
/// let line: Line = serde_json::from_str(r#"{"line":"progress","done":25,"of":500}"#)?;
/// assert_eq!(line, Line::Progress { done: 25, of: 500 });
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "kebab-case")]
pub enum Line {
    /// The first line.
    Started {
        /// [`RECORD_FORMAT`].
        format: u32,
        /// What `FAULTLINE_TOKEN` held.
        token: String,
        /// The test function's name.
        scenario: String,
    },
    /// So many runs are done.
    Progress {
        /// Runs done.
        done: u64,
        /// Runs in all.
        of: u64,
    },
    /// An exploration is under way.
    Exploring {
        /// States looked at.
        states: u64,
        /// At most so many will be.
        most: u64,
        /// Steps from the start to the farthest of them.
        steps: u32,
    },
    /// A callback is about to run; written in journal mode only.
    Entering {
        /// The node's name.
        node: String,
        /// `on_start`, `on_request`, `on_message` or `on_timer`.
        callback: String,
        /// What it is given, as `Debug` shows it.
        with: String,
        /// The node's clock-independent time, in words.
        at: String,
        /// The run, in words: `seed 17`, `schedule 4`.
        run: String,
    },
    /// That callback has returned; written in journal mode only.
    Left,
    /// The last line.
    Finished {
        /// What `FAULTLINE_TOKEN` held.
        token: String,
        /// What was found.
        verdict: Box<Verdict>,
        /// What it took.
        effort: Effort,
    },
}

/// What a scenario found.
///
/// ```
/// use simulator::record::Verdict;
///
/// let json = r#"{"outcome":"suite-fault","detail":"`writes` declares loss, but it never happened"}"#;
/// let parsed: Verdict = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", content = "detail", rename_all = "kebab-case")]
pub enum Verdict {
    /// Every run kept the promise.
    Passed,
    /// A promise was broken.
    Broken(Story),
    /// The learner's code panicked.
    Crashed(Story),
    /// A callback sent without end, or messages and timers bred without end.
    Storm(Story),
    /// A `todo!()` was reached.
    NotImplemented(Place),
    /// Two runs of the same plan differed.
    NotDeterministic(Difference),
    /// The suite itself is at fault, not the learner: a declared fault never happened, for example.
    SuiteFault(String),
}

/// Where in the sources, and what was said there.
///
/// ```
/// use simulator::record::Place;
///
/// let json = r#"{"file":"src/lib.rs","line":42,"text":"send again what was lost"}"#;
/// let parsed: Place = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Place {
    /// The path as the compiler knows it, relative to the workspace for its members.
    pub file: String,
    /// Counted from one.
    pub line: u32,
    /// What was said there: the text of the `todo!`, or the panic's message.
    pub text: String,
}

/// Where two runs of the same plan parted.
///
/// ```
/// use simulator::record::Difference;
///
/// let json = r#"{"run":"seed 1 of 500","first":"n0 sent n1 Copy","second":"n0 sent n2 Copy"}"#;
/// let parsed: Difference = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Difference {
    /// The run, in words: `seed 17 of 500`.
    pub run: String,
    /// What the first run did there.
    pub first: String,
    /// What the second run did there.
    pub second: String,
}

/// A counterexample, shrunk, ready to be told. Its `Display` tells it in plain text.
///
/// ```
/// use simulator::record::Story;
///
/// let story: Story = serde_json::from_str(
///     r#"{
///         "promise": "sums stay below 60", "broken": "it is 61", "place": null,
///         "run": {"by": "seed", "seed": 3, "of": 500},
///         "faults": [], "operations": ["61"], "operation-noun": "number", "diagram": [],
///         "plan": {"format": 1, "scenario": "sums", "random": 1, "operations": [], "faults": []},
///         "trace": null
///     }"#,
/// )?;
/// assert!(story.to_string().starts_with("  Promise   sums stay below 60\n  Broken    it is 61\n"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Story {
    /// The promise, in words.
    pub promise: String,
    /// What was seen instead.
    pub broken: String,
    /// Where it was seen: the assertion in the suite, or the line of the learner's code that panicked.
    pub place: Option<Place>,
    /// The run that first showed it.
    pub run: Run,
    /// The faults that are enough, in words, in time order.
    pub faults: Vec<String>,
    /// The operations that are enough, in words, in time order.
    pub operations: Vec<String>,
    /// What the operations are: `write`, `call`, `step`, …; for "two faults and one write are enough".
    pub operation_noun: String,
    /// The Unicode diagram, at most 80 columns; empty for functions.
    pub diagram: Vec<String>,
    /// The plan that replays it.
    pub plan: Plan,
    /// The run as data; absent for functions.
    pub trace: Option<Trace>,
}

/// Which run it was.
///
/// ```
/// use simulator::record::Run;
///
/// let json = r#"{"by":"seed","seed":17,"of":500}"#;
/// let parsed: Run = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Run {
    /// A random one: seed number `seed` of `of`.
    Seed {
        /// Counted from one.
        seed: u64,
        /// How many there are.
        of: u64,
    },
    /// One of the systematic ones, in which few faults are placed everywhere they can be.
    Schedule {
        /// Counted from one.
        schedule: u64,
    },
    /// The exploration of everything that can happen found it.
    Explored {
        /// How many states it had looked at by then.
        state: u64,
    },
    /// A saved plan.
    Plan,
    /// The one run of a scripted scenario.
    Script,
    /// The run of the plan that a learner wrote, where plans are judged; see [`break_it`](crate::break_it()).
    Written,
}

/// What a verdict took.
///
/// ```
/// use simulator::record::Effort;
///
/// let json = r#"{"schedules":1500,"seeds":500,"shrinks":0,"events":9000,"messages":4000}"#;
/// let parsed: Effort = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Effort {
    /// Systematic runs.
    pub schedules: u64,
    /// Random runs.
    pub seeds: u64,
    /// Runs spent on shrinking.
    pub shrinks: u64,
    /// Events in all of them.
    pub events: u64,
    /// Messages sent in all of them.
    pub messages: u64,
    /// How far an exhaustive exploration went, if the scenario has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explored: Option<Explored>,
}

/// How far an exhaustive exploration went.
///
/// ```
/// use simulator::record::{Explored, Extent};
///
/// let explored: Explored = serde_json::from_str(r#"{"states":1066,"steps":14,"extent":"everything"}"#)?;
/// assert_eq!(explored.extent, Extent::Everything);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Explored {
    /// States that can be told apart.
    pub states: u64,
    /// Steps from the start to the farthest of them.
    pub steps: u32,
    /// Where it ended.
    pub extent: Extent,
}

/// Where an exploration ended.
///
/// ```
/// use simulator::record::Extent;
///
/// assert_eq!(serde_json::to_string(&Extent::Memory)?, r#""memory""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// It looked at everything in its scope, or at everything before it found a failure.
    Everything,
    /// It had looked at as many states as it may.
    States,
    /// It had no memory left.
    Memory,
}
