//! What happened in one run, as data: the single source of every picture of it.
//!
//! A trace is written as JSON and carries a `format` number, so that a reader of another version can say so
//! instead of guessing. The Unicode diagram, the HTML picture and the book's player all draw this one value.
//!
//! ```
//! use simulator::trace::{Fate, Trace};
//!
//! # let json = r#"{"format":1,"nodes":["n0","n1"],"calls":[],"spans":[],"violation":null,"end":2000,"events":[],
//! #     "messages":[{"from":0,"to":1,"sent":0,"fate":{"kind":"lost"},"label":"Ping","contents":"Ping","copy-of":null,
//! #     "delayed":null}]}"#;
//! let trace: Trace = serde_json::from_str(json)?;
//! let lost = trace.messages.iter().filter(|message| message.fate == Fate::Lost);
//! assert_eq!(lost.map(|message| message.label.as_str()).collect::<Vec<_>>(), ["Ping"]);
//! # Ok::<(), serde_json::Error>(())
//! ```

use serde::{Deserialize, Serialize};

use crate::Time;

/// The format of [`Trace`] that this version writes and reads.
///
/// ```
/// use simulator::trace::TRACE_FORMAT;
///
/// let json = serde_json::json!({"format": TRACE_FORMAT + 1, "something": "new"});
/// // Look at the number before the rest: that may well differ.
/// assert_ne!(json["format"], TRACE_FORMAT);
/// ```
pub const TRACE_FORMAT: u32 = 2;

/// One run: who took part, what happened to each of them and to every message, in time order.
///
/// ```
/// use simulator::trace::Trace;
/// use simulator::{Time, ms};
///
/// # let json = r#"{"format":1,"nodes":["n0"],"messages":[],"calls":[],"spans":[],"violation":2000,"end":2000,
/// #     "events":[{"at":0,"node":0,"what":{"kind":"start"},"state":"Backup { copy: 0 }"},
/// #               {"at":1000,"node":0,"what":{"kind":"sync"},"state":null}]}"#;
/// let trace: Trace = serde_json::from_str(json)?;
/// assert_eq!(trace.violation, Some(Time::ZERO + ms(2)));
/// // The state of a node is written where it changed.
/// let states = trace.events.iter().filter_map(|event| event.state.as_deref());
/// assert_eq!(states.collect::<Vec<_>>(), ["Backup { copy: 0 }"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Trace {
    /// The format number, [`TRACE_FORMAT`].
    pub format: u32,
    /// Names of the nodes, by index: `n0`, `n1`, … or what the scenario calls them.
    pub nodes: Vec<String>,
    /// Everything that happened at a node or to the network, in the order in which it happened.
    pub events: Vec<TraceEvent>,
    /// Every copy of every message, in the order in which they were sent.
    pub messages: Vec<TraceMessage>,
    /// Every call a client made, in the order in which they were made.
    pub calls: Vec<TraceCall>,
    /// Stretches of time in which something was wrong.
    pub spans: Vec<TraceSpan>,
    /// When the promise was seen to be broken.
    pub violation: Option<Time>,
    /// The end of the run.
    pub end: Time,
}

/// Something that happened at one moment.
///
/// ```
/// use simulator::trace::TraceEvent;
///
/// let json = r#"{"at":1000,"node":0,"what":{"kind":"sync"},"state":"Backup { copy: 1 }"}"#;
/// let parsed: TraceEvent = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TraceEvent {
    /// When, in microseconds.
    pub at: Time,
    /// Index of the node it happened at; absent for what concerns the whole network.
    pub node: Option<usize>,
    /// What it was.
    pub what: TraceEventKind,
    /// The node's state afterwards, as its `Debug` shows it; absent where it did not change.
    pub state: Option<String>,
}

/// The kinds of [`TraceEvent`].
///
/// ```
/// use simulator::trace::TraceEventKind;
///
/// let json = r#"{"kind":"crash","lost":["term"]}"#;
/// let parsed: TraceEventKind = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, tag = "kind", rename_all = "kebab-case")]
pub enum TraceEventKind {
    /// The node started for the first time.
    Start,
    /// A call reached the node.
    Request {
        /// Index into [`Trace::calls`].
        call: usize,
    },
    /// The node answered a call.
    Reply {
        /// Index into [`Trace::calls`].
        call: usize,
    },
    /// A copy of a message was handed to the node.
    Deliver {
        /// Index into [`Trace::messages`].
        message: usize,
    },
    /// A timer of the node fired.
    Timer {
        /// The timer, as its `Debug` shows it.
        timer: String,
    },
    /// The node wrote to its disk; not safe until the next [`TraceEventKind::Sync`].
    Write {
        /// The key that was written.
        key: String,
        /// What was written, as JSON; absent when the key was removed.
        value: Option<String>,
    },
    /// The node made its writes safe.
    Sync,
    /// The node left a remark with [`Context::note`](crate::Context::note).
    Note {
        /// The remark.
        text: String,
    },
    /// The node crashed: its memory is gone.
    Crash {
        /// Keys whose unsynced writes were lost with it.
        lost: Vec<String>,
    },
    /// The node started again from its disk.
    Restart,
    /// All partitions ended, crashed and paused nodes are back, nothing is lost from here on.
    Heal,
    /// The promise was seen to be broken.
    Violation {
        /// What was seen.
        text: String,
    },
}

/// One copy of a message on its way.
///
/// ```
/// use simulator::trace::TraceMessage;
///
/// let json = r#"{"from":0,"to":1,"sent":0,"fate":{"kind":"lost"},"label":"Ping","contents":"Ping","copy-of":null,"delayed":null,"cause":null}"#;
/// let parsed: TraceMessage = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TraceMessage {
    /// Index of the sender.
    pub from: usize,
    /// Index of the receiver.
    pub to: usize,
    /// When it was sent.
    pub sent: Time,
    /// What became of it.
    pub fate: Fate,
    /// Its name and contents, short enough for an arrow.
    pub label: String,
    /// Its whole contents, as `Debug` shows it.
    pub contents: String,
    /// Set when the network made this copy: the index of the message it copies.
    pub copy_of: Option<usize>,
    /// By how much more than usual it was delayed, in microseconds.
    pub delayed: Option<u64>,
    /// What the sender was handling when it sent this: an index into [`Trace::events`]; absent where that is not
    /// recorded. Two events of a node may happen at the same moment, so that the time alone does not tell.
    pub cause: Option<usize>,
}

/// What became of a message.
///
/// ```
/// use simulator::trace::Fate;
///
/// let json = r#"{"kind":"delivered","at":1000}"#;
/// let parsed: Fate = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    tag = "kind",
    content = "at",
    rename_all = "kebab-case"
)]
pub enum Fate {
    /// It arrived at this moment.
    Delivered(Time),
    /// The network lost it.
    Lost,
    /// A partition swallowed it at this moment.
    Cut(Time),
    /// It reached a node that was down at this moment.
    NodeDown(Time),
    /// The run ended while it was on its way.
    InFlight,
}

/// One call of a client and its answer.
///
/// ```
/// use simulator::trace::TraceCall;
///
/// let json = r#"{"client":0,"node":0,"called":0,"answered":2000,"request":"Put x=1","response":"Stored"}"#;
/// let parsed: TraceCall = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TraceCall {
    /// Number of the client.
    pub client: usize,
    /// Index of the node it asked.
    pub node: usize,
    /// When.
    pub called: Time,
    /// When it was answered, if it was.
    pub answered: Option<Time>,
    /// The request, short enough for a diagram.
    pub request: String,
    /// The response, short enough for a diagram.
    pub response: Option<String>,
}

/// A stretch of time in which something was wrong.
///
/// ```
/// use simulator::trace::TraceSpan;
///
/// let json = r#"{"from":15000,"until":20000,"what":{"kind":"down","node":2}}"#;
/// let parsed: TraceSpan = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TraceSpan {
    /// When it began.
    pub from: Time,
    /// When it ended.
    pub until: Time,
    /// What was wrong.
    pub what: TraceSpanKind,
}

/// The kinds of [`TraceSpan`].
///
/// ```
/// use simulator::trace::TraceSpanKind;
///
/// let json = r#"{"kind":"cut","from":[0],"to":[1,2],"both-ways":true}"#;
/// let parsed: TraceSpanKind = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&parsed)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum TraceSpanKind {
    /// The node was down.
    Down {
        /// Its index.
        node: usize,
    },
    /// The node stood still: nothing reached it, its timers waited.
    Paused {
        /// Its index.
        node: usize,
    },
    /// Nothing got from one group to the other.
    Cut {
        /// Indices of the senders that were cut off.
        from: Vec<usize>,
        /// Indices of the receivers they could not reach.
        to: Vec<usize>,
        /// Whether the other direction was cut as well.
        both_ways: bool,
    },
    /// The node's clock was wrong.
    Skewed {
        /// Its index.
        node: usize,
        /// By how much it was ahead (or, negative, behind), in microseconds.
        offset: i64,
        /// By how many millionths it ran too fast (or, negative, too slow).
        drift: i32,
    },
}
