//! Session guarantees: what one client can rely on, whichever replica it asks.

mod find;
mod words;

use crate::panics::suite_is_at_fault;
use std::fmt::Debug;

use super::access::{Accesses, ConsistencyError};

/// A promise to each client that asks several replicas in turn (D. B. Terry, A. J. Demers, K. Petersen, M. J. Spreitzer,
/// M. M. Theimer and B. B. Welch, "Session guarantees for weakly consistent replicated data", PDIS 1994).
///
/// Each names the writes to its key that a read *must not miss*. The guarantee is kept if each client can have seen all
/// writes in some order, in which no read of its own returned a value that is older than a write that it must not miss.
/// This order keeps what is known about which write is older: see [`Accesses::session`]. Each guarantee is judged by itself:
/// what follows only from several of them together is left to [causal consistency](Accesses::causal).
///
/// ```
/// use simulator::history::{Access, CallOutcome, CallRecord, Guarantee, History};
/// use simulator::{NodeId, Time};
///
/// # let call = |client, called, request, response| CallRecord {
/// #     client, node: NodeId::new(0), request, called: Time::from_micros(called),
/// #     outcome: CallOutcome::Answered { response, at: Time::from_micros(called + 1) },
/// # };
/// // `None` is a read, `Some(value)` a write. Client 1 sees a write, and later does not see it.
/// let history = History::new(vec![
///     call(0, 0, Some(1), Some(1)),
///     call(1, 5, None, Some(1)),
///     call(1, 9, None, None),
/// ]);
/// let accesses = history.accesses(|request, response| match request {
///     Some(value) => Some(Access::Write { key: (), value: *value }),
///     None => Some(Access::Read { key: (), value: *response? }),
/// });
/// let kept: Vec<Guarantee> =
///     Guarantee::ALL.into_iter().filter(|guarantee| accesses.session(*guarantee).is_ok()).collect();
/// assert_eq!(kept, [
///     Guarantee::ReadYourWrites, Guarantee::MonotonicWrites, Guarantee::WritesFollowReads,
/// ]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarantee {
    /// A read must not miss what its client wrote before, and was told that it is done.
    ReadYourWrites,
    /// A read must not miss what its client read before.
    MonotonicReads,
    /// A read must not miss what a client wrote before another write, once the reader has seen that one; and of two writes
    /// of one client to one key, the second is the newer one.
    MonotonicWrites,
    /// A read must not miss what a client had read before it wrote something, once the reader has seen that; and of two
    /// writes to one key, where the second was made by a client that had read the first, the second is the newer
    /// one. Followed through: what was read before a write that was read before it counts too.
    WritesFollowReads,
}

impl Guarantee {
    /// All of them.
    ///
    /// ```
    /// assert_eq!(simulator::history::Guarantee::ALL.len(), 4);
    /// ```
    pub const ALL: [Guarantee; 4] = [
        Guarantee::ReadYourWrites,
        Guarantee::MonotonicReads,
        Guarantee::MonotonicWrites,
        Guarantee::WritesFollowReads,
    ];

    fn name(self) -> &'static str {
        match self {
            Guarantee::ReadYourWrites => "Read your writes",
            Guarantee::MonotonicReads => "Monotonic reads",
            Guarantee::MonotonicWrites => "Monotonic writes",
            Guarantee::WritesFollowReads => "Writes follow reads",
        }
    }
}

impl<Q: Debug, R: Debug, V> Accesses<'_, Q, R, V> {
    /// Whether the reads and writes keep a session guarantee. A suite sees no replicas and no versions, only requests and
    /// responses, so which of two writes to one key is *older* has to follow from those:
    ///
    /// - a write is older than those that come after it in causal order: those of the same client that were made after it was
    ///   answered, those of a client that had read it, and so on; what was there before any write is older than all;
    /// - after [`newer_in_real_time`](Accesses::newer_in_real_time), it is also older than those that were made after it was
    ///   answered, by whomever;
    /// - after [`newer_by`](Accesses::newer_by), only what the suite says counts.
    ///
    /// Two writes of which neither is known to be older may be in either order, in another one for each client; but for one
    /// client in one order only. Where causality itself is no order, or a value is read that nobody wrote, no
    /// guarantee is kept.
    ///
    /// Without the suite's own order and without real time, causal memory and causal convergence imply all four, plain
    /// causal consistency implies read your writes only (it lets a client see concurrent writes in one order now and in
    /// another one later, see [`Causality::Plain`](super::Causality::Plain)). With real time, linearizability does, but
    /// sequential consistency does not.
    ///
    /// # Errors
    /// [`ConsistencyError::Violated`] if they do not, with a reason to show to a reader; [`ConsistencyError::Unsuited`]
    /// if the suite made calls that cannot be judged, see [`History::accesses`](super::History::accesses).
    ///
    /// ```
    /// use simulator::history::{Access, CallOutcome, CallRecord, Guarantee, History};
    /// use simulator::{NodeId, Time};
    ///
    /// #[derive(Debug)]
    /// enum Request { Put(&'static str, u32), Get(&'static str) }
    /// #[derive(Debug)]
    /// enum Response { Stored, Found(Option<u32>) }
    ///
    /// # let call = |client, node, called: u64, request, response| CallRecord {
    /// #     client, node: NodeId::new(node), request, called: Time::from_micros(called * 1_000),
    /// #     outcome: CallOutcome::Answered { response, at: Time::from_micros(called * 1_000 + 2_000) },
    /// # };
    /// let history = History::new(vec![
    ///     call(0, 0, 0, Request::Put("x", 1), Response::Stored),
    ///     call(1, 0, 4, Request::Get("x"), Response::Found(Some(1))),
    ///     call(1, 0, 10, Request::Put("x", 2), Response::Stored),
    ///     call(1, 2, 28, Request::Get("x"), Response::Found(Some(1))),
    /// ]);
    /// let violation = history
    ///     .accesses(|request, response| match (request, response) {
    ///         (Request::Put(key, value), _) => Some(Access::Write { key: *key, value: *value }),
    ///         (Request::Get(key), Some(Response::Found(value))) => {
    ///             Some(Access::Read { key: *key, value: *value })
    ///         }
    ///         (Request::Get(_), _) => None,
    ///     })
    ///     .session(Guarantee::ReadYourWrites)
    ///     .unwrap_err();
    /// assert_eq!(violation.to_string(), "\
    /// Read your writes is broken: client 1 read x=1 at 30 ms, after it had written
    /// x=2, answered at 12 ms: its own write is gone.
    ///      0 ms –  2 ms  client 0 → n0  Put(\"x\", 1) → Stored
    ///      4 ms –  6 ms  client 1 → n0  Get(\"x\") → Found(Some(1))
    ///     10 ms – 12 ms  client 1 → n0  Put(\"x\", 2) → Stored
    ///   ✗ 28 ms – 30 ms  client 1 → n2  Get(\"x\") → Found(Some(1))
    /// x=1 is older: client 1 had read x=1 when it wrote x=2.");
    /// ```
    pub fn session(&self, guarantee: Guarantee) -> Result<(), ConsistencyError> {
        self.check(
            |calls| find::find(calls, guarantee),
            |words, finding| words::describe(words, finding, guarantee),
        )
    }

    /// Panics with the reason unless the session guarantee is kept.
    ///
    /// # Panics
    /// If [`session`](Accesses::session) gives an error, with its words.
    ///
    /// ```should_panic
    /// # use simulator::history::{Access, CallOutcome, CallRecord, Guarantee, History};
    /// # use simulator::{NodeId, Time};
    /// # let call = |called, request, response| CallRecord {
    /// #     client: 0, node: NodeId::new(0), request, called: Time::from_micros(called),
    /// #     outcome: CallOutcome::Answered { response, at: Time::from_micros(called + 1) },
    /// # };
    /// # let history = History::new(vec![call(0, Some(1), None), call(5, None, None)]);
    /// # let accesses = history.accesses(|request, response: Option<&Option<u32>>| match request {
    /// #     Some(value) => Some(Access::Write { key: (), value: *value }),
    /// #     None => Some(Access::Read { key: (), value: *response? }),
    /// # });
    /// accesses.assert_session(Guarantee::ReadYourWrites);
    /// ```
    #[track_caller]
    pub fn assert_session(&self, guarantee: Guarantee) {
        match self.session(guarantee) {
            Ok(()) => {}
            Err(ConsistencyError::Violated(inconsistency)) => panic!("{inconsistency}"),
            Err(ConsistencyError::Unsuited(unsuited)) => suite_is_at_fault(&unsuited),
        }
    }
}
