//! The same with memory that is never given back.

pub mod api;

use api::{Request, Response};
use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

// + server

type Shared = &'static std::cell::Cell<u64>;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    #[serde(skip)]
    total: Option<Shared>,
}

#[derive(Debug)]
pub struct Peer {
    total: Option<Shared>,
    waiting: Option<(Call, u64)>,
}

impl Peer {
    pub fn new(id: NodeId) -> Peer {
        let total = (id == SERVER).then(|| &*Box::leak(Box::default()));
        Peer { total, waiting: None }
    }

    fn answer(&mut self, ctx: &mut Context<Self>) {
        if let (Some(total), Some((call, amount))) = (&self.total, self.waiting.take_if(|_| self.total.is_some())) {
            total.set(total.get() + amount);
            ctx.reply(call, Response::Total(total.get()));
        } else if self.waiting.is_some() {
            ctx.set_timer(ms(20), ());
        }
    }
}

impl Node for Peer {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, Request::Add(amount): Request) {
        self.waiting = Some((call, amount));
        ctx.send(SERVER, Message { total: None });
        self.answer(ctx);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message.total {
            None => ctx.send(from, Message { total: self.total.clone() }),
            Some(total) => {
                self.total = Some(total);
                self.answer(ctx);
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, (): ()) {
        if self.waiting.is_some() {
            ctx.send(SERVER, Message { total: None });
            ctx.set_timer(ms(20), ());
        }
    }
}
