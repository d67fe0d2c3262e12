//! Whether to try again, and when.
//!
//! Nothing here is about one call alone. A call that fails is not lonely: what has made it fail has made a thousand others
//! fail at the same time, and all of them now ask the same question. A good answer is one that is good when everybody gives
//! it.

use std::time::Duration;

use simulator::Random;

#[path = "../../../../exercises/challenges/retry-backoff/src/api.rs"]
pub mod api;

use api::{Attempt, Decision, Effect, Outcome, Policy};

/// Decides for one client which of its calls are tried again.
#[derive(Debug)]
pub struct Retrier {
    policy: Policy,
    // BEGIN SOLUTION
    // STUB: // What does it have to remember of the budget?
    /// What is left of the budget, counted in answers: a retry costs `answers_for_one` of them. Whole numbers, because ten
    /// times a tenth is not one.
    saved: u64,
    // END SOLUTION
}

impl Retrier {
    /// A retrier with a full budget.
    pub fn new(policy: Policy) -> Retrier {
        // BEGIN SOLUTION
        // STUB: Retrier { policy }
        let saved = u64::from(policy.budget.full) * u64::from(policy.budget.answers_for_one);
        Retrier { policy, saved }
        // END SOLUTION
    }

    /// An attempt has ended: what now?
    pub fn ended(&mut self, attempt: Attempt, random: &mut Random) -> Decision {
        if attempt.outcome == Outcome::Answered {
            self.answered();
        }
        // The budget comes last: what is not tried again for another reason must not cost a retry.
        let again = may_help(attempt.outcome, attempt.effect)
            && attempt.number < self.policy.attempts
            && self.take_from_budget();
        match again {
            true => Decision::Retry(self.wait(attempt.number, random)),
            false => Decision::Stop,
        }
    }

    /// An attempt was answered: the budget grows, if it is not full.
    fn answered(&mut self) {
        // BEGIN SOLUTION count it, up to a full budget
        // STUB: let _ = self.policy.budget;
        // Answers fill it, and nothing else: then a client whose calls all fail soon stops retrying, and the server gets
        // no more from it than the calls themselves. And never more than full: what a good day has saved would be spent
        // in the first minute of the outage.
        let budget = self.policy.budget;
        let full = u64::from(budget.full) * u64::from(budget.answers_for_one);
        self.saved = (self.saved + 1).min(full);
        // END SOLUTION
    }

    /// Takes one retry from the budget, if there is one.
    fn take_from_budget(&mut self) -> bool {
        // BEGIN SOLUTION if a whole retry is left, take it and say so
        let cost = u64::from(self.policy.budget.answers_for_one);
        match self.saved.checked_sub(cost) {
            Some(rest) => {
                self.saved = rest;
                true
            }
            None => false,
        }
        // END SOLUTION
    }

    /// The longest possible wait after the attempt with this number.
    fn ceiling(&self, number: u32) -> Duration {
        // BEGIN SOLUTION double the base for every attempt after the first, and stop at the cap
        // STUB: let _ = (number, self.policy.base, self.policy.cap);
        // A call that is tried for a day has a number for which no integer holds the power of two. What does not fit is
        // above any cap.
        let doubled = number
            .checked_sub(1)
            .and_then(|doublings| 2_u32.checked_pow(doublings))
            .and_then(|factor| self.policy.base.checked_mul(factor));
        doubled.unwrap_or(Duration::MAX).min(self.policy.cap)
        // END SOLUTION
    }

    /// How long to wait after the attempt with this number.
    fn wait(&self, number: u32, random: &mut Random) -> Duration {
        // BEGIN SOLUTION draw any time from zero to the ceiling
        // STUB: let _ = (number, random, self.ceiling(number));
        // First the cap, then the draw. The other way round, nearly everything that is drawn is above the cap, and
        // everybody waits for exactly that long. From zero, and not from half: the wider they are spread, the fewer come at
        // the same time.
        let ceiling = u64::try_from(self.ceiling(number).as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(random.below(ceiling.saturating_add(1)))
        // END SOLUTION
    }
}

/// Whether another attempt of a call can help, and does no harm.
fn may_help(outcome: Outcome, effect: Effect) -> bool {
    // BEGIN SOLUTION decide for every outcome, and where it matters, for every effect
    // STUB: let _ = (outcome, effect);
    match outcome {
        Outcome::Answered => false,
        // Not done: nothing can happen twice.
        Outcome::Refused => true,
        // Perhaps done.
        Outcome::TimedOut => effect == Effect::Idempotent,
        // It will be as wrong the next time.
        Outcome::Invalid => false,
    }
    // END SOLUTION
}
