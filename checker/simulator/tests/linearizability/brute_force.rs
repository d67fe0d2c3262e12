//! Trying every order: of all calls that took effect, and every choice of those that may have.

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
    pub returned: Option<Time>,
    pub operation: O::Operation,
    /// `None` if every answer is right.
    pub answer: Option<O::Answer>,
}

/// The calls that take part, those that did not happen left out.
pub fn parts<O: Object>(history: &ObjectHistory<O>) -> Vec<Part<O>> {
    let parts = history.calls().enumerate().filter_map(|(place, call)| {
        let returned = call.outcome.answered_at();
        let (returned, answer) = match call.outcome.response() {
            Some(Meaning::DidNotHappen) => return None,
            Some(Meaning::Answered(answer)) => (returned, Some(answer.clone())),
            Some(Meaning::Acknowledged) => (returned, None),
            Some(Meaning::MayHaveHappened) | None => (None, None),
        };
        let (client, called, operation) = (call.client, call.called, call.request.clone());
        Some(Part {
            place,
            client,
            called,
            returned,
            operation,
            answer,
        })
    });
    parts.collect()
}

/// Whether there is an order.
pub fn is_linearizable<O: Object>(parts: &[Part<O>]) -> bool {
    extend(parts, &mut vec![false; parts.len()], &O::start())
}

/// Whether each independent part of the object has an order.
pub fn is_linearizable_by_part<O: Object>(history: &ObjectHistory<O>) -> bool {
    [0, 1].into_iter().all(|number| {
        let mut parts = parts::<O>(history);
        parts.retain(|part| O::part(&part.operation) == number);
        is_linearizable(&parts)
    })
}

/// Whether one call comes before the other in every order.
pub fn precedes<O: Object>(earlier: &Part<O>, later: &Part<O>) -> bool {
    earlier.returned.is_some_and(|returned| {
        returned < later.called
            || returned == later.called
                && earlier.client == later.client
                && earlier.place < later.place
    })
}

fn extend<O: Object>(parts: &[Part<O>], done: &mut Vec<bool>, state: &O::State) -> bool {
    if parts
        .iter()
        .zip(&*done)
        .all(|(part, done)| *done || part.returned.is_none())
    {
        return true;
    }
    for next in 0..parts.len() {
        let waits = |(other, done): (&Part<O>, &bool)| !done && precedes(other, &parts[next]);
        if done[next] || parts.iter().zip(&*done).any(waits) {
            continue;
        }
        let mut state = state.clone();
        let answer = O::run(&mut state, &parts[next].operation);
        if parts[next]
            .answer
            .as_ref()
            .is_some_and(|expected| *expected != answer)
        {
            continue;
        }
        done[next] = true;
        let found = extend(parts, done, &state);
        done[next] = false;
        if found {
            return true;
        }
    }
    false
}
