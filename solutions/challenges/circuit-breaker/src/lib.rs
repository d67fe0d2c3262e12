//! A circuit breaker: what does not answer is left alone for a while.
//!
//! It helps both sides. The client learns at once that there is no use in calling, instead of waiting for a timeout with a
//! thread and a connection in its hands. And the server, which may be down because of too much to do, gets nothing to do.
//!
//! The pattern, with these three states, became known through Michael Nygard's *Release It!* (Pragmatic Bookshelf, 2007).

// BEGIN SOLUTION
use std::collections::VecDeque;

// END SOLUTION
use simulator::Time;

#[path = "../../../../exercises/challenges/circuit-breaker/src/api.rs"]
pub mod api;

use api::{Outcome, Policy};

/// Decides which calls are let through.
#[derive(Debug)]
pub struct Breaker {
    policy: Policy,
    state: State,
    // BEGIN SOLUTION
    /// How often the state has changed.
    changes: u64,
    // END SOLUTION
}

/// The leave to make a call. It is handed back when the call has ended. Add what has to be known of the call then.
#[derive(Debug)]
pub struct Permit {
    // BEGIN SOLUTION
    /// How often the state had changed when the call was let through.
    changes: u64,
    // END SOLUTION
}

/// What a breaker does, and what it has to know for that. Add to each state what that is.
#[derive(Debug)]
enum State {
    /// It lets everything through.
    Closed {
        // BEGIN SOLUTION
        /// When calls have ended, and how; the oldest first.
        ended: VecDeque<(Time, Outcome)>,
        // END SOLUTION
    },
    /// It lets nothing through.
    Open {
        // BEGIN SOLUTION
        /// From when on it is half-open.
        until: Time,
        // END SOLUTION
    },
    /// It tries out whether the server works again.
    HalfOpen {
        // BEGIN SOLUTION
        /// How many calls were let through.
        tried: u32,
        /// How many of them have succeeded.
        succeeded: u32,
        // END SOLUTION
    },
}

impl Breaker {
    /// A breaker that is closed.
    pub fn new(policy: Policy) -> Breaker {
        // BEGIN SOLUTION
        // STUB: let state = State::Closed {};
        // STUB: Breaker { policy, state }
        Breaker {
            policy,
            state: State::closed(),
            changes: 0,
        }
        // END SOLUTION
    }

    /// Somebody wants to make a call: may it be made?
    pub fn ask(&mut self, now: Time) -> Option<Permit> {
        // BEGIN SOLUTION see whether an open breaker is half-open by now; then decide by the state
        // STUB: let _ = (now, self.policy, State::HalfOpen {});
        // STUB: let _ = (&mut self.state, Permit {});
        // Nobody wakes the breaker when its time has come. It notices when it is asked, and until then nobody could tell
        // the difference.
        if let State::Open { until } = self.state
            && now >= until
        {
            self.change(State::HalfOpen {
                tried: 0,
                succeeded: 0,
            });
        }
        let through = match &mut self.state {
            State::Closed { .. } => true,
            State::Open { .. } => false,
            // Counted when they are let through, not when they come back: in between, a thousand others may ask, and all
            // of them would be a try.
            State::HalfOpen { tried, .. } => {
                let through = *tried < self.policy.probes;
                *tried += u32::from(through);
                through
            }
        };
        through.then_some(Permit {
            changes: self.changes,
        })
        // END SOLUTION
    }

    /// A call that was let through has ended.
    pub fn ended(&mut self, permit: Permit, outcome: Outcome, now: Time) {
        // BEGIN SOLUTION if the state has not changed since the call was let through, count it, and decide what follows
        // STUB: let _ = (permit, outcome, now, State::Open {});
        // A call may have been waiting for its timeout since long before the breaker opened. What it says is about then:
        // it must neither close the breaker nor open it, nor make it wait longer.
        if permit.changes != self.changes {
            return;
        }
        let policy = self.policy;
        let open = State::Open {
            until: now + policy.wait,
        };
        match &mut self.state {
            State::Closed { ended } => {
                ended.push_back((now, outcome));
                while ended
                    .front()
                    .is_some_and(|(at, _)| now - *at >= policy.window)
                {
                    ended.pop_front();
                }
                if outcome == Outcome::Failed && too_many_failed(ended, policy) {
                    self.change(open);
                }
            }
            State::HalfOpen { succeeded, .. } => match outcome {
                Outcome::Failed => self.change(open),
                Outcome::Succeeded => {
                    *succeeded += 1;
                    if *succeeded == policy.probes {
                        // With nothing in its window: the failures that opened it are still recent, and one more would
                        // open it again.
                        self.change(State::closed());
                    }
                }
            },
            State::Open { .. } => {}
        }
        // END SOLUTION
    }
    // BEGIN SOLUTION

    /// From now on, this is the state.
    fn change(&mut self, state: State) {
        self.state = state;
        self.changes += 1;
    }
    // END SOLUTION
}
// BEGIN SOLUTION

impl State {
    fn closed() -> State {
        State::Closed {
            ended: VecDeque::new(),
        }
    }
}

/// Whether these calls are reason enough to open.
fn too_many_failed(ended: &VecDeque<(Time, Outcome)>, policy: Policy) -> bool {
    let calls = ended.len() as u64;
    let is_failure = |(_, outcome): &&(Time, Outcome)| *outcome == Outcome::Failed;
    let failures = ended.iter().filter(is_failure).count() as u64;
    // A single call that fails is a hundred percent of one.
    calls >= u64::from(policy.fewest) && failures * 100 >= calls * u64::from(policy.percent)
}
// END SOLUTION
