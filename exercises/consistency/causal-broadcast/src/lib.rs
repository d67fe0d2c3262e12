//! Causal broadcast: whatever is said is heard by everyone, and nobody hears an answer before what it answers.
//!
//! Three nodes hold a conversation. What a client says at one of them goes to the others in messages, and each of these
//! takes its own time: an answer may well arrive before the question. A node has to notice that something is missing,
//! and must let the answer wait until the question is there.
//!
//! You will need what you know from `primary-backup` (a message is sent again until it is acknowledged) and from
//! `vector-clocks` (for each node, a count says what is known of it).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

pub mod api;

use api::{Line, Request, Response};

/// How long a node waits for an acknowledgement before it sends the same line again.
pub const PATIENCE: Duration = Duration::from_millis(20);

/// What nodes tell each other. Change it as you like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// The sender has said this.
    Post(Post),
    /// I have that line of yours: do not send it again.
    Have {
        /// Which of your lines.
        number: u64,
    },
}

/// A line on its way. Change it as you like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Post {
    /// What was said.
    pub text: String,
    /// Which of the speaker's lines it is, counted from one.
    pub number: u64,
    // What else does a node have to know to see whether something is missing that this comes after?
}

/// What a node reminds itself of. Change it as you like.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// Not everyone has acknowledged this line yet.
    PostAgain {
        /// Which of this node's lines.
        number: u64,
    },
}

/// A node. Add what it has to remember. It does not crash, so memory will do.
#[derive(Debug, Default)]
pub struct Member {
    /// What was heard here, in this order.
    heard: Vec<Line>,
}

/// Hands everything to the function that it is for. Nothing is to be done here.
impl Node for Member {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match request {
            Request::Say(text) => {
                self.on_say(ctx, text);
                ctx.reply(call, Response::Said);
            }
            Request::Heard => ctx.reply(call, Response::Heard(self.heard.clone())),
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Post(post) => self.on_post(ctx, from, post),
            Message::Have { number } => self.on_have(ctx, from, number),
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match timer {
            Timer::PostAgain { number } => self.on_post_again(ctx, number),
        }
    }
}

impl Member {
    /// The node with this id.
    pub fn new(_: NodeId) -> Member {
        Member::default()
    }

    /// A client says something at this node.
    fn on_say(&mut self, ctx: &mut Context<Self>, text: String) {
        let _ = (ctx, text);
        todo!(
            "hear it here, at once; send it to the others with what they need; set a timer in case one does not get it"
        )
    }

    /// A line arrives: perhaps the next one, perhaps one that was heard long ago, perhaps one that comes too early.
    fn on_post(&mut self, ctx: &mut Context<Self>, speaker: NodeId, post: Post) {
        let _ = (ctx, speaker, post);
        todo!(
            "acknowledge it; unless it is known, let it wait until all is heard that it comes after; then see who else has waited for it"
        )
    }

    /// Somebody has a line of this node: perhaps one that it has acknowledged before.
    fn on_have(&mut self, ctx: &mut Context<Self>, from: NodeId, number: u64) {
        let _ = (ctx, from, number);
        todo!("note that this node has it; if now all have, it need not be sent again")
    }

    /// Somebody has not acknowledged this line in time.
    fn on_post_again(&mut self, ctx: &mut Context<Self>, number: u64) {
        let _ = (ctx, number);
        todo!("send the line again to those who have not acknowledged it, and again after that")
    }
}
