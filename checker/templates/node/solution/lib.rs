//! Every node knows the largest number: told until it is known to have arrived.

// BEGIN SOLUTION
use std::collections::BTreeSet;
// END SOLUTION
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/__CHAPTER__/__EXERCISE__/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// How long a node waits before it sends again.
pub const PATIENCE: Duration = Duration::from_millis(20);

/// What nodes tell each other. Change it as you like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// There is this number.
    Tell(u64),
    /// The answer to that: this is the largest number here.
    Have(u64),
}

/// What a node reminds itself of. Change it as you like.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// Some may not have the number yet.
    TellAgain,
}

/// A node. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Replica {
    largest: u64,
    // BEGIN SOLUTION
    /// Those that are not known to have it.
    lacking: BTreeSet<NodeId>,
    // END SOLUTION
}

impl Replica {
    /// A node that knows of no number.
    pub fn new(_: NodeId) -> Replica {
        Replica::default()
    }
}

/// Hands everything to the function that it is for. Nothing is to be done here.
impl Node for Replica {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match request {
            Request::Tell(number) => {
                self.on_told(ctx, number);
                ctx.reply(call, Response::Noted);
            }
            Request::Ask => ctx.reply(call, Response::Largest(self.largest)),
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Tell(number) => self.on_tell(ctx, from, number),
            Message::Have(number) => self.on_have(from, number),
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match timer {
            Timer::TellAgain => self.tell_again(ctx),
        }
    }
}

impl Replica {
    /// A client tells a number.
    fn on_told(&mut self, ctx: &mut Context<Self>, number: u64) {
        // BEGIN SOLUTION if the number is the largest so far, see to it that the others learn of it
        // STUB: let _ = (ctx, number);
        if number > self.largest {
            self.largest = number;
            self.lacking = ctx.peers().iter().copied().collect();
            self.tell_again(ctx);
        }
        // END SOLUTION
    }

    /// A node tells a number.
    fn on_tell(&mut self, ctx: &mut Context<Self>, from: NodeId, number: u64) {
        // BEGIN SOLUTION remember the number if it is the largest so far; say what is known here
        // STUB: let _ = (ctx, from, number);
        // Late messages bring smaller numbers. Whoever told a larger one to this node tells it to all.
        self.largest = self.largest.max(number);
        // Also if the number is not new: the answer to the last message may have been lost.
        ctx.send(from, Message::Have(self.largest));
        // END SOLUTION
    }

    /// A node says which is the largest number that it knows of.
    fn on_have(&mut self, from: NodeId, number: u64) {
        // BEGIN SOLUTION note who need not be told any more
        // STUB: let _ = (from, number);
        // An answer that comes late may be about an earlier, smaller number.
        if number >= self.largest {
            self.lacking.remove(&from);
        }
        // END SOLUTION
    }

    /// Some may not have heard of the largest number: perhaps because a message was lost, or their answer.
    fn tell_again(&mut self, ctx: &mut Context<Self>) {
        // BEGIN SOLUTION tell those who may lack it, and come back here as long as there are any
        // STUB: let _ = ctx;
        for &peer in &self.lacking {
            ctx.send(peer, Message::Tell(self.largest));
        }
        if !self.lacking.is_empty() {
            ctx.set_timer(PATIENCE, Timer::TellAgain);
        }
        // END SOLUTION
    }
}
