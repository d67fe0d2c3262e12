//! A failure detector by heartbeats: every node says again and again that it is alive, and whoever has not been heard
//! for some time is suspected.
//!
//! How long is "some time"? Nobody knows how late messages can be, so whatever is chosen will be wrong some day. The
//! detector of Chandra and Toueg (1996) starts with a guess, and makes it longer for a peer whenever that peer
//! proves it wrong.

// BEGIN SOLUTION
use std::collections::BTreeMap;
// END SOLUTION
use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/partitions/heartbeat-detector/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// How often a node says that it is alive.
pub const BEAT: Duration = Duration::from_millis(100);

/// How long a peer that was never suspected may be silent. Choose it: more than what is `FORGIVEN`, less than `DETECTED`,
/// and remember that of a silence a node sees only that one heartbeat was the last for some time.
// BEGIN SOLUTION
// STUB: pub const PATIENCE: Duration = Duration::from_millis(400);
// After a silence that is forgiven, the next heartbeat comes up to 400 + BEAT after the one before. A few that are
// lost add as many BEATs. And a peer whose last heartbeat came just before its silence is detected in time, too.
pub const PATIENCE: Duration = Duration::from_millis(700);
// END SOLUTION

/// What nodes tell each other. Change it as you like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// I am alive. Add what tells an old one from a new one.
    Heartbeat {
        // BEGIN SOLUTION
        /// How often the sender has started. It grows with every crash; numbers begin again.
        start: u64,
        /// How many heartbeats there were since, this one included.
        number: u64,
        // END SOLUTION
    },
}

/// What a node reminds itself of. Change it as you like.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// It is time to say that this node is alive.
    Beat,
    /// This peer has been silent for as long as this node has patience with it.
    Silence {
        /// The peer.
        peer: NodeId,
    },
}

// BEGIN SOLUTION
/// However often a peer has proved this node wrong, it gets no more patience than this: a peer that is really gone must
/// be suspected within `DETECTED_AT_THE_LATEST`, of which a clock that is slow takes two percent.
const MOST_PATIENCE: Duration = Duration::from_millis(2_800);

/// What a node knows of a peer.
#[derive(Clone, Debug)]
struct Peer {
    /// The newest heartbeat that has come: the peer's start, and the number since that.
    newest: (u64, u64),
    /// How long it may be silent.
    patience: Duration,
}

// END SOLUTION
/// A node. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Detector {
    /// Whom it suspects.
    suspects: BTreeSet<NodeId>,
    // BEGIN SOLUTION
    /// How often this node has started; on the disk, too.
    start: u64,
    /// How many heartbeats it has sent since.
    number: u64,
    /// What it knows of each of the others.
    peers: BTreeMap<NodeId, Peer>,
    // END SOLUTION
}

impl Detector {
    /// A node as it is before it starts.
    pub fn new(_: NodeId) -> Detector {
        Detector::default()
    }
}

/// Hands everything to the function that it is for. Nothing is to be done here.
impl Node for Detector {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.start(ctx);
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        let Request::Suspects = request;
        ctx.reply(call, Response::Suspects(self.suspects.clone()));
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        self.on_heartbeat(ctx, from, message);
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match timer {
            Timer::Beat => self.on_beat(ctx),
            Timer::Silence { peer } => self.on_silence(ctx, peer),
        }
    }
}

impl Detector {
    /// The node starts, for the first time or after a crash. It suspects nobody yet, but from now on it watches.
    fn start(&mut self, ctx: &mut Context<Self>) {
        // BEGIN SOLUTION begin to say that this node is alive, and begin to wait for each of the others
        // STUB: let _ = ctx;
        let starts: u64 = ctx.disk().read("starts").unwrap_or_default();
        self.start = starts + 1;
        // Synced before anything is sent: no two lives of this node may have the same number, or what is late from one
        // looks as if it came from the other.
        ctx.disk().write("starts", &self.start);
        ctx.disk().sync();
        for &peer in ctx.peers().iter() {
            let newest = (0, 0);
            let patience = PATIENCE;
            self.peers.insert(peer, Peer { newest, patience });
            // Not only for those that have been heard: a peer may be down since before this node started.
            ctx.set_timer(patience, Timer::Silence { peer });
        }
        self.on_beat(ctx);
        // END SOLUTION
    }

    /// It is time to say that this node is alive.
    fn on_beat(&mut self, ctx: &mut Context<Self>) {
        // BEGIN SOLUTION tell all the others that this node is alive, and see to it that this happens again
        // STUB: let _ = ctx;
        self.number += 1;
        let (start, number) = (self.start, self.number);
        // To those that it suspects as well: only so can they find out that this node lives, when they can be reached.
        ctx.broadcast(Message::Heartbeat { start, number });
        ctx.set_timer(BEAT, Timer::Beat);
        // END SOLUTION
    }

    /// A peer says that it is alive, or was, when it sent this.
    fn on_heartbeat(&mut self, ctx: &mut Context<Self>, from: NodeId, heartbeat: Message) {
        // BEGIN SOLUTION unless it is an old one: trust the peer, wait for its next heartbeat, and learn from a mistake
        // STUB: let _ = (ctx, from, heartbeat);
        let Message::Heartbeat { start, number } = heartbeat;
        let Some(peer) = self.peers.get_mut(&from) else {
            return;
        };
        // The start first: after a crash, numbers begin again.
        if (start, number) <= peer.newest {
            return;
        }
        peer.newest = (start, number);
        if self.suspects.remove(&from) {
            // It was only slow. (Or it has crashed and started again; the difference is in `start`, but a peer that
            // comes and goes may have a little more patience, too.)
            peer.patience = MOST_PATIENCE.min(2 * peer.patience);
        }
        let patience = peer.patience;
        // Takes the place of the one that is running.
        ctx.set_timer(patience, Timer::Silence { peer: from });
        // END SOLUTION
    }

    /// A peer has been silent for as long as this node has patience with it.
    fn on_silence(&mut self, ctx: &mut Context<Self>, peer: NodeId) {
        // BEGIN SOLUTION suspect it
        // STUB: let _ = (ctx, peer);
        ctx.note(format!("suspects {peer}"));
        self.suspects.insert(peer);
        // END SOLUTION
    }
}
