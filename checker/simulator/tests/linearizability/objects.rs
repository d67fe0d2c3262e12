//! What the shipped models are compared with: the same objects, written once more and as plainly as possible.

use std::fmt::Debug;

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;
use simulator::history::{Counter, KeyValueMap, Model, Register, counter, key_value_map, register};

/// An object that does one operation after the other, and random operations and answers for it.
pub trait Object {
    type Operation: Clone + Debug + PartialEq;
    type Answer: Clone + Debug + PartialEq;
    type State: Clone;
    type Model: Model<Operation = Self::Operation, Answer = Self::Answer>;

    fn model() -> Self::Model;
    fn start() -> Self::State;
    fn run(state: &mut Self::State, operation: &Self::Operation) -> Self::Answer;
    fn random_operation(random: &mut Xoshiro256PlusPlus) -> Self::Operation;
    fn random_answer(operation: &Self::Operation, random: &mut Xoshiro256PlusPlus) -> Self::Answer;
    /// Whether the operation surely changed nothing if it was answered so.
    fn only_reads(operation: &Self::Operation, answer: Option<&Self::Answer>) -> bool;
    /// Which independent part the operation is about.
    fn part(operation: &Self::Operation) -> usize;
}

pub struct SmallRegister;

impl Object for SmallRegister {
    type Operation = register::Operation<u8>;
    type Answer = register::Answer<u8>;
    type State = u8;
    type Model = Register<u8>;

    fn model() -> Register<u8> {
        Register::starting_with(0)
    }

    fn start() -> u8 {
        0
    }

    fn run(state: &mut u8, operation: &Self::Operation) -> Self::Answer {
        match *operation {
            register::Operation::Read => register::Answer::Value(*state),
            register::Operation::Write(value) => {
                *state = value;
                register::Answer::Done
            }
            register::Operation::CompareAndSet { expected, new } => {
                let swaps = *state == expected;
                if swaps {
                    *state = new;
                }
                register::Answer::Swapped(swaps)
            }
        }
    }

    fn random_operation(random: &mut Xoshiro256PlusPlus) -> Self::Operation {
        match random.random_range(0..5) {
            0 | 1 => register::Operation::Read,
            2 | 3 => register::Operation::Write(random.random_range(0..4)),
            _ => register::Operation::CompareAndSet {
                expected: random.random_range(0..4),
                new: random.random_range(0..4),
            },
        }
    }

    fn random_answer(operation: &Self::Operation, random: &mut Xoshiro256PlusPlus) -> Self::Answer {
        match operation {
            register::Operation::Read => register::Answer::Value(random.random_range(0..3)),
            register::Operation::Write(_) => register::Answer::Done,
            register::Operation::CompareAndSet { .. } => {
                register::Answer::Swapped(random.random_bool(0.3))
            }
        }
    }

    fn only_reads(operation: &Self::Operation, answer: Option<&Self::Answer>) -> bool {
        matches!(operation, register::Operation::Read)
            || matches!(answer, Some(register::Answer::Swapped(false)))
    }

    fn part(_: &Self::Operation) -> usize {
        0
    }
}

pub struct SmallMap;

const KEYS: [&str; 2] = ["x", "y"];

impl Object for SmallMap {
    type Operation = key_value_map::Operation<&'static str, u8>;
    type Answer = key_value_map::Answer<u8>;
    type State = [Option<u8>; 2];
    type Model = KeyValueMap<&'static str, u8>;

    fn model() -> Self::Model {
        KeyValueMap::holding([("y", 1)])
    }

    fn start() -> Self::State {
        [None, Some(1)]
    }

    fn run(state: &mut Self::State, operation: &Self::Operation) -> Self::Answer {
        let place = &mut state[Self::part(operation)];
        match operation {
            key_value_map::Operation::Get(_) => key_value_map::Answer::Value(*place),
            key_value_map::Operation::Put(_, value) => {
                *place = Some(*value);
                key_value_map::Answer::Done
            }
            key_value_map::Operation::Delete(_) => {
                *place = None;
                key_value_map::Answer::Done
            }
            key_value_map::Operation::CompareAndSet { expected, new, .. } => {
                let swaps = place == expected;
                if swaps {
                    *place = Some(*new);
                }
                key_value_map::Answer::Swapped(swaps)
            }
        }
    }

    fn random_operation(random: &mut Xoshiro256PlusPlus) -> Self::Operation {
        let key = KEYS[random.random_range(0..2)];
        match random.random_range(0..6) {
            0..3 => key_value_map::Operation::Get(key),
            3 => key_value_map::Operation::Put(key, random.random_range(0..3)),
            4 => key_value_map::Operation::Delete(key),
            _ => key_value_map::Operation::CompareAndSet {
                key,
                expected: random.random_bool(0.5).then(|| random.random_range(0..3)),
                new: random.random_range(0..3),
            },
        }
    }

    fn random_answer(operation: &Self::Operation, random: &mut Xoshiro256PlusPlus) -> Self::Answer {
        match operation {
            key_value_map::Operation::Get(_) => key_value_map::Answer::Value(
                random.random_bool(0.6).then(|| random.random_range(0..2)),
            ),
            key_value_map::Operation::CompareAndSet { .. } => {
                key_value_map::Answer::Swapped(random.random_bool(0.3))
            }
            _ => key_value_map::Answer::Done,
        }
    }

    fn only_reads(operation: &Self::Operation, answer: Option<&Self::Answer>) -> bool {
        matches!(operation, key_value_map::Operation::Get(_))
            || matches!(answer, Some(key_value_map::Answer::Swapped(false)))
    }

    fn part(operation: &Self::Operation) -> usize {
        let key = match operation {
            key_value_map::Operation::Get(key)
            | key_value_map::Operation::Put(key, _)
            | key_value_map::Operation::Delete(key)
            | key_value_map::Operation::CompareAndSet { key, .. } => key,
        };
        usize::from(*key == KEYS[1])
    }
}

pub struct SmallCounter;

impl Object for SmallCounter {
    type Operation = counter::Operation;
    type Answer = i64;
    type State = i64;
    type Model = Counter;

    fn model() -> Counter {
        Counter::starting_with(0)
    }

    fn start() -> i64 {
        0
    }

    fn run(state: &mut i64, operation: &Self::Operation) -> i64 {
        if let counter::Operation::Add(amount) = operation {
            *state += amount;
        }
        *state
    }

    fn random_operation(random: &mut Xoshiro256PlusPlus) -> Self::Operation {
        match random.random_range(0..3) {
            0 => counter::Operation::Read,
            _ => counter::Operation::Add(random.random_range(-1..3)),
        }
    }

    fn random_answer(_: &Self::Operation, random: &mut Xoshiro256PlusPlus) -> i64 {
        random.random_range(0..3)
    }

    fn only_reads(operation: &Self::Operation, _: Option<&Self::Answer>) -> bool {
        matches!(operation, counter::Operation::Read)
    }

    fn part(_: &Self::Operation) -> usize {
        0
    }
}
