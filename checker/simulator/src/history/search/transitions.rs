//! What the object does, asked once and remembered; and the count of steps.

use std::collections::HashMap;

use super::super::fixed_hash::FixedState;

/// What an operation does in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Step {
    pub(in super::super) state: u32,
    pub(in super::super) answer: u32,
}

/// A sequential object whose states, operations and answers are numbers. It starts in state 0.
pub(in super::super) trait Object {
    /// What the operation does in this state.
    fn step(&mut self, state: u32, operation: u32) -> Step;
}

/// An object that remembers what it was asked.
pub(super) struct Transitions<'o> {
    object: &'o mut dyn Object,
    known: HashMap<u64, Step, FixedState>,
}

impl<'o> Transitions<'o> {
    pub(super) fn new(object: &'o mut dyn Object) -> Transitions<'o> {
        Transitions {
            object,
            known: HashMap::default(),
        }
    }

    pub(super) fn step(&mut self, state: u32, operation: u32) -> Step {
        let key = u64::from(state) << 32 | u64::from(operation);
        *self
            .known
            .entry(key)
            .or_insert_with(|| self.object.step(state, operation))
    }

    /// Every answer that the operation was seen to be given, in any state, in a fixed order.
    pub(super) fn answers(&self, operation: u32) -> Vec<u32> {
        let mut answers: Vec<u32> = self
            .known
            .iter()
            .filter(|&(key, _)| *key as u32 == operation)
            .map(|(_, step)| step.answer)
            .collect();
        answers.sort_unstable();
        answers.dedup();
        answers
    }

    /// The step that gives this answer; `None` if it gives another one.
    ///
    /// # Panics
    /// If the operation was said only to read and does not.
    pub(super) fn step_answering(
        &mut self,
        state: u32,
        operation: u32,
        answer: Option<u32>,
        only_reads: bool,
    ) -> Option<Step> {
        let step = self.step(state, operation);
        if answer.is_some_and(|answer| answer != step.answer) {
            return None;
        }
        assert!(
            !only_reads || step.state == state,
            "`Model::only_reads` says that an operation leaves every state as it was, but `Model::step` changes \
             the state: correct one of them",
        );
        Some(step)
    }
}

/// Counts steps: the times a search tries a call as the next one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    taken: u64,
    most: u64,
}

/// There are no steps left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OutOfSteps;

impl Steps {
    pub(super) fn at_most(most: u64) -> Steps {
        Steps { taken: 0, most }
    }

    pub(super) fn take(&mut self) -> Result<(), OutOfSteps> {
        if self.taken == self.most {
            return Err(OutOfSteps);
        }
        self.taken += 1;
        Ok(())
    }

    /// Takes as many at once as were taken elsewhere; never more than are left.
    pub(super) fn spend(&mut self, taken: u64) {
        self.taken = self.most.min(self.taken + taken);
    }

    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    pub(super) fn left(&self) -> u64 {
        self.most - self.taken
    }
}
