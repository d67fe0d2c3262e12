//! A load balancer: which of many servers gets the next request.
//!
//! Many servers can do what one cannot, but only if the work is spread over them, and over those of them that work.
//! The balancer knows little: what it has sent where, what of that has ended, and what the health checker says.

use simulator::Random;

pub mod api;

use api::{Health, Outcome, Policy, ServerId};

/// Picks a server for each request.
#[derive(Debug)]
pub struct Balancer {
    policy: Policy,
    // What does it have to remember of each server, and of its turns?
}

impl Balancer {
    /// A balancer before so many servers, all of them up: `s0`, `s1`, and so on.
    pub fn new(policy: Policy, servers: usize) -> Balancer {
        let _ = servers;
        Balancer { policy }
    }

    /// A request has come: which server gets it? None only if all are down. Nothing is to be done here.
    pub fn pick(&mut self, random: &mut Random) -> Option<ServerId> {
        let picked = match self.policy {
            Policy::RoundRobin => self.in_turn(),
            Policy::LeastOutstanding => self.least_outstanding(),
            Policy::TwoChoices => self.two_choices(random),
        };
        if let Some(server) = picked {
            self.sent_to(server);
        }
        picked
    }

    /// The health checker has looked at a server. It tells every time, also when nothing has changed.
    pub fn checked(&mut self, server: ServerId, health: Health) {
        let _ = (server, health);
        todo!("remember whether the server can be picked from now on")
    }

    /// A request has been sent to this server.
    fn sent_to(&mut self, server: ServerId) {
        let _ = server;
        todo!("count one more outstanding request")
    }

    /// A request that was sent to this server has ended.
    pub fn ended(&mut self, server: ServerId, outcome: Outcome) {
        let _ = (server, outcome);
        todo!("count one outstanding request less")
    }

    /// Servers that are up take turns.
    fn in_turn(&mut self) -> Option<ServerId> {
        todo!("pick the next server that is up, and go on from there the next time")
    }

    /// A server that is up and has the fewest outstanding requests; those with equally few take turns.
    fn least_outstanding(&mut self) -> Option<ServerId> {
        todo!("find out what the fewest is, and pick the next server that has no more")
    }

    /// Of two servers that are up, drawn at random, the one with fewer outstanding requests.
    fn two_choices(&mut self, random: &mut Random) -> Option<ServerId> {
        let _ = random;
        todo!("draw two different servers that are up, and compare them")
    }
}
