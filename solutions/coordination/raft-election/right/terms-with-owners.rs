//! Nobody votes: every term belongs to one node from the start, as ballots do in Paxos.
//!
//! With three nodes, n0 may lead in the terms 1, 4, 7, …, n1 in 2, 5, 8, …, and n2 in 3, 6, 9, …. So a term cannot have two
//! leaders. What a majority is asked for is a promise: to listen to no older term any more. That makes sure that a leader
//! is one whom a majority hears. All that has to be on the disk is the newest term that was promised.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

#[path = "../../../../exercises/coordination/raft-election/src/api.rs"]
pub mod api;

use api::{Request, Response, Role, Status};

/// What nodes tell each other.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Message {
    /// I would like to lead in this term of mine. Promise to listen to no older one.
    Prepare(u64),
    /// I promise.
    Promise(u64),
    /// I have promised a newer one: choose one after that.
    Newer(u64),
    /// I lead in this term.
    Alive(u64),
}

/// What a node reminds itself of.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// The leader is silent.
    Silence,
    /// It is time to be heard, as a leader, or to ask again, as a candidate.
    Speak,
}

/// A node.
#[derive(Clone, Debug, Hash)]
pub struct Server {
    me: NodeId,
    role: Role,
    promised: u64,
    promises: BTreeSet<NodeId>,
    led_by: Option<NodeId>,
    waiting: Vec<(Call, u64)>,
}

impl Server {
    /// The node with this id.
    pub fn new(me: NodeId) -> Server {
        Server {
            me,
            role: Role::Follower,
            promised: 0,
            promises: BTreeSet::new(),
            led_by: None,
            waiting: Vec::new(),
        }
    }

    /// What it says of itself.
    pub fn status(&self) -> Status {
        Status {
            role: self.role,
            term: self.promised,
        }
    }

    fn promise(&mut self, ctx: &mut Context<Self>, term: u64) {
        if term > self.promised {
            ctx.disk().write("promised", &term);
            ctx.disk().sync();
            self.promised = term;
            self.role = Role::Follower;
            self.led_by = None;
        }
    }

    /// The first term after `after` that belongs to this node.
    fn own_term(&self, nodes: u64, after: u64) -> u64 {
        let first = self.me.index() as u64 + 1;
        if after < first {
            return first;
        }
        first + ((after - first) / nodes + 1) * nodes
    }

    fn listen(&mut self, ctx: &mut Context<Self>) {
        let patience = ctx.random().within(60_000..120_000);
        ctx.set_timer(std::time::Duration::from_micros(patience), Timer::Silence);
    }

    fn led(&mut self, ctx: &mut Context<Self>, leader: NodeId) {
        self.led_by = Some(leader);
        self.tell(ctx);
    }

    fn tell(&mut self, ctx: &mut Context<Self>) {
        let Some(leader) = self.led_by else { return };
        let term = self.promised;
        for (call, _) in self.waiting.extract_if(.., |(_, after)| *after < term) {
            ctx.reply(call, Response { term, leader });
        }
    }
}

impl Node for Server {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.promised = ctx.disk().read("promised").unwrap_or(0);
        self.listen(ctx);
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        let Request::Leader { after } = request;
        self.waiting.push((call, after));
        self.tell(ctx);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Prepare(term) if term < self.promised => {
                ctx.send(from, Message::Newer(self.promised));
            }
            Message::Prepare(term) => {
                if term > self.promised {
                    self.listen(ctx);
                }
                self.promise(ctx, term);
                ctx.send(from, Message::Promise(term));
            }
            Message::Newer(term) => self.promise(ctx, term),
            Message::Promise(term) => {
                if term != self.promised || self.role != Role::Candidate {
                    return;
                }
                self.promises.insert(from);
                if 2 * (self.promises.len() + 1) > ctx.peers().len() + 1 {
                    self.role = Role::Leader;
                    ctx.cancel_timer(Timer::Silence);
                    self.on_timer(ctx, Timer::Speak);
                    self.led(ctx, self.me);
                }
            }
            Message::Alive(term) if term < self.promised => {
                ctx.send(from, Message::Newer(self.promised));
            }
            Message::Alive(term) => {
                self.promise(ctx, term);
                self.listen(ctx);
                self.led(ctx, from);
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match (timer, self.role) {
            (Timer::Silence, _) => {
                let nodes = ctx.peers().len() as u64 + 1;
                let term = self.own_term(nodes, self.promised);
                self.promise(ctx, term);
                self.role = Role::Candidate;
                self.promises.clear();
                ctx.broadcast(Message::Prepare(term));
                ctx.set_timer(ms(20), Timer::Speak);
                self.listen(ctx);
            }
            (Timer::Speak, Role::Leader) => {
                ctx.broadcast(Message::Alive(self.promised));
                ctx.set_timer(ms(15), Timer::Speak);
            }
            (Timer::Speak, Role::Candidate) => {
                ctx.broadcast(Message::Prepare(self.promised));
                ctx.set_timer(ms(20), Timer::Speak);
            }
            // A leader that was deposed.
            (Timer::Speak, Role::Follower) => self.listen(ctx),
        }
    }
}
