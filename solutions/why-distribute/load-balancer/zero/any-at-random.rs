//! Picks any server at random, whatever the policy, up or not.

use simulator::Random;

#[path = "../../../../exercises/why-distribute/load-balancer/src/api.rs"]
pub mod api;

use api::{Health, Outcome, Policy, ServerId};

/// A balancer that remembers nothing but how many servers there are.
#[derive(Debug)]
pub struct Balancer {
    servers: usize,
}

impl Balancer {
    /// A balancer before so many servers.
    pub fn new(_: Policy, servers: usize) -> Balancer {
        Balancer { servers }
    }

    /// Any.
    pub fn pick(&mut self, random: &mut Random) -> Option<ServerId> {
        Some(ServerId(random.below(self.servers as u64) as usize))
    }

    /// Does nothing.
    pub fn checked(&mut self, _: ServerId, _: Health) {}

    /// Does nothing.
    pub fn ended(&mut self, _: ServerId, _: Outcome) {}
}
