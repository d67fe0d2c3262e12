//! The right design: majorities and epochs. And the fifth one, which differs from it in a single thing.
//!
//! Every primary has an *epoch*, a number that no other has had. To become one, a machine asks all three, itself
//! included, to promise it that they take nothing from older epochs any more; with two promises it is the primary. A
//! ticket is stored at two of three before it is handed out, and nobody stores for an epoch older than the one it has
//! promised. Two of three and two of three have a machine in common: so an old primary, whatever it believes, cannot
//! hand out anything once there is a new one, and the new one has learned of every ticket that was handed out.
//!
//! All this rests on promises being kept. The right design writes them to its disk before it gives them
//! ([`Memory::Disk`]). The fifth one keeps them in memory ([`Memory::Ram`]).

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

use super::{A, Request, Response, W};

const BEAT: Duration = ms(100);
/// How long the primary is silent before `a` takes over, and before `b` does: not both at once.
const SILENCE: [Duration; 2] = [ms(420), ms(300)];

/// Where a machine keeps what it has promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// On its disk, which outlives a crash.
    Disk,
    /// In its memory, which does not.
    Ram,
}

/// A machine of this design.
#[derive(Clone, Debug)]
pub struct ByMajority {
    memory: Memory,
    /// It takes nothing of an older epoch than this.
    promised: u64,
    /// The last ticket that it has stored.
    last: u64,
    role: Role,
    /// Tickets that are not stored by two yet, and who waits for them.
    waiting: Vec<Waiting>,
}

/// What a machine is, or wants to be.
#[derive(Clone, Debug, PartialEq)]
enum Role {
    /// It hears of a primary, or waits for one.
    StandingBy,
    /// It wants to be the primary in this epoch, and has these promises.
    Claiming(u64, BTreeSet<NodeId>),
    /// It is the primary in this epoch.
    Primary(u64),
}

#[derive(Clone, Debug)]
struct Waiting {
    ticket: u64,
    call: Call,
    stored: BTreeSet<NodeId>,
}

/// What machines tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// Promise me this epoch.
    Claim(u64),
    /// I promise this epoch, and know of this last ticket.
    Promise(u64, u64),
    /// In this epoch: store that this was the last ticket.
    Store(u64, u64),
    /// In this epoch, I have stored that this was the last ticket.
    Stored(u64, u64),
    /// I have promised a newer epoch, this one.
    Outdated(u64),
}

/// What a machine tells itself later.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// Say that you are the primary, and what the last ticket was.
    Beat,
    /// There has been no primary for too long.
    Silence,
}

impl ByMajority {
    /// A machine that keeps its promises in this memory.
    pub fn new(id: NodeId, memory: Memory) -> ByMajority {
        ByMajority {
            memory,
            // `a` begins as the primary of epoch 0, to which nobody need be asked.
            promised: 0,
            last: 0,
            role: if id == A {
                Role::Primary(0)
            } else {
                Role::StandingBy
            },
            waiting: Vec::new(),
        }
    }

    /// Writes down what was promised and stored.
    fn keep(&self, ctx: &mut Context<Self>) {
        if self.memory == Memory::Disk {
            ctx.disk().write("promised", &self.promised);
            ctx.disk().write("last", &self.last);
            ctx.disk().sync();
        }
    }

    /// Whether a message of this epoch is to be taken, and promises it if it is new.
    fn takes(&mut self, ctx: &mut Context<Self>, from: NodeId, epoch: u64) -> bool {
        if epoch < self.promised {
            ctx.send(from, Message::Outdated(self.promised));
            return false;
        }
        self.give_way(ctx, epoch);
        self.wait_for_silence(ctx);
        true
    }

    /// There is a newer epoch: whatever this machine was, it is not any more.
    fn give_way(&mut self, ctx: &mut Context<Self>, epoch: u64) {
        if epoch <= self.promised {
            return;
        }
        self.promised = epoch;
        self.keep(ctx);
        self.role = Role::StandingBy;
        for waiting in self.waiting.drain(..) {
            ctx.reply(waiting.call, Response::NotPrimary);
        }
    }

    fn wait_for_silence(&self, ctx: &mut Context<Self>) {
        if ctx.id() != W {
            ctx.set_timer(SILENCE[ctx.id().index()], Timer::Silence);
        }
    }
}

impl Node for ByMajority {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        // Only `a` begins as a primary, and only once: after a crash it stands by.
        if ctx.id() == A {
            if ctx.disk().read("started").unwrap_or(false) {
                self.role = Role::StandingBy;
            }
            ctx.disk().write("started", &true);
            ctx.disk().sync();
        }
        self.promised = ctx.disk().read("promised").unwrap_or(0);
        self.last = ctx.disk().read("last").unwrap_or(0);
        match self.role {
            Role::Primary(_) => ctx.set_timer(BEAT, Timer::Beat),
            _ => self.wait_for_silence(ctx),
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, Request::Take: Request) {
        let Role::Primary(epoch) = self.role else {
            ctx.reply(call, Response::NotPrimary);
            return;
        };
        self.last += 1;
        self.keep(ctx);
        self.waiting.push(Waiting {
            ticket: self.last,
            call,
            stored: BTreeSet::from([ctx.id()]),
        });
        ctx.broadcast(Message::Store(epoch, self.last));
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Claim(epoch) => {
                // Each epoch is promised once.
                if epoch > self.promised {
                    self.takes(ctx, from, epoch);
                    ctx.send(from, Message::Promise(epoch, self.last));
                } else {
                    ctx.send(from, Message::Outdated(self.promised));
                }
            }
            Message::Promise(epoch, last) => {
                self.last = self.last.max(last);
                let Role::Claiming(claimed, promises) = &mut self.role else {
                    return;
                };
                if *claimed == epoch {
                    // The second: its own is there already.
                    promises.insert(from);
                    self.keep(ctx);
                    self.role = Role::Primary(epoch);
                    ctx.broadcast(Message::Store(epoch, self.last));
                    ctx.set_timer(BEAT, Timer::Beat);
                    ctx.cancel_timer(Timer::Silence);
                }
            }
            Message::Store(epoch, last) => {
                if self.takes(ctx, from, epoch) {
                    self.last = self.last.max(last);
                    self.keep(ctx);
                    ctx.send(from, Message::Stored(epoch, last));
                }
            }
            Message::Stored(epoch, last) => {
                if self.role != Role::Primary(epoch) {
                    return;
                }
                for waiting in &mut self.waiting {
                    if waiting.ticket <= last {
                        waiting.stored.insert(from);
                    }
                }
                self.waiting.retain(|waiting| {
                    let stored = waiting.stored.len() >= 2;
                    if stored {
                        ctx.reply(waiting.call, Response::Ticket(waiting.ticket));
                    }
                    !stored
                });
            }
            Message::Outdated(epoch) => {
                self.give_way(ctx, epoch);
                self.wait_for_silence(ctx);
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match (timer, &self.role) {
            (Timer::Beat, Role::Primary(epoch)) => {
                ctx.broadcast(Message::Store(*epoch, self.last));
                ctx.set_timer(BEAT, Timer::Beat);
            }
            (Timer::Silence, Role::StandingBy | Role::Claiming(..)) => {
                // Every second number is `a`'s, the others are `b`'s.
                let epoch = 2 * (self.promised / 2 + 1) + ctx.id().index() as u64;
                self.promised = epoch;
                self.keep(ctx);
                self.role = Role::Claiming(epoch, BTreeSet::from([ctx.id()]));
                ctx.broadcast(Message::Claim(epoch));
                self.wait_for_silence(ctx);
            }
            _ => {}
        }
    }
}
