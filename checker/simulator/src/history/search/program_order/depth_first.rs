//! Depth first through what can be the next call of each client.

use std::collections::BTreeSet;

use super::super::bits;
use super::super::frontier::Frontier;
use super::super::transitions::{OutOfSteps, Steps, Transitions};
use super::clients::Clients;

/// What the search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// There is an order, and these are the calls in it.
    Explained(Vec<usize>),
    Impossible,
    OutOfSteps,
}

/// Looks for an order of all calls that were answered, and any that may have happened.
pub(super) fn search(
    clients: &Clients<'_>,
    transitions: &mut Transitions<'_>,
    steps: &mut Steps,
) -> Outcome {
    DepthFirst::new(clients)
        .run(transitions, steps)
        .unwrap_or(Outcome::OutOfSteps)
}

struct DepthFirst<'c> {
    clients: &'c Clients<'c>,
    /// Calls that all calls which come before are done for, but that are not done themselves.
    ready: BTreeSet<usize>,
    waits_for: Vec<u32>,
    /// The bit of each call in `now`: answered calls first, then those that may have happened.
    bit: Vec<usize>,
    /// The state; a set of the answered calls that are done; a set of the others that are.
    now: Vec<u64>,
    failed: Frontier,
    /// Answered calls that are not done.
    left: usize,
    done: Vec<Done>,
    key_words: usize,
}

/// A call in the order.
struct Done {
    call: usize,
    state_before: u64,
    choice: Choice,
}

/// Whether another call could have been in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Free,
    Forced,
}

impl<'c> DepthFirst<'c> {
    fn new(clients: &'c Clients<'c>) -> DepthFirst<'c> {
        let (mut answered, mut unknown, mut left) = (0, 0, 0);
        let mut bit = Vec::with_capacity(clients.calls.len());
        for (call, matters) in clients.calls.iter().zip(&clients.matters) {
            let next = if call.returned.is_some() {
                left += usize::from(*matters);
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
            clients,
            ready: (0..clients.calls.len())
                .filter(|&call| clients.matters[call] && clients.waits_for[call] == 0)
                .collect(),
            waits_for: clients.waits_for.clone(),
            bit,
            now: vec![0; key_words + burden_words],
            failed: Frontier::new(key_words, burden_words),
            left,
            done: Vec::new(),
            key_words,
        }
    }

    fn run(
        mut self,
        transitions: &mut Transitions<'_>,
        steps: &mut Steps,
    ) -> Result<Outcome, OutOfSteps> {
        self.take_right_reads(transitions, steps)?;
        let mut from = 0;
        while self.left > 0 {
            let Some(call) = self.ready.range(from..).next().copied() else {
                match self.turn_back() {
                    Some(next) => from = next,
                    None => return Ok(Outcome::Impossible),
                }
                continue;
            };
            from = call + 1;
            if !self.notices_what_was_last(call) {
                continue;
            }
            steps.take()?;
            let Some(state) = self.next_state(call, transitions) else {
                continue;
            };
            self.take(call, state, Choice::Free);
            self.take_right_reads(transitions, steps)?;
            // Less can follow where the last call has to be noticed next. But what cannot follow for that reason only can
            // follow without that call, and is looked for there.
            if self.failed.insert(&self.now) {
                from = 0;
            } else if let Some(next) = self.turn_back() {
                from = next;
            }
        }
        let order = self.done.iter().map(|done| done.call).collect();
        Ok(Outcome::Explained(order))
    }

    /// Takes every call that is answered right here and changes nothing.
    fn take_right_reads(
        &mut self,
        transitions: &mut Transitions<'_>,
        steps: &mut Steps,
    ) -> Result<(), OutOfSteps> {
        let is_read = |call: usize| {
            let details = &self.clients.calls[call];
            details.only_reads && details.returned.is_some()
        };
        let mut reads: Vec<usize> = self
            .ready
            .iter()
            .copied()
            .filter(|&call| is_read(call))
            .collect();
        while let Some(call) = reads.pop() {
            steps.take()?;
            if let Some(state) = self.next_state(call, transitions) {
                self.take(call, state, Choice::Forced);
                let freed = self.clients.then[call].iter().copied();
                reads.extend(freed.filter(|call| {
                    let details = &self.clients.calls[*call];
                    self.ready.contains(call) && details.only_reads && details.returned.is_some()
                }));
            }
        }
        Ok(())
    }

    /// Whether the last call was answered, or this one can notice it.
    fn notices_what_was_last(&self, call: usize) -> bool {
        let details = &self.clients.calls[call];
        match self.unnoticed() {
            None => true,
            Some(part) => details.part == part && !details.overwrites,
        }
    }

    /// The part that the last call was about, if its outcome is unknown.
    fn unnoticed(&self) -> Option<u32> {
        let last = self.done.last()?.call;
        (!self.is_answered(last)).then_some(self.clients.calls[last].part)
    }

    /// The state after the call, if it can be the next one and it matters that it is.
    fn next_state(&self, call: usize, transitions: &mut Transitions<'_>) -> Option<u32> {
        let details = &self.clients.calls[call];
        let state = self.now[0] as u32;
        let step = transitions.step_answering(
            state,
            details.operation,
            details.answer,
            details.only_reads,
        )?;
        let is_idle = details.returned.is_none() && step.state == state;
        (!is_idle).then_some(step.state)
    }

    fn take(&mut self, call: usize, state: u32, choice: Choice) {
        self.done.push(Done {
            call,
            state_before: self.now[0],
            choice,
        });
        let (word, bit) = self.place(call);
        bits::insert(&mut self.now[word..], bit);
        self.now[0] = state.into();
        self.left -= usize::from(self.is_answered(call));
        self.ready.remove(&call);
        for &next in &self.clients.then[call] {
            self.waits_for[next] -= 1;
            if self.waits_for[next] == 0 {
                self.ready.insert(next);
            }
        }
    }

    /// Undoes the last call that was a choice, and says from which call on to look for another one.
    fn turn_back(&mut self) -> Option<usize> {
        loop {
            let Done {
                call,
                state_before,
                choice,
            } = self.done.pop()?;
            for &next in &self.clients.then[call] {
                self.waits_for[next] += 1;
                self.ready.remove(&next);
            }
            self.ready.insert(call);
            self.left += usize::from(self.is_answered(call));
            self.now[0] = state_before;
            let (word, bit) = self.place(call);
            bits::remove(&mut self.now[word..], bit);
            if choice == Choice::Free {
                return Some(call + 1);
            }
        }
    }

    fn is_answered(&self, call: usize) -> bool {
        self.clients.calls[call].returned.is_some()
    }

    fn place(&self, call: usize) -> (usize, usize) {
        let word = if self.is_answered(call) {
            1
        } else {
            self.key_words
        };
        (word, self.bit[call])
    }
}
