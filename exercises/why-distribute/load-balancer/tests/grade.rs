//! How load-balancer is graded. It keeps its own books on who is up and what is outstanding where, and looks at nothing
//! but the servers that are picked, so any way to remember them passes.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;

use load_balancer::Balancer;
use load_balancer::api::{Health, Outcome, Policy, ServerId};
use serde::{Deserialize, Serialize};
use simulator::{Random, cases};

/// Every list of steps is tried with so few servers, then with more: the first that fails has the fewest.
const FLEETS: RangeInclusive<usize> = 1..=4;
/// After the last step come so many requests more, in which everything shows that went wrong before.
const CLOSING: usize = 8;
/// How many requests show how often servers are picked.
const SAMPLE: usize = 1_000;

/// What happens next. A step about a server that is not there, or about a request where none is outstanding, does
/// nothing: so a list makes sense whichever of its steps are left out.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Step {
    /// So many requests come in.
    Requests(usize),
    /// The server answers a request.
    Answers(ServerId),
    /// It is noticed that one of the server's requests will never be answered.
    Fails(ServerId),
    /// The health checker looks at the server, and sees this.
    Checked(ServerId, Health),
    /// The health checker is wrong for a moment: it sees the server down, then up. Its requests go on.
    Flaps(ServerId),
    /// The server crashes and starts again: it is seen down, then its requests fail, then it is seen up.
    Restarts(ServerId),
}

/// What is asked of a balancer that counts, beyond picking one of the least busy servers.
#[derive(Clone, Copy, PartialEq)]
enum Ties {
    /// Any of those that are equally busy will do.
    Any,
    /// They take turns.
    InTurn,
}

/// Whether there was a request that could end.
#[derive(PartialEq)]
enum Ended {
    One,
    None,
}

/// What is true of a server.
struct Server {
    health: Health,
    outstanding: usize,
    /// Who got a request since this one did, or since it could last not have been picked.
    passed_over_for: BTreeSet<ServerId>,
}

/// A balancer, and the truth about its servers.
struct Fleet {
    policy: Policy,
    ties: Ties,
    balancer: Balancer,
    random: Random,
    servers: Vec<Server>,
    /// How many requests there were.
    requests: usize,
    /// How many steps were taken.
    taken: usize,
    /// Whether they were all that there are.
    closing: bool,
}

impl Fleet {
    /// So many servers after these steps, each of which has been looked at.
    fn after(steps: &[Step], servers: usize, policy: Policy, ties: Ties) -> Fleet {
        let server = || Server {
            health: Health::Up,
            outstanding: 0,
            passed_over_for: BTreeSet::new(),
        };
        let mut fleet = Fleet {
            policy,
            ties,
            balancer: Balancer::new(policy, servers),
            random: Random::from_seed(servers as u64),
            servers: (0..servers).map(|_| server()).collect(),
            requests: 0,
            taken: 0,
            closing: false,
        };
        for step in steps {
            fleet.take(*step);
            fleet.taken += 1;
        }
        fleet
    }

    /// The closing requests come in, unless there was nothing before: a report has to show at least one step.
    fn close(mut self) {
        if self.taken == 0 {
            return;
        }
        self.closing = true;
        self.take(Step::Requests(CLOSING));
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Requests(count) => (0..count).for_each(|_| self.request()),
            Step::Answers(server) => {
                self.end(server, Outcome::Answered);
            }
            Step::Fails(server) => {
                self.end(server, Outcome::Failed);
            }
            Step::Checked(server, health) => self.check(server, health),
            Step::Flaps(server) => {
                self.check(server, Health::Down);
                self.check(server, Health::Up);
            }
            Step::Restarts(server) => {
                self.check(server, Health::Down);
                while self.end(server, Outcome::Failed) == Ended::One {}
                self.check(server, Health::Up);
            }
        }
    }

    fn request(&mut self) {
        self.requests += 1;
        match self.balancer.pick(&mut self.random) {
            Some(picked) => {
                self.assert_up(picked);
                match self.policy {
                    Policy::RoundRobin => self.assert_turns(picked, |_| true),
                    Policy::LeastOutstanding => {
                        let fewest = self.assert_least_busy(picked);
                        if self.ties == Ties::InTurn {
                            self.assert_turns(picked, |server| server.outstanding == fewest);
                        }
                    }
                    Policy::TwoChoices => self.assert_not_the_busiest(picked),
                }
                self.servers[picked.0].outstanding += 1;
            }
            None => assert!(
                self.up().is_empty(),
                "no server was picked, though {:?} is up\n{self}",
                self.up()[0],
            ),
        }
    }

    fn end(&mut self, id: ServerId, outcome: Outcome) -> Ended {
        match self.servers.get_mut(id.0) {
            Some(server) if server.outstanding > 0 => {
                server.outstanding -= 1;
                self.balancer.ended(id, outcome);
                Ended::One
            }
            _ => Ended::None,
        }
    }

    fn check(&mut self, id: ServerId, health: Health) {
        if let Some(server) = self.servers.get_mut(id.0) {
            server.health = health;
            if health == Health::Down {
                server.passed_over_for.clear();
            }
            self.balancer.checked(id, health);
        }
    }

    /// The servers that are up.
    fn up(&self) -> Vec<ServerId> {
        (0..self.servers.len())
            .filter(|index| self.servers[*index].health == Health::Up)
            .map(ServerId)
            .collect()
    }

    fn outstanding(&self, server: ServerId) -> usize {
        self.servers[server.0].outstanding
    }

    fn assert_up(&self, picked: ServerId) {
        assert!(
            self.up().contains(&picked),
            "{picked:?} was picked, which {}\n{self}",
            match self.servers.get(picked.0) {
                Some(_) => "is down",
                None => "does not exist",
            },
        );
    }

    /// Nobody who could have been picked as well has waited for longer than a round.
    fn assert_turns(&mut self, picked: ServerId, could_be_picked: impl Fn(&Server) -> bool) {
        for index in 0..self.servers.len() {
            let server = &self.servers[index];
            if server.health == Health::Down || !could_be_picked(server) || index == picked.0 {
                self.servers[index].passed_over_for.clear();
                continue;
            }
            assert!(
                !server.passed_over_for.contains(&picked),
                "{picked:?} gets a second request before {:?} gets one, which could have been picked both times\n{self}",
                ServerId(index),
            );
            self.servers[index].passed_over_for.insert(picked);
        }
    }

    fn assert_least_busy(&self, picked: ServerId) -> usize {
        let less_busy = self
            .up()
            .into_iter()
            .find(|server| self.outstanding(*server) < self.outstanding(picked));
        if let Some(less_busy) = less_busy {
            panic!("{picked:?} was picked, but {less_busy:?} is less busy\n{self}");
        }
        self.outstanding(picked)
    }

    /// The busiest of all loses against whomever it is compared with.
    fn assert_not_the_busiest(&self, picked: ServerId) {
        let mut others = self.up();
        others.retain(|server| *server != picked);
        let as_busy = |server: &ServerId| self.outstanding(*server) >= self.outstanding(picked);
        assert!(
            others.is_empty() || others.iter().any(as_busy),
            "{picked:?} was picked, but any other that is up is less busy, whichever it was compared with\n{self}",
        );
    }

    /// Sends many requests, each of which ends at once, so that nothing changes, and looks at how often busy servers
    /// were picked. If any two servers are drawn with the same chance, that is known, whoever wins of two that are
    /// equally busy: both of the two must be busier than a limit for the winner to be.
    fn assert_pairs_drawn_evenly(&mut self) {
        self.requests += 1;
        let mut picks = vec![0; self.servers.len()];
        for _ in 0..SAMPLE {
            let Some(picked) = self.balancer.pick(&mut self.random) else {
                return;
            };
            self.balancer.ended(picked, Outcome::Answered);
            picks[picked.0] += 1;
        }
        let up = self.up();
        let pairs = |servers: usize| servers * servers.saturating_sub(1) / 2;
        let limits: BTreeSet<usize> = up.iter().map(|server| self.outstanding(*server)).collect();
        for limit in limits {
            let busier = |server: &&ServerId| self.outstanding(**server) > limit;
            let both_busier = pairs(up.iter().filter(busier).count());
            if both_busier == 0 {
                continue;
            }
            let expected = SAMPLE * both_busier / pairs(up.len());
            let seen: usize = up.iter().filter(busier).map(|server| picks[server.0]).sum();
            // By chance it is this far from what is expected less than once in 10^12 samples (Chernoff, 1952).
            assert!(
                (expected / 2..=2 * expected).contains(&seen),
                "if any two servers are drawn with the same chance, both of them have more than {limit} outstanding \
                 in {both_busier} of {} cases, so about {expected} of {SAMPLE} requests go to such a server; \
                 but {seen} did\n{self}",
                pairs(up.len()),
            );
        }
    }
}

impl fmt::Display for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (policy, number) = (self.policy, self.requests);
        write!(f, "{policy:?}, before request {number}:")?;
        for (index, server) in self.servers.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let health = match server.health {
                Health::Up => "up",
                Health::Down => "down",
            };
            write!(f, "{comma} s{index} {health} with {}", server.outstanding)?;
        }
        match self.closing {
            true => write!(
                f,
                "\nIt is one of the {CLOSING} requests that come after the last step."
            ),
            false => Ok(()),
        }
    }
}

/// What is drawn more often, and what less.
struct Weights {
    requests: u64,
    answers: u64,
    troubles: u64,
}

/// Requests, answers of servers of which each has its own speed, and troubles.
fn steps(random: &mut Random, length: usize, weights: &Weights) -> Vec<Step> {
    let servers: Vec<ServerId> = FLEETS.map(|number| ServerId(number - 1)).collect();
    // A faster server is on the list more often.
    let speeds: Vec<ServerId> = servers
        .iter()
        .flat_map(|server| vec![*server; random.within(1..5) as usize])
        .collect();
    (0..length)
        .map(|_| {
            let server = *random.pick(&servers);
            let dice = random.below(weights.requests + weights.answers + weights.troubles);
            if dice < weights.requests {
                Step::Requests(random.within(1..4) as usize)
            } else if dice < weights.requests + weights.answers {
                Step::Answers(*random.pick(&speeds))
            } else {
                *random.pick(&[
                    Step::Checked(server, Health::Down),
                    Step::Checked(server, Health::Up),
                    Step::Flaps(server),
                    Step::Restarts(server),
                    Step::Fails(server),
                ])
            }
        })
        .collect()
}

#[test]
fn servers_take_turns() {
    cases(|random, size| {
        (0..size)
            .map(|_| Step::Requests(random.within(1..4) as usize))
            .collect()
    })
    .promise("of servers that are up, none gets a second request before all others got one")
    .steps(1, 8)
    .seeds(100)
    .check(|steps| {
        for servers in FLEETS {
            Fleet::after(steps, servers, Policy::RoundRobin, Ties::InTurn);
        }
    });
}

#[test]
fn a_server_that_is_down_is_skipped() {
    let weights = Weights {
        requests: 3,
        answers: 0,
        troubles: 3,
    };
    cases(move |random, size| steps(random, size, &weights))
        .promise("a server that is down gets no request, the others go on taking turns, and so does it when it is up again")
        .steps(1, 16)
        .check(|steps| {
            for servers in FLEETS {
                Fleet::after(steps, servers, Policy::RoundRobin, Ties::InTurn).close();
            }
        });
}

#[test]
fn the_least_busy_server_is_asked() {
    let weights = Weights {
        requests: 3,
        answers: 4,
        troubles: 0,
    };
    cases(move |random, size| steps(random, size, &weights))
        .promise(
            "a request goes to a server that has no more outstanding requests than any other has",
        )
        .steps(1, 20)
        .check(|steps| {
            for servers in FLEETS {
                Fleet::after(steps, servers, Policy::LeastOutstanding, Ties::Any);
            }
        });
}

#[test]
fn equally_busy_servers_take_turns() {
    let weights = Weights {
        requests: 2,
        answers: 5,
        troubles: 0,
    };
    cases(move |random, size| steps(random, size, &weights))
        .promise("of servers that are equally busy, none gets a second request before all others got one")
        .steps(1, 16)
        .check(|steps| {
            for servers in FLEETS {
                Fleet::after(steps, servers, Policy::LeastOutstanding, Ties::InTurn).close();
            }
        });
}

#[test]
fn two_are_drawn_and_compared() {
    let weights = Weights {
        requests: 4,
        answers: 3,
        troubles: 0,
    };
    cases(move |random, size| steps(random, size, &weights))
        .promise(
            "a request goes to the less busy of two servers, and any two may be the ones compared",
        )
        .steps(1, 12)
        .seeds(200)
        .check(|steps| {
            for servers in FLEETS {
                Fleet::after(steps, servers, Policy::TwoChoices, Ties::Any)
                    .assert_pairs_drawn_evenly();
            }
        });
}

#[test]
fn counts_outlive_failures() {
    let weights = Weights {
        requests: 3,
        answers: 3,
        troubles: 3,
    };
    cases(move |random, size| steps(random, size, &weights))
        .promise("whatever becomes of servers and requests, what is compared is what is outstanding, at servers that are up")
        .steps(1, 20)
        .check(|steps| {
            for servers in FLEETS {
                Fleet::after(steps, servers, Policy::LeastOutstanding, Ties::InTurn).close();
                Fleet::after(steps, servers, Policy::TwoChoices, Ties::Any).close();
            }
        });
}
