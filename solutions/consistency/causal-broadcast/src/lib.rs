//! Causal broadcast: whatever is said is heard by everyone, and nobody hears an answer before what it answers.
//!
//! Three nodes hold a conversation. What a client says at one of them goes to the others in messages, and each of these
//! takes its own time: an answer may well arrive before the question. A node has to notice that something is missing,
//! and must let the answer wait until the question is there.
//!
//! You will need what you know from `primary-backup` (a message is sent again until it is acknowledged) and from
//! `vector-clocks` (for each node, a count says what is known of it).
//!
//! SOLUTION: This is CBCAST of K. Birman, A. Schiper and P. Stephenson, "Lightweight causal and atomic group multicast",
//! SOLUTION: 1991: messages carry a vector clock that counts what was said, and nothing else. Hearing is no event; that
//! SOLUTION: is the difference to `vector-clocks`, and it is what makes gaps visible. If the clock says that two lines of
//! SOLUTION: n0 come before this one, then there are two such lines, and whoever has heard one of them waits for one more.

// BEGIN SOLUTION
use std::collections::{BTreeMap, BTreeSet};
// END SOLUTION
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/consistency/causal-broadcast/src/api.rs"]
pub mod api;

// BEGIN SOLUTION
// STUB: use api::{Line, Request, Response};
use api::{Line, NODES, Request, Response};
// END SOLUTION

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
    // BEGIN SOLUTION
    // STUB: // What else does a node have to know to see whether something is missing that this comes after?
    /// How many lines of each node had been heard where this was said, when it was said.
    pub after: Counts,
    // END SOLUTION
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

// BEGIN SOLUTION
/// A number of lines for each node. Lines of one node are heard in their order, so that a number says which they are:
/// the first so many.
type Counts = [u64; NODES];

/// A line of this node that somebody may not have.
#[derive(Debug)]
struct Unacknowledged {
    post: Post,
    missing: BTreeSet<NodeId>,
}

// END SOLUTION
/// A node. Add what it has to remember. It does not crash, so memory will do.
#[derive(Debug, Default)]
pub struct Member {
    /// What was heard here, in this order.
    heard: Vec<Line>,
    // BEGIN SOLUTION
    /// How many lines of each node are in there: what this node knows, as a vector clock.
    counts: Counts,
    /// Lines that came too early, by speaker and number. A map, and not a list: what arrives twice waits once.
    early: BTreeMap<(NodeId, u64), Post>,
    /// Own lines that somebody has not acknowledged, by number.
    unacknowledged: BTreeMap<u64, Unacknowledged>,
    // END SOLUTION
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
        // BEGIN SOLUTION hear it here, at once; send it to the others with what they need; set a timer in case one does not get it
        // STUB: let _ = (ctx, text);
        let speaker = ctx.id();
        // Taken now, once and for all: what is heard later did not come before this line, however often it is sent again.
        let after = self.counts;
        let number = after[speaker.index()] + 1;
        self.hear(speaker, text.clone());
        let unacknowledged = Unacknowledged {
            post: Post {
                text,
                number,
                after,
            },
            missing: ctx.peers().iter().copied().collect(),
        };
        self.unacknowledged.insert(number, unacknowledged);
        self.send_posts(ctx, number);
        // END SOLUTION
    }

    /// A line arrives: perhaps the next one, perhaps one that was heard long ago, perhaps one that comes too early.
    fn on_post(&mut self, ctx: &mut Context<Self>, speaker: NodeId, post: Post) {
        // BEGIN SOLUTION acknowledge it; unless it is known, let it wait until all is heard that it comes after; then see who else has waited for it
        // STUB: let _ = (ctx, speaker, post);
        // Also if it comes too early: from here on it waits in memory, and nobody has to send it again. And also if it
        // is known: the first acknowledgement may have been lost.
        let number = post.number;
        ctx.send(speaker, Message::Have { number });
        if number > self.counts[speaker.index()] {
            self.early.insert((speaker, number), post);
            self.hear_what_is_ready();
        }
        // END SOLUTION
    }

    /// Somebody has a line of this node: perhaps one that it has acknowledged before.
    fn on_have(&mut self, ctx: &mut Context<Self>, from: NodeId, number: u64) {
        // BEGIN SOLUTION note that this node has it; if now all have, it need not be sent again
        // STUB: let _ = (ctx, from, number);
        if let Some(line) = self.unacknowledged.get_mut(&number) {
            line.missing.remove(&from);
            if line.missing.is_empty() {
                self.unacknowledged.remove(&number);
                ctx.cancel_timer(Timer::PostAgain { number });
            }
        }
        // END SOLUTION
    }

    /// Somebody has not acknowledged this line in time.
    fn on_post_again(&mut self, ctx: &mut Context<Self>, number: u64) {
        // BEGIN SOLUTION send the line again to those who have not acknowledged it, and again after that
        // STUB: let _ = (ctx, number);
        self.send_posts(ctx, number);
        // END SOLUTION
    }
    // BEGIN SOLUTION

    /// Sends a line to those who have not acknowledged it, for the first time or again.
    fn send_posts(&self, ctx: &mut Context<Self>, number: u64) {
        if let Some(Unacknowledged { post, missing }) = self.unacknowledged.get(&number) {
            for &peer in missing {
                ctx.send(peer, Message::Post(post.clone()));
            }
            ctx.set_timer(PATIENCE, Timer::PostAgain { number });
        }
    }

    /// Hears the lines for which nobody has to wait any more.
    fn hear_what_is_ready(&mut self) {
        // From the beginning after each line: it may be just what one of the others has waited for.
        while let Some(((speaker, _), post)) = self.take_ready() {
            self.hear(speaker, post.text);
        }
    }

    /// Takes a line that no longer comes too early.
    fn take_ready(&mut self) -> Option<((NodeId, u64), Post)> {
        let ready = |post: &Post| {
            let mut both = post.after.iter().zip(&self.counts);
            // Its speaker's own earlier lines are among what it comes after, so this keeps their order as well.
            both.all(|(before_it, here)| before_it <= here)
        };
        let key = *self.early.iter().find(|(_, post)| ready(post))?.0;
        self.early.remove_entry(&key)
    }

    /// Puts a line at the end of what was heard here.
    fn hear(&mut self, speaker: NodeId, text: String) {
        self.counts[speaker.index()] += 1;
        self.heard.push(Line { speaker, text });
    }
    // END SOLUTION
}
