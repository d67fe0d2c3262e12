//! Vector clocks, as lists of processes and counts, sorted by process: two of them are gone through side by side, like
//! the lists of a merge sort.

use std::cmp::Ordering;
use std::iter;

#[path = "../../../../exercises/consistency/vector-clocks/src/api.rs"]
pub mod api;

use api::{Causality, ProcessId};

/// The clock of a process, and the timestamp of an event.
#[derive(Clone, Debug, Default)]
pub struct VectorClock(Vec<(ProcessId, u64)>);

impl VectorClock {
    /// One more event of this process.
    pub fn tick(&mut self, process: ProcessId) {
        match self
            .0
            .binary_search_by_key(&process, |(process, _)| *process)
        {
            Ok(index) => self.0[index].1 += 1,
            Err(index) => self.0.insert(index, (process, 1)),
        }
    }

    /// One more event of this process; returns what travels in the message.
    pub fn send(&mut self, process: ProcessId) -> VectorClock {
        self.tick(process);
        VectorClock(self.0.clone())
    }

    /// One more event of this process, which now knows what the message knows.
    pub fn receive(&mut self, process: ProcessId, message: &VectorClock) {
        self.merge(message);
        self.tick(process);
    }

    /// Knows what either knows.
    pub fn merge(&mut self, other: &VectorClock) {
        let merged = self
            .side_by_side(other)
            .map(|(process, ours, theirs)| (process, ours.max(theirs)));
        self.0 = merged.collect();
    }

    /// Looks for a count in which this clock is ahead, and for one in which the other is.
    pub fn compare(&self, other: &VectorClock) -> Causality {
        let ahead = self
            .side_by_side(other)
            .any(|(_, ours, theirs)| ours > theirs);
        let behind = self
            .side_by_side(other)
            .any(|(_, ours, theirs)| ours < theirs);
        match (ahead, behind) {
            (false, false) => Causality::Equal,
            (false, true) => Causality::Before,
            (true, false) => Causality::After,
            (true, true) => Causality::Concurrent,
        }
    }

    /// All processes of both clocks in order, with our count and theirs.
    fn side_by_side<'c>(
        &'c self,
        other: &'c VectorClock,
    ) -> impl Iterator<Item = (ProcessId, u64, u64)> + 'c {
        let mut ours = self.0.iter().copied().peekable();
        let mut theirs = other.0.iter().copied().peekable();
        iter::from_fn(move || {
            let first = match (ours.peek(), theirs.peek()) {
                (None, None) => return None,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((our, _)), Some((their, _))) => our.cmp(their),
            };
            let ours = if first.is_le() { ours.next() } else { None };
            let theirs = if first.is_ge() { theirs.next() } else { None };
            let (process, _) = ours.or(theirs)?;
            let count = |entry: Option<(ProcessId, u64)>| entry.map_or(0, |(_, count)| count);
            Some((process, count(ours), count(theirs)))
        })
    }
}
