//! Everything that goes wrong in a run, and everything clients ask for in it, as data.
//!
//! A [`Plan`] is a sparse list: taking out one fault, or one operation, leaves the meaning of the others alone.
//! That is what makes shrinking work, so message faults are keyed by the *contents* of the message
//! ([`MessageKey`]), never by its place in a stream.
//!
//! ```
//! use simulator::plan::Plan;
//!
//! # let json = r#"{"format":1,"scenario":"writes_survive","random":7,"operations":[
//! #     {"client":0,"node":0,"at":0,"request":{"Put":2}}],"faults":[
//! #     {"fault":"crash","node":2,"at":40000,"down":null},{"fault":"pause","node":1,"start":0,"end":9000}]}"#;
//! let mut plan: Plan = serde_json::from_str(json)?;
//! // Is the crash enough by itself? Take out the pause, save the rest, and replay it.
//! plan.faults.remove(1);
//! let smaller: Plan = serde_json::from_str(&serde_json::to_string(&plan)?)?;
//! assert_eq!(smaller, plan);
//! # Ok::<(), serde_json::Error>(())
//! ```

use serde::{Deserialize, Serialize};

use crate::{NodeId, Time};

/// The format of [`Plan`] that this version writes and reads.
///
/// ```
/// use simulator::plan::{PLAN_FORMAT, Plan};
///
/// let (operations, faults) = (vec![], vec![]);
/// let plan = Plan { format: PLAN_FORMAT, scenario: "reads".to_owned(), random: 1, operations, faults };
/// assert!(serde_json::to_string(&plan)?.starts_with(r#"{"format":1,"#));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub const PLAN_FORMAT: u32 = 1;

/// A run to be replayed: operations, faults, and the seed of the nodes' own random numbers.
///
/// ```
/// use simulator::NodeId;
/// use simulator::plan::{Fault, Plan};
///
/// let plan: Plan = serde_json::from_str(
///     r#"{
///         "format": 1, "scenario": "writes_survive", "random": 7,
///         "operations": [{"client": 0, "node": 0, "at": 0, "request": {"Put": 2}}],
///         "faults": [{"fault": "crash", "node": 2, "at": 40000, "down": null}]
///     }"#,
/// )?;
/// assert!(matches!(plan.faults[0], Fault::Crash { node, .. } if node == NodeId::new(2)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Plan {
    /// The format number, [`PLAN_FORMAT`].
    pub format: u32,
    /// The scenario it belongs to: the name of its test function.
    pub scenario: String,
    /// Seed of [`Context::random`](crate::Context::random).
    pub random: u64,
    /// What clients ask, in the order of their times. For functions: the generated input.
    pub operations: Vec<PlannedOperation>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
}

/// A request that a client will make.
///
/// ```
/// use simulator::plan::PlannedOperation;
///
/// let json = r#"{"client":0,"node":0,"at":3000,"request":{"Add":2}}"#;
/// let parsed: PlannedOperation = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PlannedOperation {
    /// The client's number. A client waits for one answer before it asks again.
    pub client: usize,
    /// The node it asks.
    pub node: NodeId,
    /// The earliest time at which it asks.
    pub at: Time,
    /// The request, as JSON.
    pub request: serde_json::Value,
}

/// Names one copy of one message by what is in it: the `copy`-th message with these contents on this link.
///
/// ```
/// use simulator::plan::MessageKey;
///
/// let json = r#"{"from":0,"to":2,"contents":12672447984170089247,"copy":0}"#;
/// let parsed: MessageKey = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MessageKey {
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// A hash of the contents, the same on every machine.
    pub contents: u64,
    /// Which of the equal ones, counted from zero.
    pub copy: u32,
}

/// Names one setting of one timer: the `copy`-th time that this node sets a timer that looks like this.
///
/// ```
/// use simulator::plan::TimerKey;
///
/// let json = r#"{"node":0,"timer":12672447984170089247,"copy":0}"#;
/// let parsed: TimerKey = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TimerKey {
    /// The node that sets it.
    pub node: NodeId,
    /// A hash of what `Debug` shows of it, the same on every machine.
    pub timer: u64,
    /// Which of the equal ones, counted from zero.
    pub copy: u32,
}

/// One thing that goes wrong.
///
/// ```
/// use simulator::plan::Fault;
///
/// let json = r#"{"fault":"pause","node":1,"start":5000,"end":40000}"#;
/// let parsed: Fault = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    tag = "fault",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Fault {
    /// The message never arrives.
    Lose {
        /// Which one.
        message: MessageKey,
    },
    /// A second copy of the message arrives, `extra` microseconds after the first would.
    Duplicate {
        /// Which one.
        message: MessageKey,
        /// How much later, in microseconds.
        extra: u64,
    },
    /// The message arrives `extra` microseconds late.
    Delay {
        /// Which one.
        message: MessageKey,
        /// How much later, in microseconds.
        extra: u64,
    },
    /// The timer fires `extra` microseconds late. Timers never fire early, but a busy machine lets them wait.
    Late {
        /// Which one.
        timer: TimerKey,
        /// How much later, in microseconds.
        extra: u64,
    },
    /// Messages from one group to the other are swallowed for a while.
    Partition {
        /// One side.
        from: Vec<NodeId>,
        /// The other side.
        to: Vec<NodeId>,
        /// Whether only messages from `from` to `to` are swallowed.
        one_way: bool,
        /// When it begins.
        start: Time,
        /// When it ends.
        end: Time,
    },
    /// The node loses its memory and, `down` microseconds later, starts again from its disk.
    Crash {
        /// Which one.
        node: NodeId,
        /// When.
        at: Time,
        /// For how many microseconds it stays down; absent if it never returns.
        down: Option<u64>,
    },
    /// The crash at this moment takes with it what was written but not synced.
    LoseUnsynced {
        /// Which node.
        node: NodeId,
        /// The time of the crash.
        at: Time,
    },
    /// The node stands still: whatever should reach it in this time reaches it at the end of it.
    Pause {
        /// Which one.
        node: NodeId,
        /// When it begins.
        start: Time,
        /// When it ends.
        end: Time,
    },
    /// The node's clock is wrong, for the whole run.
    Skew {
        /// Which one.
        node: NodeId,
        /// By how many microseconds it is ahead, or, negative, behind.
        offset: i64,
        /// How much faster it runs, in parts per million; negative for slower.
        drift: i32,
    },
}
