//! A set that everybody may change without asking, and whose copies can always be merged.
//!
//! There are two halves. [`OrSet`] is a copy of the set, as a type: it is graded by itself, without a network. [`Member`] is
//! a node that keeps such a copy, answers from it at once, and gossips: it tells the others what it has, again and again.
//!
//! SOLUTION: This is the observed-remove set of M. Shapiro, N. Preguiça, C. Baquero and M. Zawirski, "A comprehensive study
//! SOLUTION: of convergent and commutative replicated data types", INRIA RR-7506, 2011, section 3.3.5, in its state-based
//! SOLUTION: form: every add has a tag of its own, a remove keeps the tags that it has seen, and merging is union. Tags that
//! SOLUTION: were removed are kept for ever here; how to do without them is in A. Bieniusa and others, "An optimized
//! SOLUTION: conflict-free replicated set", INRIA RR-8083, 2012, and in this exercise's other designs.

// BEGIN SOLUTION
use std::collections::BTreeMap;
// END SOLUTION
use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/consistency/or-set/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// How often a node tells the others what it has.
pub const PERIOD: Duration = Duration::from_millis(40);

/// A copy of the set. It is stored on disks and sent to other nodes as a whole. How it is made is up to you.
///
/// Everything in it is written as JSON, where the keys of maps must be strings or numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OrSet {
    /// The node whose copy it is.
    node: NodeId,
    // BEGIN SOLUTION
    /// How many adds there were here. The next one gets the next number.
    adds: u64,
    /// The tags that an element was added with: all that this copy knows of.
    added: BTreeMap<String, BTreeSet<Tag>>,
    /// The tags that were removed: all that this copy knows of.
    removed: BTreeSet<Tag>,
    // END SOLUTION
}

// BEGIN SOLUTION
/// The name of one add. No two adds have the same: no two of one node, because it counts them, and no two of different
/// nodes, because the node is part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Tag {
    node: NodeId,
    number: u64,
}

// END SOLUTION
impl OrSet {
    /// The copy of this node, when nobody has added anything yet.
    pub fn new(node: NodeId) -> OrSet {
        // BEGIN SOLUTION
        // STUB: OrSet { node }
        OrSet {
            node,
            adds: 0,
            added: BTreeMap::new(),
            removed: BTreeSet::new(),
        }
        // END SOLUTION
    }

    /// Adds an element here. This is an add of its own, also if the element is there.
    pub fn add(&mut self, element: &str) {
        // BEGIN SOLUTION note an add that can be told from all others, everywhere
        // STUB: let _ = (self.node, element);
        self.adds += 1;
        let tag = Tag {
            node: self.node,
            number: self.adds,
        };
        // Also if the element is there: somebody may be removing it elsewhere at this moment, and has not seen this add.
        self.added
            .entry(element.to_owned())
            .or_default()
            .insert(tag);
        // END SOLUTION
    }

    /// Takes back the adds of this element that this copy knows of.
    pub fn remove(&mut self, element: &str) {
        // BEGIN SOLUTION take back every add of it that is known here, so that others hear of that, too
        // STUB: let _ = element;
        // What has no tag here was not seen, and is not touched.
        if let Some(tags) = self.added.get(element) {
            self.removed.extend(tags);
        }
        // END SOLUTION
    }

    /// What is in the set, as far as this copy knows.
    pub fn elements(&self) -> BTreeSet<String> {
        // BEGIN SOLUTION return the elements of which an add is known that was not taken back
        let mut elements = BTreeSet::new();
        for (element, tags) in &self.added {
            // One is enough.
            if !tags.is_subset(&self.removed) {
                elements.insert(element.clone());
            }
        }
        elements
        // END SOLUTION
    }

    /// Makes this copy know of all that it or the other knows of. It stays the copy of its own node.
    pub fn merge(&mut self, other: &OrSet) {
        // BEGIN SOLUTION know what either knows, of adds and of removes
        // STUB: let _ = other;
        for (element, tags) in &other.added {
            self.added.entry(element.clone()).or_default().extend(tags);
        }
        // Union is commutative, associative and idempotent, so this is, too. A tag that was removed stays removed,
        // whichever of the two comes first: the add may arrive long after its remove.
        self.removed.extend(&other.removed);
        // END SOLUTION
    }
}

/// What nodes tell each other. Change it as you like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// This is my copy.
    Copy(OrSet),
}

/// What a node reminds itself of. Change it as you like.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// It is time to tell the others.
    Gossip,
}

/// A node: it keeps a copy, and gossips. Add what else it has to remember.
#[derive(Debug)]
pub struct Member {
    set: OrSet,
}

impl Member {
    /// The node with this id, as it is before it has read its disk.
    pub fn new(id: NodeId) -> Member {
        Member {
            set: OrSet::new(id),
        }
    }
}

/// Hands everything to the function that it is for. Nothing is to be done here.
impl Node for Member {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.start(ctx);
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        let response = match request {
            Request::Add(element) => {
                self.set.add(&element);
                self.changed(ctx);
                Response::Done
            }
            Request::Remove(element) => {
                self.set.remove(&element);
                self.changed(ctx);
                Response::Done
            }
            Request::List => Response::List(self.set.elements()),
        };
        ctx.reply(call, response);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Copy(copy) => self.on_copy(ctx, from, &copy),
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match timer {
            Timer::Gossip => self.gossip(ctx),
        }
    }
}

impl Member {
    /// The node starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced. That
    /// is nothing until you write something to it.
    fn start(&mut self, ctx: &mut Context<Self>) {
        // BEGIN SOLUTION take up the copy from the disk, if there is one, and begin to gossip
        // STUB: let _ = ctx;
        if let Some(set) = ctx.disk().read("set") {
            // All of it: also what was removed, and how many adds there were. A tag that is used again could be one that
            // was removed long ago.
            self.set = set;
        }
        self.gossip(ctx);
        // END SOLUTION
    }

    /// A client has changed this node's copy, and is answered right after this.
    fn changed(&mut self, ctx: &mut Context<Self>) {
        // BEGIN SOLUTION make it safe from a crash
        // STUB: let _ = (ctx, &self.set);
        ctx.disk().write("set", &self.set);
        ctx.disk().sync();
        // END SOLUTION
    }

    /// Another node's copy arrives: perhaps a new one, perhaps one that is older than what has come before.
    fn on_copy(&mut self, ctx: &mut Context<Self>, from: NodeId, copy: &OrSet) {
        // BEGIN SOLUTION learn what it knows
        // STUB: let _ = (ctx, from, copy);
        let _ = (ctx, from);
        // Not written to the disk: whoever has told this will tell it again. If a client removes something of it, it is
        // written with that.
        self.set.merge(copy);
        // END SOLUTION
    }

    /// It is time to tell the others.
    fn gossip(&mut self, ctx: &mut Context<Self>) {
        // BEGIN SOLUTION send them this copy; do so again later, for ever
        // STUB: let _ = ctx;
        // To everybody, every time, whether anything is new or not. It is wasteful and cannot go wrong: any message may
        // be lost, and the next one says all that it said.
        ctx.broadcast(Message::Copy(self.set.clone()));
        ctx.set_timer(PERIOD, Timer::Gossip);
        // END SOLUTION
    }
}
