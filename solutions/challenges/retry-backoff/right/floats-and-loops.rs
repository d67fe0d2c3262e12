//! A retrier that doubles in a loop until it reaches the cap, draws a share of the ceiling in steps of a billionth, and
//! keeps whole retries and single answers apart.

use std::time::Duration;

use simulator::Random;

#[path = "../../../../exercises/challenges/retry-backoff/src/api.rs"]
pub mod api;

use api::{Attempt, Decision, Effect, Outcome, Policy};

/// Decides which calls are tried again.
#[derive(Debug)]
pub struct Retrier {
    policy: Policy,
    retries: u32,
    answers: u32,
}

impl Retrier {
    /// A retrier with a full budget.
    pub fn new(policy: Policy) -> Retrier {
        Retrier {
            policy,
            retries: policy.budget.full,
            answers: 0,
        }
    }

    /// An attempt has ended.
    pub fn ended(&mut self, attempt: Attempt, random: &mut Random) -> Decision {
        match (attempt.outcome, attempt.effect) {
            (Outcome::Answered, _) => {
                if self.retries < self.policy.budget.full {
                    self.answers += 1;
                }
                if self.answers == self.policy.budget.answers_for_one {
                    self.answers = 0;
                    self.retries += 1;
                }
                Decision::Stop
            }
            (Outcome::Invalid, _) | (Outcome::TimedOut, Effect::OnceOnly) => Decision::Stop,
            _ if attempt.number >= self.policy.attempts || self.retries == 0 => Decision::Stop,
            _ => {
                self.retries -= 1;
                let mut ceiling = self.policy.base.as_secs_f64();
                let cap = self.policy.cap.as_secs_f64();
                let mut left = attempt.number;
                while left > 1 && ceiling < cap {
                    ceiling *= 2.0;
                    left -= 1;
                }
                let share = random.below(1_000_000_000) as f64 / 1e9;
                Decision::Retry(Duration::from_secs_f64(ceiling.min(cap) * share))
            }
        }
    }
}
