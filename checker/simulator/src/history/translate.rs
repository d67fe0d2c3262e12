//! From what clients asked and were answered to what an object did.

use crate::panics::suite_is_at_fault;
use std::collections::HashMap;
use std::fmt::Debug;

use super::erased::Erased;
use super::fixed_hash::FixedState;
use super::search::{Call, Finding, decide};
use super::violation::{LinearizabilityError, Part, Promise, Undecided, Violation};
use super::{History, Model};
use crate::Time;

/// How many steps [`Translated::linearizable`] may take for each part of the object, before it gives up. A step is one
/// attempt to let a call be the next one; a million take well under a second.
///
/// ```
/// # use simulator::history::{CallRecord, Counter, DEFAULT_STEPS, History, Meaning, counter};
/// # let history: History<i64, i64> = History::new(vec![]);
/// # let additions = history
/// #    .translate(|amount| Some(counter::Operation::Add(*amount)), |_, total| Meaning::Answered(*total));
/// // For a history that was not decided: ten times as many.
/// let taken = additions.linearizable_within(10 * DEFAULT_STEPS, Counter::starting_with(0));
/// assert!(taken.is_ok());
/// ```
pub const DEFAULT_STEPS: u64 = 4_000_000;

/// What a response says about the operation.
///
/// ```
/// use simulator::history::Meaning;
///
/// enum Response { Total(i64), Stored, NoMajority, Timeout }
///
/// let meaning = |response: &Response| match response {
///     Response::Total(total) => Meaning::Answered(*total),
///     Response::Stored => Meaning::Acknowledged,
///     Response::NoMajority => Meaning::DidNotHappen,
///     Response::Timeout => Meaning::MayHaveHappened,
/// };
/// assert_eq!(meaning(&Response::Total(3)), Meaning::Answered(3));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning<A> {
    /// It happened, and this is what the object answered.
    Answered(A),
    /// It happened; what the object answered is not known.
    Acknowledged,
    /// A definite failure: it surely did not happen and never will.
    DidNotHappen,
    /// An indefinite failure: it may have happened, may happen yet, or may never happen.
    MayHaveHappened,
}

impl<A> Meaning<A> {
    /// When the operation had surely happened, if it had by the time of the answer, and what it was answered, if that is
    /// known.
    pub(super) fn returned_and_answer(
        &self,
        answered_at: Option<Time>,
    ) -> (Option<Time>, Option<&A>) {
        match self {
            Meaning::Answered(answer) => (answered_at, Some(answer)),
            Meaning::Acknowledged => (answered_at, None),
            Meaning::DidNotHappen | Meaning::MayHaveHappened => (None, None),
        }
    }
}

/// A history in the terms of a [`Model`]: made by [`History::translate`].
///
/// ```
/// use simulator::history::{CallRecord, Counter, History, Meaning, counter};
///
/// let calls: Vec<CallRecord<i64, i64>> = vec![];
/// let history = History::new(calls);
/// let additions = history
///     .translate(|amount| Some(counter::Operation::Add(*amount)), |_, total| Meaning::Answered(*total));
/// additions.assert_linearizable(Counter::starting_with(0));
/// ```
#[derive(Clone, Debug)]
pub struct Translated<'h, Q, R, O, A> {
    pub(super) history: &'h History<Q, R>,
    pub(super) calls: Vec<TranslatedCall<O, A>>,
}

#[derive(Clone, Debug)]
pub(super) struct TranslatedCall<O, A> {
    /// Its place in the history.
    pub(super) place: usize,
    pub(super) operation: O,
    pub(super) meaning: Meaning<A>,
}

impl<Q, R> History<Q, R> {
    /// Says what the calls mean to an object. `operation` gives what a request asks of it, or `None` if the request is
    /// not about it; `meaning` is asked about answered calls only.
    ///
    /// ```
    /// use simulator::history::{CallOutcome, CallRecord, History, KeyValueMap, Meaning};
    /// use simulator::history::key_value_map::{Answer, Operation};
    /// use simulator::{NodeId, Time};
    ///
    /// #[derive(Debug)]
    /// enum Request { Put(&'static str, u32), Get(&'static str), Status }
    /// #[derive(Debug)]
    /// enum Response { Stored, Found(Option<u32>), Failed, Healthy }
    ///
    /// let call = |called, request, response, at| CallRecord {
    ///     client: 0, node: NodeId::new(0), request, called: Time::from_micros(called),
    ///     outcome: CallOutcome::Answered { response, at: Time::from_micros(at) },
    /// };
    /// let history = History::new(vec![
    ///     call(0, Request::Put("x", 1), Response::Failed, 1),
    ///     call(2, Request::Status, Response::Healthy, 3),
    ///     call(4, Request::Get("x"), Response::Found(None), 5),
    /// ]);
    /// history
    ///     .translate(
    ///         |request| match request {
    ///             Request::Put(key, value) => Some(Operation::Put(*key, *value)),
    ///             Request::Get(key) => Some(Operation::Get(*key)),
    ///             Request::Status => None,
    ///         },
    ///         |_, response| match response {
    ///             Response::Stored => Meaning::Answered(Answer::Done),
    ///             Response::Found(value) => Meaning::Answered(Answer::Value(*value)),
    ///             Response::Failed | Response::Healthy => Meaning::DidNotHappen,
    ///         },
    ///     )
    ///     .assert_linearizable(KeyValueMap::empty());
    /// ```
    pub fn translate<O, A>(
        &self,
        operation: impl Fn(&Q) -> Option<O>,
        meaning: impl Fn(&Q, &R) -> Meaning<A>,
    ) -> Translated<'_, Q, R, O, A> {
        let calls = self
            .calls()
            .enumerate()
            .filter_map(|(place, call)| {
                let operation = operation(&call.request)?;
                let meaning = match call.outcome.response() {
                    Some(response) => meaning(&call.request, response),
                    None => Meaning::MayHaveHappened,
                };
                Some(TranslatedCall {
                    place,
                    operation,
                    meaning,
                })
            })
            .collect();
        Translated {
            history: self,
            calls,
        }
    }

    /// Whether one object that does what the model says could have answered so; for a model whose operations and
    /// answers are the requests and responses themselves. Else [`translate`](History::translate) first.
    ///
    /// # Errors
    /// Why not, in words; or that the search gave up, see [`Translated::linearizable`].
    ///
    /// ```
    /// use simulator::history::{CallOutcome, CallRecord, Counter, History, counter};
    /// use simulator::{NodeId, Time};
    ///
    /// let history = History::new(vec![CallRecord {
    ///     client: 0,
    ///     node: NodeId::new(0),
    ///     request: counter::Operation::Add(1),
    ///     called: Time::ZERO,
    ///     outcome: CallOutcome::Answered { response: 2, at: Time::ZERO },
    /// }]);
    /// assert!(history.linearizable(Counter::starting_with(0)).is_err());
    /// assert!(history.linearizable(Counter::starting_with(1)).is_ok());
    /// ```
    pub fn linearizable<M>(&self, model: M) -> Result<(), LinearizabilityError>
    where
        M: Model<Operation = Q, Answer = R>,
        Q: Clone + Debug,
        R: Clone + Debug,
    {
        self.translate(
            |request| Some(request.clone()),
            |_, response| Meaning::Answered(response.clone()),
        )
        .linearizable(model)
    }
}

impl<Q: Debug, R: Debug, O, A> Translated<'_, Q, R, O, A> {
    /// Whether one object that does what the model says could have answered so. What counts as earlier and what as
    /// concurrent is said [here](crate::history#what-comes-before-what).
    ///
    /// # Errors
    /// [`LinearizabilityError::Violated`] if it could not, with a reason to show to a reader;
    /// [`LinearizabilityError::Undecided`] if [`DEFAULT_STEPS`] were not enough to tell.
    ///
    /// ```
    /// # use simulator::history::{CallRecord, Counter, History, Meaning, counter};
    /// # let history: History<i64, i64> = History::new(vec![]);
    /// # let additions = history
    /// #    .translate(|amount| Some(counter::Operation::Add(*amount)), |_, total| Meaning::Answered(*total));
    /// if let Err(violation) = additions.linearizable(Counter::starting_with(0)) {
    ///     panic!("{violation}");
    /// }
    /// ```
    pub fn linearizable<M>(&self, model: M) -> Result<(), LinearizabilityError>
    where
        M: Model<Operation = O, Answer = A>,
    {
        self.linearizable_within(DEFAULT_STEPS, model).map(|_| ())
    }

    /// Panics with the reason unless the history is linearizable.
    ///
    /// # Panics
    /// If [`linearizable`](Translated::linearizable) gives an error, with its words.
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
    /// additions.assert_linearizable(Counter::starting_with(0));
    /// ```
    #[track_caller]
    pub fn assert_linearizable<M>(&self, model: M)
    where
        M: Model<Operation = O, Answer = A>,
    {
        match self.linearizable(model) {
            Ok(()) => {}
            Err(LinearizabilityError::Violated(violation)) => panic!("{violation}"),
            Err(LinearizabilityError::Undecided(undecided)) => suite_is_at_fault(&undecided),
        }
    }

    /// The same as [`linearizable`](Translated::linearizable), with at most so many steps for each part of the
    /// object. Returns how many it took for all of them: a measure of the work that is the same on every machine.
    ///
    /// # Errors
    /// See [`linearizable`](Translated::linearizable).
    ///
    /// ```
    /// # use simulator::history::{CallRecord, Counter, History, Meaning, counter};
    /// # let history: History<i64, i64> = History::new(vec![]);
    /// # let additions = history
    /// #    .translate(|amount| Some(counter::Operation::Add(*amount)), |_, total| Meaning::Answered(*total));
    /// assert_eq!(additions.linearizable_within(10, Counter::starting_with(0)), Ok(0));
    /// ```
    pub fn linearizable_within<M>(&self, steps: u64, model: M) -> Result<u64, LinearizabilityError>
    where
        M: Model<Operation = O, Answer = A>,
    {
        let parts = self.by_key(&model);
        let mut taken = 0;
        let mut undecided = None;
        for (key, calls) in &parts {
            let part = NumberedPart::new(self.history, &model, key, calls);
            let key = (parts.len() > 1).then(|| format!("{key:?}"));
            let (finding, took) = part.decide(steps, key, taken);
            taken += took;
            match finding {
                Ok(()) => {}
                Err(LinearizabilityError::Undecided(reason)) => {
                    undecided.get_or_insert(reason);
                }
                Err(violated) => return Err(violated),
            }
        }
        match undecided {
            Some(reason) => Err(LinearizabilityError::Undecided(reason)),
            None => Ok(taken),
        }
    }

    /// The calls to each part of the object, in the order in which the parts were first asked.
    #[expect(
        clippy::type_complexity,
        reason = "it is used once, two lines further up"
    )]
    fn by_key<M>(&self, model: &M) -> Vec<(M::Key, Vec<&TranslatedCall<O, A>>)>
    where
        M: Model<Operation = O, Answer = A>,
    {
        let mut parts: Vec<(M::Key, Vec<&TranslatedCall<O, A>>)> = Vec::new();
        let mut numbers: HashMap<M::Key, usize, FixedState> = HashMap::default();
        for call in &self.calls {
            let key = model.key(&call.operation);
            let number = *numbers.entry(key.clone()).or_insert_with(|| {
                parts.push((key, Vec::new()));
                parts.len() - 1
            });
            parts[number].1.push(call);
        }
        parts
    }
}

/// The calls to one part of the object, as numbers.
struct NumberedPart<'a, Q, R, M: Model> {
    history: &'a History<Q, R>,
    object: Erased<'a, M>,
    calls: Vec<Call>,
    refused: Vec<Call>,
    /// Where in the history they are.
    call_places: Vec<usize>,
    refused_places: Vec<usize>,
}

impl<'a, Q: Debug, R: Debug, M: Model> NumberedPart<'a, Q, R, M> {
    fn new(
        history: &'a History<Q, R>,
        model: &'a M,
        key: &M::Key,
        translated: &[&TranslatedCall<M::Operation, M::Answer>],
    ) -> Self {
        let object = Erased::new(model, key);
        let (calls, refused) = (Vec::new(), Vec::new());
        let (call_places, refused_places) = (Vec::new(), Vec::new());
        let mut part = NumberedPart {
            history,
            object,
            calls,
            refused,
            call_places,
            refused_places,
        };
        for call in translated {
            let record = history.call(call.place);
            let (returned, answer) = call
                .meaning
                .returned_and_answer(record.outcome.answered_at());
            let numbered = Call {
                client: record.client,
                called: record.called,
                returned,
                part: 0,
                operation: part.object.operations.number(&call.operation),
                answer: answer.map(|answer| part.object.answers.number(answer)),
                only_reads: model.only_reads(&call.operation, answer),
                overwrites: model.overwrites(&call.operation),
            };
            if matches!(call.meaning, Meaning::DidNotHappen) {
                part.refused.push(numbered);
                part.refused_places.push(call.place);
            } else {
                part.calls.push(numbered);
                part.call_places.push(call.place);
            }
        }
        part
    }

    fn decide(
        mut self,
        steps: u64,
        key: Option<String>,
        taken_before: u64,
    ) -> (Result<(), LinearizabilityError>, u64) {
        let (finding, taken) = decide(&self.calls, &self.refused, &mut self.object, steps);
        let result = match finding {
            Finding::Explained => Ok(()),
            Finding::Impossible(reason) => {
                let answers = &self.object.answers;
                let part = Part {
                    promise: Promise::Linearizability,
                    key,
                    calls: self.calls.len(),
                    unexplained: self.call_places[reason.unexplained],
                    possible: reason
                        .possible
                        .iter()
                        .map(|&answer| format!("{:?}", answers.value(answer)))
                        .collect(),
                    enough: reason
                        .enough
                        .iter()
                        .map(|&call| self.call_places[call])
                        .collect(),
                    happened_after_all: reason
                        .happened_after_all
                        .map(|call| self.refused_places[call]),
                    steps: taken_before + taken,
                };
                Err(LinearizabilityError::Violated(Violation::new(
                    part,
                    self.history,
                )))
            }
            Finding::Undecided => Err(LinearizabilityError::Undecided(Undecided::new(
                Promise::Linearizability,
                key,
                self.calls.len(),
                steps,
            ))),
        };
        (result, taken)
    }
}
