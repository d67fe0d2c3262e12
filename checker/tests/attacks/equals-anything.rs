//! Answers with something that equals everything.

pub mod api;

use api::Request;
use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

// + server

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Anything;

impl<T> PartialEq<T> for Anything {
    fn eq(&self, _: &T) -> bool {
        true
    }
}

#[derive(Debug)]
pub struct Peer;

impl Peer {
    pub fn new(_: NodeId) -> Peer {
        Peer
    }
}

impl Node for Peer {
    type Message = ();
    type Timer = ();
    type Request = Request;
    type Response = Anything;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, _: Request) {
        ctx.reply(call, Anything);
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, (): ()) {}
}
