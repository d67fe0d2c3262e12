//! Log shipping in which a follower keeps what comes too early, and asks for what is missing before it.
//!
//! Every change travels alone. The leader tells its length from time to time, so that a follower that has missed the
//! end notices; followers tell how far they are whenever they hear from the leader.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

#[path = "../../../../exercises/replication/log-shipping/src/api.rs"]
pub mod api;

use api::{Change, Request, Response};

/// The node that takes the writes.
pub const LEADER: NodeId = NodeId::new(0);

/// What the leader and its followers tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// From the leader: at this position is this change.
    Entry(u64, Change),
    /// From the leader: the log is this long.
    Length(u64),
    /// From a follower: I have applied this many, and lack these.
    Status(u64, Vec<u64>),
}

/// What a node reminds itself of.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// The leader: tell the length of the log to whoever is behind.
    Tell,
}

/// A node, leader or follower; each uses what it needs.
#[derive(Debug, Default)]
pub struct Replica {
    /// By position: for a follower, also what it cannot apply yet.
    log: BTreeMap<u64, Change>,
    applied: u64,
    number: u64,
    followers: BTreeMap<NodeId, u64>,
    waiting: BTreeMap<(u64, usize), Call>,
    reads: usize,
}

impl Replica {
    /// The node with this id.
    pub fn new(_: NodeId) -> Replica {
        Replica::default()
    }

    /// Applies all that can be applied, and answers the reads that waited for it.
    fn go_on(&mut self, ctx: &mut Context<Self>) {
        while let Some(change) = self.log.get(&(self.applied + 1)) {
            self.applied += 1;
            self.number = change.apply(self.number);
        }
        let (number, position) = (self.number, self.applied);
        while let Some(read) = self.waiting.first_entry()
            && read.key().0 <= position
        {
            ctx.reply(read.remove(), Response::Number { number, position });
        }
    }

    fn report(&self, ctx: &mut Context<Self>, length: u64) {
        let missing = (self.applied + 1..length + 1).filter(|place| !self.log.contains_key(place));
        let status = Message::Status(self.applied, missing.collect());
        ctx.send(LEADER, status);
    }
}

impl Node for Replica {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        for name in ctx.disk().keys() {
            if let Some((position, change)) = ctx.disk().read(&name) {
                self.log.insert(position, change);
            }
        }
        self.go_on(ctx);
        if ctx.id() == LEADER {
            ctx.set_timer(ms(25), Timer::Tell);
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match request {
            Request::Write(change) => {
                let position = self.applied + 1;
                self.log.insert(position, change);
                self.go_on(ctx);
                ctx.reply(call, Response::Written { position });
                ctx.broadcast(Message::Entry(position, change));
            }
            Request::Read { at_least } => {
                self.reads += 1;
                self.waiting.insert((at_least, self.reads), call);
                self.go_on(ctx);
            }
            Request::Lag { follower } => {
                let known = self.followers.get(&follower).copied().unwrap_or(0);
                ctx.reply(call, Response::Lag(self.applied - known));
            }
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Entry(position, change) => {
                if !self.log.contains_key(&position) {
                    self.log.insert(position, change);
                    ctx.disk().write(&position.to_string(), &(position, change));
                    ctx.disk().sync();
                    self.go_on(ctx);
                }
                self.report(ctx, position);
            }
            Message::Length(length) => self.report(ctx, length),
            Message::Status(applied, missing) => {
                let known = self.followers.entry(from).or_default();
                *known = applied.max(*known);
                for position in missing {
                    if let Some(change) = self.log.get(&position) {
                        ctx.send(from, Message::Entry(position, *change));
                    }
                }
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, Timer::Tell: Timer) {
        for &peer in ctx.peers().iter() {
            if self.followers.get(&peer).copied().unwrap_or(0) < self.applied {
                ctx.send(peer, Message::Length(self.applied));
            }
        }
        ctx.set_timer(ms(25), Timer::Tell);
    }
}
