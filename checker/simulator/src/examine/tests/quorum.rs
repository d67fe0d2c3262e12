//! A register on a quorum of nodes, right or with one bug (Attiya, Bar-Noy and Dolev, "Sharing memory robustly in
//! message-passing systems", JACM 1995, with many writers).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Call, Context, Node, NodeId, ms};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::examine) enum Bug {
    None,
    /// A read answers with what a majority has, without making sure that a majority has it.
    NoWriteBack,
    /// What was stored is only in memory.
    Forgets,
}

#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, Hash)]
pub(in crate::examine) enum Request {
    Write(u64),
    Read,
}

#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, Hash)]
pub(in crate::examine) enum Response {
    Written,
    Value(u64),
}

/// Which of two values is newer.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub(in crate::examine) struct Stamp {
    counter: u64,
    node: u64,
}

#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(in crate::examine) enum Message {
    Ask(u64),
    Have(u64, Stamp, u64),
    Store(u64, Stamp, u64),
    Stored(u64),
}

#[derive(Clone, Debug, PartialEq)]
pub(in crate::examine) struct Again(u64);

#[derive(Clone, Debug, Hash)]
struct Operation {
    call: Call,
    write: Option<u64>,
    newest: (Stamp, u64),
    storing: bool,
    heard: BTreeSet<usize>,
}

#[derive(Clone, Debug)]
pub(in crate::examine) struct Register {
    bug: Bug,
    id: NodeId,
    held: (Stamp, u64),
    operations: BTreeMap<u64, Operation>,
    next: u64,
}

impl std::hash::Hash for Register {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.held, &self.operations, self.next).hash(state);
    }
}

impl Register {
    pub(in crate::examine) fn with(bug: Bug) -> impl Fn(NodeId) -> Register {
        move |id| Register {
            bug,
            id,
            held: Default::default(),
            operations: BTreeMap::new(),
            next: 0,
        }
    }

    pub(in crate::examine) fn holds_something(&self) -> bool {
        self.held.1 != 0
    }

    fn everyone(ctx: &mut Context<Self>, message: Message) {
        let me = ctx.id();
        ctx.send(me, message.clone());
        ctx.broadcast(message);
    }

    fn answered(&mut self, from: NodeId, number: u64, storing: bool) -> bool {
        let Some(operation) = self.operations.get_mut(&number) else {
            return false;
        };
        if operation.storing != storing {
            return false;
        }
        operation.heard.insert(from.index());
        operation.heard.len() == 2
    }
}

impl Node for Register {
    type Message = Message;
    type Timer = Again;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.held = ctx.disk().read("held").unwrap_or_default();
        // Answers to what was asked before the crash must not be taken for answers to something else.
        self.next = ctx.disk().read("next").unwrap_or(0);
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        let number = self.next;
        self.next += 1;
        ctx.disk().write("next", &self.next);
        ctx.disk().sync();
        let write = match request {
            Request::Write(value) => Some(value),
            Request::Read => None,
        };
        let operation = Operation {
            call,
            write,
            newest: Default::default(),
            storing: false,
            heard: BTreeSet::new(),
        };
        self.operations.insert(number, operation);
        Register::everyone(ctx, Message::Ask(number));
        ctx.set_timer(ms(20), Again(number));
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Ask(number) => {
                let (stamp, value) = self.held;
                ctx.send(from, Message::Have(number, stamp, value));
            }
            Message::Have(number, stamp, value) => {
                if let Some(operation) = self.operations.get_mut(&number)
                    && !operation.storing
                {
                    operation.newest = operation.newest.max((stamp, value));
                }
                if !self.answered(from, number, false) {
                    return;
                }
                let (id, bug) = (self.id, self.bug);
                let Some(operation) = self.operations.get_mut(&number) else {
                    return;
                };
                if let Some(value) = operation.write {
                    let counter = operation.newest.0.counter + 1;
                    let node = id.index() as u64;
                    operation.newest = (Stamp { counter, node }, value);
                } else if bug == Bug::NoWriteBack {
                    ctx.reply(operation.call, Response::Value(operation.newest.1));
                    ctx.cancel_timer(Again(number));
                    self.operations.remove(&number);
                    return;
                }
                operation.storing = true;
                operation.heard.clear();
                let (stamp, value) = operation.newest;
                Register::everyone(ctx, Message::Store(number, stamp, value));
            }
            Message::Store(number, stamp, value) => {
                if stamp > self.held.0 {
                    self.held = (stamp, value);
                    if self.bug != Bug::Forgets {
                        ctx.disk().write("held", &self.held);
                        ctx.disk().sync();
                    }
                }
                ctx.send(from, Message::Stored(number));
            }
            Message::Stored(number) => {
                if self.answered(from, number, true)
                    && let Some(operation) = self.operations.remove(&number)
                {
                    ctx.cancel_timer(Again(number));
                    let response = match operation.write {
                        Some(_) => Response::Written,
                        None => Response::Value(operation.newest.1),
                    };
                    ctx.reply(operation.call, response);
                }
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, Again(number): Again) {
        let Some(operation) = self.operations.get(&number) else {
            return;
        };
        let message = match operation.storing {
            true => Message::Store(number, operation.newest.0, operation.newest.1),
            false => Message::Ask(number),
        };
        Register::everyone(ctx, message);
        ctx.set_timer(ms(20), Again(number));
    }
}
