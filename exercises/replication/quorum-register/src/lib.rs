//! A register without a leader: every operation asks a majority, and any two majorities have a node in common.
//!
//! Each node holds a copy of one value. Whichever node a client asks does the work: it finds out what a majority has,
//! and sees to it that a majority has the outcome before it answers. A minority may be down, slow or cut off meanwhile.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

pub mod api;

use api::{Request, Response};

/// How long a node waits for answers before it asks again.
pub const PATIENCE: Duration = Duration::from_millis(20);

/// What nodes tell each other. Change it as you like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// What do you have?
    Ask {
        /// Which of the sender's operations wants to know.
        number: u64,
    },
    /// The answer to that: I have this.
    Have {
        /// The number of the operation that asked.
        number: u64,
        /// What this node has.
        version: Version,
    },
    /// Store this.
    Store {
        /// Which of the sender's operations wants it.
        number: u64,
        /// What is to be stored.
        version: Version,
    },
    /// The answer to that: I have it, or something newer, and will not lose it.
    Stored {
        /// The number of the operation that asked.
        number: u64,
    },
}

/// What a node reminds itself of. Change it as you like.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// This operation may still lack answers.
    AskAgain {
        /// Which of the node's operations.
        number: u64,
    },
}

/// A value that was written. Add what tells the newer of two.
#[derive(Clone, Copy, Debug, Default, Hash, Serialize, Deserialize)]
pub struct Version {
    value: u64,
}

/// A node. Add what it has to remember; all of it is copied and compared when every order of events is tried, so derive
/// `Clone` and `Hash` for your own types, too.
#[derive(Clone, Debug, Default, Hash)]
pub struct Replica {
    /// Its copy.
    version: Version,
    /// The operations that clients wait for, by number.
    operations: BTreeMap<u64, Operation>,
}

/// What a client asked of this node. Add what has to be known until it can be answered.
#[derive(Clone, Debug, Hash)]
struct Operation {
    call: Call,
    request: Request,
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
        self.read_disk(ctx);
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        self.begin(ctx, call, request);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Ask { number } => {
                let version = self.version;
                ctx.send(from, Message::Have { number, version });
            }
            Message::Have { number, version } => self.on_have(ctx, from, number, version),
            Message::Store { number, version } => self.on_store(ctx, from, number, version),
            Message::Stored { number } => self.on_stored(ctx, from, number),
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        let Timer::AskAgain { number } = timer;
        self.on_ask_again(ctx, number);
    }
}

impl Replica {
    /// The node starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced. That
    /// is nothing until you write something to it.
    fn read_disk(&mut self, ctx: &mut Context<Self>) {
        let _ = (ctx, self.version.value);
    }

    /// A client asks. Sooner or later, answer it with `ctx.reply(call, response)`.
    fn begin(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        let number = 1;
        let _ = ctx;
        self.operations.insert(number, Operation { call, request });
        todo!("give the operation a number, remember it, and ask the other nodes what they have")
    }

    /// A node says what it has: to an operation that waits for this, or that has gone on, or that is over.
    fn on_have(&mut self, ctx: &mut Context<Self>, from: NodeId, number: u64, version: Version) {
        let _ = (ctx, from, version);
        let waits = self.operations.get(&number);
        let _ = waits.map(|operation| (operation.call, operation.request));
        todo!(
            "note what it has; once you have heard from a majority, let a majority store the outcome"
        )
    }

    /// A node wants this one to store something: perhaps something new, perhaps something that it has already, perhaps
    /// something older.
    fn on_store(&mut self, ctx: &mut Context<Self>, from: NodeId, number: u64, version: Version) {
        let _ = (ctx, from, number, version);
        todo!(
            "store it unless something newer is there; say so, and only when it cannot be lost any more"
        )
    }

    /// A node has stored what it was asked to: for an operation that waits for this, or one that is over.
    fn on_stored(&mut self, ctx: &mut Context<Self>, from: NodeId, number: u64) {
        let _ = (ctx, from, number);
        todo!("note it; once a majority has stored the outcome, answer the client")
    }

    /// Not enough nodes have answered in time. Are they down, or slow, or were messages lost? There is no telling.
    fn on_ask_again(&mut self, ctx: &mut Context<Self>, number: u64) {
        let _ = (ctx, number);
        todo!(
            "if the operation still waits, ask those that have not answered, and again after that"
        )
    }
}
