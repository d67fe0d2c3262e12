//! A register that refuses: it is right or it says so, and it says so in time.
//!
//! How a majority is asked and made to store something you know from `quorum-register`; here that is given. Yours is what
//! a node does with a call from its beginning to its end: whom it asks, when it asks again, when it may answer, and what
//! it may honestly say when the time is up.

use std::collections::{BTreeMap, BTreeSet};
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
    /// The answer to that: I have it, or something newer.
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
    /// This operation must be answered now.
    TimeIsUp {
        /// Which of the node's operations.
        number: u64,
    },
}

/// A value that was written, and what tells the newer of two.
#[derive(Clone, Copy, Debug, Default, Hash, Serialize, Deserialize)]
pub struct Version {
    stamp: Stamp,
    value: u64,
}

/// Which of two writes is the newer one: the one with the larger counter and, if these are equal, the larger node.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
struct Stamp {
    counter: u64,
    node: usize,
}

/// A node. It is copied and compared when every order of events is tried, so derive `Clone` and `Hash` for your own
/// types, too, and do not keep times in it.
#[derive(Clone, Debug, Default, Hash)]
pub struct Replica {
    /// Its copy.
    version: Version,
    /// How many operations there were: the number of the latest.
    started: u64,
    /// The operations that clients wait for, by number.
    operations: BTreeMap<u64, Operation>,
}

/// What a client asked of this node.
#[derive(Clone, Debug, Hash)]
struct Operation {
    call: Call,
    request: Request,
    phase: Phase,
    /// While asking, the newest version that was found; then, the one that is being stored.
    version: Version,
    /// Who has answered in this phase, this node included.
    heard: BTreeSet<NodeId>,
}

/// How far an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
    /// It finds out what a majority has. Nobody has been told of a new value.
    Asking,
    /// It sees to it that a majority has the outcome.
    #[expect(dead_code, reason = "not yet used")]
    Storing,
}

/// How many nodes are more than half of all, whether they can be reached or not.
fn majority(ctx: &Context<Replica>) -> usize {
    let nodes = ctx.peers().len() + 1;
    nodes / 2 + 1
}

impl Replica {
    /// A node at its start.
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
        self.started += 1;
        let operation = Operation {
            call,
            request,
            phase: Phase::Asking,
            version: self.version,
            heard: BTreeSet::from([ctx.id()]),
        };
        self.operations.insert(self.started, operation);
        self.begin(ctx, self.started);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Ask { number } => {
                let version = self.version;
                ctx.send(from, Message::Have { number, version });
            }
            Message::Have { number, version } => self.on_have(ctx, from, number, version),
            Message::Store { number, version } => {
                self.keep(version);
                ctx.send(from, Message::Stored { number });
            }
            Message::Stored { number } => self.on_stored(ctx, from, number),
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match timer {
            Timer::AskAgain { number } => self.ask_again(ctx, number),
            Timer::TimeIsUp { number } => self.time_is_up(ctx, number),
        }
    }
}

/// The machinery of majorities. Nothing is to be done here.
impl Replica {
    /// Puts a version in the place of this node's copy, unless that is as new.
    fn keep(&mut self, version: Version) {
        if version.stamp > self.version.stamp {
            self.version = version;
        }
    }

    /// Sends the question of the operation's present phase to those that have not answered it.
    #[expect(dead_code, reason = "not yet used")]
    fn ask(&self, ctx: &mut Context<Self>, number: u64) {
        let Some(operation) = self.operations.get(&number) else {
            return;
        };
        let message = match operation.phase {
            Phase::Asking => Message::Ask { number },
            Phase::Storing => Message::Store {
                number,
                version: operation.version,
            },
        };
        for &peer in ctx.peers().iter() {
            if !operation.heard.contains(&peer) {
                ctx.send(peer, message.clone());
            }
        }
    }

    /// A node says what it has. Counts if the operation is still asking.
    fn on_have(&mut self, ctx: &mut Context<Self>, from: NodeId, number: u64, version: Version) {
        let majority = majority(ctx);
        let Some(operation) = self.operations.get_mut(&number) else {
            return;
        };
        if operation.phase != Phase::Asking {
            return;
        }
        if version.stamp > operation.version.stamp {
            operation.version = version;
        }
        operation.heard.insert(from);
        if operation.heard.len() >= majority {
            self.majority_has_answered(ctx, number);
        }
    }

    /// A node has stored what it was asked to. Counts if the operation is not over.
    fn on_stored(&mut self, ctx: &mut Context<Self>, from: NodeId, number: u64) {
        let majority = majority(ctx);
        let Some(operation) = self.operations.get_mut(&number) else {
            return;
        };
        operation.heard.insert(from);
        if operation.heard.len() >= majority {
            self.majority_has_stored(ctx, number);
        }
    }
}

/// The life of an operation. `number` is always that of one in `self.operations`, except where timers run out.
impl Replica {
    /// A client has asked; the operation is in `self.operations`, in its first phase, and has heard from this node only.
    fn begin(&mut self, ctx: &mut Context<Self>, number: u64) {
        let _ = (ctx, number);
        todo!(
            "ask the others what they have, and see to it that the node remembers to ask again, and to answer in time"
        )
    }

    /// A majority has said what it has; the newest of that is in the operation's `version`.
    fn majority_has_answered(&mut self, ctx: &mut Context<Self>, number: u64) {
        let _ = ctx;
        let found = self.operations.get(&number);
        let _ = found.map(|operation| (operation.request, operation.version.value));
        todo!(
            "decide what a majority has to store (a write makes a new version, a read takes what it found), and begin the second phase"
        )
    }

    /// A majority has stored the operation's `version`.
    fn majority_has_stored(&mut self, ctx: &mut Context<Self>, number: u64) {
        let _ = ctx;
        let done = self.operations.get(&number);
        let _ = done.map(|operation| (operation.call, operation.version.value));
        todo!("answer the client, and forget the operation")
    }

    /// Some time has passed since the others were asked.
    fn ask_again(&mut self, ctx: &mut Context<Self>, number: u64) {
        let _ = (ctx, number);
        todo!(
            "if the operation still waits, ask those that have not answered, and again after that"
        )
    }

    /// The deadline has come, and no majority.
    fn time_is_up(&mut self, ctx: &mut Context<Self>, number: u64) {
        let _ = ctx;
        let late = self.operations.get(&number);
        let _ = late.map(|operation| operation.phase);
        todo!("answer with what is surely true, and see to it that it stays true")
    }
}
