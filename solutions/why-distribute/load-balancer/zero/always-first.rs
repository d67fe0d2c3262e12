//! Picks the first server, whatever happens.

use simulator::Random;

#[path = "../../../../exercises/why-distribute/load-balancer/src/api.rs"]
pub mod api;

use api::{Health, Outcome, Policy, ServerId};

/// A balancer that remembers nothing.
#[derive(Debug)]
pub struct Balancer;

impl Balancer {
    /// A balancer before so many servers.
    pub fn new(_: Policy, _: usize) -> Balancer {
        Balancer
    }

    /// Always the same.
    pub fn pick(&mut self, _: &mut Random) -> Option<ServerId> {
        Some(ServerId(0))
    }

    /// Does nothing.
    pub fn checked(&mut self, _: ServerId, _: Health) {}

    /// Does nothing.
    pub fn ended(&mut self, _: ServerId, _: Outcome) {}
}
