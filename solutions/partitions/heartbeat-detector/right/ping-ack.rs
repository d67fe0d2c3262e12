//! A failure detector that asks: every node pings all others, and counts the rounds in which no answer came.
//!
//! There are no numbers that survive a crash: an answer repeats a number that the asking node has drawn at random, so
//! that it can only be an answer to what was asked last or a moment before. And there is no timer for each peer: time is
//! counted in rounds.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

#[path = "../../../../exercises/partitions/heartbeat-detector/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// What nodes tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// Are you alive?
    Ping(u64),
    /// I am, and you asked this.
    Ack(u64),
}

/// How many rounds a second has: each sends a ping and answers one.
const ROUND: std::time::Duration = ms(120);

/// What is known of a peer.
#[derive(Clone, Debug, Default)]
struct Peer {
    missed: u32,
    extra: u32,
}

/// A node.
#[derive(Debug, Default)]
pub struct Detector {
    peers: BTreeMap<NodeId, Peer>,
    /// What was asked in the last few rounds.
    asked: VecDeque<u64>,
    answered: BTreeSet<NodeId>,
}

impl Peer {
    /// Rounds without an answer that are a reason: six at first, and never more than 22.
    fn patience(&self) -> u32 {
        (6 + self.extra).min(22)
    }

    fn is_suspected(&self) -> bool {
        self.missed >= self.patience()
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
        self.peers = ctx
            .peers()
            .iter()
            .map(|peer| (*peer, Peer::default()))
            .collect();
        self.answered = ctx.peers().iter().copied().collect();
        self.on_timer(ctx, ());
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, _: Request) {
        let suspects = self.peers.iter().filter(|(_, peer)| peer.is_suspected());
        ctx.reply(
            call,
            Response::Suspects(suspects.map(|(id, _)| *id).collect()),
        );
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Ping(number) => ctx.send(from, Message::Ack(number)),
            Message::Ack(number) if self.asked.contains(&number) => {
                let peer = self.peers.entry(from).or_default();
                if peer.is_suspected() {
                    peer.extra += 6;
                }
                peer.missed = 0;
                self.answered.insert(from);
            }
            Message::Ack(_) => {}
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, (): ()) {
        for (id, peer) in &mut self.peers {
            if !self.answered.contains(id) {
                peer.missed += 1;
            }
        }
        self.answered.clear();
        let number = ctx.random().below(u64::MAX);
        self.asked.push_back(number);
        if self.asked.len() > 3 {
            self.asked.pop_front();
        }
        ctx.broadcast(Message::Ping(number));
        ctx.set_timer(ROUND, ());
    }
}
