//! A number that is added to.

use super::Model;

/// A counter: a number that is added to and read. Every answer is the total after the operation; where a contract only
/// acknowledges an addition, translate that to [`Meaning::Acknowledged`](super::Meaning::Acknowledged).
///
/// ```
/// use simulator::history::counter::Operation;
/// use simulator::history::{Counter, Model};
///
/// let counter = Counter::starting_with(10);
/// assert_eq!(counter.step(&10, &Operation::Add(5)), (15, 15));
/// assert_eq!(counter.step(&15, &Operation::Read), (15, 15));
/// ```
#[derive(Clone, Debug)]
pub struct Counter {
    start: i64,
}

/// What a [`Counter`] can be asked.
///
/// ```
/// use simulator::history::{Counter, Model, counter::Operation};
///
/// let counter = Counter::starting_with(0);
/// // Taking away is adding less than nothing.
/// assert_eq!(counter.step(&5, &Operation::Add(-7)), (-2, -2));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Adds this much, or, negative, takes it away; answered with the new total. Wraps around at the limits of `i64`.
    Add(i64),
    /// Asks for the total.
    Read,
}

impl Counter {
    /// A counter whose total is this until the first addition.
    ///
    /// ```
    /// use simulator::history::{Counter, Model};
    ///
    /// assert_eq!(Counter::starting_with(3).start(&()), 3);
    /// ```
    pub fn starting_with(total: i64) -> Counter {
        Counter { start: total }
    }
}

impl Model for Counter {
    type Operation = Operation;
    type Answer = i64;
    type State = i64;
    type Key = ();

    fn key(&self, _: &Operation) {}

    fn start(&self, (): &()) -> i64 {
        self.start
    }

    fn step(&self, total: &i64, operation: &Operation) -> (i64, i64) {
        let total = match operation {
            Operation::Add(amount) => total.wrapping_add(*amount),
            Operation::Read => *total,
        };
        (total, total)
    }

    fn only_reads(&self, operation: &Operation, _: Option<&i64>) -> bool {
        matches!(operation, Operation::Read)
    }
}
