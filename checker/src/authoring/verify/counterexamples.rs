//! How large the counterexamples are that a reader gets to see: the smaller, the more they teach.

use super::judge::{Caught, caught};
use super::runs::Observed;
use super::variant::{Kind, Variant};
use crate::text::count;

/// The faults and the operations of counterexamples, each in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counterexamples {
    faults: Vec<u64>,
    operations: Vec<u64>,
}

impl Counterexamples {
    /// Counts those of a variant, one for each scenario that catches it, if it is a wrong implementation.
    pub fn add(&mut self, variant: &Variant, observed: &Observed) {
        if !matches!(variant.kind, Kind::Wrong(_)) {
            return;
        }
        for run in &observed.first {
            if let Caught::With(story) = caught(&run.result.outcome) {
                self.faults.push(story.faults.len() as u64);
                self.operations.push(story.operations.len() as u64);
            }
        }
    }

    /// The usual and the largest size, in words; `None` if there is no counterexample.
    pub fn summary(&self) -> Option<String> {
        let (faults, most_faults) = median_and_most(&self.faults)?;
        let (operations, most_operations) = median_and_most(&self.operations)?;
        Some(format!(
            "{}: in the median {} and {}, at most {most_faults} and {most_operations}.",
            count(self.faults.len() as u64, "counterexample"),
            count(faults, "fault"),
            count(operations, "operation"),
        ))
    }
}

/// Of two numbers in the middle, the larger: it never makes counterexamples smaller than they are.
fn median_and_most(sizes: &[u64]) -> Option<(u64, u64)> {
    let mut sorted = sizes.to_vec();
    sorted.sort_unstable();
    Some((*sorted.get(sorted.len() / 2)?, *sorted.last()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_of_each_number_alone_and_the_larger_of_two() {
        let found = Counterexamples {
            faults: vec![2, 0, 1, 6],
            operations: vec![1, 5, 2, 1],
        };
        assert_eq!(
            found.summary().as_deref(),
            Some("4 counterexamples: in the median 2 faults and 2 operations, at most 6 and 5.")
        );
    }

    #[test]
    fn without_a_counterexample_there_is_nothing_to_say() {
        assert_eq!(Counterexamples::default().summary(), None);
    }
}
