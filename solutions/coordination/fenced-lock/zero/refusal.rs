//! Workers that lose the lock always, at once, and a store that is empty.
//!
//! They send messages, so that faults have something to happen to.

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/coordination/fenced-lock/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// The node that gives the lock away.
pub const LOCK: NodeId = NodeId::new(0);
/// The node that keeps the document.
pub const STORE: NodeId = NodeId::new(1);

/// Says nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message;

/// A node that only looks busy.
#[derive(Debug)]
pub struct Process;

impl Process {
    /// The node with this id.
    pub fn new(_: NodeId) -> Process {
        Process
    }
}

impl Node for Process {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        ctx.broadcast(Message);
        let response = match request {
            Request::Append { .. } => Response::Lost,
            Request::Show => Response::Document(Vec::new()),
        };
        ctx.reply(call, response);
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Message) {}
}
