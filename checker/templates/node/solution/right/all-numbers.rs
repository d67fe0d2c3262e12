//! Another design: every number is passed on by itself, and each node keeps a list of what each of the others still has
//! to acknowledge.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/__CHAPTER__/__EXERCISE__/src/api.rs"]
pub mod api;

use api::{Request, Response};

const AGAIN: Duration = Duration::from_millis(30);

/// A number, or its acknowledgement.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// A number that a client told.
    Number(u64),
    /// It arrived.
    Arrived(u64),
}

/// A node with every number that it ever saw.
#[derive(Debug, Default)]
pub struct Replica {
    seen: BTreeSet<u64>,
    unacknowledged: BTreeMap<NodeId, BTreeSet<u64>>,
}

impl Replica {
    /// A node that has seen none.
    pub fn new(_: NodeId) -> Replica {
        Replica::default()
    }
}

impl Node for Replica {
    type Message = Message;
    type Timer = u64;
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match request {
            Request::Tell(number) => {
                self.seen.insert(number);
                for &peer in ctx.peers().iter() {
                    self.unacknowledged.entry(peer).or_default().insert(number);
                }
                self.on_timer(ctx, number);
                ctx.reply(call, Response::Noted);
            }
            Request::Ask => {
                let largest = self.seen.last().copied().unwrap_or(0);
                ctx.reply(call, Response::Largest(largest));
            }
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Number(number) => {
                self.seen.insert(number);
                ctx.send(from, Message::Arrived(number));
            }
            Message::Arrived(number) => {
                self.unacknowledged.entry(from).or_default().remove(&number);
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, number: u64) {
        let mut sent = false;
        for (&peer, numbers) in &self.unacknowledged {
            if numbers.contains(&number) {
                ctx.send(peer, Message::Number(number));
                sent = true;
            }
        }
        if sent {
            ctx.set_timer(AGAIN, number);
        }
    }
}
