//! Log shipping by polling: followers ask the leader for what comes after their position, again and again; the leader
//! only answers. What a follower asks for says what it has.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/replication/log-shipping/src/api.rs"]
pub mod api;

use api::{Change, Request, Response};

/// The node that takes the writes.
pub const LEADER: NodeId = NodeId::new(0);

/// How long a follower waits before it asks for more.
const PAUSE: Duration = Duration::from_millis(15);

/// What the leader and its followers tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// From a follower: what comes after this position?
    After(u64),
    /// From the leader: after this position come these.
    Next(u64, Vec<Change>),
}

/// It is time to ask.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask;

/// A node. The leader has all changes; a follower has those that it has applied.
#[derive(Debug, Default)]
pub struct Replica {
    log: Vec<Change>,
    number: u64,
    asked: BTreeMap<NodeId, u64>,
    waiting: Vec<(u64, Call)>,
}

impl Replica {
    /// The node with this id.
    pub fn new(_: NodeId) -> Replica {
        Replica::default()
    }

    fn position(&self) -> u64 {
        self.log.len() as u64
    }

    fn push(&mut self, change: Change) {
        self.log.push(change);
        self.number = change.apply(self.number);
    }

    fn answer(&mut self, ctx: &mut Context<Self>) {
        let (number, position) = (self.number, self.position());
        self.waiting.retain(|(at_least, call)| {
            let ready = *at_least <= position;
            if ready {
                ctx.reply(*call, Response::Number { number, position });
            }
            !ready
        });
    }
}

impl Node for Replica {
    type Message = Message;
    type Timer = Ask;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        for change in ctx.disk().read::<Vec<Change>>("log").unwrap_or_default() {
            self.push(change);
        }
        if ctx.id() != LEADER {
            ctx.set_timer(PAUSE, Ask);
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match request {
            Request::Write(change) => {
                self.push(change);
                let position = self.position();
                ctx.reply(call, Response::Written { position });
            }
            Request::Read { at_least } => {
                self.waiting.push((at_least, call));
                self.answer(ctx);
            }
            Request::Lag { follower } => {
                let has = self.asked.get(&follower).copied().unwrap_or(0);
                ctx.reply(call, Response::Lag(self.position() - has));
            }
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::After(position) => {
                self.asked.insert(from, position);
                let next = self.log[position as usize..].to_vec();
                if !next.is_empty() {
                    ctx.send(from, Message::Next(position, next));
                }
            }
            // An answer to an earlier question is dropped; the present one will be answered, too.
            Message::Next(position, next) => {
                if position == self.position() {
                    for change in next {
                        self.push(change);
                    }
                    ctx.disk().write("log", &self.log);
                    ctx.disk().sync();
                    self.answer(ctx);
                    ctx.set_timer(Duration::ZERO, Ask);
                }
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, Ask: Ask) {
        ctx.send(LEADER, Message::After(self.position()));
        ctx.set_timer(PAUSE, Ask);
    }
}
