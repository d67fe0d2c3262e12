//! A retrier with all ceilings in a table, up to the first that is the cap, and a budget that is what was earned less what
//! was spent.

use std::time::Duration;

use simulator::Random;

#[path = "../../../../exercises/challenges/retry-backoff/src/api.rs"]
pub mod api;

use api::{Attempt, Decision, Effect, Outcome, Policy};

/// Decides which calls are tried again.
#[derive(Debug)]
pub struct Retrier {
    policy: Policy,
    /// In microseconds.
    ceilings: Vec<u64>,
    earned: u64,
    spent: u64,
}

impl Retrier {
    /// A retrier with a full budget.
    pub fn new(policy: Policy) -> Retrier {
        let cap = policy.cap.as_micros() as u64;
        let mut ceilings = vec![(policy.base.as_micros() as u64).min(cap)];
        while let Some(last) = ceilings.last()
            && *last < cap
        {
            ceilings.push((2 * last).min(cap));
        }
        let budget = policy.budget;
        Retrier {
            policy,
            ceilings,
            earned: u64::from(budget.full) * u64::from(budget.answers_for_one),
            spent: 0,
        }
    }

    /// An attempt has ended.
    pub fn ended(&mut self, attempt: Attempt, random: &mut Random) -> Decision {
        let budget = self.policy.budget;
        let price = u64::from(budget.answers_for_one);
        let full = u64::from(budget.full) * price;
        let again = match attempt.outcome {
            Outcome::Refused => true,
            Outcome::TimedOut => attempt.effect == Effect::Idempotent,
            Outcome::Invalid => false,
            Outcome::Answered => {
                self.earned += u64::from(self.earned - self.spent < full);
                false
            }
        };
        if !again || self.policy.attempts <= attempt.number || self.earned - self.spent < price {
            return Decision::Stop;
        }
        self.spent += price;
        let place = (attempt.number as usize - 1).min(self.ceilings.len() - 1);
        let wait = random.within(0..self.ceilings[place] + 1);
        Decision::Retry(Duration::from_micros(wait))
    }
}
