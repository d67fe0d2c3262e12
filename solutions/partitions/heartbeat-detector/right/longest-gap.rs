//! A failure detector that has no timer for silence: it notes when it heard whom by its own clock, and works out whom it
//! suspects when it is asked.
//!
//! A heartbeat carries the time of its sender's clock, which is compared with nothing but other times of that clock. How
//! patient the node is with a peer, it learns from the longest gap between two heartbeats that there was.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, Time, ms};

#[path = "../../../../exercises/partitions/heartbeat-detector/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// I am alive, and this is what my clock shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message(Time);

/// What is known of a peer.
#[derive(Clone, Debug)]
struct Peer {
    /// By its clock.
    sent: Option<Time>,
    /// By this node's clock.
    heard: Time,
    longest: Duration,
}

/// A node.
#[derive(Debug, Default)]
pub struct Detector {
    peers: BTreeMap<NodeId, Peer>,
}

impl Peer {
    fn patience(&self) -> Duration {
        let learned = self.longest + ms(150);
        match self.longest > ms(600) {
            true => learned.min(ms(2_800)),
            false => ms(620),
        }
    }
}

impl Detector {
    /// The node with this id.
    pub fn new(_: NodeId) -> Detector {
        Detector::default()
    }
}

impl Node for Detector {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        let heard = ctx.now();
        for peer in ctx.peers().iter() {
            let (sent, longest) = (None, Duration::ZERO);
            self.peers.insert(
                *peer,
                Peer {
                    sent,
                    heard,
                    longest,
                },
            );
        }
        self.on_timer(ctx, ());
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, _: Request) {
        let now = ctx.now();
        let silent = self
            .peers
            .iter()
            .filter(|(_, peer)| now.since(peer.heard) > peer.patience());
        ctx.reply(
            call,
            Response::Suspects(silent.map(|(id, _)| *id).collect()),
        );
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, Message(sent): Message) {
        let now = ctx.now();
        if let Some(peer) = self.peers.get_mut(&from)
            && peer.sent.is_none_or(|before| before < sent)
        {
            peer.longest = peer.longest.max(now.since(peer.heard));
            peer.sent = Some(sent);
            peer.heard = now;
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, (): ()) {
        ctx.broadcast(Message(ctx.now()));
        ctx.set_timer(ms(70), ());
    }
}
