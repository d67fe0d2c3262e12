//! Another right design: cooperative termination. A participant in doubt asks everybody, not only the coordinator.
//!
//! Of those that are asked, whoever knows the decision says so; and a participant that has not voted yet aborts at once,
//! which it is free to do, and says so. Only if all are in doubt does everybody wait for the coordinator. See P. Bernstein,
//! V. Hadzilacos and N. Goodman, "Concurrency Control and Recovery in Database Systems", 1987, section 7.4. The coordinator
//! counts down the votes it lacks, and the disk has a record for each trip.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/coordination/two-phase-commit/src/api.rs"]
pub mod api;

use api::{COORDINATOR, PARTICIPANTS, PLACES, Request, Response, Trip};

const PATIENCE: Duration = Duration::from_millis(60);

/// What nodes tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// The places that this participant is to hold for a trip.
    Prepare(u64, u64),
    /// They are held.
    Ready(u64),
    /// Does anybody know?
    WhatOf(u64),
    /// It is known: committed, or not.
    Known(u64, bool),
}

/// No decision is known yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Overdue(u64);

/// A trip at a node.
#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
enum State {
    /// At the coordinator: these have not voted. In memory only.
    Voting(Vec<NodeId>),
    /// At a participant: it holds the places.
    Ready,
    Committed,
    Aborted,
}

/// A node of either kind.
#[derive(Clone, Debug, Default, Hash)]
pub struct Site {
    states: BTreeMap<u64, (u64, State)>,
    calls: BTreeMap<u64, Call>,
}

impl Site {
    /// A node as it is before it has read its disk.
    pub fn new(_: NodeId) -> Site {
        Site::default()
    }

    fn become_known(&mut self, ctx: &mut Context<Self>, trip: u64, commit: bool) {
        let (places, state) = self.states.remove(&trip).unwrap_or((0, State::Aborted));
        let state = match (state, commit) {
            (State::Committed, _) => State::Committed,
            (State::Aborted, _) | (_, false) => State::Aborted,
            (_, true) => State::Committed,
        };
        self.put(ctx, trip, places, state);
        ctx.cancel_timer(Overdue(trip));
        if let Some(call) = self.calls.remove(&trip) {
            ctx.reply(call, self.outcome(trip));
        }
    }

    fn put(&mut self, ctx: &mut Context<Self>, trip: u64, places: u64, state: State) {
        let state = (places, state);
        ctx.disk().write(&format!("trip {trip}"), &state);
        ctx.disk().sync();
        self.states.insert(trip, state);
    }

    fn known(&self, trip: u64) -> Option<bool> {
        match self.states.get(&trip) {
            Some((_, State::Committed)) => Some(true),
            Some((_, State::Aborted)) => Some(false),
            _ => None,
        }
    }

    fn outcome(&self, trip: u64) -> Response {
        match self.known(trip) {
            None => Response::Undecided,
            Some(true) => Response::Committed,
            Some(false) => Response::Aborted,
        }
    }

    fn free(&self) -> u64 {
        let mut free = PLACES;
        for (places, state) in self.states.values() {
            if matches!(state, State::Ready | State::Committed) {
                free -= places;
            }
        }
        free
    }

    fn decide(&mut self, ctx: &mut Context<Self>, trip: u64, commit: bool) {
        self.become_known(ctx, trip, commit);
        for participant in PARTICIPANTS {
            ctx.send(participant, Message::Known(trip, commit));
        }
    }
}

impl Node for Site {
    type Message = Message;
    type Timer = Overdue;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        for key in ctx.disk().keys() {
            let trip = key.strip_prefix("trip ").and_then(|trip| trip.parse().ok());
            if let (Some(trip), Some(state)) = (trip, ctx.disk().read::<(u64, State)>(&key)) {
                if let State::Ready = state.1 {
                    ctx.set_timer(PATIENCE, Overdue(trip));
                }
                self.states.insert(trip, state);
            }
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match request {
            Request::Book(trip) => {
                let state = (0, State::Voting(PARTICIPANTS.to_vec()));
                self.states.insert(trip.number, state);
                self.calls.insert(trip.number, call);
                for participant in PARTICIPANTS {
                    let places = Trip::places_at(trip, participant);
                    ctx.send(participant, Message::Prepare(trip.number, places));
                }
                ctx.set_timer(PATIENCE, Overdue(trip.number));
            }
            Request::Outcome { trip } => {
                // What was being voted on when the coordinator crashed has left no trace: aborted.
                if ctx.id() == COORDINATOR && !self.states.contains_key(&trip) {
                    self.put(ctx, trip, 0, State::Aborted);
                }
                ctx.reply(call, self.outcome(trip));
            }
            Request::Free => ctx.reply(call, Response::Free(self.free())),
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Prepare(trip, places) => match self.states.get(&trip) {
                None if places <= self.free() => {
                    self.put(ctx, trip, places, State::Ready);
                    ctx.send(from, Message::Ready(trip));
                    ctx.set_timer(PATIENCE, Overdue(trip));
                }
                None => {
                    self.put(ctx, trip, 0, State::Aborted);
                    ctx.send(from, Message::Known(trip, false));
                }
                Some((_, State::Aborted)) => ctx.send(from, Message::Known(trip, false)),
                Some(_) => {}
            },
            Message::Ready(trip) => {
                if let Some((_, State::Voting(missing))) = self.states.get_mut(&trip) {
                    missing.retain(|node| *node != from);
                    if missing.is_empty() {
                        self.decide(ctx, trip, true);
                    }
                }
            }
            Message::WhatOf(trip) => {
                if !self.states.contains_key(&trip) {
                    // Never voted here, or lost in a crash there: whoever is asked is free to say no.
                    self.put(ctx, trip, 0, State::Aborted);
                }
                if let Some(commit) = self.known(trip) {
                    ctx.send(from, Message::Known(trip, commit));
                }
            }
            Message::Known(trip, commit) => match self.states.get(&trip) {
                Some((_, State::Voting(_))) => self.decide(ctx, trip, false),
                Some((_, State::Ready)) => self.become_known(ctx, trip, commit),
                _ => {}
            },
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, Overdue(trip): Overdue) {
        match self.states.get(&trip) {
            Some((_, State::Voting(_))) => self.decide(ctx, trip, false),
            Some((_, State::Ready)) => {
                ctx.broadcast(Message::WhatOf(trip));
                ctx.set_timer(PATIENCE, Overdue(trip));
            }
            _ => {}
        }
    }
}
