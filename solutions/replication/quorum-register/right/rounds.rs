//! A register without a leader, by rounds: a node sends what it takes for the newest version to all, each takes over
//! what is newer and answers with what it has then, and a round in which a majority has the very same is the last.
//!
//! There is one kind of question, and a read that finds everybody agreed needs only one round. A node does one
//! operation after the other; calls that come meanwhile wait.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

#[path = "../../../../exercises/replication/quorum-register/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// A value: how many writes came before it, by which node it was written, and what it is. In order of age.
type Version = (u64, u16, u64);

/// What nodes tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// Take this over if it is newer than what you have.
    Take {
        /// Which of the sender's rounds.
        round: (u64, u64),
        /// What the sender has.
        version: Version,
    },
    /// Now I have this.
    Took {
        /// The round that asked.
        round: (u64, u64),
        /// What the sender has now.
        version: Version,
    },
}

/// The round has not come to an end in time.
#[derive(Clone, Debug, PartialEq)]
pub struct Again;

/// A node.
#[derive(Clone, Debug, Default, Hash)]
pub struct Replica {
    version: Version,
    /// How many times the node has started, and how many rounds there were since.
    round: (u64, u64),
    waiting: VecDeque<(Call, Request)>,
    /// The version that the present round is about, and what the others have answered.
    proposed: Version,
    answers: BTreeMap<NodeId, Version>,
    /// Whether the write that is being done has its version.
    written: bool,
}

impl Replica {
    /// The node with this id.
    pub fn new(_: NodeId) -> Replica {
        Replica::default()
    }

    fn take_over(&mut self, ctx: &mut Context<Self>, version: Version) {
        if version > self.version {
            self.version = version;
            ctx.disk().write("version", &version);
            ctx.disk().sync();
        }
    }

    fn begin_round(&mut self, ctx: &mut Context<Self>) {
        self.round.1 += 1;
        self.proposed = self.version;
        self.answers = BTreeMap::from([(ctx.id(), self.version)]);
        self.ask(ctx);
    }

    fn ask(&self, ctx: &mut Context<Self>) {
        let (round, version) = (self.round, self.proposed);
        for &peer in ctx.peers().iter() {
            if !self.answers.contains_key(&peer) {
                ctx.send(peer, Message::Take { round, version });
            }
        }
        ctx.set_timer(ms(25), Again);
    }

    fn end_round(&mut self, ctx: &mut Context<Self>) {
        let Some(&(call, request)) = self.waiting.front() else {
            return;
        };
        let agreed = self.answers.values().all(|have| *have == self.proposed);
        let response = match request {
            Request::Write(value) if !self.written => {
                let (writes, ..) = self.version;
                self.take_over(ctx, (writes + 1, ctx.id().index() as u16, value));
                self.written = true;
                return self.begin_round(ctx);
            }
            // Also if somebody had something newer: then that was written later.
            Request::Write(_) => Response::Written,
            Request::Read if agreed => Response::Value(self.proposed.2),
            Request::Read => return self.begin_round(ctx),
        };
        ctx.reply(call, response);
        ctx.cancel_timer(Again);
        self.waiting.pop_front();
        self.written = false;
        if !self.waiting.is_empty() {
            self.begin_round(ctx);
        }
    }
}

impl Node for Replica {
    type Message = Message;
    type Timer = Again;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.version = ctx.disk().read("version").unwrap_or_default();
        self.round.0 = ctx.disk().read("starts").unwrap_or(0) + 1;
        ctx.disk().write("starts", &self.round.0);
        ctx.disk().sync();
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        self.waiting.push_back((call, request));
        if self.waiting.len() == 1 {
            self.begin_round(ctx);
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Take { round, version } => {
                self.take_over(ctx, version);
                let version = self.version;
                ctx.send(from, Message::Took { round, version });
            }
            Message::Took { round, version } => {
                self.take_over(ctx, version);
                if round == self.round && !self.waiting.is_empty() {
                    self.answers.insert(from, version);
                    if 2 * self.answers.len() > ctx.peers().len() + 1 {
                        self.end_round(ctx);
                    }
                }
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, Again: Again) {
        if !self.waiting.is_empty() {
            self.ask(ctx);
        }
    }
}
