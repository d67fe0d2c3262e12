//! The same, where the thread keeps it.

pub mod api;

use api::{Request, Response};
use simulator::{Call, Context, Node, NodeId};

// + server

std::thread_local! {
    static TOTAL: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

#[derive(Debug)]
pub struct Peer;

impl Peer {
    pub fn new(id: NodeId) -> Peer {
        if id == SERVER {
            TOTAL.set(0);
        }
        Peer
    }
}

impl Node for Peer {
    type Message = ();
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, Request::Add(amount): Request) {
        // For something to get lost.
        ctx.send(SERVER, ());
        ctx.reply(call, Response::Total({
            TOTAL.set(TOTAL.get() + amount);
            TOTAL.get()
        }));
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, (): ()) {}
}
