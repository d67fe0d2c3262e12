//! Raft with two additions from Ongaro's dissertation (2014): a node asks whether it would be elected before it raises the
//! term (section 9.6, pre-vote), and a leader that has not heard from a majority for a while gives up (section 6.2).
//!
//! It has one timer that ticks, answers everything, and keeps its state in one record on the disk.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

#[path = "../../../../exercises/coordination/raft-election/src/api.rs"]
pub mod api;

use api::{Request, Response, Role, Status};

/// How many milliseconds a tick has.
const TICK: u64 = 5;
/// A leader is heard from every so many ticks.
const BEAT: u64 = 4;
/// Who has not been heard from for so many ticks is gone.
const GONE: u64 = 14;

/// What nodes tell each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Message {
    /// Would you vote for me in this term? I am not in it yet.
    WouldYou { term: u64 },
    /// Vote for me.
    Vote { term: u64 },
    /// What comes of either.
    Answer {
        term: u64,
        only_asked: bool,
        yes: bool,
        mine: u64,
    },
    /// I lead.
    Lead { term: u64 },
    /// I have heard you, or know better.
    Heard { term: u64, mine: u64 },
}

/// What has to survive a crash.
#[derive(Clone, Copy, Debug, Default, Hash, Serialize, Deserialize)]
struct Ballot {
    term: u64,
    vote: Option<NodeId>,
}

/// What the node is busy with.
#[derive(Clone, Debug, Default, Hash)]
enum State {
    #[default]
    Following,
    /// Asks whether it would be elected.
    Asking {
        would: BTreeMap<NodeId, bool>,
    },
    Running {
        votes: BTreeMap<NodeId, bool>,
    },
    /// In ticks: how long ago each of the others was heard from.
    Leading {
        ago: BTreeMap<NodeId, u64>,
    },
}

/// A node.
#[derive(Clone, Debug, Default, Hash)]
pub struct Server {
    ballot: Ballot,
    state: State,
    leader: Option<NodeId>,
    /// Ticks since it heard from a leader, or since it began to ask or run.
    silence: u64,
    patience: u64,
    ticks: u64,
    calls: Vec<(Call, u64)>,
}

impl Server {
    /// The node with this id.
    pub fn new(_: NodeId) -> Server {
        Server::default()
    }

    /// What it says of itself.
    pub fn status(&self) -> Status {
        Status {
            role: match self.state {
                State::Following | State::Asking { .. } => Role::Follower,
                State::Running { .. } => Role::Candidate,
                State::Leading { .. } => Role::Leader,
            },
            term: self.ballot.term,
        }
    }

    fn set_ballot(&mut self, ctx: &mut Context<Self>, term: u64, vote: Option<NodeId>) {
        self.ballot = Ballot { term, vote };
        ctx.disk().write("ballot", &self.ballot);
        ctx.disk().sync();
    }

    fn wait_anew(&mut self, ctx: &mut Context<Self>) {
        self.silence = 0;
        self.patience = GONE + ctx.random().below(16);
    }

    fn hear_of(&mut self, ctx: &mut Context<Self>, term: u64) {
        if term > self.ballot.term {
            self.set_ballot(ctx, term, None);
            if !matches!(self.state, State::Following) {
                self.wait_anew(ctx);
            }
            self.state = State::Following;
            self.leader = None;
        }
    }

    fn has_majority(ctx: &Context<Self>, others: usize) -> bool {
        (others + 1) * 2 > ctx.peers().len() + 1
    }

    fn answer_calls(&mut self, ctx: &mut Context<Self>) {
        let Some(leader) = self.leader else { return };
        let term = self.ballot.term;
        let calls = std::mem::take(&mut self.calls);
        for (call, after) in calls {
            if after < term {
                ctx.reply(call, Response { term, leader });
            } else {
                self.calls.push((call, after));
            }
        }
    }

    fn run(&mut self, ctx: &mut Context<Self>) {
        let term = self.ballot.term + 1;
        self.set_ballot(ctx, term, Some(ctx.id()));
        self.leader = None;
        self.state = State::Running {
            votes: BTreeMap::new(),
        };
        self.wait_anew(ctx);
        ctx.broadcast(Message::Vote { term });
    }

    fn lead(&mut self, ctx: &mut Context<Self>) {
        let ago = ctx.peers().iter().map(|peer| (*peer, 0)).collect();
        self.state = State::Leading { ago };
        self.leader = Some(ctx.id());
        self.ticks = 0;
        ctx.broadcast(Message::Lead {
            term: self.ballot.term,
        });
        self.answer_calls(ctx);
    }
}

impl Node for Server {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.ballot = ctx.disk().read("ballot").unwrap_or_default();
        self.wait_anew(ctx);
        let first = 1 + ctx.random().below(TICK);
        ctx.set_timer(ms(first), ());
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        let Request::Leader { after } = request;
        self.calls.push((call, after));
        self.answer_calls(ctx);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::WouldYou { term } => {
                // Not while there is a leader.
                let content = self.leader.is_some() && self.silence < GONE;
                let yes = term > self.ballot.term && !content;
                let mine = self.ballot.term;
                let only_asked = true;
                ctx.send(
                    from,
                    Message::Answer {
                        term,
                        only_asked,
                        yes,
                        mine,
                    },
                );
            }
            Message::Vote { term } => {
                self.hear_of(ctx, term);
                let free = self.ballot.vote.is_none_or(|vote| vote == from);
                let yes = term == self.ballot.term && free;
                if yes {
                    self.set_ballot(ctx, term, Some(from));
                    self.wait_anew(ctx);
                }
                let mine = self.ballot.term;
                let only_asked = false;
                ctx.send(
                    from,
                    Message::Answer {
                        term,
                        only_asked,
                        yes,
                        mine,
                    },
                );
            }
            Message::Answer {
                term,
                only_asked,
                yes,
                mine,
            } => {
                self.hear_of(ctx, mine);
                let now = self.ballot.term;
                match &mut self.state {
                    State::Asking { would } if only_asked && term == now + 1 => {
                        would.insert(from, yes);
                        let count = would.values().filter(|yes| **yes).count();
                        if Self::has_majority(ctx, count) {
                            self.run(ctx);
                        }
                    }
                    State::Running { votes } if !only_asked && term == now => {
                        votes.insert(from, yes);
                        let count = votes.values().filter(|yes| **yes).count();
                        if Self::has_majority(ctx, count) {
                            self.lead(ctx);
                        }
                    }
                    _ => {}
                }
            }
            Message::Lead { term } => {
                self.hear_of(ctx, term);
                if term == self.ballot.term {
                    self.state = State::Following;
                    self.leader = Some(from);
                    self.wait_anew(ctx);
                    self.answer_calls(ctx);
                }
                let mine = self.ballot.term;
                ctx.send(from, Message::Heard { term, mine });
            }
            Message::Heard { term, mine } => {
                self.hear_of(ctx, mine);
                if let State::Leading { ago } = &mut self.state
                    && term == self.ballot.term
                {
                    ago.insert(from, 0);
                }
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, (): ()) {
        ctx.set_timer(ms(TICK), ());
        self.ticks += 1;
        if let State::Leading { ago } = &mut self.state {
            ago.values_mut().for_each(|ago| *ago += 1);
            let near = ago.values().filter(|ago| **ago < 2 * GONE).count();
            if !Self::has_majority(ctx, near) {
                self.state = State::Following;
                self.leader = None;
                self.wait_anew(ctx);
            } else if self.ticks.is_multiple_of(BEAT) {
                ctx.broadcast(Message::Lead {
                    term: self.ballot.term,
                });
            }
            return;
        }
        self.silence += 1;
        if self.silence >= self.patience {
            self.leader = None;
            self.wait_anew(ctx);
            self.state = State::Asking {
                would: BTreeMap::new(),
            };
            ctx.broadcast(Message::WouldYou {
                term: self.ballot.term + 1,
            });
        }
    }
}
