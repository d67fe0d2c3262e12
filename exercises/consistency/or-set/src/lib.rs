//! A set that everybody may change without asking, and whose copies can always be merged.
//!
//! There are two halves. [`OrSet`] is a copy of the set, as a type: it is graded by itself, without a network. [`Member`] is
//! a node that keeps such a copy, answers from it at once, and gossips: it tells the others what it has, again and again.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

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
}

impl OrSet {
    /// The copy of this node, when nobody has added anything yet.
    pub fn new(node: NodeId) -> OrSet {
        OrSet { node }
    }

    /// Adds an element here. This is an add of its own, also if the element is there.
    pub fn add(&mut self, element: &str) {
        let _ = (self.node, element);
        todo!("note an add that can be told from all others, everywhere")
    }

    /// Takes back the adds of this element that this copy knows of.
    pub fn remove(&mut self, element: &str) {
        let _ = element;
        todo!("take back every add of it that is known here, so that others hear of that, too")
    }

    /// What is in the set, as far as this copy knows.
    pub fn elements(&self) -> BTreeSet<String> {
        todo!("return the elements of which an add is known that was not taken back")
    }

    /// Makes this copy know of all that it or the other knows of. It stays the copy of its own node.
    pub fn merge(&mut self, other: &OrSet) {
        let _ = other;
        todo!("know what either knows, of adds and of removes")
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
        let _ = ctx;
        todo!("take up the copy from the disk, if there is one, and begin to gossip")
    }

    /// A client has changed this node's copy, and is answered right after this.
    fn changed(&mut self, ctx: &mut Context<Self>) {
        let _ = (ctx, &self.set);
        todo!("make it safe from a crash")
    }

    /// Another node's copy arrives: perhaps a new one, perhaps one that is older than what has come before.
    fn on_copy(&mut self, ctx: &mut Context<Self>, from: NodeId, copy: &OrSet) {
        let _ = (ctx, from, copy);
        todo!("learn what it knows")
    }

    /// It is time to tell the others.
    fn gossip(&mut self, ctx: &mut Context<Self>) {
        let _ = ctx;
        todo!("send them this copy; do so again later, for ever")
    }
}
