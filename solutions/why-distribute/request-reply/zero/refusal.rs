//! A node that answers everything at once with what costs least, and does nothing.
//!
//! It sends messages, so that faults have something to happen to.

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/why-distribute/request-reply/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// The node that keeps the total.
pub const SERVER: NodeId = NodeId::new(0);

/// Says nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message;

/// A node that only looks busy.
#[derive(Debug)]
pub struct Peer;

impl Peer {
    /// The node with this id.
    pub fn new(_: NodeId) -> Peer {
        Peer
    }
}

impl Node for Peer {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, _: Request) {
        ctx.broadcast(Message);
        ctx.reply(call, Response::Total(0));
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Message) {}
}
