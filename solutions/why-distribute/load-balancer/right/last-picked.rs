//! A load balancer that writes down when each server was picked last, by a count of all requests: turns are the order
//! of these times. Sent and ended requests are counted apart, and what is outstanding is the difference.

use std::collections::{BTreeMap, BTreeSet};

use simulator::Random;

#[path = "../../../../exercises/why-distribute/load-balancer/src/api.rs"]
pub mod api;

use api::{Health, Outcome, Policy, ServerId};

/// Picks a server for each request.
#[derive(Debug)]
pub struct Balancer {
    policy: Policy,
    up: BTreeSet<ServerId>,
    requests: u64,
    /// Of each server, the number of the last request that it got; zero if none.
    last: BTreeMap<ServerId, u64>,
    sent: BTreeMap<ServerId, u64>,
    ended: BTreeMap<ServerId, u64>,
}

impl Balancer {
    /// A balancer before so many servers, all of them up.
    pub fn new(policy: Policy, servers: usize) -> Balancer {
        Balancer {
            policy,
            up: (0..servers).map(ServerId).collect(),
            requests: 0,
            last: BTreeMap::new(),
            sent: BTreeMap::new(),
            ended: BTreeMap::new(),
        }
    }

    /// A server for a request.
    pub fn pick(&mut self, random: &mut Random) -> Option<ServerId> {
        let count = |counts: &BTreeMap<ServerId, u64>, server| counts.get(&server).copied();
        let last = |server| count(&self.last, server).unwrap_or(0);
        let outstanding = |server| {
            count(&self.sent, server).unwrap_or(0) - count(&self.ended, server).unwrap_or(0)
        };
        let up = self.up.iter().copied();
        let picked = match self.policy {
            Policy::RoundRobin => up.min_by_key(|server| last(*server)),
            Policy::LeastOutstanding => {
                up.min_by_key(|server| (outstanding(*server), last(*server)))
            }
            Policy::TwoChoices => {
                // All pairs in a list, and one of them drawn.
                let up: Vec<ServerId> = up.collect();
                let pairs: Vec<[ServerId; 2]> = up
                    .iter()
                    .enumerate()
                    .flat_map(|(index, one)| up[index + 1..].iter().map(|other| [*one, *other]))
                    .collect();
                match pairs.as_slice() {
                    [] => up.first().copied(),
                    pairs => random
                        .pick(pairs)
                        .iter()
                        .copied()
                        .min_by_key(|server| outstanding(*server)),
                }
            }
        }?;
        self.requests += 1;
        self.last.insert(picked, self.requests);
        *self.sent.entry(picked).or_default() += 1;
        Some(picked)
    }

    /// A server was seen up or down.
    pub fn checked(&mut self, server: ServerId, health: Health) {
        match health {
            Health::Up => self.up.insert(server),
            Health::Down => self.up.remove(&server),
        };
    }

    /// A request has ended.
    pub fn ended(&mut self, server: ServerId, _: Outcome) {
        *self.ended.entry(server).or_default() += 1;
    }
}
