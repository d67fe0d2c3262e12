//! The fourth design: a lease, until a certain time.
//!
//! The witness lends the right to serve for 300 ms at a time, and says until when. Whoever has it asks for more every
//! 100 ms. To `b` it lends only when the last lease has run out. At every request, the primary looks at its clock:
//! however long it stood still, it does not serve on a lease that has run out.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, Time, ms};

use super::{A, B, Request, Response, W};

const BEAT: Duration = ms(100);
const LEASE: Duration = ms(300);

/// A machine of this design.
#[derive(Clone, Debug)]
pub struct ByLease {
    /// The last ticket that it knows of.
    last: u64,
    /// Until when it may serve; of the witness: until when its lease is out.
    until: Time,
    /// Of the witness: who has the lease.
    holder: NodeId,
}

/// What machines tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// To the witness: lend me the right to serve. This is the last ticket that I know of.
    Lend(u64),
    /// From the witness: you may serve until this time. This was the last ticket.
    Lent(Time, u64),
    /// This was the last ticket.
    Copy(u64),
}

/// Time to ask the witness.
#[derive(Clone, Debug, PartialEq)]
pub struct Beat;

impl ByLease {
    /// A machine of this design.
    pub fn new(_: NodeId) -> ByLease {
        ByLease {
            last: 0,
            until: Time::ZERO,
            holder: A,
        }
    }
}

impl Node for ByLease {
    type Message = Message;
    type Timer = Beat;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        match ctx.id() {
            // What it has lent before a crash, it does not know any more: it waits.
            W => self.until = ctx.now() + LEASE,
            A => {
                ctx.send(W, Message::Lend(self.last));
                ctx.set_timer(BEAT, Beat);
            }
            B => ctx.set_timer(BEAT, Beat),
            _ => {}
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, Request::Take: Request) {
        if ctx.now() >= self.until {
            ctx.reply(call, Response::NotPrimary);
            return;
        }
        self.last += 1;
        ctx.broadcast(Message::Copy(self.last));
        ctx.reply(call, Response::Ticket(self.last));
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Lend(last) => {
                self.last = self.last.max(last);
                if self.holder == from || ctx.now() >= self.until {
                    self.holder = from;
                    self.until = ctx.now() + LEASE;
                    ctx.send(from, Message::Lent(self.until, self.last));
                }
            }
            Message::Lent(until, last) => {
                self.last = self.last.max(last);
                self.until = until;
            }
            Message::Copy(last) => self.last = self.last.max(last),
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, Beat: Beat) {
        ctx.send(W, Message::Lend(self.last));
        ctx.set_timer(BEAT, Beat);
    }
}
