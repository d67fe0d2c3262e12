//! A load balancer that keeps its servers in a queue, the one that was picked last at its end, and a slip for every
//! request that is outstanding: what is counted are slips.

use std::collections::VecDeque;

use simulator::Random;

#[path = "../../../../exercises/why-distribute/load-balancer/src/api.rs"]
pub mod api;

use api::{Health, Outcome, Policy, ServerId};

/// Picks a server for each request.
#[derive(Debug)]
pub struct Balancer {
    policy: Policy,
    /// All servers, whether they are up or not: whoever comes first has waited for longest.
    queue: VecDeque<ServerId>,
    down: Vec<ServerId>,
    /// For each outstanding request, where it is.
    slips: Vec<ServerId>,
}

impl Balancer {
    /// A balancer before so many servers, all of them up.
    pub fn new(policy: Policy, servers: usize) -> Balancer {
        Balancer {
            policy,
            queue: (0..servers).map(ServerId).collect(),
            down: Vec::new(),
            slips: Vec::new(),
        }
    }

    /// A server for a request.
    pub fn pick(&mut self, random: &mut Random) -> Option<ServerId> {
        let mut able: Vec<ServerId> = self.queue.iter().copied().collect();
        able.retain(|server| !self.down.contains(server));
        let picked = match self.policy {
            Policy::RoundRobin => able.first().copied(),
            // Of several that are the least, `min_by_key` returns the first.
            Policy::LeastOutstanding => able
                .into_iter()
                .min_by_key(|server| self.outstanding(*server)),
            Policy::TwoChoices => {
                random.shuffle(&mut able);
                able.truncate(2);
                able.into_iter()
                    .min_by_key(|server| self.outstanding(*server))
            }
        }?;
        self.queue.retain(|server| *server != picked);
        self.queue.push_back(picked);
        self.slips.push(picked);
        Some(picked)
    }

    /// A server was seen up or down.
    pub fn checked(&mut self, server: ServerId, health: Health) {
        self.down.retain(|down| *down != server);
        if health == Health::Down {
            self.down.push(server);
        }
    }

    /// A request has ended: one of the server's slips is thrown away.
    pub fn ended(&mut self, server: ServerId, _: Outcome) {
        if let Some(slip) = self.slips.iter().position(|slip| *slip == server) {
            self.slips.swap_remove(slip);
        }
    }

    fn outstanding(&self, server: ServerId) -> usize {
        self.slips.iter().filter(|slip| **slip == server).count()
    }
}
