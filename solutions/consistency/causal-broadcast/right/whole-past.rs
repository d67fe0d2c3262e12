//! Causal broadcast without clocks: whoever speaks sends everything along that was heard there before.
//!
//! So nothing can arrive too early: what a line comes after is in the same message. A node remembers how much of its
//! list each of the others has acknowledged, and sends the rest, until all have its own last line.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/consistency/causal-broadcast/src/api.rs"]
pub mod api;

use api::{Line, NODES, Request, Response};

/// How long a node waits before it sends again what is missing.
pub const PATIENCE: Duration = Duration::from_millis(25);

/// What nodes tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// This was heard here, beginning with the line at this position.
    Heard {
        /// Where the lines begin.
        start: usize,
        /// All that follow.
        lines: Vec<Numbered>,
    },
    /// So many lines of your list are in mine.
    Have(usize),
}

/// A line and its number among those of its speaker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Numbered {
    line: Line,
    number: usize,
}

/// What a node reminds itself of.
#[derive(Clone, Debug, PartialEq)]
pub struct CatchUp;

/// A node.
#[derive(Debug, Default)]
pub struct Member {
    heard: Vec<Numbered>,
    /// How many lines are needed to have all that was said here.
    needed: usize,
    /// How many lines of this node's list the others have.
    acknowledged: [usize; NODES],
}

impl Member {
    /// The node with this id.
    pub fn new(_: NodeId) -> Member {
        Member::default()
    }

    fn spoken_by(&self, speaker: NodeId) -> usize {
        let of_speaker = |heard: &&Numbered| heard.line.speaker == speaker;
        self.heard.iter().filter(of_speaker).count()
    }

    fn catch_up(&self, ctx: &mut Context<Self>) {
        let mut complete = true;
        for peer in ctx.peers().iter().copied() {
            let start = self.acknowledged[peer.index()];
            if start < self.needed {
                let lines = self.heard[start..self.needed].to_vec();
                ctx.send(peer, Message::Heard { start, lines });
                complete = false;
            }
        }
        if !complete {
            ctx.set_timer(PATIENCE, CatchUp);
        }
    }
}

impl Node for Member {
    type Message = Message;
    type Timer = CatchUp;
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match request {
            Request::Say(text) => {
                let speaker = ctx.id();
                let number = self.spoken_by(speaker);
                let line = Line { speaker, text };
                self.heard.push(Numbered { line, number });
                self.needed = self.heard.len();
                self.catch_up(ctx);
                ctx.reply(call, Response::Said);
            }
            Request::Heard => {
                let lines = self.heard.iter().map(|heard| heard.line.clone());
                ctx.reply(call, Response::Heard(lines.collect()));
            }
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Heard { start, lines } => {
                let end = start + lines.len();
                for heard in lines {
                    if self.spoken_by(heard.line.speaker) == heard.number {
                        self.heard.push(heard);
                    }
                }
                // It was sent because what is before `start` had been acknowledged.
                ctx.send(from, Message::Have(end));
            }
            Message::Have(length) => {
                let acknowledged = &mut self.acknowledged[from.index()];
                *acknowledged = length.max(*acknowledged);
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, _: CatchUp) {
        self.catch_up(ctx);
    }
}
