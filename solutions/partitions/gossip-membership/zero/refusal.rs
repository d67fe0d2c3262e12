//! A node that has only itself on its list. It sends messages, so that faults have something to happen to.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/partitions/gossip-membership/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// Says nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message;

/// A node.
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

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        ctx.set_timer(simulator::ms(100), ());
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, _: Request) {
        ctx.reply(call, Response::Members(BTreeSet::from([ctx.id()])));
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Message) {}

    fn on_timer(&mut self, ctx: &mut Context<Self>, (): ()) {
        ctx.broadcast(Message);
        ctx.set_timer(simulator::ms(100), ());
    }
}
