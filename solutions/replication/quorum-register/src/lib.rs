//! A register without a leader: every operation asks a majority, and any two majorities have a node in common.
//!
//! Each node holds a copy of one value. Whichever node a client asks does the work: it finds out what a majority has,
//! and sees to it that a majority has the outcome before it answers. A minority may be down, slow or cut off meanwhile.

use std::collections::BTreeMap;
// BEGIN SOLUTION
use std::collections::BTreeSet;
// END SOLUTION
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/replication/quorum-register/src/api.rs"]
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
    // BEGIN SOLUTION
    stamp: Stamp,
    // END SOLUTION
    value: u64,
}

// BEGIN SOLUTION
/// Which of two writes is the newer one: the one with the larger counter.
///
/// Two nodes that write at the same time choose the same counter. Then the node decides: it does not matter how, but
/// everybody must decide in the same way. Fields are compared in the order in which they stand here.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
struct Stamp {
    counter: u64,
    node: usize,
}

// END SOLUTION
/// A node. Add what it has to remember; all of it is copied and compared when every order of events is tried, so derive
/// `Clone` and `Hash` for your own types, too.
#[derive(Clone, Debug, Default, Hash)]
pub struct Replica {
    /// Its copy.
    version: Version,
    // BEGIN SOLUTION
    // What is in `version` is on the disk as well, and synced. So is this: how many operations there were.
    started: u64,
    // END SOLUTION
    /// The operations that clients wait for, by number.
    operations: BTreeMap<u64, Operation>,
}

/// What a client asked of this node. Add what has to be known until it can be answered.
#[derive(Clone, Debug, Hash)]
struct Operation {
    call: Call,
    request: Request,
    // BEGIN SOLUTION
    phase: Phase,
    /// While asking, the newest version that was found; then, the one that is being stored.
    version: Version,
    /// Who has answered in this phase, this node included. A set and not a count: an answer that comes twice is one.
    heard: BTreeSet<NodeId>,
    // END SOLUTION
}

// BEGIN SOLUTION
/// How far an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
    /// It finds out what is there.
    Asking,
    /// It sees to it that a majority has the outcome.
    Storing,
}

/// How many nodes are more than half of them. Any two groups of so many have a node in common: of those that an
/// operation asks, at least one has what an earlier one stored.
fn majority(ctx: &Context<Replica>) -> usize {
    let nodes = ctx.peers().len() + 1;
    nodes / 2 + 1
}

// END SOLUTION
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
        // BEGIN SOLUTION
        // STUB: let _ = (ctx, self.version.value);
        self.version = ctx.disk().read("version").unwrap_or_default();
        self.started = ctx.disk().read("started").unwrap_or_default();
        // END SOLUTION
    }

    /// A client asks. Sooner or later, answer it with `ctx.reply(call, response)`.
    fn begin(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        // BEGIN SOLUTION give the operation a number, remember it, and ask the other nodes what they have
        // STUB: let number = 1;
        // STUB: let _ = ctx;
        // STUB: self.operations.insert(number, Operation { call, request });
        self.started += 1;
        // The number must be new even after a crash: answers that come late from before must not count for this
        // operation.
        ctx.disk().write("started", &self.started);
        ctx.disk().sync();
        let operation = Operation {
            call,
            request,
            phase: Phase::Asking,
            version: self.version,
            heard: BTreeSet::from([ctx.id()]),
        };
        self.operations.insert(self.started, operation);
        self.ask(ctx, self.started);
        // END SOLUTION
    }

    /// A node says what it has: to an operation that waits for this, or that has gone on, or that is over.
    fn on_have(&mut self, ctx: &mut Context<Self>, from: NodeId, number: u64, version: Version) {
        // BEGIN SOLUTION note what it has; once you have heard from a majority, let a majority store the outcome
        // STUB: let _ = (ctx, from, version);
        // STUB: let waits = self.operations.get(&number);
        // STUB: let _ = waits.map(|operation| (operation.call, operation.request));
        let majority = majority(ctx);
        let Some(operation) = self.operations.get_mut(&number) else {
            return;
        };
        // A late answer to the question says nothing about who has stored something.
        if operation.phase != Phase::Asking {
            return;
        }
        if version.stamp > operation.version.stamp {
            operation.version = version;
        }
        operation.heard.insert(from);
        if operation.heard.len() < majority {
            return;
        }
        if let Request::Write(value) = operation.request {
            // Newer than all that a majority had, and than what has come here since: this node may have chosen a
            // stamp for another client's write in the meantime, and a stamp must not be used twice.
            let newest = operation.version.stamp.max(self.version.stamp);
            let stamp = Stamp {
                counter: newest.counter + 1,
                node: ctx.id().index(),
            };
            operation.version = Version { stamp, value };
        }
        // A read stores what it has found, as it is: perhaps only a minority has it so far, and the next read might
        // ask the others and find an older value.
        operation.phase = Phase::Storing;
        operation.heard = BTreeSet::from([ctx.id()]);
        let version = operation.version;
        // Here first: should this node crash, it must not choose the same stamp again.
        self.keep(ctx, version);
        self.ask(ctx, number);
        // END SOLUTION
    }

    /// A node wants this one to store something: perhaps something new, perhaps something that it has already, perhaps
    /// something older.
    fn on_store(&mut self, ctx: &mut Context<Self>, from: NodeId, number: u64, version: Version) {
        // BEGIN SOLUTION store it unless something newer is there; say so, and only when it cannot be lost any more
        // STUB: let _ = (ctx, from, number, version);
        self.keep(ctx, version);
        // Also if something newer is there: whoever asks here will find that, which is as good.
        ctx.send(from, Message::Stored { number });
        // END SOLUTION
    }

    /// A node has stored what it was asked to: for an operation that waits for this, or one that is over.
    fn on_stored(&mut self, ctx: &mut Context<Self>, from: NodeId, number: u64) {
        // BEGIN SOLUTION note it; once a majority has stored the outcome, answer the client
        // STUB: let _ = (ctx, from, number);
        let majority = majority(ctx);
        let Some(operation) = self.operations.get_mut(&number) else {
            return;
        };
        operation.heard.insert(from);
        if operation.heard.len() < majority {
            return;
        }
        let response = match operation.request {
            Request::Write(_) => Response::Written,
            Request::Read => Response::Value(operation.version.value),
        };
        ctx.reply(operation.call, response);
        ctx.cancel_timer(Timer::AskAgain { number });
        self.operations.remove(&number);
        // END SOLUTION
    }

    /// Not enough nodes have answered in time. Are they down, or slow, or were messages lost? There is no telling.
    fn on_ask_again(&mut self, ctx: &mut Context<Self>, number: u64) {
        // BEGIN SOLUTION if the operation still waits, ask those that have not answered, and again after that
        // STUB: let _ = (ctx, number);
        self.ask(ctx, number);
        // END SOLUTION
    }
    // BEGIN SOLUTION

    /// Asks those that have not answered in the operation's phase, for the first time or again.
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
        ctx.set_timer(PATIENCE, Timer::AskAgain { number });
    }

    /// Puts a version in the place of this node's copy, unless that is as new.
    fn keep(&mut self, ctx: &mut Context<Self>, version: Version) {
        if version.stamp > self.version.stamp {
            ctx.disk().write("version", &version);
            // First synced, then told: once somebody counts on this copy, a crash must not take it.
            ctx.disk().sync();
            self.version = version;
        }
    }
    // END SOLUTION
}
