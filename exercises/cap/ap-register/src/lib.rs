//! A register that always answers: from what the node has, without asking anybody.
//!
//! So the nodes will differ: always for a moment, and for as long as the network is cut. Two things make that bearable.
//! They tell each other what they have, over and over, so that what is missing somewhere arrives there in the end. And of
//! two values all of them keep the same one, whichever came first.

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

pub mod api;

use api::{Request, Response};

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
    value: u64,
}

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
        let _ = ctx;
        todo!(
            "take up what is on the disk, and see to it that the others are told what this node has, now and then"
        )
    }

    /// A client writes a value. Answer it now: `ctx.reply(call, Response::Written)`.
    fn write(&mut self, ctx: &mut Context<Self>, call: Call, value: u64) {
        let _ = (ctx, call, value);
        todo!(
            "make a version that is newer than all that this node has seen; once it cannot be lost here any more, answer"
        )
    }

    /// A node tells what it has: perhaps something new, perhaps something that this node has already, perhaps something
    /// older.
    fn on_have(&mut self, ctx: &mut Context<Self>, from: NodeId, version: Version) {
        let _ = (ctx, from, version);
        todo!("of what it has and what you have, keep what every node would keep")
    }

    /// The timer has run out.
    fn tell(&mut self, ctx: &mut Context<Self>) {
        let _ = ctx;
        todo!("tell the others what this node has, and set the timer again")
    }
}
