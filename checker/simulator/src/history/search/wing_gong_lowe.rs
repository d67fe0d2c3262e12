//! Depth-first search: take any call that nothing unexplained precedes as the next one, and turn back where that fails.
//!
//! J. M. Wing and C. Gong, "Testing and Verifying Concurrent Objects", JPDC 17 (1993), give the search and the
//! doubly linked list of calls and returns; G. Lowe, "Testing for Linearizability", CCPE 29(4) (2017), adds the
//! memory of configurations that have failed; A. Horn and D. Kroening, "Faster Linearizability Checking via
//! P-compositionality", FORTE 2015, the search part by part, which is done before we get here.

use super::bits;
use super::frontier::Frontier;
use super::problem::{Event, Problem};
use super::transitions::{OutOfSteps, Steps, Transitions};

/// What the search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Explained,
    Impossible,
    OutOfSteps,
}

/// Looks for an order of all calls that were answered, and any that may have happened.
pub(super) fn search(
    problem: &Problem,
    transitions: &mut Transitions<'_>,
    steps: &mut Steps,
) -> Outcome {
    DepthFirst::new(problem)
        .run(transitions, steps)
        .unwrap_or(Outcome::OutOfSteps)
}

struct DepthFirst<'p> {
    problem: &'p Problem,
    list: EventList,
    /// The bit of each call in `done`: answered calls first, then those that may have happened.
    bit: Vec<usize>,
    /// The state; a set of the answered calls that are done; a set of the others that are.
    now: Vec<u64>,
    seen: Frontier,
    /// Answered calls that are not done.
    left: usize,
    /// The events of the calls that are done, in the order in which they were, with the state before each.
    done: Vec<(usize, u64)>,
    key_words: usize,
}

impl<'p> DepthFirst<'p> {
    fn new(problem: &'p Problem) -> DepthFirst<'p> {
        let (mut answered, mut unknown) = (0, 0);
        let mut bit = Vec::with_capacity(problem.calls.len());
        for call in 0..problem.calls.len() {
            let next = if problem.is_answered(call) {
                &mut answered
            } else {
                &mut unknown
            };
            bit.push(*next);
            *next += 1;
        }
        let key_words = 1 + bits::words_for(answered);
        let burden_words = bits::words_for(unknown);
        DepthFirst {
            problem,
            list: EventList::new(problem),
            bit,
            now: vec![0; key_words + burden_words],
            seen: Frontier::new(key_words, burden_words),
            left: problem
                .events
                .iter()
                .filter(|event| matches!(event, Event::Returned(_)))
                .count(),
            done: Vec::new(),
            key_words,
        }
    }

    fn run(
        mut self,
        transitions: &mut Transitions<'_>,
        steps: &mut Steps,
    ) -> Result<Outcome, OutOfSteps> {
        let mut position = self.list.first();
        while self.left > 0 {
            match self.problem.events[position] {
                Event::Called(call) => {
                    steps.take()?;
                    position = match self.next_state(call, transitions) {
                        Some(state) if self.advance(call, position, state) => self.list.first(),
                        _ => self.list.after(position),
                    };
                }
                Event::Returned(_) => match self.turn_back() {
                    Some(after) => position = after,
                    None => return Ok(Outcome::Impossible),
                },
            }
        }
        Ok(Outcome::Explained)
    }

    /// The state after the call, if it can be the next one and it matters that it is.
    fn next_state(&self, call: usize, transitions: &mut Transitions<'_>) -> Option<u32> {
        let waits = |&earlier: &usize| !self.is_done(earlier);
        if self.problem.just_after[call].iter().any(waits) {
            return None;
        }
        let details = &self.problem.calls[call];
        let state = self.now[0] as u32;
        let step = transitions.step_answering(
            state,
            details.operation,
            details.answer,
            details.only_reads,
        )?;
        let is_idle = !self.problem.is_answered(call) && step.state == state;
        (!is_idle).then_some(step.state)
    }

    /// Takes the call as the next one, unless what is left to do then has failed before.
    fn advance(&mut self, call: usize, position: usize, state: u32) -> bool {
        let before = self.now[0];
        let (word, bit) = self.place(call);
        bits::insert(&mut self.now[word..], bit);
        self.now[0] = state.into();
        if !self.seen.insert(&self.now) {
            self.now[0] = before;
            bits::remove(&mut self.now[word..], bit);
            return false;
        }
        self.done.push((position, before));
        self.list.take_out(position);
        self.left -= usize::from(self.problem.is_answered(call));
        true
    }

    /// Undoes the last call and says where to look for another one.
    fn turn_back(&mut self) -> Option<usize> {
        let (position, state) = self.done.pop()?;
        let (Event::Called(call) | Event::Returned(call)) = self.problem.events[position];
        let (word, bit) = self.place(call);
        bits::remove(&mut self.now[word..], bit);
        self.now[0] = state;
        self.list.put_back(position);
        self.left += usize::from(self.problem.is_answered(call));
        Some(self.list.after(position))
    }

    fn is_done(&self, call: usize) -> bool {
        let (word, bit) = self.place(call);
        bits::contains(&self.now[word..], bit)
    }

    fn place(&self, call: usize) -> (usize, usize) {
        let word = if self.problem.is_answered(call) {
            1
        } else {
            self.key_words
        };
        (word, self.bit[call])
    }
}

/// The events of the calls that are not done, linked both ways; taking out and putting back is undone in reverse order.
struct EventList {
    /// One longer than the events: the last is the list's head.
    next: Vec<usize>,
    previous: Vec<usize>,
    return_of: Vec<Option<usize>>,
}

impl EventList {
    fn new(problem: &Problem) -> EventList {
        let head = problem.events.len();
        let mut return_of_call = vec![None; problem.calls.len()];
        for (position, event) in problem.events.iter().enumerate() {
            if let Event::Returned(call) = event {
                return_of_call[*call] = Some(position);
            }
        }
        let return_of = problem
            .events
            .iter()
            .map(|event| match event {
                Event::Called(call) => return_of_call[*call],
                Event::Returned(_) => None,
            })
            .collect();
        let mut next: Vec<usize> = (1..=head).collect();
        next.push(0);
        let mut previous = vec![head];
        previous.extend(0..head);
        EventList {
            next,
            previous,
            return_of,
        }
    }

    fn first(&self) -> usize {
        self.next[self.next.len() - 1]
    }

    fn after(&self, position: usize) -> usize {
        self.next[position]
    }

    fn take_out(&mut self, call: usize) {
        self.unlink(call);
        if let Some(position) = self.return_of[call] {
            self.unlink(position);
        }
    }

    fn put_back(&mut self, call: usize) {
        if let Some(position) = self.return_of[call] {
            self.link(position);
        }
        self.link(call);
    }

    fn unlink(&mut self, position: usize) {
        let (previous, next) = (self.previous[position], self.next[position]);
        self.next[previous] = next;
        self.previous[next] = previous;
    }

    fn link(&mut self, position: usize) {
        self.next[self.previous[position]] = position;
        self.previous[self.next[position]] = position;
    }
}
