//! An agency that books everything without asking anybody: every trip is committed, everywhere, at once.
//!
//! It sends messages, so that faults have something to happen to.

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/coordination/two-phase-commit/src/api.rs"]
pub mod api;

use api::{PLACES, Request, Response};

/// Says nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message;

/// A node that only looks busy.
#[derive(Clone, Debug, Hash)]
pub struct Site;

impl Site {
    /// The node with this id.
    pub fn new(_: NodeId) -> Site {
        Site
    }
}

impl Node for Site {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        let response = match request {
            Request::Book(_) => {
                ctx.broadcast(Message);
                Response::Committed
            }
            Request::Outcome { .. } => Response::Committed,
            Request::Free => Response::Free(PLACES - 1),
        };
        ctx.reply(call, response);
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Message) {}
}
