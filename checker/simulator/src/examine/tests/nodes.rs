//! Nodes that the tests are made with.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::{Call, Context, Node, NodeId, ms};

pub const PRIMARY: NodeId = NodeId::new(0);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    None,
    /// Answers before the copies have arrived.
    AnswersEarly,
    /// Panics when a retry is needed.
    Panics,
    /// Has not been written yet where a retry is needed.
    Todo,
    /// Every copy is answered by two more.
    Breeds,
    /// Sends without end in one callback.
    Floods,
    /// Sends in the order of a `HashSet`.
    HashOrder,
    /// Ignores everything.
    Idle,
    /// Does not sync its disk.
    NeverSyncs,
    /// Sends every copy ten times when a retry is needed.
    Impatient,
    /// Keeps every value that was ever written.
    ForgetsNothing,
}

/// Keeps one number on every node. The primary answers a write once all have it.
#[derive(Debug)]
pub struct Copier {
    bug: Bug,
    value: u64,
    version: u64,
    waiting: Option<(Call, BTreeMap<NodeId, bool>)>,
    old: Vec<u64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    Copy { version: u64, value: u64 },
    Have { version: u64 },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    Write(u64),
    Read,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Response {
    Written,
    Value(u64),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Retry;

impl Copier {
    pub fn with(bug: Bug) -> impl Fn(NodeId) -> Copier {
        move |_| Copier {
            bug,
            value: 0,
            version: 0,
            waiting: None,
            old: Vec::new(),
        }
    }

    fn copy(&self, ctx: &mut Context<Self>) {
        let Some((_, have)) = &self.waiting else {
            return;
        };
        let message = Message::Copy {
            version: self.version,
            value: self.value,
        };
        let missing = have.iter().filter(|(_, has)| !**has).map(|(node, _)| *node);
        if self.bug == Bug::HashOrder {
            let shuffled: HashSet<NodeId> = missing.collect();
            for node in shuffled {
                ctx.send(node, message.clone());
            }
        } else {
            for node in missing {
                ctx.send(node, message.clone());
            }
        }
        ctx.set_timer(ms(15), Retry);
    }
}

impl Node for Copier {
    type Message = Message;
    type Timer = Retry;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        if let Some((version, value)) = ctx.disk().read("copy") {
            (self.version, self.value) = (version, value);
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match (self.bug, request) {
            (Bug::Idle, _) => {}
            (Bug::Floods, _) => loop {
                ctx.broadcast(Message::Have { version: 0 });
            },
            (_, Request::Read) => ctx.reply(call, Response::Value(self.value)),
            (_, Request::Write(value)) => {
                if self.bug == Bug::ForgetsNothing {
                    self.old.push(self.value);
                }
                self.value = value;
                self.version += 1;
                self.waiting = Some((
                    call,
                    ctx.peers().iter().map(|peer| (*peer, false)).collect(),
                ));
                self.copy(ctx);
                if self.bug == Bug::AnswersEarly {
                    ctx.reply(call, Response::Written);
                }
            }
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Copy { version, value } => {
                if version > self.version {
                    (self.version, self.value) = (version, value);
                    ctx.disk().write("copy", &(version, value));
                    if self.bug != Bug::NeverSyncs {
                        ctx.disk().sync();
                    }
                }
                ctx.send(from, Message::Have { version });
                if self.bug == Bug::Breeds {
                    ctx.send(PRIMARY, Message::Copy { version, value });
                }
            }
            Message::Have { version } if version == self.version => {
                if let Some((call, have)) = &mut self.waiting {
                    have.insert(from, true);
                    if have.values().all(|has| *has) {
                        ctx.reply(*call, Response::Written);
                        ctx.cancel_timer(Retry);
                        self.waiting = None;
                    }
                }
            }
            Message::Have { .. } => {}
        }
        if self.bug == Bug::Breeds {
            ctx.broadcast(Message::Copy {
                version: 0,
                value: 0,
            });
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, _: Retry) {
        match self.bug {
            Bug::Panics => {
                let empty: Vec<u64> = Vec::new();
                self.value = empty[self.version as usize];
            }
            Bug::Todo => todo!("send again what was lost"),
            Bug::Impatient => (0..10).for_each(|_| self.copy(ctx)),
            _ => self.copy(ctx),
        }
    }
}
