//! Vector clocks: timestamps that tell which of two events happened before the other, or that neither did.
//!
//! Wall clocks cannot tell that: no two of them agree. So every process keeps a clock of another kind, moves it on
//! at each of its events, and sends it along with every message. The clock of an event is the clock of its process
//! right after it.

pub mod api;

use api::{Causality, ProcessId};

/// The clock of a process, and the timestamp of an event. How it is made is up to you.
///
/// A new one, [`VectorClock::default()`], is the clock of a process at which nothing has happened yet.
#[derive(Clone, Debug, Default)]
pub struct VectorClock {
    // What does it have to remember?
}

impl VectorClock {
    /// This is the clock of `process`, and something happens there that concerns nobody else.
    pub fn tick(&mut self, process: ProcessId) {
        let _ = process;
        todo!("move the clock on by one event of this process")
    }

    /// This is the clock of `process`, which sends a message. Sending is an event, too.
    ///
    /// Returns what travels in the message: [`VectorClock::receive`] gets it where the message arrives.
    pub fn send(&mut self, process: ProcessId) -> VectorClock {
        let _ = process;
        todo!("move the clock on, and return what the receiver has to know")
    }

    /// This is the clock of `process`, which receives a message with this clock in it. Receiving is an event, too.
    pub fn receive(&mut self, process: ProcessId, message: &VectorClock) {
        let _ = (process, message);
        todo!("learn what the message knows, and move the clock on")
    }

    /// Makes this clock know of every event that it or the other knows of. This is not an event.
    pub fn merge(&mut self, other: &VectorClock) {
        let _ = other;
        todo!("know what either knows")
    }

    /// What this clock is to the other.
    pub fn compare(&self, other: &VectorClock) -> Causality {
        let _ = other;
        todo!("find out whether either clock knows of all that the other knows of")
    }
}
