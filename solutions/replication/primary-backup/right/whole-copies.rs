//! Primary and backups, by sending whole copies, one at a time.
//!
//! The primary sends everything it has, with a number that grows with every change. A backup replaces its copy if the
//! number is larger than its own. Writes that come in while a copy is on its way wait, and go together with the next.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/replication/primary-backup/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// The node that takes the writes.
pub const PRIMARY: NodeId = NodeId::new(0);

/// How long the primary waits before it sends a copy again.
pub const PATIENCE: Duration = Duration::from_millis(15);

/// All values, and how many times they were changed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Snapshot {
    edition: u64,
    values: BTreeMap<String, u64>,
}

/// What the primary and its backups tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// From the primary: everything there is.
    All(Snapshot),
    /// From a backup: this edition or a later one is on the disk.
    Kept(u64),
}

/// What the primary reminds itself of.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// A copy is on its way.
    Resend,
}

/// A node. Each has a copy; only the primary uses the rest.
#[derive(Debug, Default)]
pub struct Replica {
    mine: Snapshot,
    /// What is on its way to the backups, and who has it.
    sent: Option<Sent>,
    /// Who waits for the copy after that.
    next: Vec<Call>,
}

#[derive(Debug)]
struct Sent {
    snapshot: Snapshot,
    calls: Vec<Call>,
    kept: BTreeMap<NodeId, bool>,
}

impl Replica {
    /// The node with this id.
    pub fn new(_: NodeId) -> Replica {
        Replica::default()
    }

    fn send_next(&mut self, ctx: &mut Context<Self>) {
        if self.sent.is_some() || self.next.is_empty() {
            return;
        }
        self.sent = Some(Sent {
            snapshot: self.mine.clone(),
            calls: std::mem::take(&mut self.next),
            kept: ctx.peers().iter().map(|backup| (*backup, false)).collect(),
        });
        self.send(ctx);
    }

    fn send(&self, ctx: &mut Context<Self>) {
        let Some(sent) = &self.sent else { return };
        for (backup, kept) in &sent.kept {
            if !kept {
                ctx.send(*backup, Message::All(sent.snapshot.clone()));
            }
        }
        ctx.set_timer(PATIENCE, Timer::Resend);
    }

    fn on_kept(&mut self, ctx: &mut Context<Self>, from: NodeId, edition: u64) {
        let Some(sent) = &mut self.sent else { return };
        if edition < sent.snapshot.edition {
            return;
        }
        sent.kept.insert(from, true);
        if sent.kept.values().all(|kept| *kept) {
            for call in std::mem::take(&mut sent.calls) {
                ctx.reply(call, Response::Stored);
            }
            self.sent = None;
            ctx.cancel_timer(Timer::Resend);
            self.send_next(ctx);
        }
    }
}

impl Node for Replica {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.mine = ctx.disk().read("all").unwrap_or_default();
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match request {
            Request::Put { key, value } => {
                self.mine.values.insert(key, value);
                self.mine.edition += 1;
                self.next.push(call);
                self.send_next(ctx);
            }
            Request::Get { key } => {
                let value = self.mine.values.get(&key).copied();
                ctx.reply(call, value.map_or(Response::Nothing, Response::Value));
            }
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::All(snapshot) => {
                if snapshot.edition > self.mine.edition {
                    ctx.disk().write("all", &snapshot);
                    ctx.disk().sync();
                    self.mine = snapshot;
                }
                ctx.send(PRIMARY, Message::Kept(self.mine.edition));
            }
            Message::Kept(edition) => self.on_kept(ctx, from, edition),
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match timer {
            Timer::Resend => self.send(ctx),
        }
    }
}
