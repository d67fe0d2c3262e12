//! Primary and backups: a write is acknowledged once every copy has it.
//!
//! Node 0 is the primary and takes all writes. All other nodes are backups: each holds a copy, so that nothing is lost
//! when a machine is. The network between them may lose a message, deliver it twice, or deliver it late, and a backup
//! may crash and start again with what is on its disk.

use std::collections::BTreeMap;
// BEGIN SOLUTION
use std::collections::BTreeSet;
// END SOLUTION
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/replication/primary-backup/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// The node that takes the writes.
pub const PRIMARY: NodeId = NodeId::new(0);

/// How long the primary waits for a backup before it sends the same write again.
pub const PATIENCE: Duration = Duration::from_millis(20);

/// What the primary and its backups tell each other. Change it as you like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// From the primary: store this.
    Copy {
        /// Which of the primary's writes it is.
        number: u64,
        /// Where.
        key: String,
        /// What.
        value: u64,
    },
    /// From a backup: I have that write, and will not lose it.
    Have {
        /// Which of the primary's writes.
        number: u64,
    },
}

/// What the primary reminds itself of. Change it as you like.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// Not every backup has acknowledged this write yet.
    CopyAgain {
        /// Which of the primary's writes.
        number: u64,
    },
}

/// A node: the primary, or a backup.
#[derive(Debug)]
pub enum Replica {
    /// Node 0.
    Primary(Primary),
    /// Every other node.
    Backup(Backup),
}

/// The primary: takes writes and hands them on. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Primary {
    /// Its own copy. It does not crash, so memory will do.
    copy: BTreeMap<String, u64>,
    // BEGIN SOLUTION
    /// How many writes there were.
    writes: u64,
    /// The writes that some backup has not acknowledged, by number.
    waiting: BTreeMap<u64, Waiting>,
    // END SOLUTION
}

/// A backup: holds a copy. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Backup {
    // Its copy belongs here, and what else it needs to know about it.
    // BEGIN SOLUTION
    /// What is in here is on the disk as well, and synced.
    copy: BTreeMap<String, Version>,
    // END SOLUTION
}

// BEGIN SOLUTION
/// A write on its way to the backups.
#[derive(Debug)]
struct Waiting {
    call: Call,
    key: String,
    value: u64,
    /// Who has not acknowledged it. A set and not a count: an acknowledgement that arrives twice changes nothing.
    missing: BTreeSet<NodeId>,
}

/// A value and the number of the write that put it there: a copy of an older write can be told by its number.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Version {
    number: u64,
    value: u64,
}

// END SOLUTION
impl Replica {
    /// The node with this id, as it is before it has read its disk.
    pub fn new(id: NodeId) -> Replica {
        if id == PRIMARY {
            Replica::Primary(Primary::default())
        } else {
            Replica::Backup(Backup::default())
        }
    }
}

/// The answer to a `Get`.
fn answer(value: Option<u64>) -> Response {
    value.map_or(Response::Nothing, Response::Value)
}

/// Hands everything to the half that it is for. Nothing is to be done here.
impl Node for Replica {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        if let Replica::Backup(backup) = self {
            backup.on_start(ctx);
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match (self, request) {
            (Replica::Primary(primary), Request::Put { key, value }) => {
                primary.on_put(ctx, call, key, value);
            }
            (Replica::Primary(primary), Request::Get { key }) => {
                ctx.reply(call, answer(primary.copy.get(&key).copied()));
            }
            (Replica::Backup(backup), Request::Get { key }) => backup.on_get(ctx, call, &key),
            // Never asked: writes go to the primary.
            (Replica::Backup(_), Request::Put { .. }) => {}
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match (self, message) {
            (Replica::Backup(backup), Message::Copy { number, key, value }) => {
                backup.on_copy(ctx, number, key, value);
            }
            (Replica::Primary(primary), Message::Have { number }) => {
                primary.on_have(ctx, from, number);
            }
            _ => {}
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match (self, timer) {
            (Replica::Primary(primary), Timer::CopyAgain { number }) => {
                primary.on_copy_again(ctx, number);
            }
            (Replica::Backup(_), Timer::CopyAgain { .. }) => {}
        }
    }
}

impl Primary {
    /// A client writes. Sooner or later, answer it with `ctx.reply(call, Response::Stored)`.
    fn on_put(&mut self, ctx: &mut Context<Replica>, call: Call, key: String, value: u64) {
        // BEGIN SOLUTION store the value, send it to the backups, and set a timer in case one does not answer
        // STUB: let _ = (ctx, call, key, value);
        self.copy.insert(key.clone(), value);
        self.writes += 1;
        let missing = ctx.peers().iter().copied().collect();
        let waiting = Waiting {
            call,
            key,
            value,
            missing,
        };
        self.waiting.insert(self.writes, waiting);
        self.send_copies(ctx, self.writes);
        // END SOLUTION
    }

    /// A backup has a write: perhaps one that still waits, perhaps one that it has acknowledged before.
    fn on_have(&mut self, ctx: &mut Context<Replica>, from: NodeId, number: u64) {
        // BEGIN SOLUTION note that this backup has it; if now all have, answer the client
        // STUB: let _ = (ctx, from, number);
        // Not there: every backup had it long ago, and this is a late copy of an acknowledgement.
        let Some(waiting) = self.waiting.get_mut(&number) else {
            return;
        };
        waiting.missing.remove(&from);
        // Every backup, not most of them: any one may be asked next, or be the only machine left.
        if waiting.missing.is_empty() {
            ctx.reply(waiting.call, Response::Stored);
            ctx.cancel_timer(Timer::CopyAgain { number });
            self.waiting.remove(&number);
        }
        // END SOLUTION
    }

    /// Some backup has not acknowledged in time. Is it down, or slow, or was a message lost? There is no telling.
    fn on_copy_again(&mut self, ctx: &mut Context<Replica>, number: u64) {
        // BEGIN SOLUTION if a backup has still not acknowledged the write, send it again, and again after that
        // STUB: let _ = (ctx, number);
        self.send_copies(ctx, number);
        // END SOLUTION
    }
    // BEGIN SOLUTION

    /// Sends a write to the backups that have not acknowledged it, for the first time or again.
    fn send_copies(&self, ctx: &mut Context<Replica>, number: u64) {
        let Some(Waiting {
            key,
            value,
            missing,
            ..
        }) = self.waiting.get(&number)
        else {
            return;
        };
        for &backup in missing {
            // The same number as before: it is the same write, and keeps its place among the others.
            let copy = Message::Copy {
                number,
                key: key.clone(),
                value: *value,
            };
            ctx.send(backup, copy);
        }
        ctx.set_timer(PATIENCE, Timer::CopyAgain { number });
    }
    // END SOLUTION
}

impl Backup {
    /// The backup starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced.
    /// That is nothing until you write something to it.
    fn on_start(&mut self, ctx: &mut Context<Replica>) {
        // BEGIN SOLUTION
        // STUB: let _ = ctx;
        // Numbers and values: without the numbers, a late copy of an old write would look new after a crash.
        for key in ctx.disk().keys() {
            if let Some(version) = ctx.disk().read(&key) {
                self.copy.insert(key, version);
            }
        }
        // END SOLUTION
    }

    /// A client reads from this backup.
    fn on_get(&self, ctx: &mut Context<Replica>, call: Call, key: &str) {
        // BEGIN SOLUTION answer at once with what this copy has
        // STUB: let _ = (ctx, call, key);
        let value = self.copy.get(key).map(|version| version.value);
        ctx.reply(call, answer(value));
        // END SOLUTION
    }

    /// The primary sends a write: perhaps a new one, perhaps one that is stored already, perhaps one that was long on
    /// its way and has been overtaken.
    fn on_copy(&mut self, ctx: &mut Context<Replica>, number: u64, key: String, value: u64) {
        // BEGIN SOLUTION store the value unless a newer one is there; then acknowledge the write
        // STUB: let _ = (ctx, number, key, value);
        let newer = self
            .copy
            .get(&key)
            .is_none_or(|version| version.number < number);
        if newer {
            let version = Version { number, value };
            ctx.disk().write(&key, &version);
            // First synced, then acknowledged: once the primary has counted on this copy, a crash must not take it.
            ctx.disk().sync();
            self.copy.insert(key, version);
        }
        // Also if it is not new: the acknowledgement may have been lost. And also if it was overtaken: the newer
        // write took its place, as it would have if they had come in order.
        ctx.send(PRIMARY, Message::Have { number });
        // END SOLUTION
    }
}
