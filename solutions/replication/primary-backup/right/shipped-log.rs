//! Primary and backups, by shipping a log.
//!
//! The primary keeps all writes in one list and sends each backup the part that it has not acknowledged. A backup
//! appends what continues its own list, and acknowledges by telling how long that is now. There is nothing to compare
//! versions for: positions in the list are the order.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/replication/primary-backup/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// The node that takes the writes.
pub const PRIMARY: NodeId = NodeId::new(0);

/// How long the primary waits before it sends again what is missing.
pub const PATIENCE: Duration = Duration::from_millis(20);

/// One write.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    key: String,
    value: u64,
}

/// What the primary and its backups tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// From the primary: the log goes on like this.
    Append {
        /// The position of the first of these entries.
        start: usize,
        /// All that follows there.
        entries: Vec<Entry>,
    },
    /// From a backup: the log is this long here, on the disk.
    Length(usize),
}

/// What the primary reminds itself of.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// Some backup may lack something.
    CatchUp,
}

/// A node. Each has a log; only the primary uses the rest.
#[derive(Debug, Default)]
pub struct Replica {
    log: Vec<Entry>,
    /// How long the log is on each backup, as far as is known.
    lengths: BTreeMap<NodeId, usize>,
    /// The calls that wait, by the length of log that answers them.
    calls: BTreeMap<usize, Call>,
}

impl Replica {
    /// The node with this id.
    pub fn new(_: NodeId) -> Replica {
        Replica::default()
    }

    fn catch_up(&self, ctx: &mut Context<Self>) {
        let mut complete = true;
        for backup in ctx.peers().iter().copied() {
            let start = self.lengths.get(&backup).copied().unwrap_or(0);
            if start < self.log.len() {
                let entries = self.log[start..].to_vec();
                ctx.send(backup, Message::Append { start, entries });
                complete = false;
            }
        }
        if !complete {
            ctx.set_timer(PATIENCE, Timer::CatchUp);
        }
    }

    fn append(&mut self, ctx: &mut Context<Self>, start: usize, entries: Vec<Entry>) {
        let known = self.log.len().saturating_sub(start);
        if start <= self.log.len() && known < entries.len() {
            for entry in &entries[known..] {
                // Padded, so that the disk lists the entries in order.
                let name = format!("{:08}", self.log.len());
                ctx.disk().write(&name, entry);
                self.log.push(entry.clone());
            }
            ctx.disk().sync();
        }
        ctx.send(PRIMARY, Message::Length(self.log.len()));
    }

    fn acknowledge(&mut self, ctx: &mut Context<Self>, from: NodeId, length: usize) {
        // An acknowledgement that was overtaken tells less than is known.
        let known = self.lengths.entry(from).or_default();
        *known = length.max(*known);
        let shortest = |backup: &NodeId| self.lengths.get(backup).copied().unwrap_or(0);
        let everywhere = ctx.peers().iter().map(shortest).min().unwrap_or(0);
        while let Some(call) = self.calls.first_entry()
            && *call.key() <= everywhere
        {
            ctx.reply(call.remove(), Response::Stored);
        }
    }
}

impl Node for Replica {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        for name in ctx.disk().keys() {
            self.log.extend(ctx.disk().read::<Entry>(&name));
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match request {
            Request::Put { key, value } => {
                self.log.push(Entry { key, value });
                self.calls.insert(self.log.len(), call);
                self.catch_up(ctx);
            }
            Request::Get { key } => {
                let latest = self.log.iter().rev().find(|entry| entry.key == key);
                let answer = latest.map_or(Response::Nothing, |entry| Response::Value(entry.value));
                ctx.reply(call, answer);
            }
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Append { start, entries } => self.append(ctx, start, entries),
            Message::Length(length) => self.acknowledge(ctx, from, length),
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match timer {
            Timer::CatchUp => self.catch_up(ctx),
        }
    }
}
