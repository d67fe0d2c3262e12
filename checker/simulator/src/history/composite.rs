//! All parts of a model's object at once, for checks that cannot go part by part.

use std::collections::HashMap;

use super::Model;
use super::erased::{Erased, Interner};
use super::fixed_hash::FixedState;
use super::search::{Object, Step};

/// A model's object with all its parts. Its state is the row of the states of its parts.
pub(super) struct Composite<'m, M: Model> {
    model: &'m M,
    parts: Vec<Erased<'m, M>>,
    part_of_key: HashMap<M::Key, usize, FixedState>,
    /// The part, the operation and the answer as that part numbers them.
    operations: Interner<(usize, u32)>,
    answers: Interner<(usize, u32)>,
    /// A part beyond the end of the row is as it was at the start.
    states: Interner<Vec<u32>>,
}

impl<'m, M: Model> Composite<'m, M> {
    pub(super) fn new(model: &'m M) -> Composite<'m, M> {
        let mut states = Interner::new();
        states.number(&Vec::new());
        Composite {
            model,
            parts: Vec::new(),
            part_of_key: HashMap::default(),
            operations: Interner::new(),
            answers: Interner::new(),
            states,
        }
    }

    /// The numbers of the part that an operation is about, of the operation, and of an answer that it is given.
    pub(super) fn numbers(
        &mut self,
        operation: &M::Operation,
        answer: Option<&M::Answer>,
    ) -> (u32, u32, Option<u32>) {
        let key = self.model.key(operation);
        let part = match self.part_of_key.get(&key) {
            Some(&part) => part,
            None => {
                self.parts.push(Erased::new(self.model, &key));
                let part = self.parts.len() - 1;
                self.part_of_key.insert(key, part);
                part
            }
        };
        let object = &mut self.parts[part];
        let operation = object.operations.number(operation);
        let operation = self.operations.number(&(part, operation));
        let answer = answer.map(|answer| {
            let answer = self.parts[part].answers.number(answer);
            self.answers.number(&(part, answer))
        });
        (part as u32, operation, answer)
    }

    /// The answer that has this number, as its `Debug` shows it.
    pub(super) fn answer(&self, number: u32) -> String {
        let &(part, answer) = self.answers.value(number);
        format!("{:?}", self.parts[part].answers.value(answer))
    }
}

impl<M: Model> Object for Composite<'_, M> {
    fn step(&mut self, state: u32, operation: u32) -> Step {
        let &(part, operation) = self.operations.value(operation);
        let mut row = self.states.value(state).clone();
        if row.len() <= part {
            row.resize(part + 1, 0);
        }
        let step = self.parts[part].step(row[part], operation);
        row[part] = step.state;
        // One row for one state: no starting states at the end.
        row.truncate(
            row.iter()
                .rposition(|&state| state != 0)
                .map_or(0, |last| last + 1),
        );
        Step {
            state: self.states.number(&row),
            answer: self.answers.number(&(part, step.answer)),
        }
    }
}
