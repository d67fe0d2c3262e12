//! Vector clocks, as dense vectors: the count of process n is at index n, and what is beyond the end is zero.
//!
//! What comes before the end may be zero as well, so two clocks that know the same may be of different lengths.

use std::cmp::Ordering;

#[path = "../../../../exercises/consistency/vector-clocks/src/api.rs"]
pub mod api;

use api::{Causality, ProcessId};

/// The clock of a process, and the timestamp of an event.
#[derive(Clone, Debug, Default)]
pub struct VectorClock {
    counts: Vec<u32>,
}

impl VectorClock {
    /// One more event of this process.
    pub fn tick(&mut self, process: ProcessId) {
        self.grow_to(process.0 + 1);
        self.counts[process.0] += 1;
    }

    /// One more event of this process; returns what travels in the message.
    pub fn send(&mut self, process: ProcessId) -> VectorClock {
        self.tick(process);
        self.clone()
    }

    /// One more event of this process, which now knows what the message knows.
    pub fn receive(&mut self, process: ProcessId, message: &VectorClock) {
        self.tick(process);
        self.merge(message);
    }

    /// Knows what either knows.
    pub fn merge(&mut self, other: &VectorClock) {
        self.grow_to(other.counts.len());
        for (ours, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *ours = (*ours).max(*theirs);
        }
    }

    /// Goes through both clocks once, and narrows down what one can be to the other.
    pub fn compare(&self, other: &VectorClock) -> Causality {
        let longest = self.counts.len().max(other.counts.len());
        let at = |clock: &VectorClock, index| clock.counts.get(index).copied().unwrap_or(0);
        (0..longest).fold(Causality::Equal, |so_far, index| {
            match (so_far, at(self, index).cmp(&at(other, index))) {
                (so_far, Ordering::Equal) => so_far,
                (Causality::Equal | Causality::Before, Ordering::Less) => Causality::Before,
                (Causality::Equal | Causality::After, Ordering::Greater) => Causality::After,
                (Causality::Before | Causality::Concurrent, Ordering::Greater)
                | (Causality::After | Causality::Concurrent, Ordering::Less) => {
                    Causality::Concurrent
                }
            }
        })
    }

    fn grow_to(&mut self, length: usize) {
        if self.counts.len() < length {
            self.counts.resize(length, 0);
        }
    }
}
