//! Whether to try again, and when.
//!
//! Nothing here is about one call alone. A call that fails is not lonely: what has made it fail has made a thousand others
//! fail at the same time, and all of them now ask the same question. A good answer is one that is good when everybody gives
//! it.

use std::time::Duration;

use simulator::Random;

pub mod api;

use api::{Attempt, Decision, Effect, Outcome, Policy};

/// Decides for one client which of its calls are tried again.
#[derive(Debug)]
pub struct Retrier {
    policy: Policy,
    // What does it have to remember of the budget?
}

impl Retrier {
    /// A retrier with a full budget.
    pub fn new(policy: Policy) -> Retrier {
        Retrier { policy }
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
        let _ = self.policy.budget;
        todo!("count it, up to a full budget")
    }

    /// Takes one retry from the budget, if there is one.
    fn take_from_budget(&mut self) -> bool {
        todo!("if a whole retry is left, take it and say so")
    }

    /// The longest possible wait after the attempt with this number.
    fn ceiling(&self, number: u32) -> Duration {
        let _ = (number, self.policy.base, self.policy.cap);
        todo!("double the base for every attempt after the first, and stop at the cap")
    }

    /// How long to wait after the attempt with this number.
    fn wait(&self, number: u32, random: &mut Random) -> Duration {
        let _ = (number, random, self.ceiling(number));
        todo!("draw any time from zero to the ceiling")
    }
}

/// Whether another attempt of a call can help, and does no harm.
fn may_help(outcome: Outcome, effect: Effect) -> bool {
    let _ = (outcome, effect);
    todo!("decide for every outcome, and where it matters, for every effect")
}
