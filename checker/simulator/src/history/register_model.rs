//! A single value.

use std::fmt::Debug;
use std::hash::Hash;

use super::Model;

/// A register: a single value that is read, written, and compared and set.
///
/// ```
/// use simulator::history::register::{Answer, Operation};
/// use simulator::history::{Model, Register};
///
/// let register = Register::starting_with(0);
/// let (answer, state) = register.step(&0, &Operation::CompareAndSet { expected: 0, new: 7 });
/// assert_eq!((answer, state), (Answer::Swapped(true), 7));
/// assert_eq!(register.step(&7, &Operation::Read), (Answer::Value(7), 7));
/// ```
#[derive(Clone, Debug)]
pub struct Register<V> {
    start: V,
}

/// What a [`Register`] can be asked.
///
/// ```
/// use simulator::history::{Model, Register, register::Operation};
///
/// let register = Register::starting_with(0);
/// let operations = [Operation::Write(3), Operation::Read, Operation::Write(4)];
/// let end = operations.iter().fold(0, |value, operation| register.step(&value, operation).1);
/// assert_eq!(end, 4);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operation<V> {
    /// Asks for the value; answered with [`Answer::Value`].
    Read,
    /// Replaces the value; answered with [`Answer::Done`].
    Write(V),
    /// Replaces the value if it is the expected one; answered with [`Answer::Swapped`].
    CompareAndSet {
        /// What the value must be.
        expected: V,
        /// What it becomes.
        new: V,
    },
}

/// What a [`Register`] answers.
///
/// ```
/// use simulator::history::{Model, Register, register::{Answer, Operation}};
///
/// let register = Register::starting_with(0);
/// assert_eq!(register.step(&3, &Operation::Read).0, Answer::Value(3));
/// // What was there before a write is not answered.
/// assert_eq!(register.step(&3, &Operation::Write(4)).0, Answer::Done);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Answer<V> {
    /// The value that was read.
    Value(V),
    /// The value was written.
    Done,
    /// Whether the value was the expected one and is now the new one.
    Swapped(bool),
}

impl<V> Register<V> {
    /// A register that holds this value until the first write.
    ///
    /// ```
    /// use simulator::history::{Model, Register};
    ///
    /// assert_eq!(Register::starting_with(Some(3)).start(&()), Some(3));
    /// ```
    pub fn starting_with(value: V) -> Register<V> {
        Register { start: value }
    }
}

impl<V: Clone + Eq + Hash + Debug> Model for Register<V> {
    type Operation = Operation<V>;
    type Answer = Answer<V>;
    type State = V;
    type Key = ();

    fn key(&self, _: &Operation<V>) {}

    fn start(&self, (): &()) -> V {
        self.start.clone()
    }

    fn step(&self, value: &V, operation: &Operation<V>) -> (Answer<V>, V) {
        match operation {
            Operation::Read => (Answer::Value(value.clone()), value.clone()),
            Operation::Write(new) => (Answer::Done, new.clone()),
            Operation::CompareAndSet { expected, new } if value == expected => {
                (Answer::Swapped(true), new.clone())
            }
            Operation::CompareAndSet { .. } => (Answer::Swapped(false), value.clone()),
        }
    }

    fn only_reads(&self, operation: &Operation<V>, answer: Option<&Answer<V>>) -> bool {
        match operation {
            Operation::Read => true,
            Operation::Write(_) => false,
            Operation::CompareAndSet { .. } => answer == Some(&Answer::Swapped(false)),
        }
    }

    fn overwrites(&self, operation: &Operation<V>) -> bool {
        matches!(operation, Operation::Write(_))
    }
}
