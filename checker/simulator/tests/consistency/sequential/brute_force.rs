//! Trying every order of all calls that took effect, and of every choice of those that may have, that keeps the order of
//! each client's own.

use simulator::Time;
use simulator::history::Meaning;

use crate::generate::ObjectHistory;
use crate::objects::Object;

/// A call that takes part in an order.
pub struct Part<O: Object> {
    /// Its place in the history.
    pub place: usize,
    pub client: usize,
    pub called: Time,
    /// `None` if it need not take effect.
    pub answered: Option<Time>,
    pub operation: O::Operation,
    /// `None` if every answer is right.
    pub answer: Option<O::Answer>,
}

impl<O: Object> Part<O> {
    /// As if nobody knew whether it took effect.
    pub fn excuse(&mut self) {
        self.answered = None;
        self.answer = None;
    }
}

/// The calls that take part, those that did not happen left out.
pub fn parts<O: Object>(history: &ObjectHistory<O>) -> Vec<Part<O>> {
    let mut parts = Vec::new();
    for (place, call) in history.calls().enumerate() {
        let at = call.outcome.answered_at();
        let (answered, answer) = match call.outcome.response() {
            Some(Meaning::DidNotHappen) => continue,
            Some(Meaning::Answered(answer)) => (at, Some(answer.clone())),
            Some(Meaning::Acknowledged) => (at, None),
            Some(Meaning::MayHaveHappened) | None => (None, None),
        };
        parts.push(Part {
            place,
            client: call.client,
            called: call.called,
            answered,
            operation: call.request.clone(),
            answer,
        });
    }
    parts
}

/// Whether there is such an order.
pub fn is_sequential<O: Object>(parts: &[Part<O>]) -> bool {
    let mut left: Vec<&Part<O>> = parts.iter().collect();
    extend(&mut left, &O::start())
}

/// Whether the calls that are left can follow in some order.
fn extend<O: Object>(left: &mut Vec<&Part<O>>, state: &O::State) -> bool {
    if left.iter().all(|part| part.answered.is_none()) {
        return true;
    }
    for index in 0..left.len() {
        let next = left[index];
        let comes_first = |other: &&Part<O>| {
            other.client == next.client
                && other.place < next.place
                && other.answered.is_some_and(|at| at <= next.called)
        };
        if left.iter().any(comes_first) {
            continue;
        }
        let mut state = state.clone();
        let answer = O::run(&mut state, &next.operation);
        if next
            .answer
            .as_ref()
            .is_some_and(|expected| *expected != answer)
        {
            continue;
        }
        left.remove(index);
        let found = extend(left, &state);
        left.insert(index, next);
        if found {
            return true;
        }
    }
    false
}
