//! A register that always answers, in which nobody is told anything unasked: a node asks the others, now and then, for
//! what is newer than its own copy. Of two values with the same counter, the larger one is kept.

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/cap/ap-register/src/api.rs"]
pub mod api;

use api::{INTERVAL, Request, Response};

/// What nodes tell each other: a counter and a value, in order of age.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// Have you anything newer than this?
    Newer((u64, u64)),
    /// Yes.
    Yes((u64, u64)),
}

/// A node.
#[derive(Debug, Default)]
pub struct Replica {
    version: (u64, u64),
}

impl Replica {
    /// A node before its start.
    pub fn new(_: NodeId) -> Replica {
        Replica::default()
    }

    fn become_newer(&mut self, ctx: &mut Context<Self>, version: (u64, u64)) {
        if version > self.version {
            self.version = version;
            ctx.disk().write("counter", &version.0);
            ctx.disk().write("value", &version.1);
            ctx.disk().sync();
        }
    }
}

impl Node for Replica {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        let counter = ctx.disk().read("counter").unwrap_or_default();
        self.version = (counter, ctx.disk().read("value").unwrap_or_default());
        ctx.set_timer(INTERVAL, ());
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        let response = match request {
            Request::Write(value) => {
                self.become_newer(ctx, (self.version.0 + 1, value));
                Response::Written
            }
            Request::Read => Response::Value(self.version.1),
        };
        ctx.reply(call, response);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Newer(version) if self.version > version => {
                ctx.send(from, Message::Yes(self.version));
            }
            Message::Newer(_) => {}
            Message::Yes(version) => self.become_newer(ctx, version),
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, (): ()) {
        ctx.broadcast(Message::Newer(self.version));
        ctx.set_timer(INTERVAL, ());
    }
}
