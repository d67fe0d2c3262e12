//! A register that refuses, in which a node is one of those that it asks, by messages to itself; a read that hears the
//! same from a whole majority does not store it again.
//!
//! A node has one clock, which ticks while somebody waits: at each tick, all operations ask again or come to their end,
//! a little before the deadline. Operations are told apart by random numbers, and a version holds the number of its
//! operation, so that no two are equal.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

#[path = "../../../../exercises/cap/cp-register/src/api.rs"]
pub mod api;

use api::{DEADLINE, Request, Response};

/// How far ticks are apart, in milliseconds.
const TICK: u64 = 10;

/// A value, with the place of its write among the others.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Version {
    counter: u64,
    operation: u64,
    value: u64,
}

/// What nodes tell each other. All are about an operation of the node that asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// What do you have?
    Query(u64),
    /// I have this.
    Found(u64, Version),
    /// Keep this.
    Keep(u64, Version),
    /// I do.
    Kept(u64),
}

/// Some operation may lack answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick;

/// How far an operation is.
#[derive(Clone, Debug, Hash)]
enum Stage {
    Query(BTreeMap<NodeId, Version>),
    Keep(Version, Vec<NodeId>),
}

/// What a client waits for.
#[derive(Clone, Debug, Hash)]
struct Operation {
    call: Call,
    request: Request,
    stage: Stage,
    ticks_left: u64,
}

/// A node.
#[derive(Clone, Debug, Default, Hash)]
pub struct Replica {
    version: Version,
    operations: BTreeMap<u64, Operation>,
}

impl Replica {
    /// The node with this id.
    pub fn new(_: NodeId) -> Replica {
        Replica::default()
    }

    fn question(&self, number: u64) -> Message {
        match &self.operations[&number].stage {
            Stage::Query(_) => Message::Query(number),
            Stage::Keep(version, _) => Message::Keep(number, *version),
        }
    }

    fn on_found(&mut self, ctx: &mut Context<Self>, from: NodeId, number: u64, version: Version) {
        let needed = ctx.peers().len().div_ceil(2) + 1;
        let Some(operation) = self.operations.get_mut(&number) else {
            return;
        };
        let Stage::Query(found) = &mut operation.stage else {
            return;
        };
        found.insert(from, version);
        if found.len() < needed {
            return;
        }
        let newest = found.values().copied().max().unwrap_or_default();
        let agreed = found.values().all(|version| *version == newest);
        let keep = match operation.request {
            Request::Read if agreed => {
                ctx.reply(operation.call, Response::Value(newest.value));
                self.operations.remove(&number);
                return;
            }
            Request::Read => newest,
            Request::Write(value) => Version {
                counter: newest.counter + 1,
                operation: number,
                value,
            },
        };
        operation.stage = Stage::Keep(keep, Vec::new());
        let question = self.question(number);
        ctx.send(ctx.id(), question.clone());
        ctx.broadcast(question);
    }

    fn on_kept(&mut self, ctx: &mut Context<Self>, from: NodeId, number: u64) {
        let needed = ctx.peers().len().div_ceil(2) + 1;
        let Some(operation) = self.operations.get_mut(&number) else {
            return;
        };
        let Stage::Keep(version, by) = &mut operation.stage else {
            return;
        };
        if by.contains(&from) {
            return;
        }
        by.push(from);
        if by.len() < needed {
            return;
        }
        let response = match operation.request {
            Request::Write(_) => Response::Written,
            Request::Read => Response::Value(version.value),
        };
        ctx.reply(operation.call, response);
        self.operations.remove(&number);
    }
}

impl Node for Replica {
    type Message = Message;
    type Timer = Tick;
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        if self.operations.is_empty() {
            ctx.set_timer(ms(TICK), Tick);
        }
        let number = ctx.random().below(u64::MAX);
        let operation = Operation {
            call,
            request,
            stage: Stage::Query(BTreeMap::new()),
            ticks_left: DEADLINE.as_millis() as u64 / TICK - 1,
        };
        self.operations.insert(number, operation);
        ctx.send(ctx.id(), Message::Query(number));
        ctx.broadcast(Message::Query(number));
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Query(number) => ctx.send(from, Message::Found(number, self.version)),
            Message::Found(number, version) => self.on_found(ctx, from, number, version),
            Message::Keep(number, version) => {
                self.version = self.version.max(version);
                ctx.send(from, Message::Kept(number));
            }
            Message::Kept(number) => self.on_kept(ctx, from, number),
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, Tick: Tick) {
        let numbers: Vec<u64> = self.operations.keys().copied().collect();
        for number in numbers {
            let Some(operation) = self.operations.get_mut(&number) else {
                continue;
            };
            operation.ticks_left -= 1;
            if operation.ticks_left > 0 {
                let question = self.question(number);
                ctx.broadcast(question);
                continue;
            }
            let response = match (operation.request, &operation.stage) {
                (Request::Write(_), Stage::Keep(..)) => Response::Unknown,
                _ => Response::Refused,
            };
            ctx.reply(operation.call, response);
            self.operations.remove(&number);
        }
        if !self.operations.is_empty() {
            ctx.set_timer(ms(TICK), Tick);
        }
    }
}
