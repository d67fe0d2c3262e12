//! Primary and backups: a write is acknowledged once every copy has it.
//!
//! Node 0 is the primary and takes all writes. All other nodes are backups: each holds a copy, so that nothing is lost
//! when a machine is. The network between them may lose a message, deliver it twice, or deliver it late, and a backup
//! may crash and start again with what is on its disk.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

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
}

/// A backup: holds a copy. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Backup {
    // Its copy belongs here, and what else it needs to know about it.
}

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
        let _ = (ctx, call, key, value);
        todo!(
            "store the value, send it to the backups, and set a timer in case one does not answer"
        )
    }

    /// A backup has a write: perhaps one that still waits, perhaps one that it has acknowledged before.
    fn on_have(&mut self, ctx: &mut Context<Replica>, from: NodeId, number: u64) {
        let _ = (ctx, from, number);
        todo!("note that this backup has it; if now all have, answer the client")
    }

    /// Some backup has not acknowledged in time. Is it down, or slow, or was a message lost? There is no telling.
    fn on_copy_again(&mut self, ctx: &mut Context<Replica>, number: u64) {
        let _ = (ctx, number);
        todo!(
            "if a backup has still not acknowledged the write, send it again, and again after that"
        )
    }
}

impl Backup {
    /// The backup starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced.
    /// That is nothing until you write something to it.
    fn on_start(&mut self, ctx: &mut Context<Replica>) {
        let _ = ctx;
    }

    /// A client reads from this backup.
    fn on_get(&self, ctx: &mut Context<Replica>, call: Call, key: &str) {
        let _ = (ctx, call, key);
        todo!("answer at once with what this copy has")
    }

    /// The primary sends a write: perhaps a new one, perhaps one that is stored already, perhaps one that was long on
    /// its way and has been overtaken.
    fn on_copy(&mut self, ctx: &mut Context<Replica>, number: u64, key: String, value: u64) {
        let _ = (ctx, number, key, value);
        todo!("store the value unless a newer one is there; then acknowledge the write")
    }
}
