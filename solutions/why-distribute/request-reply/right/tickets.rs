//! Request and reply, with tickets.
//!
//! The server draws the numbers: a stub first asks for a ticket, which changes nothing and may happen any number of
//! times, and then hands it in with what it wants. A ticket is good for one addition; who hands it in again gets the
//! same answer again.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/why-distribute/request-reply/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// The node that keeps the total.
pub const SERVER: NodeId = NodeId::new(0);

/// How long a stub waits before it repeats itself.
const PATIENCE: Duration = Duration::from_millis(25);

/// What stubs and the server tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// From a stub: I need a ticket, for my call with this number.
    Draw(u64),
    /// From the server: here is one.
    Ticket {
        /// The stub's number, as it was.
        call: u64,
        /// The ticket.
        ticket: u64,
    },
    /// From a stub: add this, on this ticket.
    Redeem {
        /// The ticket.
        ticket: u64,
        /// How much.
        amount: u64,
    },
    /// From the server: done.
    Redeemed {
        /// On which ticket.
        ticket: u64,
        /// The total after it.
        total: u64,
    },
}

/// A node: the server, or a stub.
#[derive(Debug)]
pub enum Peer {
    /// Keeps the total, how many tickets there are, and what was answered on which.
    Server {
        /// The total.
        total: u64,
        /// Tickets handed out.
        tickets: u64,
        /// Answers, by ticket.
        redeemed: BTreeMap<u64, u64>,
    },
    /// Counts its calls and does them one by one.
    Stub {
        /// Calls so far.
        calls: u64,
        /// The one that waits.
        current: Option<Current>,
    },
}

/// A call under way.
#[derive(Clone, Copy, Debug)]
pub struct Current {
    call: Call,
    amount: u64,
    ticket: Option<u64>,
}

impl Peer {
    /// The node with this id.
    pub fn new(id: NodeId) -> Peer {
        if id == SERVER {
            Peer::Server {
                total: 0,
                tickets: 0,
                redeemed: BTreeMap::new(),
            }
        } else {
            Peer::Stub {
                calls: 0,
                current: None,
            }
        }
    }

    fn go_on(&self, ctx: &mut Context<Self>) {
        if let Peer::Stub {
            calls,
            current: Some(current),
        } = self
        {
            let amount = current.amount;
            let message = match current.ticket {
                None => Message::Draw(*calls),
                Some(ticket) => Message::Redeem { ticket, amount },
            };
            ctx.send(SERVER, message);
            ctx.set_timer(PATIENCE, ());
        }
    }
}

impl Node for Peer {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, Request::Add(amount): Request) {
        if let Peer::Stub { calls, current } = self {
            *calls += 1;
            *current = Some(Current {
                call,
                amount,
                ticket: None,
            });
        }
        self.go_on(ctx);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match (&mut *self, message) {
            (Peer::Server { tickets, .. }, Message::Draw(call)) => {
                *tickets += 1;
                let ticket = *tickets;
                ctx.send(from, Message::Ticket { call, ticket });
            }
            (
                Peer::Server {
                    total, redeemed, ..
                },
                Message::Redeem { ticket, amount },
            ) => {
                let total = *redeemed.entry(ticket).or_insert_with(|| {
                    *total += amount;
                    *total
                });
                ctx.send(from, Message::Redeemed { ticket, total });
            }
            (Peer::Stub { calls, current }, Message::Ticket { call, ticket }) => {
                // One ticket for a call, the first that comes: with two, it could be carried out twice.
                if let Some(current) = current
                    && current.ticket.is_none()
                    && *calls == call
                {
                    current.ticket = Some(ticket);
                    self.go_on(ctx);
                }
            }
            (Peer::Stub { current, .. }, Message::Redeemed { ticket, total }) => {
                if let Some(answered) = current.filter(|current| current.ticket == Some(ticket)) {
                    ctx.reply(answered.call, Response::Total(total));
                    ctx.cancel_timer(());
                    *current = None;
                }
            }
            _ => {}
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, (): ()) {
        self.go_on(ctx);
    }
}
