//! A node that answers at once from its own copy, and has nothing to do with the others but to greet them.

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/cap/ap-register/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// A greeting.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message;

/// A node that keeps to itself.
#[derive(Debug)]
pub struct Replica {
    value: u64,
}

impl Replica {
    /// The node with this id.
    pub fn new(_: NodeId) -> Replica {
        Replica { value: 0 }
    }
}

impl Node for Replica {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.value = ctx.disk().read("value").unwrap_or_default();
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        ctx.broadcast(Message);
        let response = match request {
            Request::Write(value) => {
                self.value = value;
                ctx.disk().write("value", &value);
                ctx.disk().sync();
                Response::Written
            }
            Request::Read => Response::Value(self.value),
        };
        ctx.reply(call, response);
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Message) {}
}
