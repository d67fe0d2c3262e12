//! A register on three nodes, once for all: every crate beside includes this file, so that all of them explore the same
//! thing (Attiya, Bar-Noy and Dolev, "Sharing memory robustly in message-passing systems", JACM 1995, with many
//! writers). What a node sends to itself happens at once.

use std::collections::BTreeMap;

/// How many nodes there are.
pub const NODES: usize = 3;
const MAJORITY: u32 = 2;

/// What is wrong with the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bug {
    /// Nothing.
    None,
    /// A read answers with what a majority has, without making sure that a majority has it.
    NoWriteBack,
}

/// What clients ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serialized", derive(serde::Serialize, serde::Deserialize))]
pub enum Request {
    /// Hold this.
    Write(u64),
    /// What do you hold?
    Read,
}

/// What they are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serialized", derive(serde::Serialize, serde::Deserialize))]
pub enum Response {
    /// It is written.
    Written,
    /// This.
    Value(u64),
}

/// Which of two values is newer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serialized", derive(serde::Serialize, serde::Deserialize))]
pub struct Stamp {
    /// Counted from one.
    pub counter: u64,
    /// The node that wrote.
    pub node: usize,
}

/// What nodes tell each other; the first number is that of the operation at the node that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serialized", derive(serde::Serialize, serde::Deserialize))]
pub enum Message {
    /// What do you have?
    Ask(u64),
    /// This.
    Have(u64, Stamp, u64),
    /// Store this, unless you have something newer.
    Store(u64, Stamp, u64),
    /// I have done so.
    Stored(u64),
}

/// What a node may do.
pub trait Outbox {
    /// Sends a message to another node.
    fn send(&mut self, to: usize, message: Message);
    /// Answers an operation of this node.
    fn reply(&mut self, operation: u64, response: Response);
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Operation {
    write: Option<u64>,
    newest: (Stamp, u64),
    storing: bool,
    /// The nodes that were heard of, a bit each.
    heard: u32,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Register {
    bug: Bug,
    id: usize,
    held: (Stamp, u64),
    operations: BTreeMap<u64, Operation>,
    next: u64,
}

impl Register {
    /// The node with this number.
    pub fn new(id: usize, bug: Bug) -> Register {
        Register {
            bug,
            id,
            held: Default::default(),
            operations: BTreeMap::new(),
            next: 0,
        }
    }

    /// A client asks; returns the number of its operation.
    pub fn on_request(&mut self, request: Request, out: &mut impl Outbox) -> u64 {
        let number = self.next;
        self.next += 1;
        let write = match request {
            Request::Write(value) => Some(value),
            Request::Read => None,
        };
        let newest = Default::default();
        self.operations.insert(
            number,
            Operation {
                write,
                newest,
                storing: false,
                heard: 0,
            },
        );
        self.everyone(Message::Ask(number), out);
        number
    }

    fn everyone(&mut self, message: Message, out: &mut impl Outbox) {
        for other in (0..NODES).filter(|other| *other != self.id) {
            out.send(other, message);
        }
        self.on_message(self.id, message, out);
    }

    fn send(&mut self, to: usize, message: Message, out: &mut impl Outbox) {
        if to == self.id {
            self.on_message(to, message, out);
        } else {
            out.send(to, message);
        }
    }

    /// Notes that a node was heard of; whether those are a majority now.
    fn heard(&mut self, from: usize, number: u64, storing: bool) -> bool {
        match self.operations.get_mut(&number) {
            Some(operation) if operation.storing == storing => {
                operation.heard |= 1 << from;
                operation.heard.count_ones() == MAJORITY
            }
            _ => false,
        }
    }

    /// A message has come.
    pub fn on_message(&mut self, from: usize, message: Message, out: &mut impl Outbox) {
        match message {
            Message::Ask(number) => {
                let (stamp, value) = self.held;
                self.send(from, Message::Have(number, stamp, value), out);
            }
            Message::Have(number, stamp, value) => {
                if let Some(operation) = self.operations.get_mut(&number)
                    && !operation.storing
                {
                    operation.newest = operation.newest.max((stamp, value));
                }
                if self.heard(from, number, false) {
                    self.majority_asked(number, out);
                }
            }
            Message::Store(number, stamp, value) => {
                if stamp > self.held.0 {
                    self.held = (stamp, value);
                }
                self.send(from, Message::Stored(number), out);
            }
            Message::Stored(number) => {
                if self.heard(from, number, true)
                    && let Some(operation) = self.operations.remove(&number)
                {
                    let response = match operation.write {
                        Some(_) => Response::Written,
                        None => Response::Value(operation.newest.1),
                    };
                    out.reply(number, response);
                }
            }
        }
    }

    fn majority_asked(&mut self, number: u64, out: &mut impl Outbox) {
        let (id, bug) = (self.id, self.bug);
        let Some(operation) = self.operations.get_mut(&number) else {
            return;
        };
        if let Some(value) = operation.write {
            let counter = operation.newest.0.counter + 1;
            operation.newest = (Stamp { counter, node: id }, value);
        } else if bug == Bug::NoWriteBack {
            let value = operation.newest.1;
            self.operations.remove(&number);
            out.reply(number, Response::Value(value));
            return;
        }
        operation.storing = true;
        operation.heard = 0;
        let (stamp, value) = operation.newest;
        self.everyone(Message::Store(number, stamp, value), out);
    }
}
