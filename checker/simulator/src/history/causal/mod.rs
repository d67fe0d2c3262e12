//! Causal consistency: who has seen something has seen what led to it.

mod convergence;
mod memory;
mod words;

use crate::panics::suite_is_at_fault;
use std::fmt::Debug;

use super::access::{
    Accesses, BadPattern, Calls, ConsistencyError, Cycle, Inferred, Relation, Source, causes,
};

pub(super) use words::describe;

/// How much is promised about writes that know nothing of each other.
///
/// In all of them, a call *comes before* another in causal order if it is an earlier one of the same client, or wrote what
/// the other read, or comes before one that does. (A call whose outcome is unknown comes before none but those that
/// read what it wrote.)
///
/// ```
/// use simulator::history::{Access, CallOutcome, CallRecord, Causality, History};
/// use simulator::{NodeId, Time};
///
/// # let call = |client, called, request, response| CallRecord {
/// #     client, node: NodeId::new(client), request, called: Time::from_micros(called),
/// #     outcome: CallOutcome::Answered { response, at: Time::from_micros(called + 1) },
/// # };
/// // `None` is a read, `Some(value)` a write. Two clients write, and each then sees the other's write: the replicas will
/// // differ forever.
/// let history = History::new(vec![
///     call(0, 0, Some(1), Some(1)),
///     call(1, 0, Some(2), Some(2)),
///     call(0, 5, None, Some(2)),
///     call(1, 5, None, Some(1)),
/// ]);
/// let accesses = history.accesses(|request, response| match request {
///     Some(value) => Some(Access::Write { key: (), value: *value }),
///     None => Some(Access::Read { key: (), value: *response? }),
/// });
/// assert!(accesses.causal(Causality::Plain).is_ok());
/// assert!(accesses.causal(Causality::Memory).is_ok());
/// assert!(accesses.causal(Causality::Convergence).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Causality {
    /// Nothing is promised: for each read by itself, some order of what comes before it in causal order, that keeps this
    /// order, explains its value (CC in Bouajjani and others, POPL 2017). A client may see concurrent writes in one
    /// order now and in another one later. It is what all kinds of causal consistency have in common.
    Plain,
    /// Each client sees concurrent writes in an order of its own, which never changes: for each client, one order of all
    /// writes and its own reads, that keeps causal order, explains all values that it read. That is *causal memory* (M.
    /// Ahamad, G. Neiger, J. E. Burns, P. Kohli and P. W. Hutto, "Causal memory: definitions, implementation, and
    /// programming", Distributed Computing 9, 1995; CM in Bouajjani and others).
    Memory,
    /// All clients see concurrent writes in the same order: one order of all writes, that keeps causal order, explains
    /// each read as the last of those writes to its key that come before it in causal order. Replicas that have seen the
    /// same writes hold the same values, as where the last writer wins (*causal convergence*, CCv in Bouajjani and others;
    /// causal+ in W. Lloyd, M. J. Freedman, M. Kaminsky and D. G. Andersen, "Don't settle for eventual", SOSP 2011).
    Convergence,
}

/// What was found, in terms of the calls.
pub(super) enum Finding {
    ThinAirRead {
        read: usize,
    },
    CyclicCo {
        cycle: Cycle,
    },
    /// What was there before any write was read after this write, in causal order.
    InitRead {
        write: usize,
        read: usize,
        causality: Relation,
    },
    /// A value was read after it had been replaced, in causal order.
    OldRead {
        old: usize,
        new: usize,
        read: usize,
        causality: Relation,
    },
    /// Everybody's writes go in circles.
    CyclicCf {
        cycle: Cycle,
        inferred: Vec<Inferred>,
    },
    /// One client's view begins with a write, and yet it reads what was there before.
    HbInitRead {
        write: usize,
        read: usize,
        inferred: Vec<Inferred>,
        way: Vec<usize>,
    },
    /// One client's view goes in circles.
    CyclicHb {
        client: usize,
        cycle: Cycle,
        inferred: Vec<Inferred>,
    },
}

impl Finding {
    pub(super) fn pattern(&self) -> BadPattern {
        match self {
            Finding::ThinAirRead { .. } => BadPattern::ThinAirRead,
            Finding::CyclicCo { .. } => BadPattern::CyclicCo,
            Finding::InitRead { .. } => BadPattern::WriteCoInitRead,
            Finding::OldRead { .. } => BadPattern::WriteCoRead,
            Finding::CyclicCf { .. } => BadPattern::CyclicCf,
            Finding::HbInitRead { .. } => BadPattern::WriteHbInitRead,
            Finding::CyclicHb { .. } => BadPattern::CyclicHb,
        }
    }
}

impl<Q: Debug, R: Debug, V> Accesses<'_, Q, R, V> {
    /// Whether the reads and writes are causally consistent. A history is, if and only if it has none of the
    /// [patterns](BadPattern) that are forbidden for this kind (Bouajjani, Enea, Guerraoui and Hamza, POPL 2017, theorems
    /// 2 to 4 in the order of [`Causality`]'s variants), so there is always an answer, in polynomial time.
    ///
    /// A history that is [sequentially consistent](super::Translated::sequential) is causally consistent in every sense;
    /// [`Memory`](Causality::Memory) and [`Convergence`](Causality::Convergence) both imply
    /// [`Plain`](Causality::Plain) and all [session guarantees](Accesses::session), and neither implies the other.
    ///
    /// # Errors
    /// [`ConsistencyError::Violated`] if they are not, with a reason to show to a reader; [`ConsistencyError::Unsuited`]
    /// if the suite made calls that cannot be judged, see [`History::accesses`](super::History::accesses).
    ///
    /// ```
    /// use simulator::history::{Access, CallOutcome, CallRecord, Causality, History};
    /// use simulator::{NodeId, Time};
    ///
    /// #[derive(Debug)]
    /// enum Request { Put(&'static str, u32), Get(&'static str) }
    /// #[derive(Debug)]
    /// enum Response { Stored, Found(Option<u32>) }
    ///
    /// # let call = |client: usize, called: u64, request, response| CallRecord {
    /// #     client, node: NodeId::new(client), request, called: Time::from_micros(called * 1_000),
    /// #     outcome: CallOutcome::Answered { response, at: Time::from_micros(called * 1_000 + 1_000) },
    /// # };
    /// // A photo and an album that refers to it: who sees the album must be able to see the photo.
    /// let history = History::new(vec![
    ///     call(0, 0, Request::Put("photo", 1), Response::Stored),
    ///     call(1, 2, Request::Get("photo"), Response::Found(Some(1))),
    ///     call(1, 4, Request::Put("album", 2), Response::Stored),
    ///     call(2, 6, Request::Get("album"), Response::Found(Some(2))),
    ///     call(2, 8, Request::Get("photo"), Response::Found(None)),
    /// ]);
    /// let violation = history
    ///     .accesses(|request, response| match (request, response) {
    ///         (Request::Put(key, value), _) => Some(Access::Write { key: *key, value: *value }),
    ///         (Request::Get(key), Some(Response::Found(value))) => {
    ///             Some(Access::Read { key: *key, value: *value })
    ///         }
    ///         (Request::Get(_), _) => None,
    ///     })
    ///     .causal(Causality::Plain)
    ///     .unwrap_err();
    /// assert_eq!(violation.to_string(), "\
    /// Causality is broken: client 2 read photo as it was before any write at 9 ms, but
    /// photo=1 comes before that.
    ///     0 ms – 1 ms  client 0 → n0  Put(\"photo\", 1) → Stored
    ///     2 ms – 3 ms  client 1 → n1  Get(\"photo\") → Found(Some(1))
    ///     4 ms – 5 ms  client 1 → n1  Put(\"album\", 2) → Stored
    ///     6 ms – 7 ms  client 2 → n2  Get(\"album\") → Found(Some(2))
    ///   ✗ 8 ms – 9 ms  client 2 → n2  Get(\"photo\") → Found(None)
    /// Client 1 had read photo=1 when it wrote album=2.
    /// Client 2 had read album=2.");
    /// ```
    pub fn causal(&self, kind: Causality) -> Result<(), ConsistencyError> {
        self.check(|calls| find(calls, kind), words::describe)
    }

    /// Panics with the reason unless the reads and writes are causally consistent.
    ///
    /// # Panics
    /// If [`causal`](Accesses::causal) gives an error, with its words.
    ///
    /// ```should_panic
    /// # use simulator::history::{Access, CallOutcome, CallRecord, Causality, History};
    /// # use simulator::{NodeId, Time};
    /// # let history = History::new(vec![CallRecord {
    /// #     client: 0, node: NodeId::new(0), request: 'x', called: Time::ZERO,
    /// #     outcome: CallOutcome::Answered { response: 3, at: Time::ZERO },
    /// # }]);
    /// # let accesses = history.accesses(|key, value| Some(Access::Read { key: *key, value: value.copied() }));
    /// accesses.assert_causal(Causality::Plain);
    /// ```
    #[track_caller]
    pub fn assert_causal(&self, kind: Causality) {
        match self.causal(kind) {
            Ok(()) => {}
            Err(ConsistencyError::Violated(inconsistency)) => panic!("{inconsistency}"),
            Err(ConsistencyError::Unsuited(unsuited)) => suite_is_at_fault(&unsuited),
        }
    }
}

/// Looks for a pattern that is forbidden.
fn find(calls: &Calls, kind: Causality) -> Option<Finding> {
    let causality = match causality(calls) {
        Ok(causality) => causality,
        Err(finding) => return Some(finding),
    };
    let found = match kind {
        Causality::Plain => None,
        Causality::Memory => memory::find(calls),
        Causality::Convergence => convergence::find(calls, &causality),
    };
    match plain(calls, causality) {
        None => found,
        plain => plain,
    }
}

/// The causal order, if it is one and every value was written by somebody.
pub(super) fn causality(calls: &Calls) -> Result<Relation, Finding> {
    if let Some((read, _)) = calls.reads().find(|(_, source)| *source == Source::Nobody) {
        return Err(Finding::ThinAirRead { read });
    }
    Relation::closure(causes(calls)).map_err(|cycle| Finding::CyclicCo { cycle })
}

/// Reads of what was replaced before, in causal order.
fn plain(calls: &Calls, causality: Relation) -> Option<Finding> {
    for (read, source) in calls.reads() {
        let is_known = |write: &usize| causality.is_before(*write, read);
        for write in calls.other_writes_to_key_of(read).filter(is_known) {
            match source {
                Source::Start => {
                    return Some(Finding::InitRead {
                        write,
                        read,
                        causality,
                    });
                }
                Source::Write(old) if causality.is_before(old, write) => {
                    return Some(Finding::OldRead {
                        old,
                        new: write,
                        read,
                        causality,
                    });
                }
                Source::Write(_) | Source::Nobody => {}
            }
        }
    }
    None
}
