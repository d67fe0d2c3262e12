//! The record of a run's calls.

use std::rc::Rc;
use std::slice;

use crate::{NodeId, Time};

/// The calls of a run, in the order in which they were made. `Q` is what clients ask, `R` what they are answered.
///
/// A simulation hands out its own; one can also be written by hand:
///
/// ```
/// use simulator::history::{CallOutcome, CallRecord, History};
/// use simulator::{NodeId, Time};
///
/// let history: History<&str, u32> = History::new(vec![CallRecord {
///     client: 0,
///     node: NodeId::new(1),
///     request: "read",
///     called: Time::from_micros(10),
///     outcome: CallOutcome::Unknown,
/// }]);
/// assert_eq!(history.len(), 1);
/// assert_eq!(history.answered().count(), 0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History<Q, R> {
    calls: Vec<CallRecord<Q, R>>,
    /// What reports call the nodes; where there is none, `n0`, `n1`, …
    names: Rc<[String]>,
}

/// One call of a client.
///
/// ```
/// # use simulator::history::{CallOutcome, CallRecord};
/// # use simulator::{NodeId, Time};
/// let call: CallRecord<&str, u32> = CallRecord {
///     client: 0,
///     node: NodeId::new(1),
///     request: "read",
///     called: Time::from_micros(10),
///     outcome: CallOutcome::Answered { response: 7, at: Time::from_micros(30) },
/// };
/// assert_eq!(call.outcome.response(), Some(&7));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecord<Q, R> {
    /// Number of the client.
    pub client: usize,
    /// The node it asked.
    pub node: NodeId,
    /// What it asked.
    pub request: Q,
    /// When it asked.
    pub called: Time,
    /// What came of it.
    pub outcome: CallOutcome<R>,
}

/// What a client knows about a call when the run is over.
///
/// ```
/// use simulator::Time;
/// use simulator::history::CallOutcome;
///
/// let outcome = CallOutcome::Answered { response: "stored", at: Time::ZERO };
/// assert_eq!(outcome.answered_at(), Some(Time::ZERO));
/// assert_eq!(CallOutcome::<u32>::Unknown.response(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallOutcome<R> {
    /// It was answered.
    Answered {
        /// The answer.
        response: R,
        /// When it arrived.
        at: Time,
    },
    /// No answer arrived: it may have happened, may happen yet, or may never happen.
    Unknown,
}

impl<R> CallOutcome<R> {
    /// The answer, if there was one.
    ///
    /// ```
    /// # use simulator::{Time, history::CallOutcome};
    /// let answered = CallOutcome::Answered { response: 7, at: Time::ZERO };
    /// assert_eq!(answered.response(), Some(&7));
    /// assert_eq!(CallOutcome::<u64>::Unknown.response(), None);
    /// ```
    pub fn response(&self) -> Option<&R> {
        match self {
            CallOutcome::Answered { response, .. } => Some(response),
            CallOutcome::Unknown => None,
        }
    }

    /// When the answer arrived, if one did.
    ///
    /// ```
    /// # use simulator::{Time, history::CallOutcome};
    /// let first = CallOutcome::Answered { response: 7, at: Time::from_micros(20) };
    /// let second = CallOutcome::Answered { response: 8, at: Time::from_micros(30) };
    /// // No answer is earlier than any: ask for one before you compare.
    /// assert!(first.answered_at() < second.answered_at());
    /// assert!(CallOutcome::<u64>::Unknown.answered_at() < first.answered_at());
    /// ```
    pub fn answered_at(&self) -> Option<Time> {
        match self {
            CallOutcome::Answered { at, .. } => Some(*at),
            CallOutcome::Unknown => None,
        }
    }
}

impl<Q, R> History<Q, R> {
    /// The same history, in which reports call the nodes by these names.
    pub(crate) fn with_names(self, names: Rc<[String]>) -> History<Q, R> {
        History { names, ..self }
    }

    /// What reports call a node.
    pub(super) fn name(&self, node: NodeId) -> String {
        match self.names.get(node.index()) {
            Some(name) => name.clone(),
            None => node.to_string(),
        }
    }

    /// A history of these calls. They are put in order of the time at which they were made; calls made at the same
    /// moment keep the order they have here.
    ///
    /// # Panics
    /// If a call was answered before it was made.
    ///
    /// ```
    /// # use simulator::history::{CallOutcome, CallRecord, History};
    /// # use simulator::{NodeId, Time};
    /// # let at = |micros| CallRecord::<u64, ()> {
    /// #     client: 0, node: NodeId::new(0), request: micros, called: Time::from_micros(micros),
    /// #     outcome: CallOutcome::Unknown };
    /// let history = History::new(vec![at(20), at(10)]);
    /// assert_eq!(history.calls().map(|call| call.request).collect::<Vec<_>>(), [10, 20]);
    /// ```
    pub fn new(mut calls: Vec<CallRecord<Q, R>>) -> History<Q, R> {
        calls.sort_by_key(|call| call.called);
        for call in &calls {
            if let Some(at) = call.outcome.answered_at() {
                assert!(
                    at >= call.called,
                    "client {} is answered at {at}, before it called at {}: correct the times of this call",
                    call.client,
                    call.called,
                );
            }
        }
        History {
            calls,
            names: Rc::new([]),
        }
    }

    /// Every call, in the order in which they were made.
    ///
    /// ```
    /// # use simulator::history::History;
    /// # let history: History<(), ()> = History::new(vec![]);
    /// let unanswered = history.calls().filter(|call| call.outcome.response().is_none()).count();
    /// # assert_eq!(unanswered, 0);
    /// ```
    pub fn calls(&self) -> slice::Iter<'_, CallRecord<Q, R>> {
        self.calls.iter()
    }

    /// The calls that were answered, each with its answer and the time at which it arrived, in the order in which they
    /// were made.
    ///
    /// ```
    /// # use simulator::history::History;
    /// # let history: History<(), u32> = History::new(vec![]);
    /// let sum: u32 = history.answered().map(|(_, response, _)| response).sum();
    /// assert_eq!(sum, 0);
    /// ```
    pub fn answered(&self) -> impl Iterator<Item = (&CallRecord<Q, R>, &R, Time)> {
        self.calls.iter().filter_map(|call| match &call.outcome {
            CallOutcome::Answered { response, at } => Some((call, response, *at)),
            CallOutcome::Unknown => None,
        })
    }

    /// How many calls were made.
    ///
    /// ```
    /// # use simulator::history::History;
    /// assert_eq!(History::<(), ()>::new(vec![]).len(), 0);
    /// ```
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether no call was made.
    ///
    /// ```
    /// # use simulator::history::History;
    /// assert!(History::<(), ()>::new(vec![]).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    pub(super) fn call(&self, index: usize) -> &CallRecord<Q, R> {
        &self.calls[index]
    }
}
