//! A node that answers everything at once with what costs least, and does nothing.
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
#[derive(Debug)]
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

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        ctx.broadcast(Message);
        let response = match request {
            Request::Write(..) => Response::Written,
            Request::Read(_) => Response::Value(0),
        };
        ctx.reply(call, response);
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Message) {}
}
