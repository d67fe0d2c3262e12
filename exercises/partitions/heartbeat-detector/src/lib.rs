//! A failure detector by heartbeats: every node says again and again that it is alive, and whoever has not been heard
//! for some time is suspected.
//!
//! How long is "some time"? Nobody knows how late messages can be, so whatever is chosen will be wrong some day. The
//! detector of Chandra and Toueg (1996) starts with a guess, and makes it longer for a peer whenever that peer
//! proves it wrong.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

pub mod api;

use api::{Request, Response};

/// How often a node says that it is alive.
pub const BEAT: Duration = Duration::from_millis(100);

/// How long a peer that was never suspected may be silent. Choose it: more than what is `FORGIVEN`, less than `DETECTED`,
/// and remember that of a silence a node sees only that one heartbeat was the last for some time.
pub const PATIENCE: Duration = Duration::from_millis(400);

/// What nodes tell each other. Change it as you like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// I am alive. Add what tells an old one from a new one.
    Heartbeat {},
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

/// A node. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Detector {
    /// Whom it suspects.
    suspects: BTreeSet<NodeId>,
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
        let _ = ctx;
        todo!("begin to say that this node is alive, and begin to wait for each of the others")
    }

    /// It is time to say that this node is alive.
    fn on_beat(&mut self, ctx: &mut Context<Self>) {
        let _ = ctx;
        todo!("tell all the others that this node is alive, and see to it that this happens again")
    }

    /// A peer says that it is alive, or was, when it sent this.
    fn on_heartbeat(&mut self, ctx: &mut Context<Self>, from: NodeId, heartbeat: Message) {
        let _ = (ctx, from, heartbeat);
        todo!(
            "unless it is an old one: trust the peer, wait for its next heartbeat, and learn from a mistake"
        )
    }

    /// A peer has been silent for as long as this node has patience with it.
    fn on_silence(&mut self, ctx: &mut Context<Self>, peer: NodeId) {
        let _ = (ctx, peer);
        todo!("suspect it")
    }
}
