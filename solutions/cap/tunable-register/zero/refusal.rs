//! A node that refuses everything at once.
//!
//! It sends messages, so that faults have something to happen to.

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/cap/tunable-register/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// Says nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message;

/// A node that only looks busy.
#[derive(Clone, Debug, Hash)]
pub struct Replica;

impl Replica {
    /// The node with this id.
    pub fn new(_: NodeId) -> Replica {
        Replica
    }
}

impl Node for Replica {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, _: Request) {
        ctx.broadcast(Message);
        ctx.reply(call, Response::Refused);
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Message) {}
}
