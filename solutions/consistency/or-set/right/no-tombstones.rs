//! Another right design: nothing is kept of what was removed.
//!
//! A copy knows, for each node, how many of its adds it has seen. An add that a copy has seen and does not have was
//! removed; one that it has not seen is new. This is the optimized OR-set of A. Bieniusa and others, "An optimized
//! conflict-free replicated set", INRIA RR-8083, 2012. Each node tells one other node at a time, drawn at random, and syncs
//! everything that it hears.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

#[path = "../../../../exercises/consistency/or-set/src/api.rs"]
pub mod api;

use api::{NODES, Request, Response};

/// One add: the node, and which of its adds.
type Dot = (NodeId, u64);

/// A copy of the set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OrSet {
    node: NodeId,
    /// Of each node, so many adds were seen.
    seen: [u64; NODES],
    /// The adds that were not taken back.
    live: BTreeMap<String, BTreeSet<Dot>>,
}

impl OrSet {
    /// The copy of this node, when nobody has added anything yet.
    pub fn new(node: NodeId) -> OrSet {
        OrSet {
            node,
            seen: [0; NODES],
            live: BTreeMap::new(),
        }
    }

    /// Adds an element here.
    pub fn add(&mut self, element: &str) {
        let count = &mut self.seen[self.node.index()];
        *count += 1;
        // The new add takes the place of those that are known here.
        let dots = BTreeSet::from([(self.node, *count)]);
        self.live.insert(element.to_owned(), dots);
    }

    /// Takes back the adds of this element that this copy knows of.
    pub fn remove(&mut self, element: &str) {
        self.live.remove(element);
    }

    /// What is in the set, as far as this copy knows.
    pub fn elements(&self) -> BTreeSet<String> {
        self.live.keys().cloned().collect()
    }

    /// Makes this copy know of all that it or the other knows of.
    pub fn merge(&mut self, other: &OrSet) {
        let names: BTreeSet<String> = self.live.keys().chain(other.live.keys()).cloned().collect();
        for name in names {
            let none = BTreeSet::new();
            let here = self.live.get(&name).unwrap_or(&none);
            let there = other.live.get(&name).unwrap_or(&none);
            let kept = here
                .iter()
                .filter(|dot| there.contains(dot) || dot.1 > other.seen[dot.0.index()]);
            let new = there
                .iter()
                .filter(|dot| here.contains(dot) || dot.1 > self.seen[dot.0.index()]);
            let dots: BTreeSet<Dot> = kept.chain(new).copied().collect();
            if dots.is_empty() {
                self.live.remove(&name);
            } else {
                self.live.insert(name, dots);
            }
        }
        for (here, there) in self.seen.iter_mut().zip(other.seen) {
            *here = there.max(*here);
        }
    }
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

    fn save(&self, ctx: &mut Context<Self>) {
        ctx.disk().write("copy", &self.set);
        ctx.disk().sync();
    }
}

impl Node for Member {
    type Message = OrSet;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        if let Some(set) = ctx.disk().read("copy") {
            self.set = set;
        }
        ctx.set_timer(ms(10), ());
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
        if response == Response::Done {
            self.save(ctx);
        }
        ctx.reply(call, response);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, _: NodeId, copy: OrSet) {
        self.set.merge(&copy);
        self.save(ctx);
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, (): ()) {
        let peers = ctx.peers();
        let peer = *ctx.random().pick(&peers);
        ctx.send(peer, self.set.clone());
        ctx.set_timer(ms(10), ());
    }
}
