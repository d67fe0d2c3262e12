//! Causal broadcast with named causes, and without a waiting room.
//!
//! A line names the lines that it comes right after: those that were heard since its speaker spoke last, and that one.
//! Whoever lacks one of them ignores the line and does not acknowledge it, so that it is sent again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/consistency/causal-broadcast/src/api.rs"]
pub mod api;

use api::{Line, Request, Response};

/// How long a node waits for an acknowledgement.
pub const PATIENCE: Duration = Duration::from_millis(15);

/// A speaker, and which of its lines.
type Name = (NodeId, u64);

/// What nodes tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// Somebody has said this.
    Post {
        /// Which line it is.
        name: Name,
        /// What was said.
        text: String,
        /// What it comes right after.
        causes: BTreeSet<Name>,
    },
    /// That line was heard here.
    Heard(Name),
}

/// One node lacks one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Again(NodeId, Name);

/// A node.
#[derive(Debug, Default)]
pub struct Member {
    lines: Vec<Line>,
    heard: BTreeSet<Name>,
    /// What was heard since this node spoke last, and what it said then.
    latest: BTreeSet<Name>,
    spoken: u64,
    /// Who lacks which line, and the message with it.
    lacking: BTreeMap<(NodeId, Name), Message>,
}

impl Member {
    /// The node with this id.
    pub fn new(_: NodeId) -> Member {
        Member::default()
    }

    fn send_to(&self, ctx: &mut Context<Self>, peer: NodeId, name: Name) {
        if let Some(message) = self.lacking.get(&(peer, name)) {
            ctx.send(peer, message.clone());
            ctx.set_timer(PATIENCE, Again(peer, name));
        }
    }

    fn hear(&mut self, name: Name, text: String) {
        self.heard.insert(name);
        self.latest.insert(name);
        let speaker = name.0;
        self.lines.push(Line { speaker, text });
    }
}

impl Node for Member {
    type Message = Message;
    type Timer = Again;
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        let text = match request {
            Request::Say(text) => text,
            Request::Heard => return ctx.reply(call, Response::Heard(self.lines.clone())),
        };
        self.spoken += 1;
        let name = (ctx.id(), self.spoken);
        let causes = std::mem::take(&mut self.latest);
        self.hear(name, text.clone());
        for peer in ctx.peers().iter().copied() {
            let post = Message::Post {
                name,
                text: text.clone(),
                causes: causes.clone(),
            };
            self.lacking.insert((peer, name), post);
            self.send_to(ctx, peer, name);
        }
        ctx.reply(call, Response::Said);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Post { name, text, causes } => {
                if !self.heard.contains(&name) && causes.is_subset(&self.heard) {
                    self.hear(name, text);
                }
                if self.heard.contains(&name) {
                    ctx.send(from, Message::Heard(name));
                }
            }
            Message::Heard(name) => {
                self.lacking.remove(&(from, name));
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, Again(peer, name): Again) {
        self.send_to(ctx, peer, name);
    }
}
