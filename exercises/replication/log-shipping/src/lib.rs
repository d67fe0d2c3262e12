//! Log shipping: a leader that waits for nobody, and followers that apply its log in order, some time later.
//!
//! Node 0 is the leader and takes all writes. It sends every change to the followers, and again if need be. The network
//! may lose a message, deliver it twice, or deliver it late, and a follower may crash and start again with what is on
//! its disk.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

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
}

/// A follower: applies the leader's log. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Follower {
    /// The reads that wait, by the position that they wait for.
    waiting: BTreeMap<u64, Vec<Call>>,
}

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
        todo!("send the change to the followers")
    }

    /// A follower has come as far as this: or had, when it sent this message.
    fn on_applied(&mut self, from: NodeId, position: u64) {
        let _ = (from, position);
        todo!("note how far the follower is")
    }

    /// It is time to look whether a follower lacks something. It may not have got it, or may not have been able to say
    /// that it has.
    fn catch_up(&mut self, ctx: &mut Context<Replica>) {
        let _ = ctx;
        todo!("send every follower the part of the log that it is not known to have applied")
    }

    /// A client asks how far a follower is behind: answer it at once.
    fn on_lag(&self, ctx: &mut Context<Replica>, call: Call, follower: NodeId) {
        let _ = (ctx, call, follower);
        todo!("answer with how many changes the follower is not known to have applied")
    }
}

impl Follower {
    /// The follower starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced.
    /// That is nothing until you write something to it.
    fn on_start(&mut self, ctx: &mut Context<Replica>) {
        let _ = ctx;
    }

    /// A client reads from this follower, and wants an answer that is not older than a position.
    fn on_read(&mut self, ctx: &mut Context<Replica>, call: Call, at_least: u64) {
        let _ = (ctx, call, at_least, &self.waiting);
        todo!("answer if the log is applied that far, or else let the read wait")
    }

    /// The leader sends a part of the log: perhaps what comes next, perhaps something that is applied already, perhaps
    /// something that comes later because a message in between was lost or is late.
    fn on_entries(&mut self, ctx: &mut Context<Replica>, first: u64, changes: Vec<Change>) {
        let _ = (ctx, first, changes);
        todo!(
            "apply what comes next, and nothing else; then answer reads, and tell the leader how far you are"
        )
    }
}
