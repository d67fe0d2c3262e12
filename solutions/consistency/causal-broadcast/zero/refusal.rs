//! A node that answers everything at once with what costs least, and does nothing.
//!
//! It sends messages, so that faults have something to happen to.

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/consistency/causal-broadcast/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// Says nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message;

/// A node that only looks busy.
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

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        ctx.broadcast(Message);
        let response = match request {
            Request::Say(_) => Response::Said,
            Request::Heard => Response::Heard(Vec::new()),
        };
        ctx.reply(call, response);
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Message) {}
}
