//! The same, in something that is made when it is first used.

pub mod api;

use api::{Request, Response};
use simulator::{Call, Context, Node, NodeId};

// + server

use std::sync::{Mutex, OnceLock};

static TOTAL: OnceLock<Mutex<u64>> = OnceLock::new();

fn total() -> std::sync::MutexGuard<'static, u64> {
    TOTAL.get_or_init(Mutex::default).lock().unwrap()
}

#[derive(Debug)]
pub struct Peer;

impl Peer {
    pub fn new(id: NodeId) -> Peer {
        if id == SERVER {
            *total() = 0;
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
            let mut total = total();
            *total += amount;
            *total
        }));
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, (): ()) {}
}
