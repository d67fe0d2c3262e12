//! Sequential consistency: one order for all, in which time plays no part.

use crate::panics::suite_is_at_fault;
use std::error::Error;
use std::fmt::{self, Debug};

use super::composite::Composite;
use super::search::{Call, Finding, decide_by_client};
use super::translate::DEFAULT_STEPS;
use super::violation::{Part, Promise, Undecided, Violation};
use super::{History, Meaning, Model, Translated};

/// Why a history could not be shown to be sequentially consistent. Its `Display` is meant for the reader of a failed test:
/// at most ten lines of at most 80 columns.
///
/// ```
/// use simulator::history::SequentialError;
///
/// fn is_the_suites_fault(error: &SequentialError) -> bool {
///     match error {
///         SequentialError::Violated(_) => false,
///         SequentialError::Undecided(_) => true,
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SequentialError {
    /// It is not sequentially consistent.
    Violated(Violation),
    /// The search gave up: it may be sequentially consistent or not.
    Undecided(Undecided),
}

impl fmt::Display for SequentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SequentialError::Violated(violation) => write!(f, "{violation}"),
            SequentialError::Undecided(undecided) => write!(f, "{undecided}"),
        }
    }
}

impl Error for SequentialError {}

impl<Q, R> History<Q, R> {
    /// Whether one object that does what the model says could have answered so if time did not count, for a model whose
    /// operations and answers are the requests and responses themselves. Else [`translate`](History::translate) first.
    ///
    /// # Errors
    /// Why not, in words; or that the search gave up, see [`Translated::sequential`].
    ///
    /// ```
    /// use simulator::history::{CallOutcome, CallRecord, Counter, History, counter};
    /// use simulator::{NodeId, Time};
    ///
    /// let call = |client, called, request, response| CallRecord {
    ///     client,
    ///     node: NodeId::new(client),
    ///     request,
    ///     called: Time::from_micros(called),
    ///     outcome: CallOutcome::Answered { response, at: Time::from_micros(called + 1) },
    /// };
    /// // Client 1 is told an old total: that is as if it had asked earlier.
    /// let history = History::new(vec![
    ///     call(0, 0, counter::Operation::Add(1), 1),
    ///     call(1, 5, counter::Operation::Read, 0),
    /// ]);
    /// assert!(history.sequential(Counter::starting_with(0)).is_ok());
    /// assert!(history.linearizable(Counter::starting_with(0)).is_err());
    /// ```
    pub fn sequential<M>(&self, model: M) -> Result<(), SequentialError>
    where
        M: Model<Operation = Q, Answer = R>,
        Q: Clone + Debug,
        R: Clone + Debug,
    {
        self.translate(
            |request| Some(request.clone()),
            |_, response| Meaning::Answered(response.clone()),
        )
        .sequential(model)
    }
}

impl<Q: Debug, R: Debug, O, A> Translated<'_, Q, R, O, A> {
    /// Whether the history is *sequentially consistent*: whether there is one order of all calls that keeps the order of
    /// each client's own calls, and in which one object that does what the model says would have given the same
    /// answers (L. Lamport, "How to make a multiprocessor computer that correctly executes multiprocess programs",
    /// IEEE Transactions on Computers C-28(9), 1979). Time does not count: a client may be told what was true long ago,
    /// as long as it never sees time run backwards.
    ///
    /// A client's call comes after those of its own that were answered before it was made. One whose outcome is unknown may
    /// take effect at any time after those, even after what the client did later, or never: as for linearizability.
    ///
    /// A partitioned model ([`Model::key`]) is checked as a whole, for sequential consistency is not local: each key by
    /// itself may be in order where all of them together are not (Herlihy and Wing, TOPLAS 1990, section 3.3).
    ///
    /// # Errors
    /// [`SequentialError::Violated`] if there is no such order, with a reason to show to a reader;
    /// [`SequentialError::Undecided`] if [`DEFAULT_STEPS`] were not enough to tell.
    ///
    /// ```
    /// use simulator::history::key_value_map::{Answer, Operation};
    /// use simulator::history::{CallOutcome, CallRecord, History, KeyValueMap, Meaning};
    /// use simulator::{NodeId, Time};
    ///
    /// # let call = |client: usize, called: u64, request, response| CallRecord {
    /// #     client, node: NodeId::new(client), request, called: Time::from_micros(called * 1_000),
    /// #     outcome: CallOutcome::Answered { response, at: Time::from_micros(called * 1_000 + 1_000) },
    /// # };
    /// // Each client writes one key and does not see the other's write: whoever wrote second should have.
    /// let history = History::new(vec![
    ///     call(0, 0, Operation::Put("x", 1), Answer::Done),
    ///     call(1, 0, Operation::Put("y", 1), Answer::Done),
    ///     call(0, 2, Operation::Get("y"), Answer::Value(None)),
    ///     call(1, 3, Operation::Get("x"), Answer::Value(None)),
    /// ]);
    /// let violation = history.sequential(KeyValueMap::empty()).unwrap_err();
    /// assert_eq!(violation.to_string(), "\
    /// Not sequentially consistent: no order of these 4 calls that keeps the order of
    /// each client's own explains their answers, even if time does not count:
    ///     0 ms – 1 ms  client 0 → n0  Put(\"x\", 1) → Done
    ///     0 ms – 1 ms  client 1 → n1  Put(\"y\", 1) → Done
    ///     2 ms – 3 ms  client 0 → n0  Get(\"y\") → Value(None)
    ///   ✗ 3 ms – 4 ms  client 1 → n1  Get(\"x\") → Value(None)
    /// The one marked ✗ could only have been answered Value(Some(1)).");
    /// ```
    pub fn sequential<M>(&self, model: M) -> Result<(), SequentialError>
    where
        M: Model<Operation = O, Answer = A>,
    {
        self.sequential_within(DEFAULT_STEPS, model).map(|_| ())
    }

    /// Panics with the reason unless the history is sequentially consistent.
    ///
    /// # Panics
    /// If [`sequential`](Translated::sequential) gives an error, with its words.
    ///
    /// ```should_panic
    /// # use simulator::history::{CallOutcome, CallRecord, Counter, History, Meaning, counter};
    /// # use simulator::{NodeId, Time};
    /// # let history = History::new(vec![CallRecord {
    /// #     client: 0, node: NodeId::new(0), request: 1, called: Time::ZERO,
    /// #     outcome: CallOutcome::Answered { response: 2, at: Time::ZERO },
    /// # }]);
    /// # let additions = history
    /// #    .translate(|amount| Some(counter::Operation::Add(*amount)), |_, total| Meaning::Answered(*total));
    /// additions.assert_sequential(Counter::starting_with(0));
    /// ```
    #[track_caller]
    pub fn assert_sequential<M>(&self, model: M)
    where
        M: Model<Operation = O, Answer = A>,
    {
        match self.sequential(model) {
            Ok(()) => {}
            Err(SequentialError::Violated(violation)) => panic!("{violation}"),
            Err(SequentialError::Undecided(undecided)) => suite_is_at_fault(&undecided),
        }
    }

    /// The same as [`sequential`](Translated::sequential), with at most so many steps. Returns how many it took: a measure
    /// of the work that is the same on every machine.
    ///
    /// # Errors
    /// See [`sequential`](Translated::sequential).
    ///
    /// ```
    /// # use simulator::history::{CallOutcome, CallRecord, Counter, History, Meaning, SequentialError, counter};
    /// # use simulator::{NodeId, Time};
    /// # let history = History::new(vec![CallRecord {
    /// #     client: 0, node: NodeId::new(0), request: 1, called: Time::ZERO,
    /// #     outcome: CallOutcome::Answered { response: 1, at: Time::ZERO },
    /// # }]);
    /// # let additions = history
    /// #    .translate(|amount| Some(counter::Operation::Add(*amount)), |_, total| Meaning::Answered(*total));
    /// assert_eq!(additions.sequential_within(1, Counter::starting_with(0)), Ok(1));
    /// let Err(SequentialError::Undecided(undecided)) = additions.sequential_within(0, Counter::starting_with(0)) else {
    ///     panic!("nothing can be decided in no steps");
    /// };
    /// assert_eq!(undecided.steps(), 0);
    /// ```
    pub fn sequential_within<M>(&self, steps: u64, model: M) -> Result<u64, SequentialError>
    where
        M: Model<Operation = O, Answer = A>,
    {
        let mut object = Composite::new(&model);
        let (mut calls, mut refused) = (Vec::new(), Vec::new());
        let (mut places, mut refused_places) = (Vec::new(), Vec::new());
        for call in &self.calls {
            let record = self.history.call(call.place);
            let (returned, answer) = call
                .meaning
                .returned_and_answer(record.outcome.answered_at());
            let (part, operation, number) = object.numbers(&call.operation, answer);
            let numbered = Call {
                client: record.client,
                called: record.called,
                returned,
                part,
                operation,
                answer: number,
                only_reads: model.only_reads(&call.operation, answer),
                overwrites: model.overwrites(&call.operation),
            };
            if matches!(call.meaning, Meaning::DidNotHappen) {
                refused.push(numbered);
                refused_places.push(call.place);
            } else {
                calls.push(numbered);
                places.push(call.place);
            }
        }
        let (finding, taken) = decide_by_client(&calls, &refused, &mut object, steps);
        match finding {
            Finding::Explained => Ok(taken),
            Finding::Impossible(reason) => {
                let part = Part {
                    promise: Promise::SequentialConsistency,
                    key: None,
                    calls: calls.len(),
                    unexplained: places[reason.unexplained],
                    possible: reason
                        .possible
                        .iter()
                        .map(|&answer| object.answer(answer))
                        .collect(),
                    enough: reason.enough.iter().map(|&call| places[call]).collect(),
                    happened_after_all: reason.happened_after_all.map(|call| refused_places[call]),
                    steps: taken,
                };
                Err(SequentialError::Violated(Violation::new(
                    part,
                    self.history,
                )))
            }
            Finding::Undecided => Err(SequentialError::Undecided(Undecided::new(
                Promise::SequentialConsistency,
                None,
                calls.len(),
                steps,
            ))),
        }
    }
}
