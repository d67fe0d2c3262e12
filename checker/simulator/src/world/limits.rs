//! Limits of a run, in events and messages: never in real time, so that they are the same on every machine.

use std::panic::panic_any;

use crate::context::Own;
use crate::label::{compact, shorten};
use crate::store::Store;
use crate::time::in_words;

/// How much a run may do before it counts as a storm.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Events in a run.
    pub events: u64,
    /// Sends, timers, replies and notes in one callback.
    pub actions: u32,
    /// Events that a trace holds before it is cut off.
    pub traced_events: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            events: 50_000,
            actions: 5_000,
            traced_events: 2_000,
        }
    }
}

impl Limits {
    /// Ends the run: it had more events than allowed.
    pub fn exceeded(&self, now: u64, messages: u64) -> ! {
        panic_any(Storm(format!(
            "{} events ({messages} messages) by {} of simulated time, and no end in sight",
            self.events,
            in_words(now)
        )))
    }
}

/// What a run that exceeds its limits panics with.
pub(crate) struct Storm(pub String);

/// Ends the run: one callback did more than allowed.
#[cold]
pub(crate) fn storm(own: &Own, store: &dyn Store) -> ! {
    let latest = own
        .show_latest(store)
        .map(|action| shorten(&compact(&action), 60));
    panic_any(Storm(format!(
        "a single callback did {} things without returning; the latest: {}",
        own.actions.len(),
        latest.unwrap_or_default()
    )))
}
