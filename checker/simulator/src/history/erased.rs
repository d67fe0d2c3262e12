//! The thin generic shell between a [`Model`] and the search, which only knows numbers.

use std::collections::HashMap;
use std::hash::Hash;

use super::Model;
use super::fixed_hash::FixedState;
use super::search::{Object, Step};

/// Gives equal values equal small numbers, in order of first appearance.
pub(super) struct Interner<T> {
    numbers: HashMap<T, u32, FixedState>,
    values: Vec<T>,
}

impl<T: Clone + Eq + Hash> Interner<T> {
    pub(super) fn new() -> Interner<T> {
        Interner {
            numbers: HashMap::default(),
            values: Vec::new(),
        }
    }

    pub(super) fn number(&mut self, value: &T) -> u32 {
        if let Some(&number) = self.numbers.get(value) {
            return number;
        }
        let number = self.values.len() as u32;
        self.numbers.insert(value.clone(), number);
        self.values.push(value.clone());
        number
    }

    pub(super) fn value(&self, number: u32) -> &T {
        &self.values[number as usize]
    }
}

/// One part of a model's object, with its operations, answers and states numbered.
pub(super) struct Erased<'m, M: Model> {
    model: &'m M,
    pub(super) operations: Interner<M::Operation>,
    pub(super) answers: Interner<M::Answer>,
    states: Interner<M::State>,
    /// What overwriting operations did when they were first tried.
    overwriting: HashMap<u32, Step, FixedState>,
}

impl<'m, M: Model> Erased<'m, M> {
    /// State number 0 is where the part under this key starts.
    pub(super) fn new(model: &'m M, key: &M::Key) -> Erased<'m, M> {
        let mut states = Interner::new();
        states.number(&model.start(key));
        Erased {
            model,
            operations: Interner::new(),
            answers: Interner::new(),
            states,
            overwriting: HashMap::default(),
        }
    }
}

impl<M: Model> Object for Erased<'_, M> {
    fn step(&mut self, state: u32, operation: u32) -> Step {
        let what = self.operations.value(operation);
        let overwrites = self.model.overwrites(what);
        let (answer, next) = self.model.step(self.states.value(state), what);
        let step = Step {
            state: self.states.number(&next),
            answer: self.answers.number(&answer),
        };
        if overwrites {
            assert!(
                *self.overwriting.entry(operation).or_insert(step) == step,
                "`Model::overwrites` says that an operation does the same in every state, but \
                 `Model::step` does not: correct one of them",
            );
        }
        step
    }
}
