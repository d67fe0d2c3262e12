//! Another right design: for each element two vectors, of the latest adds and of the latest adds that were taken back.
//!
//! A copy that knows of an add of a node knows of all earlier ones of that node, too. So, of each node, one number says
//! which adds of an element are known, and one which of these were removed, and merging takes the larger of each. Nodes
//! ask each other for what they have, and answer only if they know more than the other.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

#[path = "../../../../exercises/consistency/or-set/src/api.rs"]
pub mod api;

use api::{NODES, Request, Response};

/// For each node, the number of an add: the latest that is meant.
type Vector = [u64; NODES];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    added: Vector,
    removed: Vector,
}

/// A copy of the set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OrSet {
    node: NodeId,
    entries: BTreeMap<String, Entry>,
}

fn raise(vector: &mut Vector, to: &Vector) {
    for (here, there) in vector.iter_mut().zip(to) {
        *here = (*here).max(*there);
    }
}

impl OrSet {
    /// The copy of this node, when nobody has added anything yet.
    pub fn new(node: NodeId) -> OrSet {
        OrSet {
            node,
            entries: BTreeMap::new(),
        }
    }

    /// Adds an element here.
    pub fn add(&mut self, element: &str) {
        let entry = self.entries.entry(element.to_owned()).or_default();
        // Entries are never dropped, so each element can count for itself.
        entry.added[self.node.index()] += 1;
    }

    /// Takes back the adds of this element that this copy knows of.
    pub fn remove(&mut self, element: &str) {
        if let Some(entry) = self.entries.get_mut(element) {
            entry.removed = entry.added;
        }
    }

    /// What is in the set, as far as this copy knows.
    pub fn elements(&self) -> BTreeSet<String> {
        let there = |entry: &Entry| {
            let mut both = entry.added.iter().zip(&entry.removed);
            both.any(|(added, removed)| added > removed)
        };
        let entries = self.entries.iter().filter(|(_, entry)| there(entry));
        entries.map(|(name, _)| name.clone()).collect()
    }

    /// Makes this copy know of all that it or the other knows of.
    pub fn merge(&mut self, other: &OrSet) {
        for (name, there) in &other.entries {
            let here = self.entries.entry(name.clone()).or_default();
            raise(&mut here.added, &there.added);
            raise(&mut here.removed, &there.removed);
        }
    }
}

/// What nodes tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// This is what I have; do you know more?
    Question(OrSet),
    /// I do.
    Answer(OrSet),
}

/// A node.
#[derive(Debug)]
pub struct Member {
    set: OrSet,
}

impl Member {
    /// The node with this id.
    pub fn new(id: NodeId) -> Member {
        Member {
            set: OrSet::new(id),
        }
    }
}

impl Node for Member {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        if let Some(entries) = ctx.disk().read("entries") {
            self.set.entries = entries;
        }
        self.on_timer(ctx, ());
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        let response = match request {
            Request::Add(element) => {
                self.set.add(&element);
                Response::Done
            }
            Request::Remove(element) => {
                self.set.remove(&element);
                Response::Done
            }
            Request::List => Response::List(self.set.elements()),
        };
        ctx.disk().write("entries", &self.set.entries);
        ctx.disk().sync();
        ctx.reply(call, response);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Question(theirs) => {
                self.set.merge(&theirs);
                if self.set.entries != theirs.entries {
                    ctx.send(from, Message::Answer(self.set.clone()));
                }
            }
            Message::Answer(theirs) => self.set.merge(&theirs),
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, (): ()) {
        ctx.broadcast(Message::Question(self.set.clone()));
        ctx.set_timer(ms(30), ());
    }
}
