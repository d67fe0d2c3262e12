//! A set that stays empty, and a node that ignores everything.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/consistency/or-set/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// A copy of nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OrSet;

impl OrSet {
    /// Nothing.
    pub fn new(_: NodeId) -> OrSet {
        OrSet
    }

    /// Does nothing.
    pub fn add(&mut self, _: &str) {}

    /// Does nothing.
    pub fn remove(&mut self, _: &str) {}

    /// Nothing.
    pub fn elements(&self) -> BTreeSet<String> {
        BTreeSet::new()
    }

    /// Does nothing.
    pub fn merge(&mut self, _: &OrSet) {}
}

/// Nothing is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message;

/// A node that does nothing.
#[derive(Debug)]
pub struct Member;

impl Member {
    /// The node with this id.
    pub fn new(_: NodeId) -> Member {
        Member
    }
}

impl Node for Member {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, _: &mut Context<Self>, _: Call, _: Request) {}

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Message) {}
}
