//! Never tries anything again.

use simulator::Random;

#[path = "../../../../exercises/challenges/retry-backoff/src/api.rs"]
pub mod api;

use api::{Attempt, Decision, Policy};

/// A retrier that looks at nothing.
#[derive(Debug)]
pub struct Retrier;

impl Retrier {
    /// A retrier.
    pub fn new(_: Policy) -> Retrier {
        Retrier
    }

    /// Always the same.
    pub fn ended(&mut self, _: Attempt, _: &mut Random) -> Decision {
        Decision::Stop
    }
}
