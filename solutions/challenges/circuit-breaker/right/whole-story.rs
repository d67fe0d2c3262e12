//! A circuit breaker that writes down every call that counts with its number, and every change of state with the number of
//! the last call that was let through before it: a call is too old if its number is not above that.

use simulator::Time;

#[path = "../../../../exercises/challenges/circuit-breaker/src/api.rs"]
pub mod api;

use api::{Outcome, Policy};

/// Decides which calls are let through.
#[derive(Debug)]
pub struct Breaker {
    policy: Policy,
    calls: u64,
    /// Calls up to this number count no more.
    settled: u64,
    phase: Phase,
    ended: Vec<(Time, bool)>,
}

/// The number of a call.
#[derive(Debug)]
pub struct Permit {
    number: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Normal,
    Waiting(Time),
    Trying,
}

impl Breaker {
    /// A breaker that is closed.
    pub fn new(policy: Policy) -> Breaker {
        Breaker {
            policy,
            calls: 0,
            settled: 0,
            phase: Phase::Normal,
            ended: Vec::new(),
        }
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.settled = self.calls;
        self.ended.clear();
    }

    /// May a call be made?
    pub fn ask(&mut self, now: Time) -> Option<Permit> {
        if let Phase::Waiting(since) = self.phase {
            if now.since(since) < self.policy.wait {
                return None;
            }
            self.enter(Phase::Trying);
        }
        if self.phase == Phase::Trying && self.calls - self.settled >= u64::from(self.policy.probes)
        {
            return None;
        }
        self.calls += 1;
        Some(Permit { number: self.calls })
    }

    /// A call has ended.
    pub fn ended(&mut self, permit: Permit, outcome: Outcome, now: Time) {
        if permit.number <= self.settled {
            return;
        }
        let failed = outcome == Outcome::Failed;
        self.ended.push((now, failed));
        match self.phase {
            Phase::Waiting(_) => {}
            Phase::Trying if failed => self.enter(Phase::Waiting(now)),
            Phase::Trying => {
                if self.ended.len() as u32 == self.policy.probes {
                    self.enter(Phase::Normal);
                }
            }
            Phase::Normal => {
                let window = self.policy.window;
                self.ended.retain(|(at, _)| now.since(*at) < window);
                let calls = self.ended.len();
                let failures = self.ended.iter().filter(|(_, failed)| *failed).count();
                let share = failures as f64 / calls as f64;
                if failed
                    && calls >= self.policy.fewest as usize
                    && share * 100.0 >= f64::from(self.policy.percent)
                {
                    self.enter(Phase::Waiting(now));
                }
            }
        }
    }
}
