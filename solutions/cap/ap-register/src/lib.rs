//! A register that always answers: from what the node has, without asking anybody.
//!
//! So the nodes will differ: always for a moment, and for as long as the network is cut. Two things make that bearable.
//! They tell each other what they have, over and over, so that what is missing somewhere arrives there in the end. And of
//! two values all of them keep the same one, whichever came first.

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/cap/ap-register/src/api.rs"]
pub mod api;

// BEGIN SOLUTION
// STUB: use api::{Request, Response};
use api::{INTERVAL, Request, Response};
// END SOLUTION

/// What nodes tell each other. Change it as you like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// I have this.
    Have {
        /// The sender's copy.
        version: Version,
    },
}

/// What a node reminds itself of. Change it as you like.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// It is time to tell the others.
    Tell,
}

/// A value that was written. Add what tells the newer of two: the same one for everybody.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Version {
    // BEGIN SOLUTION
    stamp: Stamp,
    // END SOLUTION
    value: u64,
}

// BEGIN SOLUTION
/// Which of two writes is the newer one: the one with the larger counter.
///
/// Nodes that cannot reach each other will choose the same counter. Then the node decides. That is no judgement on the
/// two writes, and one of them is lost; but it is the same one everywhere. Fields are compared in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Stamp {
    counter: u64,
    node: usize,
}

// END SOLUTION
/// A node. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Replica {
    /// Its copy.
    version: Version,
}

impl Replica {
    /// A node as it is before it has read its disk.
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

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.start(ctx);
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match request {
            Request::Write(value) => self.write(ctx, call, value),
            Request::Read => ctx.reply(call, Response::Value(self.version.value)),
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        let Message::Have { version } = message;
        self.on_have(ctx, from, version);
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        let Timer::Tell = timer;
        self.tell(ctx);
    }
}

impl Replica {
    /// The node starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced. That
    /// is nothing until you write something to it.
    fn start(&mut self, ctx: &mut Context<Self>) {
        // BEGIN SOLUTION take up what is on the disk, and see to it that the others are told what this node has, now and then
        // STUB: let _ = ctx;
        self.version = ctx.disk().read("version").unwrap_or_default();
        // Also after a crash, which forgets timers: nobody else may have what this node acknowledged before it.
        ctx.set_timer(INTERVAL, Timer::Tell);
        // END SOLUTION
    }

    /// A client writes a value. Answer it now: `ctx.reply(call, Response::Written)`.
    fn write(&mut self, ctx: &mut Context<Self>, call: Call, value: u64) {
        // BEGIN SOLUTION make a version that is newer than all that this node has seen; once it cannot be lost here any more, answer
        // STUB: let _ = (ctx, call, value);
        // Above everything that this node has seen, whoever wrote that. This is Lamport's rule, and it is what makes a
        // write win over those that its client could know of. A clock would not do: that of another node may be ahead.
        let stamp = Stamp {
            counter: self.version.stamp.counter + 1,
            node: ctx.id().index(),
        };
        self.keep(ctx, Version { stamp, value });
        ctx.reply(call, Response::Written);
        // Not needed, since the timer will do it; but why let the others wait?
        ctx.broadcast(Message::Have {
            version: self.version,
        });
        // END SOLUTION
    }

    /// A node tells what it has: perhaps something new, perhaps something that this node has already, perhaps something
    /// older.
    fn on_have(&mut self, ctx: &mut Context<Self>, from: NodeId, version: Version) {
        // BEGIN SOLUTION of what it has and what you have, keep what every node would keep
        // STUB: let _ = (ctx, from, version);
        let _ = from;
        self.keep(ctx, version);
        // END SOLUTION
    }

    /// The timer has run out.
    fn tell(&mut self, ctx: &mut Context<Self>) {
        // BEGIN SOLUTION tell the others what this node has, and set the timer again
        // STUB: let _ = ctx;
        // Also if nothing has changed: whom the last message did not reach cannot be known, so it is never the last.
        ctx.broadcast(Message::Have {
            version: self.version,
        });
        ctx.set_timer(INTERVAL, Timer::Tell);
        // END SOLUTION
    }
    // BEGIN SOLUTION

    /// Puts a version in the place of this node's copy, unless that is as new. It does not matter in which order versions
    /// come, nor how often: in the end, the newest is there.
    fn keep(&mut self, ctx: &mut Context<Self>, version: Version) {
        if version.stamp > self.version.stamp {
            ctx.disk().write("version", &version);
            // Also what others wrote: once it was shown here, a crash must not bring back what was before.
            ctx.disk().sync();
            self.version = version;
        }
    }
    // END SOLUTION
}
