//! Log shipping: a leader that waits for nobody, and followers that apply its log in order, some time later.
//!
//! Node 0 is the leader and takes all writes. It sends every change to the followers, and again if need be. The network
//! may lose a message, deliver it twice, or deliver it late, and a follower may crash and start again with what is on
//! its disk.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/replication/log-shipping/src/api.rs"]
pub mod api;

use api::{Change, Request, Response};

/// The node that takes the writes.
pub const LEADER: NodeId = NodeId::new(0);

/// How often the leader looks whether a follower lacks something.
pub const PERIOD: Duration = Duration::from_millis(20);

/// What the leader and its followers tell each other. Change it as you like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// From the leader: a part of the log.
    Entries {
        /// The position of the first of these changes; the others follow it without a gap.
        first: u64,
        /// The changes.
        changes: Vec<Change>,
    },
    /// From a follower: the log is applied here up to this position, and will not be lost.
    Applied {
        /// The position of the last change that was applied.
        position: u64,
    },
}

/// What the leader reminds itself of. Change it as you like.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// It is time to look whether a follower lacks something.
    CatchUp,
}

/// A node: the leader, or a follower.
#[derive(Debug)]
pub enum Replica {
    /// Node 0.
    Leader(Leader),
    /// Every other node.
    Follower(Follower),
}

/// The leader: takes writes, and sees to it that followers get them. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Leader {
    /// All changes; the first one has position 1.
    log: Vec<Change>,
    /// The number as it is after all of them.
    number: u64,
    // BEGIN SOLUTION
    /// How much of the log each follower has said it has applied.
    applied: BTreeMap<NodeId, u64>,
    // END SOLUTION
}

/// A follower: applies the leader's log. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Follower {
    /// The reads that wait, by the position that they wait for.
    waiting: BTreeMap<u64, Vec<Call>>,
    // BEGIN SOLUTION
    /// What is in here is on the disk as well, and synced.
    state: State,
    // END SOLUTION
}

// BEGIN SOLUTION
/// How far a follower has come. The number and its position belong together: either of them alone is worth nothing after
/// a crash, so they are written to the disk as one.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct State {
    number: u64,
    position: u64,
}

// END SOLUTION
impl Replica {
    /// The node with this id, as it is before it has read its disk.
    pub fn new(id: NodeId) -> Replica {
        if id == LEADER {
            Replica::Leader(Leader::default())
        } else {
            Replica::Follower(Follower::default())
        }
    }
}

/// Hands everything to the half that it is for. Nothing is to be done here.
impl Node for Replica {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        match self {
            Replica::Leader(_) => ctx.set_timer(PERIOD, Timer::CatchUp),
            Replica::Follower(follower) => follower.on_start(ctx),
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match (self, request) {
            (Replica::Leader(leader), Request::Write(change)) => leader.on_write(ctx, call, change),
            (Replica::Leader(leader), Request::Lag { follower }) => {
                leader.on_lag(ctx, call, follower);
            }
            // The leader has applied all that there is.
            (Replica::Leader(leader), Request::Read { .. }) => {
                let (number, position) = (leader.number, leader.log.len() as u64);
                ctx.reply(call, Response::Number { number, position });
            }
            (Replica::Follower(follower), Request::Read { at_least }) => {
                follower.on_read(ctx, call, at_least);
            }
            // Never asked: these are the leader's.
            (Replica::Follower(_), Request::Write(_) | Request::Lag { .. }) => {}
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match (self, message) {
            (Replica::Follower(follower), Message::Entries { first, changes }) => {
                follower.on_entries(ctx, first, changes);
            }
            (Replica::Leader(leader), Message::Applied { position }) => {
                leader.on_applied(from, position);
            }
            _ => {}
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match (self, timer) {
            (Replica::Leader(leader), Timer::CatchUp) => {
                leader.catch_up(ctx);
                ctx.set_timer(PERIOD, Timer::CatchUp);
            }
            (Replica::Follower(_), Timer::CatchUp) => {}
        }
    }
}

impl Leader {
    /// A client writes: answer it at once.
    fn on_write(&mut self, ctx: &mut Context<Replica>, call: Call, change: Change) {
        self.log.push(change);
        self.number = change.apply(self.number);
        let position = self.log.len() as u64;
        ctx.reply(call, Response::Written { position });
        // BEGIN SOLUTION send the change to the followers
        // Only this one. Whoever lacks more than that gets the rest when it is time to look after it.
        let (first, changes) = (position, vec![change]);
        ctx.broadcast(Message::Entries { first, changes });
        // END SOLUTION
    }

    /// A follower has come as far as this: or had, when it sent this message.
    fn on_applied(&mut self, from: NodeId, position: u64) {
        // BEGIN SOLUTION note how far the follower is
        // STUB: let _ = (from, position);
        let known = self.applied.entry(from).or_default();
        // A message that was overtaken tells less than is known.
        *known = position.max(*known);
        // END SOLUTION
    }

    /// It is time to look whether a follower lacks something. It may not have got it, or may not have been able to say
    /// that it has.
    fn catch_up(&mut self, ctx: &mut Context<Replica>) {
        // BEGIN SOLUTION send every follower the part of the log that it is not known to have applied
        // STUB: let _ = ctx;
        for &follower in ctx.peers().iter() {
            let applied = self.applied_by(follower);
            // Without this, nobody would notice that the last change was lost: no later one leaves a gap behind it.
            let changes = self.log[applied as usize..].to_vec();
            if !changes.is_empty() {
                let first = applied + 1;
                ctx.send(follower, Message::Entries { first, changes });
            }
        }
        // END SOLUTION
    }

    /// A client asks how far a follower is behind: answer it at once.
    fn on_lag(&self, ctx: &mut Context<Replica>, call: Call, follower: NodeId) {
        // BEGIN SOLUTION answer with how many changes the follower is not known to have applied
        // STUB: let _ = (ctx, call, follower);
        // What was sent does not count, only what the follower has said.
        let lag = self.log.len() as u64 - self.applied_by(follower);
        ctx.reply(call, Response::Lag(lag));
        // END SOLUTION
    }
    // BEGIN SOLUTION

    fn applied_by(&self, follower: NodeId) -> u64 {
        self.applied.get(&follower).copied().unwrap_or(0)
    }
    // END SOLUTION
}

impl Follower {
    /// The follower starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced.
    /// That is nothing until you write something to it.
    fn on_start(&mut self, ctx: &mut Context<Replica>) {
        // BEGIN SOLUTION
        // STUB: let _ = ctx;
        self.state = ctx.disk().read("state").unwrap_or_default();
        // END SOLUTION
    }

    /// A client reads from this follower, and wants an answer that is not older than a position.
    fn on_read(&mut self, ctx: &mut Context<Replica>, call: Call, at_least: u64) {
        // BEGIN SOLUTION answer if the log is applied that far, or else let the read wait
        // STUB: let _ = (ctx, call, at_least, &self.waiting);
        self.waiting.entry(at_least).or_default().push(call);
        self.answer_reads(ctx);
        // END SOLUTION
    }

    /// The leader sends a part of the log: perhaps what comes next, perhaps something that is applied already, perhaps
    /// something that comes later because a message in between was lost or is late.
    fn on_entries(&mut self, ctx: &mut Context<Replica>, first: u64, changes: Vec<Change>) {
        // BEGIN SOLUTION apply what comes next, and nothing else; then answer reads, and tell the leader how far you are
        // STUB: let _ = (ctx, first, changes);
        let before = self.state.position;
        for (position, change) in (first..).zip(changes) {
            // What is applied already must not be applied again, and what comes after a gap must wait until the leader
            // sends the gap.
            if position == self.state.position + 1 {
                self.state.number = change.apply(self.state.number);
                self.state.position = position;
            }
        }
        if self.state.position > before {
            let state = self.state;
            ctx.disk().write("state", &state);
            // First synced, then shown and told: neither a reader nor the leader must see it go back in a crash.
            ctx.disk().sync();
            self.answer_reads(ctx);
        }
        // Also if nothing is new: the message that said so may have been lost.
        let position = self.state.position;
        ctx.send(LEADER, Message::Applied { position });
        // END SOLUTION
    }
    // BEGIN SOLUTION

    /// Answers the reads that need not wait any longer.
    fn answer_reads(&mut self, ctx: &mut Context<Replica>) {
        let State { number, position } = self.state;
        while let Some(reads) = self.waiting.first_entry()
            && *reads.key() <= position
        {
            for call in reads.remove() {
                ctx.reply(call, Response::Number { number, position });
            }
        }
    }
    // END SOLUTION
}
