//! A load balancer: which of many servers gets the next request.
//!
//! Many servers can do what one cannot, but only if the work is spread over them, and over those of them that work.
//! The balancer knows little: what it has sent where, what of that has ended, and what the health checker says.
//!
//! SOLUTION: Three ways to pick, each of which mends the one before. Taking turns gives all servers the same number of
//! SOLUTION: requests, so the slow ones drown in theirs. Counting what is outstanding gives more to those that are
//! SOLUTION: done with it sooner. But where many balancers count, or hear late, all of them run to the same server that
//! SOLUTION: happens to be the least busy. Chance keeps them apart, and a comparison of only two is nearly as good as
//! SOLUTION: one of all: the longest queue of n servers shrinks from about log n / log log n, when one is drawn, to
//! SOLUTION: about log log n, when two are; a third changes little. See Y. Azar, A. Broder, A. Karlin and E. Upfal,
//! SOLUTION: "Balanced allocations", 1994, and M. Mitzenmacher, "The power of two choices in randomized load
//! SOLUTION: balancing", 1996.

use simulator::Random;

#[path = "../../../../exercises/why-distribute/load-balancer/src/api.rs"]
pub mod api;

use api::{Health, Outcome, Policy, ServerId};

/// Picks a server for each request.
#[derive(Debug)]
pub struct Balancer {
    policy: Policy,
    // BEGIN SOLUTION
    // STUB: // What does it have to remember of each server, and of its turns?
    /// What is known of each server.
    servers: Vec<Server>,
    /// Where the search begins when servers take turns: right after the one that was picked last.
    next: usize,
    // END SOLUTION
}
// BEGIN SOLUTION

/// What is known of a server.
#[derive(Clone, Debug)]
struct Server {
    health: Health,
    outstanding: usize,
}
// END SOLUTION

impl Balancer {
    /// A balancer before so many servers, all of them up: `s0`, `s1`, and so on.
    pub fn new(policy: Policy, servers: usize) -> Balancer {
        // BEGIN SOLUTION
        // STUB: let _ = servers;
        // STUB: Balancer { policy }
        let server = Server {
            health: Health::Up,
            outstanding: 0,
        };
        Balancer {
            policy,
            servers: vec![server; servers],
            next: 0,
        }
        // END SOLUTION
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
        // BEGIN SOLUTION remember whether the server can be picked from now on
        // STUB: let _ = (server, health);
        // Nothing else changes. What is outstanding at a server stays so when it goes down: each of those requests
        // will end, and be reported. And turns go on where they were, or the first servers would get more than the
        // last whenever health changes often.
        self.servers[server.0].health = health;
        // END SOLUTION
    }

    /// A request has been sent to this server.
    fn sent_to(&mut self, server: ServerId) {
        // BEGIN SOLUTION count one more outstanding request
        // STUB: let _ = server;
        self.servers[server.0].outstanding += 1;
        // END SOLUTION
    }

    /// A request that was sent to this server has ended.
    pub fn ended(&mut self, server: ServerId, outcome: Outcome) {
        // BEGIN SOLUTION count one outstanding request less
        // STUB: let _ = (server, outcome);
        // However it has ended, the server is not busy with it any more. Whoever counts down answers only keeps a
        // server that once was in trouble looking busy for ever.
        match outcome {
            Outcome::Answered | Outcome::Failed => self.servers[server.0].outstanding -= 1,
        }
        // END SOLUTION
    }

    /// Servers that are up take turns.
    fn in_turn(&mut self) -> Option<ServerId> {
        // BEGIN SOLUTION pick the next server that is up, and go on from there the next time
        self.next_with(|_| true)
        // END SOLUTION
    }

    /// A server that is up and has the fewest outstanding requests; those with equally few take turns.
    fn least_outstanding(&mut self) -> Option<ServerId> {
        // BEGIN SOLUTION find out what the fewest is, and pick the next server that has no more
        // Among servers that are up only. One that is down answers nothing, or fails at once, and so has the fewest
        // of all: without this the balancer would send everything to the one server that cannot do it.
        let fewest = self
            .servers
            .iter()
            .filter(|server| server.health == Health::Up)
            .map(|server| server.outstanding)
            .min()?;
        self.next_with(|server| server.outstanding == fewest)
        // END SOLUTION
    }

    /// Of two servers that are up, drawn at random, the one with fewer outstanding requests.
    fn two_choices(&mut self, random: &mut Random) -> Option<ServerId> {
        // BEGIN SOLUTION draw two different servers that are up, and compare them
        // STUB: let _ = random;
        // Draw from those that are up: to draw from all, and to draw again until two are up, takes ever longer the
        // fewer are, and for ever if there is one.
        let mut up: Vec<usize> = (0..self.servers.len())
            .filter(|index| self.servers[*index].health == Health::Up)
            .collect();
        if up.is_empty() {
            return None;
        }
        let first = up.swap_remove(random.below(up.len() as u64) as usize);
        if up.is_empty() {
            return Some(ServerId(first));
        }
        // The first one is not among them any more. Drawn twice, it would be compared with itself, and then even the
        // busiest server can win.
        let second = *random.pick(&up);
        let outstanding = |index: usize| self.servers[index].outstanding;
        let less_busy = if outstanding(second) < outstanding(first) {
            second
        } else {
            first
        };
        Some(ServerId(less_busy))
        // END SOLUTION
    }
    // BEGIN SOLUTION

    /// The next server, in turn, that is up and suits.
    fn next_with(&mut self, suits: impl Fn(&Server) -> bool) -> Option<ServerId> {
        let count = self.servers.len();
        let found = (0..count)
            .map(|step| (self.next + step) % count)
            .find(|index| {
                let server = &self.servers[*index];
                server.health == Health::Up && suits(server)
            })?;
        // After the one that was found, not after the one at which the search began: else the neighbour of a server
        // that is down would be picked in that one's turn, and then once more in its own.
        self.next = (found + 1) % count;
        Some(ServerId(found))
    }
    // END SOLUTION
}
