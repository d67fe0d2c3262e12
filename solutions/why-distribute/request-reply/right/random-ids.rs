//! Request and reply, with calls known by random numbers.
//!
//! A stub draws a number for each call, and the server keeps every answer it ever gave under that number, so it need
//! not know who asks. A stub waits longer every time before it asks again.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/why-distribute/request-reply/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// The node that keeps the total.
pub const SERVER: NodeId = NodeId::new(0);

/// How long a stub waits at first.
const SHORTEST: Duration = Duration::from_millis(10);
/// How long it waits at most.
const LONGEST: Duration = Duration::from_millis(80);

/// What stubs and the server tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// From a stub.
    Add {
        /// Which call.
        id: u64,
        /// How much.
        amount: u64,
    },
    /// From the server.
    Added {
        /// Which call.
        id: u64,
        /// The total after it.
        total: u64,
    },
}

/// A stub's timer: for which call, and how long it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    id: u64,
    waited: Duration,
}

/// A node. The server uses the first two fields, stubs the last.
#[derive(Debug, Default)]
pub struct Peer {
    total: u64,
    answers: BTreeMap<u64, u64>,
    calls: BTreeMap<u64, (Call, u64)>,
}

impl Peer {
    /// The node with this id.
    pub fn new(_: NodeId) -> Peer {
        Peer::default()
    }

    fn ask(&self, ctx: &mut Context<Self>, id: u64, wait: Duration) {
        if let Some((_, amount)) = self.calls.get(&id) {
            let amount = *amount;
            ctx.send(SERVER, Message::Add { id, amount });
            ctx.set_timer(wait, Retry { id, waited: wait });
        }
    }
}

impl Node for Peer {
    type Message = Message;
    type Timer = Retry;
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, Request::Add(amount): Request) {
        let id = ctx.random().below(u64::MAX);
        self.calls.insert(id, (call, amount));
        self.ask(ctx, id, SHORTEST);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Add { id, amount } => {
                let total = *self.answers.entry(id).or_insert_with(|| {
                    self.total += amount;
                    self.total
                });
                ctx.send(from, Message::Added { id, total });
            }
            Message::Added { id, total } => {
                if let Some((call, _)) = self.calls.remove(&id) {
                    ctx.reply(call, Response::Total(total));
                }
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, Retry { id, waited }: Retry) {
        self.ask(ctx, id, (waited * 2).min(LONGEST));
    }
}
