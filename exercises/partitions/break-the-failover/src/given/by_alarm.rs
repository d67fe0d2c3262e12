//! The second design: the primary has to be confirmed, and an alarm rings when it is not.
//!
//! The primary tells the witness every 100 ms that it is there. The witness confirms it, and while that goes on, lets
//! nobody else be the primary. When no confirmation came for 300 ms, an alarm rings at the primary, and it steps down.
//! When the witness has not heard of the primary for 500 ms, `b` may take over, if it asks. So there are 200 ms in which
//! nobody is the primary, and nobody's clock is ever looked at.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

use super::{A, Request, Response, W};

const BEAT: Duration = ms(100);
const UNCONFIRMED: Duration = ms(300);
const SILENCE: Duration = ms(500);

/// A machine of this design.
#[derive(Clone, Debug)]
pub struct ByAlarm {
    primary: bool,
    /// The last ticket that it knows of.
    last: u64,
    /// Of the witness: whom it confirms.
    confirmed: Option<NodeId>,
}

/// What machines tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// To the witness: I am the primary, or want to be; this is the last ticket that I know of.
    Confirm(u64),
    /// From the witness: you are the primary, and this was the last ticket.
    Confirmed(u64),
    /// To the machine that stands by: this was the last ticket.
    Copy(u64),
}

/// What a machine tells itself later.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// Ask the witness.
    Beat,
    /// Nobody has confirmed that this machine is the primary.
    Unconfirmed,
    /// Of the witness: the primary has been silent for too long.
    Silence,
}

impl ByAlarm {
    /// A machine of this design.
    pub fn new(id: NodeId) -> ByAlarm {
        ByAlarm {
            primary: id == A,
            last: 0,
            confirmed: Some(A),
        }
    }
}

impl Node for ByAlarm {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        match ctx.id() {
            W => ctx.set_timer(SILENCE, Timer::Silence),
            _ => ctx.set_timer(BEAT, Timer::Beat),
        }
        if self.primary {
            ctx.set_timer(UNCONFIRMED, Timer::Unconfirmed);
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, Request::Take: Request) {
        // The alarm sees to it that this is true only while the witness confirms it.
        if !self.primary {
            ctx.reply(call, Response::NotPrimary);
            return;
        }
        self.last += 1;
        ctx.broadcast(Message::Copy(self.last));
        ctx.reply(call, Response::Ticket(self.last));
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        let (Message::Confirm(last) | Message::Confirmed(last) | Message::Copy(last)) = message;
        self.last = self.last.max(last);
        match message {
            Message::Confirm(_) => {
                if self.confirmed.is_none_or(|confirmed| confirmed == from) {
                    self.confirmed = Some(from);
                    ctx.set_timer(SILENCE, Timer::Silence);
                    ctx.send(from, Message::Confirmed(self.last));
                }
            }
            Message::Confirmed(_) => {
                self.primary = true;
                ctx.set_timer(UNCONFIRMED, Timer::Unconfirmed);
            }
            Message::Copy(_) => {}
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match timer {
            Timer::Beat => {
                // The one who stands by asks as well, and is not answered while there is a primary.
                ctx.send(W, Message::Confirm(self.last));
                ctx.set_timer(BEAT, Timer::Beat);
            }
            Timer::Unconfirmed => self.primary = false,
            Timer::Silence => self.confirmed = None,
        }
    }
}
