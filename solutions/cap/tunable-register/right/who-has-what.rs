//! A register with levels, in which a node keeps a table of what each node is known to have, and when that was said: calls
//! rest on the table. There are no operations in messages, only the asker's clock of questions.
//!
//! While somebody waits, the node asks all the others every 10 ms, and each tick moves the clock on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

#[path = "../../../../exercises/cap/tunable-register/src/api.rs"]
pub mod api;

use api::{DEADLINE, Level, Request, Response};

/// Counter, writer, value.
type Version = (u64, usize, u64);

/// What nodes tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// At this tick of my clock I have this; and you?
    Tell(u64, Version),
    /// When you asked at that tick, I had this.
    Told(u64, Version),
}

/// What a node reminds itself of.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// Ask everybody.
    Tick,
    /// Give up on a call.
    Over(Call),
}

#[derive(Debug)]
struct Waiting {
    call: Call,
    request: Request,
    /// The tick before it came.
    since: u64,
    /// For a write.
    version: Version,
}

/// A node.
#[derive(Debug, Default)]
pub struct Replica {
    version: Version,
    clock: u64,
    /// For every other node, the latest question that it answered, and the newest that it is known to have.
    known: BTreeMap<NodeId, (u64, Version)>,
    waiting: Vec<Waiting>,
}

impl Replica {
    /// The node with this id.
    pub fn new(_: NodeId) -> Replica {
        Replica::default()
    }

    fn tick(&mut self, ctx: &mut Context<Self>) {
        self.clock += 1;
        ctx.broadcast(Message::Tell(self.clock, self.version));
        ctx.set_timer(ms(10), Timer::Tick);
    }

    /// Answers whom it can.
    fn settle(&mut self, ctx: &mut Context<Self>) {
        let nodes = ctx.peers().len() + 1;
        let (known, version) = (&self.known, self.version);
        self.waiting.retain(|waiting| {
            let (level, others) = match waiting.request {
                Request::Write(_, level) => {
                    let has = known.values().filter(|(_, has)| *has >= waiting.version);
                    (level, has.count())
                }
                Request::Read(level) => {
                    let said = known.values().filter(|(at, _)| *at > waiting.since);
                    (level, said.count())
                }
            };
            let enough = match level {
                Level::One => 1,
                Level::Quorum => nodes / 2 + 1,
                Level::All => nodes,
            };
            let ends = others + 1 >= enough;
            if ends {
                let response = match waiting.request {
                    Request::Write(..) => Response::Written,
                    // Whatever anybody has said is in the own copy.
                    Request::Read(_) => Response::Value(version.2),
                };
                ctx.reply(waiting.call, response);
                ctx.cancel_timer(Timer::Over(waiting.call));
            }
            !ends
        });
    }
}

impl Node for Replica {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        if let Request::Write(value, _) = request {
            self.version = (self.version.0 + 1, ctx.id().index(), value);
        }
        self.waiting.push(Waiting {
            call,
            request,
            since: self.clock,
            version: self.version,
        });
        ctx.set_timer(DEADLINE, Timer::Over(call));
        self.tick(ctx);
        self.settle(ctx);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Tell(at, version) => {
                self.version = self.version.max(version);
                ctx.send(from, Message::Told(at, self.version));
            }
            Message::Told(at, version) => {
                self.version = self.version.max(version);
                let (latest, newest) = self.known.entry(from).or_default();
                *latest = at.max(*latest);
                *newest = version.max(*newest);
                self.settle(ctx);
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match timer {
            Timer::Tick if self.waiting.is_empty() => {}
            Timer::Tick => self.tick(ctx),
            Timer::Over(call) => {
                for waiting in self.waiting.extract_if(.., |waiting| waiting.call == call) {
                    let response = match waiting.request {
                        Request::Write(..) => Response::Unknown,
                        Request::Read(_) => Response::Refused,
                    };
                    ctx.reply(call, response);
                }
            }
        }
    }
}
