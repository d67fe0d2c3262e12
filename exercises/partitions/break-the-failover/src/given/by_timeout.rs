//! The first design: who is silent for too long is dead.
//!
//! The primary tells `b` every 100 ms that it is there, and which ticket was the last. If `b` hears nothing for 300 ms,
//! it takes over. The witness has nothing to do.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

use super::{A, B, Request, Response};

const BEAT: Duration = ms(100);
const SILENCE: Duration = ms(300);

/// A machine of this design.
#[derive(Clone, Debug)]
pub struct ByTimeout {
    primary: bool,
    /// The last ticket that it knows of.
    last: u64,
}

/// What machines tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// I am the primary, and this was the last ticket.
    Alive(u64),
}

/// What a machine tells itself later.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// Say that you are there.
    Beat,
    /// The primary has been silent for too long.
    Silence,
}

impl ByTimeout {
    /// A machine of this design.
    pub fn new(id: NodeId) -> ByTimeout {
        ByTimeout {
            primary: id == A,
            last: 0,
        }
    }

    fn other(ctx: &Context<Self>) -> NodeId {
        if ctx.id() == A { B } else { A }
    }
}

impl Node for ByTimeout {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        if ctx.id() == A {
            ctx.set_timer(BEAT, Timer::Beat);
        } else if ctx.id() == B {
            ctx.set_timer(SILENCE, Timer::Silence);
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, Request::Take: Request) {
        if !self.primary {
            ctx.reply(call, Response::NotPrimary);
            return;
        }
        self.last += 1;
        ctx.send(Self::other(ctx), Message::Alive(self.last));
        ctx.reply(call, Response::Ticket(self.last));
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, _: NodeId, Message::Alive(last): Message) {
        self.last = self.last.max(last);
        // Somebody else is the primary, so this one is not.
        self.primary = false;
        ctx.set_timer(SILENCE, Timer::Silence);
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        if timer == Timer::Silence {
            self.primary = true;
        }
        if self.primary {
            ctx.send(Self::other(ctx), Message::Alive(self.last));
            ctx.set_timer(BEAT, Timer::Beat);
        }
    }
}
