//! Vector clocks: timestamps that tell which of two events happened before the other, or that neither did.
//!
//! Wall clocks cannot tell that: no two of them agree. So every process keeps a clock of another kind, moves it on
//! at each of its events, and sends it along with every message. The clock of an event is the clock of its process
//! right after it.
//!
//! SOLUTION: A process counts its own events, and remembers how many events of every other process it knows of. What
//! SOLUTION: it knows of another is always a beginning of that one's events, without gaps, so a number says it all.
//! SOLUTION: Fidge and Mattern found this independently: C. J. Fidge, "Timestamps in message-passing systems that
//! SOLUTION: preserve the partial ordering", 1988; F. Mattern, "Virtual time and global states of distributed
//! SOLUTION: systems", 1989. What happened before what is defined in L. Lamport, "Time, clocks, and the ordering of
//! SOLUTION: events in a distributed system", 1978; a single number, as there, cannot tell that two events are
//! SOLUTION: concurrent.

// BEGIN SOLUTION
use std::collections::BTreeMap;
// END SOLUTION

#[path = "../../../../exercises/consistency/vector-clocks/src/api.rs"]
pub mod api;

use api::{Causality, ProcessId};

/// The clock of a process, and the timestamp of an event. How it is made is up to you.
///
/// A new one, [`VectorClock::default()`], is the clock of a process at which nothing has happened yet.
#[derive(Clone, Debug, Default)]
pub struct VectorClock {
    // BEGIN SOLUTION
    // STUB: // What does it have to remember?
    /// How many events of each process it knows of; none of a process that is not in it. So it needs no list of
    /// all processes, and a new process needs no introduction.
    events: BTreeMap<ProcessId, u64>,
    // END SOLUTION
}

impl VectorClock {
    /// This is the clock of `process`, and something happens there that concerns nobody else.
    pub fn tick(&mut self, process: ProcessId) {
        // BEGIN SOLUTION move the clock on by one event of this process
        // STUB: let _ = process;
        *self.events.entry(process).or_default() += 1;
        // END SOLUTION
    }

    /// This is the clock of `process`, which sends a message. Sending is an event, too.
    ///
    /// Returns what travels in the message: [`VectorClock::receive`] gets it where the message arrives.
    pub fn send(&mut self, process: ProcessId) -> VectorClock {
        // BEGIN SOLUTION move the clock on, and return what the receiver has to know
        // STUB: let _ = process;
        // First the tick: whoever receives the message must know of its sending, too.
        self.tick(process);
        self.clone()
        // END SOLUTION
    }

    /// This is the clock of `process`, which receives a message with this clock in it. Receiving is an event, too.
    pub fn receive(&mut self, process: ProcessId, message: &VectorClock) {
        // BEGIN SOLUTION learn what the message knows, and move the clock on
        // STUB: let _ = (process, message);
        // Without the tick the receiving would have the timestamp of the sending, if there was nothing else to know.
        self.merge(message);
        self.tick(process);
        // END SOLUTION
    }

    /// Makes this clock know of every event that it or the other knows of. This is not an event.
    pub fn merge(&mut self, other: &VectorClock) {
        // BEGIN SOLUTION know what either knows
        // STUB: let _ = other;
        // Both know a beginning of each process's events, and the longer beginning contains the shorter one: hence
        // the larger number, not the later one and not the sum. Maxima do not care for order or repetition, and
        // therefore merging is commutative, associative and idempotent.
        for (&process, &theirs) in &other.events {
            let ours = self.events.entry(process).or_default();
            *ours = theirs.max(*ours);
        }
        // END SOLUTION
    }

    /// What this clock is to the other.
    pub fn compare(&self, other: &VectorClock) -> Causality {
        // BEGIN SOLUTION find out whether either clock knows of all that the other knows of
        // STUB: let _ = other;
        // A partial order: that it is not before does not make it after.
        match (self.is_within(other), other.is_within(self)) {
            (true, true) => Causality::Equal,
            (true, false) => Causality::Before,
            (false, true) => Causality::After,
            (false, false) => Causality::Concurrent,
        }
        // END SOLUTION
    }
    // BEGIN SOLUTION

    /// Whether the other knows of every event that this one knows of.
    fn is_within(&self, other: &VectorClock) -> bool {
        self.events
            .iter()
            .all(|(&process, &ours)| ours <= other.known_of(process))
    }

    /// How many events of the process it knows of.
    fn known_of(&self, process: ProcessId) -> u64 {
        self.events.get(&process).copied().unwrap_or(0)
    }
    // END SOLUTION
}
