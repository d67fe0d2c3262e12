//! A circuit breaker without an enum of states: each era has a number, and odd ones are times of trouble. What is known of
//! calls is a map from times to counts.

use std::collections::BTreeMap;

use simulator::Time;

#[path = "../../../../exercises/challenges/circuit-breaker/src/api.rs"]
pub mod api;

use api::{Outcome, Policy};

/// Decides which calls are let through.
#[derive(Debug)]
pub struct Breaker {
    policy: Policy,
    /// Of calls that ended at a time: all, and those that failed.
    counts: BTreeMap<Time, (u32, u32)>,
    /// When it opened last, unless it has closed since.
    opened: Option<Time>,
    /// The permits that are out for tries, and how many of the tries have come back well. Nothing unless half-open.
    tries: Option<(u32, u32)>,
    era: u32,
}

/// The era of a call.
#[derive(Debug)]
pub struct Permit(u32);

impl Breaker {
    /// A breaker that is closed.
    pub fn new(policy: Policy) -> Breaker {
        Breaker {
            policy,
            counts: BTreeMap::new(),
            opened: None,
            tries: None,
            era: 0,
        }
    }

    fn open(&mut self, now: Time) {
        self.counts.clear();
        self.opened = Some(now);
        self.tries = None;
        self.era += 1;
    }

    /// May a call be made?
    pub fn ask(&mut self, now: Time) -> Option<Permit> {
        let Some(opened) = self.opened else {
            return Some(Permit(self.era));
        };
        if now < opened + self.policy.wait {
            return None;
        }
        let (out, _) = self.tries.get_or_insert((0, 0));
        if *out == self.policy.probes {
            return None;
        }
        *out += 1;
        // A call from before it opened has the era before.
        Some(Permit(self.era))
    }

    /// A call has ended.
    pub fn ended(&mut self, Permit(era): Permit, outcome: Outcome, now: Time) {
        if era != self.era {
            return;
        }
        let failed = outcome == Outcome::Failed;
        if let Some((_, well)) = &mut self.tries {
            if failed {
                return self.open(now);
            }
            *well += 1;
            if *well == self.policy.probes {
                self.opened = None;
                self.tries = None;
                self.era += 1;
            }
            return;
        }
        let here = self.counts.entry(now).or_default();
        here.0 += 1;
        here.1 += u32::from(failed);
        let window = self.policy.window;
        let recent = self
            .counts
            .iter()
            .rev()
            .take_while(|(at, _)| **at + window > now);
        let (calls, failures) = recent.fold((0, 0), |sum, (_, counts)| {
            (sum.0 + counts.0, sum.1 + counts.1)
        });
        if failed && calls >= self.policy.fewest && 100 * failures >= self.policy.percent * calls {
            self.open(now);
        }
    }
}
