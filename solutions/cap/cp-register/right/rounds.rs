//! A register that refuses, by rounds: a node sends what it takes for the newest version to all, each takes over what is
//! newer and answers with what it has then, and a round in which a majority has the very same is the last of a read.
//!
//! There is one kind of question and one clock for each operation, which counts how often it has asked.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/cap/cp-register/src/api.rs"]
pub mod api;

use api::{DEADLINE, Request, Response};

/// How many times an operation asks.
const TIMES: u32 = 20;

/// A value: how many writes came before it, by which node it was written, and what it is. In order of age.
type Version = (u64, u16, u64);

/// What nodes tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// Take this over if it is newer than what you have.
    Take {
        /// Which of the sender's rounds.
        round: u64,
        /// What the sender has.
        version: Version,
    },
    /// Now I have this.
    Took {
        /// The round that asked.
        round: u64,
        /// What the sender has now.
        version: Version,
    },
}

/// A part of the time that this call has is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick(Call);

/// What a client waits for.
#[derive(Clone, Debug, Hash)]
struct Operation {
    call: Call,
    request: Request,
    round: u64,
    proposed: Version,
    answers: BTreeMap<NodeId, Version>,
    /// Whether this is a write that has its version.
    written: bool,
    ticks: u32,
}

/// A node.
#[derive(Clone, Debug, Default, Hash)]
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

    fn begin_round(&mut self, ctx: &mut Context<Self>, mut operation: Operation) {
        self.rounds += 1;
        operation.round = self.rounds;
        operation.proposed = self.version;
        operation.answers = BTreeMap::from([(ctx.id(), self.version)]);
        ask(ctx, &operation);
        self.operations.push(operation);
    }

    fn end_round(&mut self, ctx: &mut Context<Self>, place: usize) {
        let mut operation = self.operations.remove(place);
        let agreed = operation
            .answers
            .values()
            .all(|have| *have == operation.proposed);
        let response = match operation.request {
            Request::Write(value) if !operation.written => {
                self.version = (self.version.0 + 1, ctx.id().index() as u16, value);
                operation.written = true;
                return self.begin_round(ctx, operation);
            }
            // Also if somebody had something newer: then that was written later.
            Request::Write(_) => Response::Written,
            Request::Read if agreed => Response::Value(operation.proposed.2),
            Request::Read => return self.begin_round(ctx, operation),
        };
        ctx.reply(operation.call, response);
        ctx.cancel_timer(Tick(operation.call));
    }
}

fn ask(ctx: &mut Context<Replica>, operation: &Operation) {
    let (round, version) = (operation.round, operation.proposed);
    for &peer in ctx.peers().iter() {
        if !operation.answers.contains_key(&peer) {
            ctx.send(peer, Message::Take { round, version });
        }
    }
}

fn tick() -> Duration {
    DEADLINE / TIMES
}

impl Node for Replica {
    type Message = Message;
    type Timer = Tick;
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        ctx.set_timer(tick(), Tick(call));
        let operation = Operation {
            call,
            request,
            round: 0,
            proposed: self.version,
            answers: BTreeMap::new(),
            written: false,
            ticks: 0,
        };
        self.begin_round(ctx, operation);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Take { round, version } => {
                self.version = self.version.max(version);
                let version = self.version;
                ctx.send(from, Message::Took { round, version });
            }
            Message::Took { round, version } => {
                self.version = self.version.max(version);
                let found = self.operations.iter().position(|op| op.round == round);
                if let Some(place) = found {
                    let answers = &mut self.operations[place].answers;
                    answers.insert(from, version);
                    if 2 * answers.len() > ctx.peers().len() + 1 {
                        self.end_round(ctx, place);
                    }
                }
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, Tick(call): Tick) {
        let found = self.operations.iter().position(|op| op.call == call);
        let Some(place) = found else {
            return;
        };
        let operation = &mut self.operations[place];
        operation.ticks += 1;
        if operation.ticks < TIMES {
            ask(ctx, operation);
            ctx.set_timer(tick(), Tick(call));
            return;
        }
        let written = self.operations.remove(place).written;
        let response = match written {
            true => Response::Unknown,
            false => Response::Refused,
        };
        ctx.reply(call, response);
    }
}
