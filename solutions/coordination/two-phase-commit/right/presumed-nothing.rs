//! Another right design: the coordinator takes everything upon itself.
//!
//! It logs a trip when it begins, with the decision when there is one, and drops it from the log when everybody has
//! acknowledged; it asks for votes and tells decisions again and again until it has heard. After a crash it aborts what
//! it finds begun and not decided. Participants never ask: they answer, also when they have answered before.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/coordination/two-phase-commit/src/api.rs"]
pub mod api;

use api::{COORDINATOR, PARTICIPANTS, PLACES, Request, Response, Trip};

const PATIENCE: Duration = Duration::from_millis(30);

/// How often the coordinator asks before it gives a trip up.
const ATTEMPTS: u32 = 3;

/// What nodes tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// Can you?
    CanYou(Trip),
    /// I can, and hold the places.
    Yes(u64),
    /// I cannot.
    No(u64),
    /// Do it, or leave it.
    Do(u64, bool),
    /// I have done so.
    Done(u64),
}

/// Something may have got no answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Again(u64);

/// What the coordinator's log says of a trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Entry {
    /// Votes are asked for.
    Begun,
    /// It was decided, and somebody may not know.
    Decided(bool),
    /// It was decided, and all have acknowledged.
    Ended(bool),
}

/// What is not in the log: who is to be answered, and who has answered.
#[derive(Clone, Debug, Hash)]
struct Work {
    call: Option<Call>,
    trip: Option<Trip>,
    asked: u32,
    heard: BTreeSet<NodeId>,
}

/// A node of either kind.
#[derive(Clone, Debug, Default, Hash)]
pub struct Site {
    log: BTreeMap<u64, Entry>,
    work: BTreeMap<u64, Work>,
    /// A participant's promises: how many places, and what was decided.
    held: BTreeMap<u64, (u64, Option<bool>)>,
}

impl Site {
    /// A node as it is before it has read its disk.
    pub fn new(_: NodeId) -> Site {
        Site::default()
    }

    fn save(&self, ctx: &mut Context<Self>) {
        ctx.disk().write("log", &self.log);
        ctx.disk().write("held", &self.held);
        ctx.disk().sync();
    }

    /// Asks or tells those that have not answered.
    fn push(&mut self, ctx: &mut Context<Self>, number: u64) {
        let (Some(work), Some(entry)) = (self.work.get(&number), self.log.get(&number)) else {
            return;
        };
        let message = match (entry, work.trip) {
            (Entry::Begun, Some(trip)) => Message::CanYou(trip),
            (Entry::Decided(commit), _) => Message::Do(number, *commit),
            _ => return,
        };
        for participant in PARTICIPANTS {
            if !work.heard.contains(&participant) {
                ctx.send(participant, message.clone());
            }
        }
        ctx.set_timer(PATIENCE, Again(number));
    }

    fn decide(&mut self, ctx: &mut Context<Self>, number: u64, commit: bool) {
        self.log.insert(number, Entry::Decided(commit));
        self.save(ctx);
        let work = self.work.entry(number).or_insert(Work {
            call: None,
            trip: None,
            asked: 0,
            heard: BTreeSet::new(),
        });
        work.heard.clear();
        if let Some(call) = work.call.take() {
            ctx.reply(call, outcome(Some(commit)));
        }
        self.push(ctx, number);
    }

    fn free(&self) -> u64 {
        let held = self.held.values();
        let taken: u64 = held
            .filter(|(_, decided)| *decided != Some(false))
            .map(|(places, _)| places)
            .sum();
        PLACES - taken
    }
}

fn outcome(commit: Option<bool>) -> Response {
    match commit {
        None => Response::Undecided,
        Some(true) => Response::Committed,
        Some(false) => Response::Aborted,
    }
}

impl Node for Site {
    type Message = Message;
    type Timer = Again;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.log = ctx.disk().read("log").unwrap_or_default();
        self.held = ctx.disk().read("held").unwrap_or_default();
        for (number, entry) in self.log.clone() {
            match entry {
                Entry::Begun => self.decide(ctx, number, false),
                Entry::Decided(commit) => self.decide(ctx, number, commit),
                Entry::Ended(_) => {}
            }
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match request {
            Request::Book(trip) => {
                self.log.insert(trip.number, Entry::Begun);
                self.save(ctx);
                let work = Work {
                    call: Some(call),
                    trip: Some(trip),
                    asked: 1,
                    heard: BTreeSet::new(),
                };
                self.work.insert(trip.number, work);
                self.push(ctx, trip.number);
            }
            Request::Outcome { trip } => {
                let decided = match self.log.get(&trip) {
                    Some(Entry::Decided(commit) | Entry::Ended(commit)) => Some(*commit),
                    Some(Entry::Begun) => None,
                    None => self.held.get(&trip).and_then(|(_, decided)| *decided),
                };
                ctx.reply(call, outcome(decided));
            }
            Request::Free => ctx.reply(call, Response::Free(self.free())),
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::CanYou(trip) => {
                let places = trip.places_at(ctx.id());
                if !self.held.contains_key(&trip.number) {
                    // A no is noted as a trip that takes no places.
                    let held = match places <= self.free() {
                        true => (places, None),
                        false => (0, Some(false)),
                    };
                    self.held.insert(trip.number, held);
                    self.save(ctx);
                }
                let vote = match self.held[&trip.number].1 {
                    Some(false) => Message::No(trip.number),
                    None | Some(true) => Message::Yes(trip.number),
                };
                ctx.send(COORDINATOR, vote);
            }
            Message::Do(number, commit) => {
                let held = self.held.entry(number).or_insert((0, None));
                if held.1.is_none() {
                    held.1 = Some(commit);
                    self.save(ctx);
                }
                ctx.send(COORDINATOR, Message::Done(number));
            }
            Message::Yes(number) => {
                if self.log.get(&number) == Some(&Entry::Begun)
                    && let Some(work) = self.work.get_mut(&number)
                {
                    work.heard.insert(from);
                    if work.heard.len() == PARTICIPANTS.len() {
                        self.decide(ctx, number, true);
                    }
                }
            }
            Message::No(number) => {
                if self.log.get(&number) == Some(&Entry::Begun) {
                    self.decide(ctx, number, false);
                }
            }
            Message::Done(number) => {
                if let (Some(work), Some(Entry::Decided(commit))) =
                    (self.work.get_mut(&number), self.log.get(&number).copied())
                {
                    work.heard.insert(from);
                    if work.heard.len() == PARTICIPANTS.len() {
                        self.log.insert(number, Entry::Ended(commit));
                        self.work.remove(&number);
                        ctx.cancel_timer(Again(number));
                        self.save(ctx);
                    }
                }
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, Again(number): Again) {
        let begun = self.log.get(&number) == Some(&Entry::Begun);
        if let Some(work) = self.work.get_mut(&number)
            && begun
        {
            work.asked += 1;
            if work.asked > ATTEMPTS {
                self.decide(ctx, number, false);
                return;
            }
        }
        self.push(ctx, number);
    }
}
