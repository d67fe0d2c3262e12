//! The calls to one part of the object, and the time line they make.

use crate::Time;

/// A call as the search sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Call {
    pub(in super::super) client: usize,
    pub(in super::super) called: Time,
    /// `None` if the outcome is unknown: it may take effect at any later time, or never.
    pub(in super::super) returned: Option<Time>,
    /// The part of the object that the operation is about, where there are several.
    pub(in super::super) part: u32,
    pub(in super::super) operation: u32,
    /// `None` if any answer will do.
    pub(in super::super) answer: Option<u32>,
    /// Whether it leaves every state in which it is answered so as it was.
    pub(in super::super) only_reads: bool,
    /// Whether it does the same in every state.
    pub(in super::super) overwrites: bool,
}

/// A moment at which something is learnt about a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Called(usize),
    Returned(usize),
}

/// Calls in the order in which they were made, and what follows from their times.
pub(in super::super) struct Problem {
    pub(super) calls: Vec<Call>,
    /// In time order; at the same time, calls stand before returns.
    pub(super) events: Vec<Event>,
    /// The calls that a call comes after although, by the order of `events`, they are concurrent: the same client's,
    /// returned at the very moment at which it was made.
    pub(super) just_after: Vec<Vec<usize>>,
}

impl Problem {
    pub(super) fn new(calls: Vec<Call>) -> Problem {
        let matters: Vec<bool> = calls.iter().map(|call| !is_irrelevant(call)).collect();
        let mut events = Vec::with_capacity(2 * calls.len());
        for (index, call) in calls
            .iter()
            .enumerate()
            .filter(|(index, _)| matters[*index])
        {
            events.push((call.called, Event::Called(index)));
            events.extend(call.returned.map(|at| (at, Event::Returned(index))));
        }
        events.sort_by_key(|&(at, event)| match event {
            Event::Called(index) => (at, false, index),
            Event::Returned(index) => (at, true, index),
        });

        let mut returns: Vec<(usize, Time, usize)> = calls
            .iter()
            .enumerate()
            .filter(|(index, _)| matters[*index])
            .filter_map(|(index, call)| Some((call.client, call.returned?, index)))
            .collect();
        returns.sort_unstable();
        let just_after = calls
            .iter()
            .enumerate()
            .map(|(index, call)| {
                let first = returns
                    .partition_point(|&(client, at, _)| (client, at) < (call.client, call.called));
                returns[first..]
                    .iter()
                    .take_while(|&&(client, at, earlier)| {
                        (client, at) == (call.client, call.called) && earlier < index
                    })
                    .map(|&(_, _, earlier)| earlier)
                    .collect()
            })
            .collect();

        let events = events.into_iter().map(|(_, event)| event).collect();
        Problem {
            calls,
            events,
            just_after,
        }
    }

    /// Whether anything says when the call was over.
    pub(super) fn is_answered(&self, call: usize) -> bool {
        self.calls[call].returned.is_some()
    }
}

/// A call that changes nothing and whose answer says nothing can stand anywhere in any order, or be missing from it.
pub(super) fn is_irrelevant(call: &Call) -> bool {
    call.only_reads && (call.answer.is_none() || call.returned.is_none())
}
