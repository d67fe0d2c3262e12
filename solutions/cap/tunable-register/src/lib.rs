//! A register with levels: the client says with each call how many nodes an answer must rest on, and gets what that is
//! worth.
//!
//! There is one question for a read (what do you have?) and one for a write (store this), and no second phase. Deadlines
//! and asking again you know from `cp-register`; here they are given. Yours is what an answer rests on.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/cap/tunable-register/src/api.rs"]
pub mod api;

use api::{DEADLINE, Level, Request, Response};

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
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Version {
    stamp: Stamp,
    value: u64,
}

/// Which of two writes is the newer one: the one with the larger counter and, if these are equal, the larger node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Stamp {
    counter: u64,
    node: usize,
}

/// A node. Add what else it has to remember. It does not crash, so memory will do.
#[derive(Debug, Default)]
pub struct Replica {
    /// Its copy.
    version: Version,
    /// How many operations there were: the number of the latest.
    started: u64,
    /// The operations that clients wait for, by number.
    operations: BTreeMap<u64, Operation>,
}

/// What a client asked of this node.
#[derive(Debug)]
struct Operation {
    call: Call,
    request: Request,
    /// For a read, the newest version that was found; for a write, the one that is being stored.
    version: Version,
    /// Who has answered, this node included.
    heard: BTreeSet<NodeId>,
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
        let number = self.started;
        let operation = Operation {
            call,
            request,
            version: self.version,
            heard: BTreeSet::from([ctx.id()]),
        };
        self.operations.insert(number, operation);
        ctx.set_timer(PATIENCE, Timer::AskAgain { number });
        ctx.set_timer(DEADLINE, Timer::TimeIsUp { number });
        self.begin(ctx, number);
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
            Timer::AskAgain { number } => {
                self.ask(ctx, number);
                ctx.set_timer(PATIENCE, Timer::AskAgain { number });
            }
            Timer::TimeIsUp { number } => {
                // This node has the value of a write, if nobody else.
                let failed = match self
                    .operations
                    .get(&number)
                    .map(|operation| operation.request)
                {
                    Some(Request::Write(..)) => Response::Unknown,
                    _ => Response::Refused,
                };
                self.end(ctx, number, failed);
            }
        }
    }
}

/// The machinery. Nothing is to be done here.
impl Replica {
    /// Puts a version in the place of this node's copy, unless that is as new.
    fn keep(&mut self, version: Version) {
        if version.stamp > self.version.stamp {
            self.version = version;
        }
    }

    /// Sends the operation's question to those that have not answered it: `Ask` for a read, `Store` for a write.
    fn ask(&self, ctx: &mut Context<Self>, number: u64) {
        let Some(operation) = self.operations.get(&number) else {
            return;
        };
        let message = match operation.request {
            Request::Read(_) => Message::Ask { number },
            Request::Write(..) => Message::Store {
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

    /// Answers the operation's client, stops the operation's timers and forgets it.
    fn end(&mut self, ctx: &mut Context<Self>, number: u64, response: Response) {
        if let Some(operation) = self.operations.remove(&number) {
            ctx.reply(operation.call, response);
        }
        ctx.cancel_timer(Timer::AskAgain { number });
        ctx.cancel_timer(Timer::TimeIsUp { number });
    }
}

/// How many nodes, out of so many, an answer at this level must rest on.
// BEGIN SOLUTION
// STUB: #[expect(dead_code, reason = "not yet used")]
// END SOLUTION
fn needed(level: Level, nodes: usize) -> usize {
    // BEGIN SOLUTION say how many that are, for each level
    // STUB: let _ = (level, nodes);
    match level {
        Level::One => 1,
        // Of all nodes, not of those that can be reached: on either side of a cut, everybody could be reached.
        Level::Quorum => nodes / 2 + 1,
        Level::All => nodes,
    }
    // END SOLUTION
}

impl Replica {
    /// A client has asked. The operation is in `self.operations`: it holds this node's copy and has heard from this node.
    fn begin(&mut self, ctx: &mut Context<Self>, number: u64) {
        // BEGIN SOLUTION give a write its version, and keep it here; ask the others; perhaps this node is enough
        // STUB: let _ = ctx;
        // STUB: let begun = self.operations.get(&number);
        // STUB: let _ = begun.map(|operation| operation.request);
        let Some(operation) = self.operations.get_mut(&number) else {
            return;
        };
        if let Request::Write(value, _) = operation.request {
            // Newer than all that this node has acknowledged or shown: its copy is at least as new as any of that.
            let stamp = Stamp {
                counter: self.version.stamp.counter + 1,
                node: ctx.id().index(),
            };
            operation.version = Version { stamp, value };
            self.version = operation.version;
        }
        // Everyone is asked at every level. The level says only for how many answers the client waits.
        self.ask(ctx, number);
        self.answer_if_enough(ctx, number);
        // END SOLUTION
    }

    /// A node says what it has: to a read that waits for this, or one that is over.
    fn on_have(&mut self, ctx: &mut Context<Self>, from: NodeId, number: u64, version: Version) {
        // BEGIN SOLUTION note who it is, and what it has if that is the newest so far; perhaps that is enough
        // STUB: let _ = (ctx, from, number, version.value);
        let Some(operation) = self.operations.get_mut(&number) else {
            return;
        };
        if version.stamp > operation.version.stamp {
            operation.version = version;
        }
        operation.heard.insert(from);
        self.answer_if_enough(ctx, number);
        // END SOLUTION
    }

    /// A node has stored what it was asked to: for a write that waits for this, or one that is over.
    fn on_stored(&mut self, ctx: &mut Context<Self>, from: NodeId, number: u64) {
        // BEGIN SOLUTION note who it is; perhaps that is enough
        // STUB: let _ = (ctx, from);
        // STUB: let stored = self.operations.get(&number);
        // STUB: let _ = stored.map(|operation| operation.version.value);
        let Some(operation) = self.operations.get_mut(&number) else {
            return;
        };
        operation.heard.insert(from);
        self.answer_if_enough(ctx, number);
        // END SOLUTION
    }
    // BEGIN SOLUTION

    /// Ends the operation if as many nodes have answered as its level says.
    fn answer_if_enough(&mut self, ctx: &mut Context<Self>, number: u64) {
        let nodes = ctx.peers().len() + 1;
        let Some(operation) = self.operations.get(&number) else {
            return;
        };
        let (Request::Read(level) | Request::Write(_, level)) = operation.request;
        if operation.heard.len() < needed(level, nodes) {
            return;
        }
        let version = operation.version;
        let response = match operation.request {
            Request::Write(..) => Response::Written,
            Request::Read(_) => {
                // What is shown here is kept here: a client that has seen it may write something newer at this node.
                self.keep(version);
                Response::Value(version.value)
            }
        };
        self.end(ctx, number, response);
    }
    // END SOLUTION
}
