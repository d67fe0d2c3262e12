//! A register with levels, in which a write first asks as many nodes as its level says for the newest version, like a
//! read: so it is above all that a write at such a level has left there, and a failure before that is certain.
//!
//! Nodes answer by request number; a round is a map of who has said what, and a node asks itself without a message.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

#[path = "../../../../exercises/cap/tunable-register/src/api.rs"]
pub mod api;

use api::{DEADLINE, Level, Request, Response};

/// Which of two is newer: counter, then writer. Then the value.
type Version = (u64, usize, u64);

/// What nodes tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// Take this if it is newer, and tell me what you have then.
    Sync {
        /// The sender's round.
        round: u64,
        /// What is to be taken.
        version: Version,
    },
    /// I have this now.
    Synced {
        /// The round that asked.
        round: u64,
        /// What this node has.
        version: Version,
    },
}

/// What a node reminds itself of.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// Ask again.
    Again(Call),
    /// Give up.
    Over(Call),
}

#[derive(Debug)]
struct Operation {
    call: Call,
    request: Request,
    round: u64,
    sent: Version,
    /// Whether `sent` is the new version of a write.
    writing: bool,
    have: BTreeMap<NodeId, Version>,
}

/// A node.
#[derive(Debug, Default)]
pub struct Replica {
    version: Version,
    rounds: u64,
    operations: Vec<Operation>,
}

impl Replica {
    /// The node with this id.
    pub fn new(_: NodeId) -> Replica {
        Replica::default()
    }

    fn begin_round(&mut self, ctx: &mut Context<Self>, place: usize, sent: Version) {
        self.rounds += 1;
        self.version = self.version.max(sent);
        let operation = &mut self.operations[place];
        operation.round = self.rounds;
        operation.sent = sent;
        operation.have = BTreeMap::from([(ctx.id(), self.version)]);
        let (round, version) = (operation.round, operation.sent);
        ctx.broadcast(Message::Sync { round, version });
        self.end_round(ctx, place);
    }

    fn end_round(&mut self, ctx: &mut Context<Self>, place: usize) {
        let operation = &mut self.operations[place];
        let (Request::Read(level) | Request::Write(_, level)) = operation.request;
        let nodes = ctx.peers().len() + 1;
        let enough = match level {
            Level::One => true,
            Level::Quorum => 2 * operation.have.len() > nodes,
            Level::All => operation.have.len() == nodes,
        };
        if !enough {
            return;
        }
        let newest = operation.have.values().copied().max().unwrap_or_default();
        self.version = self.version.max(newest);
        match operation.request {
            Request::Write(value, _) if !operation.writing => {
                operation.writing = true;
                let version = (self.version.0 + 1, ctx.id().index(), value);
                self.begin_round(ctx, place, version);
            }
            Request::Write(..) => self.end(ctx, place, Response::Written),
            Request::Read(_) => self.end(ctx, place, Response::Value(newest.2)),
        }
    }

    fn end(&mut self, ctx: &mut Context<Self>, place: usize, response: Response) {
        let call = self.operations.remove(place).call;
        ctx.reply(call, response);
        ctx.cancel_timer(Timer::Again(call));
        ctx.cancel_timer(Timer::Over(call));
    }
}

impl Node for Replica {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        ctx.set_timer(ms(15), Timer::Again(call));
        ctx.set_timer(DEADLINE, Timer::Over(call));
        self.operations.push(Operation {
            call,
            request,
            round: 0,
            sent: self.version,
            writing: false,
            have: BTreeMap::new(),
        });
        self.begin_round(ctx, self.operations.len() - 1, self.version);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Sync { round, version } => {
                self.version = self.version.max(version);
                let version = self.version;
                ctx.send(from, Message::Synced { round, version });
            }
            Message::Synced { round, version } => {
                let found = self.operations.iter().position(|op| op.round == round);
                if let Some(place) = found {
                    self.operations[place].have.insert(from, version);
                    self.end_round(ctx, place);
                }
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        let (Timer::Again(call) | Timer::Over(call)) = timer;
        let found = self.operations.iter().position(|op| op.call == call);
        let Some(place) = found else {
            return;
        };
        let operation = &self.operations[place];
        if timer == Timer::Over(call) {
            let response = match operation.writing {
                true => Response::Unknown,
                false => Response::Refused,
            };
            return self.end(ctx, place, response);
        }
        let (round, version) = (operation.round, operation.sent);
        for &peer in ctx.peers().iter() {
            if !operation.have.contains_key(&peer) {
                ctx.send(peer, Message::Sync { round, version });
            }
        }
        ctx.set_timer(ms(15), timer);
    }
}
