//! A register without a leader in which a node is one of those that it asks, by messages to itself; a read that hears
//! the same from a whole majority does not store it again.
//!
//! Operations are told apart by random numbers. A stamp holds the number of its operation, so that no two are equal.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

#[path = "../../../../exercises/replication/quorum-register/src/api.rs"]
pub mod api;

use api::{Request, Response};

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

/// An operation may lack answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Again(u64);

/// How far an operation is.
#[derive(Clone, Debug, Hash)]
enum Stage {
    Query(BTreeMap<NodeId, Version>),
    Keep(Version, Vec<NodeId>),
}

/// A node.
#[derive(Clone, Debug, Default, Hash)]
pub struct Replica {
    version: Version,
    operations: BTreeMap<u64, (Call, Request, Stage)>,
}

fn send_to_all(ctx: &mut Context<Replica>, message: Message) {
    ctx.send(ctx.id(), message.clone());
    ctx.broadcast(message);
}

impl Replica {
    /// The node with this id.
    pub fn new(_: NodeId) -> Replica {
        Replica::default()
    }

    fn send(&self, ctx: &mut Context<Self>, number: u64) {
        match &self.operations.get(&number) {
            None => return,
            Some((_, _, Stage::Query(_))) => send_to_all(ctx, Message::Query(number)),
            Some((_, _, Stage::Keep(version, _))) => {
                send_to_all(ctx, Message::Keep(number, *version));
            }
        }
        ctx.set_timer(ms(20), Again(number));
    }

    fn finish(&mut self, ctx: &mut Context<Self>, number: u64, response: Response) {
        if let Some((call, ..)) = self.operations.remove(&number) {
            ctx.cancel_timer(Again(number));
            ctx.reply(call, response);
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
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        let number = ctx.random().below(u64::MAX);
        let stage = Stage::Query(BTreeMap::new());
        self.operations.insert(number, (call, request, stage));
        self.send(ctx, number);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        let enough = ctx.peers().len().div_ceil(2) + 1;
        match message {
            Message::Query(number) => ctx.send(from, Message::Found(number, self.version)),
            Message::Found(number, version) => {
                let Some((_, request, stage)) = self.operations.get_mut(&number) else {
                    return;
                };
                let Stage::Query(found) = stage else { return };
                found.insert(from, version);
                if found.len() < enough {
                    return;
                }
                let newest = found.values().max().copied().unwrap_or_default();
                let version = match *request {
                    Request::Write(value) => Version {
                        counter: newest.counter + 1,
                        operation: number,
                        value,
                    },
                    Request::Read if found.values().all(|version| *version == newest) => {
                        return self.finish(ctx, number, Response::Value(newest.value));
                    }
                    Request::Read => newest,
                };
                *stage = Stage::Keep(version, Vec::new());
                self.send(ctx, number);
            }
            Message::Keep(number, version) => {
                if version > self.version {
                    self.version = version;
                    ctx.disk().write("version", &version);
                    ctx.disk().sync();
                }
                ctx.send(from, Message::Kept(number));
            }
            Message::Kept(number) => {
                let Some((_, request, Stage::Keep(version, kept))) =
                    self.operations.get_mut(&number)
                else {
                    return;
                };
                if !kept.contains(&from) {
                    kept.push(from);
                }
                if kept.len() >= enough {
                    let response = match request {
                        Request::Write(_) => Response::Written,
                        Request::Read => Response::Value(version.value),
                    };
                    self.finish(ctx, number, response);
                }
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, Again(number): Again) {
        self.send(ctx, number);
    }
}
