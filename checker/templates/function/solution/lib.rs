//! A cumulative acknowledgement: what is complete is a number, what is early is a set.

// BEGIN SOLUTION
use std::collections::BTreeSet;

// END SOLUTION
#[path = "../../../../exercises/__CHAPTER__/__EXERCISE__/src/api.rs"]
pub mod api;

use api::Number;

/// What has arrived. Add what has to be remembered.
#[derive(Clone, Debug, Default)]
pub struct Received {
    // BEGIN SOLUTION
    /// Nothing is missing up to this one.
    complete: Number,
    /// These arrived while one before them was missing.
    early: BTreeSet<Number>,
    // END SOLUTION
}

impl Received {
    /// A message arrives: perhaps the next, perhaps a later one, perhaps one that was here already.
    pub fn arrive(&mut self, number: Number) {
        // BEGIN SOLUTION remember that it has arrived
        // STUB: let _ = number;
        if number > self.complete {
            self.early.insert(number);
        }
        // It may have filled a gap, and then those behind it are no longer early.
        while self.early.remove(&(self.complete + 1)) {
            self.complete += 1;
        }
        // END SOLUTION
    }

    /// The number up to which all messages have arrived; 0 if the first has not.
    pub fn acknowledgement(&self) -> Number {
        // BEGIN SOLUTION say how far there is no gap
        self.complete
        // END SOLUTION
    }
}
