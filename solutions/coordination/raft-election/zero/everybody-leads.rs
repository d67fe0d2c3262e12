//! Everybody leads, each in a term of its own.

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

#[path = "../../../../exercises/coordination/raft-election/src/api.rs"]
pub mod api;

use api::{Request, Response, Role, Status};

/// Says nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message;

/// A node that leads.
#[derive(Clone, Debug, Hash)]
pub struct Server {
    me: NodeId,
}

impl Server {
    /// The node with this id.
    pub fn new(me: NodeId) -> Server {
        Server { me }
    }

    /// It leads.
    pub fn status(&self) -> Status {
        Status {
            role: Role::Leader,
            term: self.me.index() as u64 + 1,
        }
    }
}

impl Node for Server {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.on_timer(ctx, ());
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, (): ()) {
        ctx.broadcast(Message);
        ctx.set_timer(ms(15), ());
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        let Request::Leader { after } = request;
        let (term, leader) = (self.me.index() as u64 + 1, self.me);
        if after < term {
            ctx.reply(call, Response { term, leader });
        }
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Message) {}
}
