//! What is told about reads and writes that do not fit together.

use std::error::Error;
use std::fmt;

use super::{AccessCall, Label};
use crate::Time;
use crate::history::Guarantee;
use crate::history::telling::{caller, moment, wrapped};

/// Why reads and writes could not be shown to be consistent. Its `Display` is meant for the reader of a failed test, in
/// lines of at most 80 columns.
///
/// ```
/// use simulator::history::ConsistencyError;
///
/// fn is_the_suites_fault(error: &ConsistencyError) -> bool {
///     match error {
///         ConsistencyError::Violated(_) => false,
///         ConsistencyError::Unsuited(_) => true,
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsistencyError {
    /// They are not consistent.
    Violated(Inconsistency),
    /// The suite made calls that this check cannot judge.
    Unsuited(Unsuited),
}

impl fmt::Display for ConsistencyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConsistencyError::Violated(violation) => write!(f, "{violation}"),
            ConsistencyError::Unsuited(unsuited) => write!(f, "{unsuited}"),
        }
    }
}

impl Error for ConsistencyError {}

/// A proof that reads and writes are not consistent.
///
/// ```
/// use simulator::history::{
///     Access, BadPattern, CallOutcome, CallRecord, Causality, ConsistencyError, History,
/// };
/// use simulator::{NodeId, Time};
///
/// let history = History::new(vec![CallRecord {
///     client: 0,
///     node: NodeId::new(0),
///     request: 'x',
///     called: Time::ZERO,
///     outcome: CallOutcome::Answered { response: 3, at: Time::ZERO },
/// }]);
/// let accesses = history.accesses(|key, value| Some(Access::Read { key: *key, value: value.copied() }));
/// let Err(ConsistencyError::Violated(violation)) = accesses.causal(Causality::Plain) else {
///     panic!("nobody wrote 3");
/// };
/// assert_eq!(violation.pattern(), BadPattern::ThinAirRead);
/// assert_eq!(violation.marked(), 0);
/// assert_eq!(violation.enough(), [0]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inconsistency {
    pub(super) pattern: BadPattern,
    pub(super) marked: usize,
    pub(super) enough: Vec<usize>,
    pub(super) text: String,
}

impl Inconsistency {
    /// What was seen.
    pub fn pattern(&self) -> BadPattern {
        self.pattern
    }

    /// The call that is marked ✗: its place in [`History::calls`](crate::history::History::calls).
    pub fn marked(&self) -> usize {
        self.marked
    }

    /// Calls that suffice to show the violation, none of which can be left out: their places in
    /// [`History::calls`](crate::history::History::calls).
    pub fn enough(&self) -> &[usize] {
        &self.enough
    }
}

impl fmt::Display for Inconsistency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What cannot be in a consistent history. Those of causal consistency are named as in A. Bouajjani, C. Enea,
/// R. Guerraoui and J. Hamza, "On verifying causal consistency", POPL 2017, sections 5 and 6.
///
/// ```
/// use simulator::history::{BadPattern, Guarantee};
///
/// fn is_about_one_client(pattern: BadPattern) -> bool {
///     matches!(pattern, BadPattern::Session(_) | BadPattern::WriteHbInitRead | BadPattern::CyclicHb)
/// }
/// assert!(is_about_one_client(BadPattern::Session(Guarantee::MonotonicReads)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadPattern {
    /// A value is read that nobody wrote.
    ThinAirRead,
    /// Calls each of which needs the next one, and the last the first: causality is no order.
    CyclicCo,
    /// What was there before any write is read, although a write comes before the read in causal order.
    WriteCoInitRead,
    /// A value is read, although another one that replaced it comes before the read in causal order.
    WriteCoRead,
    /// Causal convergence: two reads need opposite orders of concurrent writes.
    CyclicCf,
    /// Causal memory: what was there before any write is read, although its client has seen a write.
    WriteHbInitRead,
    /// Causal memory: one client's reads need opposite orders of concurrent writes.
    CyclicHb,
    /// One client does not see a write that this guarantee promises to it, but an older one.
    Session(Guarantee),
}

/// Why a history cannot be judged, which is no fault of the code that is tested. Its `Display` says what to change.
///
/// ```
/// use simulator::history::{Access, CallRecord, CallOutcome, Causality, ConsistencyError, History};
/// use simulator::{NodeId, Time};
///
/// let write = |client| CallRecord {
///     client,
///     node: NodeId::new(0),
///     request: 7,
///     called: Time::ZERO,
///     outcome: CallOutcome::<()>::Unknown,
/// };
/// let history = History::new(vec![write(0), write(1)]);
/// let accesses = history.accesses(|value, _| Some(Access::Write { key: 'x', value: *value }));
/// let Err(ConsistencyError::Unsuited(unsuited)) = accesses.causal(Causality::Plain) else {
///     panic!("nobody can tell which 7 is read");
/// };
/// assert_eq!(unsuited.calls(), [0, 1]);
/// assert_eq!(unsuited.to_string(), "\
/// The suite has to be changed, not the code that it tests: client 0 at 0 ms and
/// client 1 at 0 ms both write 'x'=7, and nobody can tell which of them is read.
/// Let each write to a key write a value that no other one writes.");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsuited {
    calls: [usize; 2],
    text: String,
}

impl Unsuited {
    /// The two calls that do not go together: their places in [`History::calls`](crate::history::History::calls).
    pub fn calls(&self) -> [usize; 2] {
        self.calls
    }

    pub(super) fn same_value(label: &Label, one: &AccessCall, other: &AccessCall) -> Unsuited {
        Unsuited::new(
            one,
            other,
            &format!(
                "{} at {} and {} at {} both write {}, and nobody can tell which of them is read. \
                 Let each write to a key write a value that no other one writes.",
                caller(one.client),
                moment(one.called),
                caller(other.client),
                moment(other.called),
                label.version(),
            ),
        )
    }

    pub(super) fn overlapping(one: &AccessCall, other: &AccessCall) -> Unsuited {
        Unsuited::new(
            one,
            other,
            &format!(
                "{} makes a call at {} before the one that it made at {} is answered at {}, and nobody \
                 can tell which of them comes first. Let another client make the second one.",
                caller(one.client),
                moment(other.called),
                moment(one.called),
                moment(one.answered.unwrap_or(Time::MAX)),
            ),
        )
    }

    pub(super) fn no_order(labels: [&Label; 2], calls: [&AccessCall; 2]) -> Unsuited {
        let [one, other] = labels.map(Label::version);
        Unsuited::new(
            calls[0],
            calls[1],
            &format!(
                "{one} and {other} are each said to be older than the other one, directly or by way of others. \
                 Let newer_by give an order."
            ),
        )
    }

    fn new(one: &AccessCall, other: &AccessCall, why: &str) -> Unsuited {
        let text = format!("The suite has to be changed, not the code that it tests: {why}");
        Unsuited {
            calls: [one.place, other.place],
            text: wrapped(&text).join("\n"),
        }
    }
}

impl fmt::Display for Unsuited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
