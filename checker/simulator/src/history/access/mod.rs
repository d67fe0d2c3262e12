//! Histories of reads and writes: what causal consistency and the session guarantees are about.

mod calls;
mod error;
mod relation;
mod smallest;
mod tell;
mod words;

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;

use super::History;
use super::erased::Interner;
use super::fixed_hash::FixedState;
pub(super) use calls::{AccessCall, Calls, Kind, Recency, Source};
pub use error::{BadPattern, ConsistencyError, Inconsistency, Unsuited};
pub(super) use relation::{Cycle, Relation, causes};
pub(super) use words::{Description, Inferred, Words};

/// What a call read or wrote: what a suite says of its requests and responses, see [`History::accesses`].
///
/// ```
/// use simulator::history::Access;
///
/// enum Request { Put(char, u32), Get(char) }
/// enum Response { Stored, Found(Option<u32>), NotStored, TimedOut }
///
/// let access = |request: &Request, response: Option<&Response>| match (request, response) {
///     (Request::Put(key, value), Some(Response::NotStored)) => {
///         Some(Access::FailedWrite { key: *key, value: *value })
///     }
///     (Request::Put(key, value), Some(Response::TimedOut)) => {
///         Some(Access::PossibleWrite { key: *key, value: *value })
///     }
///     (Request::Put(key, value), _) => Some(Access::Write { key: *key, value: *value }),
///     (Request::Get(key), Some(Response::Found(value))) => Some(Access::Read { key: *key, value: *value }),
///     (Request::Get(_), _) => None,
/// };
/// assert_eq!(
///     access(&Request::Get('x'), Some(&Response::Found(None))),
///     Some(Access::Read { key: 'x', value: None }),
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access<K, V> {
    /// A read that was answered.
    Read {
        /// What was read.
        key: K,
        /// The value that was found; `None` if it was what is there before any write. Nobody may write that.
        value: Option<V>,
    },
    /// A write that happened. If the call was not answered, it counts as one that may have.
    Write {
        /// What was written to.
        key: K,
        /// The value: no other write to this key may write the same.
        value: V,
    },
    /// A write that may have happened, may happen yet, or may never happen, whatever the answer was.
    PossibleWrite {
        /// What was written to.
        key: K,
        /// The value: no other write to this key may write the same.
        value: V,
    },
    /// A write that was answered as surely not done.
    FailedWrite {
        /// What was written to.
        key: K,
        /// The value: it may be written again.
        value: V,
    },
}

/// The reads and writes of a history: made by [`History::accesses`], to be asked whether they are
/// [causally consistent](Accesses::causal) and whether they keep a [session guarantee](Accesses::session).
///
/// ```
/// use simulator::history::{Access, Causality, History};
///
/// let history: History<(char, u32), ()> = History::new(vec![]);
/// let accesses = history.accesses(|&(key, value), _| Some(Access::Write { key, value }));
/// assert_eq!(accesses.causal(Causality::Memory), Ok(()));
/// ```
#[derive(Clone, Debug)]
pub struct Accesses<'h, Q, R, V> {
    pub(super) history: &'h History<Q, R>,
    pub(super) calls: Calls,
    /// What each call read or wrote, in words.
    labels: Vec<Label>,
    /// What each write wrote.
    written: Vec<Option<V>>,
    unsuited: Option<Unsuited>,
}

/// What a call read or wrote, in words.
#[derive(Clone, Debug)]
pub(super) struct Label {
    key: String,
    /// `None` if it is what was there before any write.
    value: Option<String>,
    /// A write of this value, by its place in the history, that was answered as not done.
    failed_write: Option<usize>,
}

impl<Q, R> History<Q, R> {
    /// Says what the calls read and wrote. The closure is given each request with its response, which is `None` if the
    /// outcome is unknown, and returns `None` for what is neither a read nor a write. Of calls whose outcome is unknown,
    /// writes count as ones that may have happened, and reads do not count.
    ///
    /// The checks tell writes apart by their values, so each write to a key must write a value of its own: let the
    /// workload number them. And a client is a sequence of calls: each is made after the one before was answered, or
    /// given up. Else every check fails with [`ConsistencyError::Unsuited`]. What a check asks by itself at the end
    /// of a run, with `Simulation::request`, is one client's sequence too.
    ///
    /// ```
    /// use simulator::history::{Access, CallOutcome, CallRecord, Guarantee, History};
    /// use simulator::{NodeId, Time};
    ///
    /// #[derive(Debug)]
    /// enum Request { Write(u32), Read }
    /// #[derive(Debug)]
    /// enum Response { Stored, Value(u32) }
    ///
    /// let call = |called: u64, node, request, response| CallRecord {
    ///     client: 0, node: NodeId::new(node), request, called: Time::from_micros(called * 1_000),
    ///     outcome: CallOutcome::Answered { response, at: Time::from_micros(called * 1_000 + 2_000) },
    /// };
    /// let history = History::new(vec![
    ///     call(10, 0, Request::Write(7), Response::Stored),
    ///     call(28, 1, Request::Read, Response::Value(0)),
    /// ]);
    /// let accesses = history.accesses(|request, response| match (request, response) {
    ///     (Request::Write(value), _) => Some(Access::Write { key: "the register", value: *value }),
    ///     (Request::Read, Some(Response::Value(value))) => {
    ///         Some(Access::Read { key: "the register", value: (*value != 0).then_some(*value) })
    ///     }
    ///     (Request::Read, _) => None,
    /// });
    /// assert_eq!(accesses.session(Guarantee::ReadYourWrites).unwrap_err().to_string(), "\
    /// Read your writes is broken: client 0 read the register as it was before any
    /// write at 30 ms, after it had written the register=7, answered at 12 ms: its own
    /// write is gone.
    ///     10 ms – 12 ms  client 0 → n0  Write(7) → Stored
    ///   ✗ 28 ms – 30 ms  client 0 → n1  Read → Value(0)");
    /// ```
    pub fn accesses<K, V>(
        &self,
        access: impl Fn(&Q, Option<&R>) -> Option<Access<K, V>>,
    ) -> Accesses<'_, Q, R, V>
    where
        K: Clone + Eq + Hash + Debug,
        V: Clone + Eq + Hash + Debug,
    {
        Builder::new().build(self, access)
    }
}

impl<Q, R, V> Accesses<'_, Q, R, V> {
    /// For session guarantees, a write also counts as older than another one to the same key if it was answered before the
    /// other was made: for a store that promises to put writes in the order in which they are acknowledged, as one
    /// with a single primary does. Without it, only causality says which of two writes is older.
    ///
    /// ```
    /// use simulator::history::{Access, CallOutcome, CallRecord, Guarantee, History};
    /// use simulator::{NodeId, Time};
    ///
    /// # let call = |client, called, request, response| CallRecord {
    /// #     client, node: NodeId::new(0), request, called: Time::from_micros(called),
    /// #     outcome: CallOutcome::Answered { response, at: Time::from_micros(called + 1) },
    /// # };
    /// // `None` is a read, `Some(value)` a write. Client 1 does not find its own write, but an earlier one.
    /// let history = History::new(vec![
    ///     call(0, 0, Some(1), Some(1)),
    ///     call(1, 5, Some(2), Some(2)),
    ///     call(1, 9, None, Some(1)),
    /// ]);
    /// let accesses = history.accesses(|request, response| match request {
    ///     Some(value) => Some(Access::Write { key: (), value: *value }),
    ///     None => Some(Access::Read { key: (), value: *response? }),
    /// });
    /// assert!(accesses.session(Guarantee::ReadYourWrites).is_ok(), "2 may have been replaced by 1");
    /// assert!(accesses.newer_in_real_time().session(Guarantee::ReadYourWrites).is_err());
    /// ```
    pub fn newer_in_real_time(mut self) -> Self {
        self.calls.recency = Recency::RealTime;
        self
    }

    /// For session guarantees, only this says which of two writes to one key is older: for a suite that knows the order of
    /// versions, because responses tell it or because every key has one writer. `is_older` is given two values
    /// and says whether the first is surely the older one; it must be an order.
    ///
    /// ```
    /// use simulator::history::{Access, CallOutcome, CallRecord, Guarantee, History};
    /// use simulator::{NodeId, Time};
    ///
    /// # let call = |client, called, request, response| CallRecord {
    /// #     client, node: NodeId::new(0), request, called: Time::from_micros(called),
    /// #     outcome: CallOutcome::Answered { response, at: Time::from_micros(called + 1) },
    /// # };
    /// // `None` is a read, `Some(version)` a write. Client 1 is taken from version 2 back to version 1.
    /// let history = History::new(vec![
    ///     call(0, 0, Some(1), Some(1)),
    ///     call(2, 0, Some(2), Some(2)),
    ///     call(1, 5, None, Some(2)),
    ///     call(1, 9, None, Some(1)),
    /// ]);
    /// let accesses = history.accesses(|request, response| match request {
    ///     Some(version) => Some(Access::Write { key: (), value: *version }),
    ///     None => Some(Access::Read { key: (), value: *response? }),
    /// });
    /// assert!(accesses.session(Guarantee::MonotonicReads).is_ok(), "1 may be the newer one");
    /// let accesses = accesses.newer_by(|one, other| one < other);
    /// assert!(accesses.session(Guarantee::MonotonicReads).is_err());
    /// ```
    pub fn newer_by(mut self, is_older: impl Fn(&V, &V) -> bool) -> Self {
        let mut pairs = Vec::new();
        for (older, value) in self.written.iter().enumerate() {
            let Some(value) = value else { continue };
            for newer in self.calls.other_writes_to_key_of(older) {
                if self.written[newer]
                    .as_ref()
                    .is_some_and(|other| is_older(value, other))
                {
                    pairs.push((older, newer));
                }
            }
        }
        let mut after = vec![Vec::new(); self.written.len()];
        for &(older, newer) in &pairs {
            after[newer].push(older);
        }
        match Relation::closure(after) {
            Ok(order) => {
                let writes = |newer| {
                    self.calls
                        .other_writes_to_key_of(newer)
                        .map(move |older| (older, newer))
                };
                let all = (0..self.written.len()).flat_map(writes);
                let pairs = all
                    .filter(|&(older, newer)| order.is_before(older, newer))
                    .collect();
                self.calls.recency = Recency::Given(pairs);
            }
            Err(Cycle(cycle)) => {
                let [one, other] = [cycle[0], cycle[cycle.len() - 1]];
                let list = &self.calls.list;
                let unsuited = || {
                    Unsuited::no_order(
                        [&self.labels[one], &self.labels[other]],
                        [&list[one], &list[other]],
                    )
                };
                self.unsuited.get_or_insert_with(unsuited);
            }
        }
        self
    }
}

impl<Q: Debug, R: Debug, V> Accesses<'_, Q, R, V> {
    /// Finds a violation, shows it in as few calls as possible, and tells about it.
    pub(super) fn check<F>(
        &self,
        find: impl Fn(&Calls) -> Option<F>,
        describe: impl Fn(&Words<'_>, &F) -> Description,
    ) -> Result<(), ConsistencyError> {
        if let Some(unsuited) = &self.unsuited {
            return Err(ConsistencyError::Unsuited(unsuited.clone()));
        }
        let Some((finding, calls, numbers)) = self.calls.smallest_violation(find) else {
            return Ok(());
        };
        let words = Words::new(
            &calls,
            numbers.iter().map(|&call| &self.labels[call]).collect(),
        );
        let description = describe(&words, &finding);
        Err(ConsistencyError::Violated(tell::tell(
            self.history,
            &words,
            description,
        )))
    }
}

/// Gives keys and values numbers, and finds out what each read read.
struct Builder<K, V> {
    keys: Interner<K>,
    /// Who wrote a value to a key.
    writers: HashMap<(u32, V), usize, FixedState>,
    /// The places of writes that were answered as not done.
    failed: HashMap<(u32, V), usize, FixedState>,
    list: Vec<AccessCall>,
    labels: Vec<Label>,
    /// What each call wrote, or read.
    values: Vec<Option<V>>,
    unsuited: Option<Unsuited>,
}

impl<K: Clone + Eq + Hash + Debug, V: Clone + Eq + Hash + Debug> Builder<K, V> {
    fn new() -> Builder<K, V> {
        Builder {
            keys: Interner::new(),
            writers: HashMap::default(),
            failed: HashMap::default(),
            list: Vec::new(),
            labels: Vec::new(),
            values: Vec::new(),
            unsuited: None,
        }
    }

    fn build<'h, Q, R>(
        mut self,
        history: &'h History<Q, R>,
        access: impl Fn(&Q, Option<&R>) -> Option<Access<K, V>>,
    ) -> Accesses<'h, Q, R, V> {
        for (place, call) in history.calls().enumerate() {
            let answered = call.outcome.answered_at();
            let Some(access) = access(&call.request, call.outcome.response()) else {
                continue;
            };
            let (key, value, kind, answered) = match access {
                Access::Read { .. } if answered.is_none() => continue,
                Access::Read { key, value } => (key, value, Kind::Read(Source::Start), answered),
                Access::Write { key, value } => (key, Some(value), Kind::Write, answered),
                Access::PossibleWrite { key, value } => (key, Some(value), Kind::Write, None),
                Access::FailedWrite { key, value } => {
                    let key = self.keys.number(&key);
                    self.failed.insert((key, value), place);
                    continue;
                }
            };
            let label = Label::new(&key, value.as_ref());
            let key = self.keys.number(&key);
            let call = AccessCall {
                place,
                client: call.client,
                called: call.called,
                answered,
                key,
                kind,
            };
            self.add(call, label, value);
        }
        self.find_sources();
        let mut written = self.values;
        for (call, value) in self.list.iter().zip(&mut written) {
            if call.kind != Kind::Write {
                *value = None;
            }
        }
        Accesses {
            history,
            calls: Calls::new(self.list, Recency::Causality),
            labels: self.labels,
            written,
            unsuited: self.unsuited,
        }
    }

    fn add(&mut self, call: AccessCall, label: Label, value: Option<V>) {
        let index = self.list.len();
        let overlapping = self.list.iter().find(|other| {
            other.client == call.client && other.answered.is_some_and(|at| at > call.called)
        });
        if let Some(other) = overlapping {
            let unsuited = || Unsuited::overlapping(other, &call);
            self.unsuited.get_or_insert_with(unsuited);
        }
        if let (Kind::Write, Some(value)) = (call.kind, &value)
            && let Some(other) = self.writers.insert((call.key, value.clone()), index)
        {
            let unsuited = || Unsuited::same_value(&label, &self.list[other], &call);
            self.unsuited.get_or_insert_with(unsuited);
        }
        self.list.push(call);
        self.labels.push(label);
        self.values.push(value);
    }

    fn find_sources(&mut self) {
        for ((call, value), label) in self.list.iter_mut().zip(&self.values).zip(&mut self.labels) {
            let (Kind::Read(source), Some(value)) = (&mut call.kind, value) else {
                continue;
            };
            let version = (call.key, value.clone());
            *source = match self.writers.get(&version) {
                Some(&writer) => Source::Write(writer),
                None => Source::Nobody,
            };
            if *source == Source::Nobody {
                label.failed_write = self.failed.get(&version).copied();
            }
        }
    }
}
