//! A circuit breaker: what does not answer is left alone for a while.
//!
//! It helps both sides. The client learns at once that there is no use in calling, instead of waiting for a timeout with a
//! thread and a connection in its hands. And the server, which may be down because of too much to do, gets nothing to do.
//!
//! The pattern, with these three states, became known through Michael Nygard's *Release It!* (Pragmatic Bookshelf, 2007).

use simulator::Time;

pub mod api;

use api::{Outcome, Policy};

/// Decides which calls are let through.
#[derive(Debug)]
pub struct Breaker {
    policy: Policy,
    state: State,
}

/// The leave to make a call. It is handed back when the call has ended. Add what has to be known of the call then.
#[derive(Debug)]
pub struct Permit {}

/// What a breaker does, and what it has to know for that. Add to each state what that is.
#[derive(Debug)]
enum State {
    /// It lets everything through.
    Closed {},
    /// It lets nothing through.
    Open {},
    /// It tries out whether the server works again.
    HalfOpen {},
}

impl Breaker {
    /// A breaker that is closed.
    pub fn new(policy: Policy) -> Breaker {
        let state = State::Closed {};
        Breaker { policy, state }
    }

    /// Somebody wants to make a call: may it be made?
    pub fn ask(&mut self, now: Time) -> Option<Permit> {
        let _ = (now, self.policy, State::HalfOpen {});
        let _ = (&mut self.state, Permit {});
        todo!("see whether an open breaker is half-open by now; then decide by the state")
    }

    /// A call that was let through has ended.
    pub fn ended(&mut self, permit: Permit, outcome: Outcome, now: Time) {
        let _ = (permit, outcome, now, State::Open {});
        todo!(
            "if the state has not changed since the call was let through, count it, and decide what follows"
        )
    }
}
