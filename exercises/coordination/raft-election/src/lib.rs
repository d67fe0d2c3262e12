//! How Raft elects a leader: whoever hears from no leader for too long asks everybody for a vote, and leads if a majority
//! votes for it. A node has one vote a term, and keeps it on its disk.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

pub mod api;

use api::{Request, Response, Role, Status};

/// How often a leader says that it is there.
pub const HEARTBEAT: Duration = ms(15);

/// How long a node waits to hear from a leader before it wants to be one: a number of milliseconds in this range.
pub const ELECTION_TIMEOUT: Range<u64> = 60..120;

/// What nodes tell each other, and in which of their terms they said it. Change it as you like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    /// The sender's term when it sent this.
    pub term: u64,
    /// What it says.
    pub content: Content,
}

/// What a message says. Change it as you like.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Content {
    /// I want to lead in this term: vote for me.
    RequestVote,
    /// You have my vote in this term.
    Vote,
    /// I lead in this term.
    Heartbeat,
}

/// What a node reminds itself of. Of equal timers, the one that is set last replaces the other. Change it as you like.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// Nothing was heard from a leader for too long.
    Election,
    /// The others have to hear from this leader again.
    Heartbeat,
}

/// A node. Add what it has to remember; all of it is copied and compared when every order of events is tried, so derive
/// `Clone` and `Hash` for your own types, too.
#[derive(Clone, Debug, Default, Hash)]
pub struct Server {
    role: Role,
    /// The newest term that it has heard of.
    term: u64,
    /// The leader of that term, if it knows it.
    leader: Option<NodeId>,
    /// Who votes for this node in that term, if it wants to lead.
    votes: BTreeSet<NodeId>,
    /// Calls that wait for the leader of a term that is larger than this number.
    waiting: Vec<(Call, u64)>,
}

impl Server {
    /// A node as it is before it has read its disk.
    pub fn new(_: NodeId) -> Server {
        Server::default()
    }

    /// What it says of itself.
    pub fn status(&self) -> Status {
        Status {
            role: self.role,
            term: self.term,
        }
    }
}

/// Hands everything to the function that it is for. Nothing is to be done here.
impl Node for Server {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.read_disk(ctx);
        self.restart_election_timer(ctx);
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        let Request::Leader { after } = request;
        self.waiting.push((call, after));
        self.answer_calls(ctx);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        let Message { term, content } = message;
        if term > self.term {
            self.enter_term(ctx, term);
        }
        match content {
            Content::RequestVote => self.on_request_vote(ctx, from, term),
            Content::Vote => self.on_vote(ctx, from, term),
            Content::Heartbeat => self.on_heartbeat(ctx, from, term),
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match timer {
            Timer::Election => self.on_election_timeout(ctx),
            Timer::Heartbeat => self.on_heartbeat_timeout(ctx),
        }
    }
}

impl Server {
    /// The node starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced. That
    /// is nothing until you write something to it.
    fn read_disk(&mut self, ctx: &mut Context<Self>) {
        let _ = ctx;
    }

    /// Waits anew for word from a leader.
    fn restart_election_timer(&mut self, ctx: &mut Context<Self>) {
        ctx.set_timer(ms(ELECTION_TIMEOUT.start), Timer::Election);
        todo!("set the election timer; think of what happens if all nodes wait equally long")
    }

    /// There is a newer term than this node's. Whatever the node was in its own term, that is over: also if it led.
    fn enter_term(&mut self, ctx: &mut Context<Self>, term: u64) {
        let _ = (ctx, term);
        todo!(
            "become a follower in that term, in which this node has not voted yet and knows no leader"
        )
    }

    /// No leader was heard from for too long, or no candidacy came to an end.
    fn on_election_timeout(&mut self, ctx: &mut Context<Self>) {
        let _ = (ctx, Content::RequestVote, Role::Candidate, &self.votes);
        todo!(
            "become a candidate in a new term: vote for yourself, ask the others, and see to it that you try again"
        )
    }

    /// A node wants to lead in `term`, which may be this node's term or an older one; a newer one has become this
    /// node's.
    fn on_request_vote(&mut self, ctx: &mut Context<Self>, from: NodeId, term: u64) {
        let _ = (ctx, from, term, Content::Vote);
        todo!(
            "give it your vote, or say nothing; what must be on your disk before it may count on your vote?"
        )
    }

    /// A node has voted for this one in `term`, which may be over.
    fn on_vote(&mut self, ctx: &mut Context<Self>, from: NodeId, term: u64) {
        let _ = (ctx, from, term, Role::Leader, HEARTBEAT, Timer::Heartbeat);
        todo!("see whether the vote counts; with those of a majority, lead, and let everybody know")
    }

    /// A node says that it leads in `term`, which may be over.
    fn on_heartbeat(&mut self, ctx: &mut Context<Self>, from: NodeId, term: u64) {
        let _ = term;
        self.follow(ctx, from);
        todo!(
            "if it is the leader of your term, follow it, and wait anew; what if you wanted to lead in that term yourself?"
        )
    }

    /// It is time for a leader to be heard from.
    fn on_heartbeat_timeout(&mut self, ctx: &mut Context<Self>) {
        self.broadcast(ctx, Content::Heartbeat);
        todo!("say that you lead, and see to it that you say so again")
    }

    /// This node knows who leads in its term, perhaps itself. Nothing is to be done here, and from here on.
    fn follow(&mut self, ctx: &mut Context<Self>, leader: NodeId) {
        self.leader = Some(leader);
        self.answer_calls(ctx);
    }

    /// Tells all others, with the term that this node is in.
    fn broadcast(&mut self, ctx: &mut Context<Self>, content: Content) {
        let term = self.term;
        ctx.broadcast(Message { term, content });
    }

    /// Answers the calls that wait for a leader that this node knows.
    fn answer_calls(&mut self, ctx: &mut Context<Self>) {
        let Some(leader) = self.leader else {
            return;
        };
        let term = self.term;
        self.waiting.retain(|(call, after)| {
            let waits_on = term <= *after;
            if !waits_on {
                ctx.reply(*call, Response { term, leader });
            }
            waits_on
        });
    }
}
