//! A node that ignores everything.

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/partitions/gossip-membership/src/api.rs"]
pub mod api;

use api::{Request, Response};

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
