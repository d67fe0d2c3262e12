//! Two-phase commit: a trip is booked at every participant or at none, whoever crashes, and whenever.
//!
//! First phase: the coordinator asks all participants whether they can, and each of them votes. Second phase: the
//! coordinator decides, and tells them. In between, a participant that voted yes is *in doubt*: it holds what it has
//! promised, and cannot decide alone.
//!
//! You will need what you know from `quorum-register`: written, synced, then said.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

pub mod api;

use api::{COORDINATOR, PLACES, Request, Response, Trip};

/// How long the coordinator waits for votes, and a participant in doubt for the decision.
pub const PATIENCE: Duration = Duration::from_millis(40);

/// What nodes tell each other. Change it as you like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// From the coordinator: can you take this trip?
    Prepare {
        /// The trip.
        trip: Trip,
    },
    /// From a participant: its vote.
    Vote {
        /// The number of the trip.
        trip: u64,
        /// Whether it can, and has promised to.
        yes: bool,
    },
    /// From a participant in doubt: what was decided?
    Ask {
        /// The number of the trip.
        trip: u64,
    },
    /// From the coordinator: this was decided.
    Decided {
        /// The number of the trip.
        trip: u64,
        /// What was decided.
        decision: Decision,
    },
}

/// What nodes remind themselves of. Change it as you like.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// The coordinator may still lack votes on this trip.
    VotesOverdue {
        /// The number of the trip.
        trip: u64,
    },
    /// A participant may still be in doubt about this trip.
    DecisionOverdue {
        /// The number of the trip.
        trip: u64,
    },
}

/// What becomes of a trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Decision {
    /// It takes place.
    Commit,
    /// It does not.
    Abort,
}

impl Decision {
    /// How clients are told.
    pub fn told(self) -> Response {
        match self {
            Decision::Commit => Response::Committed,
            Decision::Abort => Response::Aborted,
        }
    }
}

/// A node. All that it remembers is copied and compared when every order of events is tried, so derive `Clone` and `Hash`
/// for your own types, too.
#[derive(Clone, Debug, Hash)]
pub enum Site {
    /// Node 0.
    Coordinator(Coordinator),
    /// Every other node.
    Participant(Participant),
}

/// The coordinator: asks for votes and decides. Add what it has to remember.
#[derive(Clone, Debug, Default, Hash)]
pub struct Coordinator {
    /// The trips that are being voted on, by number.
    voting: BTreeMap<u64, Voting>,
}

/// A trip that is being voted on. Add what has to be known until it is decided.
#[derive(Clone, Debug, Hash)]
struct Voting {
    /// The client that waits.
    call: Call,
}

/// A participant: votes, and does what was decided. Add what it has to remember.
#[derive(Clone, Debug, Default, Hash)]
pub struct Participant {
    /// How it stands with each trip, by number.
    trips: BTreeMap<u64, Standing>,
}

/// How a trip stands with a participant. One of which it has never heard has no standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Standing {
    /// It has voted yes, holds so many places, and does not know what was decided.
    InDoubt {
        /// How many.
        places: u64,
    },
    /// The trip takes place, and takes so many places.
    Committed {
        /// How many.
        places: u64,
    },
    /// The trip does not take place.
    Aborted,
}

impl Site {
    /// The node with this id, as it is before it has read its disk.
    pub fn new(id: NodeId) -> Site {
        if id == COORDINATOR {
            Site::Coordinator(Coordinator::default())
        } else {
            Site::Participant(Participant::default())
        }
    }
}

/// Hands everything to the half that it is for. Nothing is to be done here.
impl Node for Site {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        match self {
            Site::Coordinator(coordinator) => coordinator.on_start(ctx),
            Site::Participant(participant) => participant.on_start(ctx),
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match (self, request) {
            (Site::Coordinator(coordinator), Request::Book(trip)) => {
                coordinator.on_book(ctx, call, trip);
            }
            (Site::Coordinator(coordinator), Request::Outcome { trip }) => {
                let decision = coordinator.decision(trip);
                ctx.reply(call, decision.map_or(Response::Undecided, Decision::told));
            }
            (Site::Participant(participant), Request::Outcome { trip }) => {
                ctx.reply(call, participant.outcome(trip));
            }
            (Site::Participant(participant), Request::Free) => {
                ctx.reply(call, Response::Free(participant.free()));
            }
            // Never asked.
            (Site::Coordinator(_), Request::Free) | (Site::Participant(_), Request::Book(_)) => {}
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match (self, message) {
            (Site::Coordinator(coordinator), Message::Vote { trip, yes }) => {
                coordinator.on_vote(ctx, from, trip, yes);
            }
            (Site::Coordinator(coordinator), Message::Ask { trip }) => {
                coordinator.on_ask(ctx, from, trip);
            }
            (Site::Participant(participant), Message::Prepare { trip }) => {
                participant.on_prepare(ctx, trip);
            }
            (Site::Participant(participant), Message::Decided { trip, decision }) => {
                participant.on_decided(ctx, trip, decision);
            }
            _ => {}
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match (self, timer) {
            (Site::Coordinator(coordinator), Timer::VotesOverdue { trip }) => {
                coordinator.on_votes_overdue(ctx, trip);
            }
            (Site::Participant(participant), Timer::DecisionOverdue { trip }) => {
                participant.on_decision_overdue(ctx, trip);
            }
            _ => {}
        }
    }
}

impl Coordinator {
    /// The coordinator starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced.
    /// That is nothing until you write something to it.
    fn on_start(&mut self, ctx: &mut Context<Site>) {
        let _ = ctx;
    }

    /// What was decided on this trip, if it was. Asked by clients, for trips that were booked; and use it yourself.
    fn decision(&self, trip: u64) -> Option<Decision> {
        let _ = trip;
        todo!(
            "say what was decided, also before the last crash; think of a trip on which nothing was decided then"
        )
    }

    /// A client books a trip. Sooner or later, answer it with `ctx.reply(call, response)`.
    fn on_book(&mut self, ctx: &mut Context<Site>, call: Call, trip: Trip) {
        let voting = Voting { call };
        self.voting.insert(trip.number, voting);
        let _ = ctx;
        todo!("ask all participants for their votes, and set a timer in case one does not answer")
    }

    /// A participant votes: on a trip that is being voted on, or that was decided meanwhile, perhaps before the last crash.
    fn on_vote(&mut self, ctx: &mut Context<Site>, from: NodeId, trip: u64, yes: bool) {
        let _ = (ctx, from, yes, Self::decide);
        let waits = self.voting.get(&trip);
        let _ = waits.map(|voting| voting.call);
        todo!("note the vote; decide as soon as the votes are enough for it, one way or the other")
    }

    /// Not everybody has voted in time.
    fn on_votes_overdue(&mut self, ctx: &mut Context<Site>, trip: u64) {
        let _ = (ctx, trip);
        todo!("decide, or ask again")
    }

    /// Ends the vote on a trip, unless that is over.
    fn decide(&mut self, ctx: &mut Context<Site>, trip: u64, decision: Decision) {
        let _ = (ctx, trip, decision);
        todo!("make the decision safe; tell the client and the participants")
    }

    /// A participant is in doubt about a trip.
    fn on_ask(&mut self, ctx: &mut Context<Site>, from: NodeId, trip: u64) {
        let _ = (ctx, from, self.decision(trip));
        todo!("tell it what was decided, if it was")
    }
}

impl Participant {
    /// A participant starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced.
    /// That is nothing until you write something to it.
    fn on_start(&mut self, ctx: &mut Context<Site>) {
        let _ = ctx;
    }

    /// How many places are neither held nor taken.
    fn free(&self) -> u64 {
        let taken = self.trips.values().map(|standing| match standing {
            Standing::InDoubt { places } | Standing::Committed { places } => *places,
            Standing::Aborted => 0,
        });
        PLACES.saturating_sub(taken.sum())
    }

    /// What a client is told that asks what became of a trip.
    fn outcome(&self, trip: u64) -> Response {
        match self.trips.get(&trip) {
            None | Some(Standing::InDoubt { .. }) => Response::Undecided,
            Some(Standing::Committed { .. }) => Response::Committed,
            Some(Standing::Aborted) => Response::Aborted,
        }
    }

    /// The coordinator asks for a vote: for the first time; or late, or twice.
    fn on_prepare(&mut self, ctx: &mut Context<Site>, trip: Trip) {
        let places = trip.places_at(ctx.id());
        let _ = (places, self.free());
        todo!("vote, unless that is no longer needed; a yes must be safe before it is said")
    }

    /// The coordinator tells what was decided: for the first time; or late, or twice; or about a trip of which this
    /// participant has never heard.
    fn on_decided(&mut self, ctx: &mut Context<Site>, trip: u64, decision: Decision) {
        let _ = (ctx, trip, decision);
        todo!("if this was in doubt, do what was decided, and make that safe")
    }

    /// This participant has voted yes and not heard what was decided, for some time. Was the message lost, or is the
    /// coordinator down? Has the other participant heard? There is no telling.
    fn on_decision_overdue(&mut self, ctx: &mut Context<Site>, trip: u64) {
        let _ = (ctx, trip);
        todo!("ask, and ask again until somebody knows")
    }
}
