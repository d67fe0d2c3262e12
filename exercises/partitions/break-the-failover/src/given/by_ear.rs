//! The third design: who hears a majority may serve.
//!
//! Everybody tells everybody every 100 ms that it is there. Two of the three are a majority, so whoever hears another
//! machine is in one. `a` serves while it hears somebody: if for 200 ms it hears nobody, it is cut off, and stops. `b`
//! serves while neither it nor the witness has heard of `a` for 400 ms; so not if it is itself that is cut off. When
//! somebody was heard is compared with the clock at each request, so that no pause does harm.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, Time, ms};

use super::{A, B, Request, Response, W};

const BEAT: Duration = ms(100);
const DEAF: Duration = ms(200);
const SILENCE: Duration = ms(400);

/// A machine of this design.
#[derive(Clone, Debug)]
pub struct ByEar {
    /// The last ticket that it knows of.
    last: u64,
    /// When it heard of each machine last.
    heard: [Time; 3],
    /// When the witness said last that it does not hear `a`.
    witnessed: Option<Time>,
}

/// What machines tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Alive {
    /// The last ticket that the sender knows of.
    last: u64,
    /// Whether the sender hears `a`.
    hears_a: bool,
}

/// Time to say that it is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Beat;

impl ByEar {
    /// A machine of this design.
    pub fn new(_: NodeId) -> ByEar {
        ByEar {
            last: 0,
            heard: [Time::ZERO; 3],
            witnessed: None,
        }
    }

    fn heard_within(&self, ctx: &Context<Self>, node: NodeId, time: Duration) -> bool {
        ctx.now().since(self.heard[node.index()]) < time
    }

    fn may_serve(&self, ctx: &Context<Self>) -> bool {
        match ctx.id() {
            A => self.heard_within(ctx, B, DEAF) || self.heard_within(ctx, W, DEAF),
            B => {
                let witnessed = self.witnessed.is_some_and(|at| ctx.now().since(at) < DEAF);
                !self.heard_within(ctx, A, SILENCE) && witnessed
            }
            _ => false,
        }
    }

    fn tell(&self, ctx: &mut Context<Self>) {
        let alive = Alive {
            last: self.last,
            hears_a: self.heard_within(ctx, A, SILENCE),
        };
        ctx.broadcast(alive);
    }
}

impl Node for ByEar {
    type Message = Alive;
    type Timer = Beat;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.heard = [ctx.now(); 3];
        ctx.set_timer(BEAT, Beat);
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, Request::Take: Request) {
        if !self.may_serve(ctx) {
            ctx.reply(call, Response::NotPrimary);
            return;
        }
        self.last += 1;
        self.tell(ctx);
        ctx.reply(call, Response::Ticket(self.last));
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, alive: Alive) {
        self.last = self.last.max(alive.last);
        self.heard[from.index()] = ctx.now();
        if from == W {
            self.witnessed = (!alive.hears_a).then(|| ctx.now());
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, Beat: Beat) {
        self.tell(ctx);
        ctx.set_timer(BEAT, Beat);
    }
}
