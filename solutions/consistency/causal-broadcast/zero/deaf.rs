//! A node that hears only itself. It sends messages, so that faults have something to happen to.

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/consistency/causal-broadcast/src/api.rs"]
pub mod api;

use api::{Line, Request, Response};

/// Says nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message;

/// A node that listens to nobody.
#[derive(Debug, Default)]
pub struct Member {
    heard: Vec<Line>,
}

impl Member {
    /// The node with this id.
    pub fn new(_: NodeId) -> Member {
        Member::default()
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
            Request::Say(text) => {
                let speaker = ctx.id();
                self.heard.push(Line { speaker, text });
                Response::Said
            }
            Request::Heard => Response::Heard(self.heard.clone()),
        };
        ctx.reply(call, response);
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Message) {}
}
