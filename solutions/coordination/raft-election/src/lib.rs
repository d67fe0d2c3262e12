//! How Raft elects a leader: whoever hears from no leader for too long asks everybody for a vote, and leads if a majority
//! votes for it. A node has one vote a term, and keeps it on its disk.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

#[path = "../../../../exercises/coordination/raft-election/src/api.rs"]
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
    // BEGIN SOLUTION
    // What is in `term` and `voted_for` is on the disk as well, and synced.
    /// Whom it has voted for in that term.
    voted_for: Option<NodeId>,
    // END SOLUTION
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
        // BEGIN SOLUTION
        // STUB: let _ = ctx;
        self.term = ctx.disk().read("term").unwrap_or_default();
        self.voted_for = ctx.disk().read("voted for").unwrap_or_default();
        // END SOLUTION
    }

    /// Waits anew for word from a leader.
    fn restart_election_timer(&mut self, ctx: &mut Context<Self>) {
        // BEGIN SOLUTION set the election timer; think of what happens if all nodes wait equally long
        // STUB: ctx.set_timer(ms(ELECTION_TIMEOUT.start), Timer::Election);
        // Drawn anew each time: if two candidates took the votes from each other, one of them will be first next time.
        let timeout = ctx.random().within(ELECTION_TIMEOUT);
        ctx.set_timer(ms(timeout), Timer::Election);
        // END SOLUTION
    }

    /// There is a newer term than this node's. Whatever the node was in its own term, that is over: also if it led.
    fn enter_term(&mut self, ctx: &mut Context<Self>, term: u64) {
        // BEGIN SOLUTION become a follower in that term, in which this node has not voted yet and knows no leader
        // STUB: let _ = (ctx, term);
        if self.role == Role::Leader {
            // Its election timer will run again: it is going to vote for whoever brought the news, or to follow it.
            ctx.cancel_timer(Timer::Heartbeat);
        }
        self.role = Role::Follower;
        self.term = term;
        self.voted_for = None;
        self.leader = None;
        self.save(ctx);
        // END SOLUTION
    }

    /// No leader was heard from for too long, or no candidacy came to an end.
    fn on_election_timeout(&mut self, ctx: &mut Context<Self>) {
        // BEGIN SOLUTION become a candidate in a new term: vote for yourself, ask the others, and see to it that you try again
        // STUB: let _ = (ctx, Content::RequestVote, Role::Candidate, &self.votes);
        self.enter_term(ctx, self.term + 1);
        self.role = Role::Candidate;
        // The own vote is a vote like any other: given once in this term, and kept on the disk.
        self.voted_for = Some(ctx.id());
        self.save(ctx);
        // Only votes of this term count.
        self.votes = BTreeSet::from([ctx.id()]);
        self.broadcast(ctx, Content::RequestVote);
        self.restart_election_timer(ctx);
        // END SOLUTION
    }

    /// A node wants to lead in `term`, which may be this node's term or an older one; a newer one has become this
    /// node's.
    fn on_request_vote(&mut self, ctx: &mut Context<Self>, from: NodeId, term: u64) {
        // BEGIN SOLUTION give it your vote, or say nothing; what must be on your disk before it may count on your vote?
        // STUB: let _ = (ctx, from, term, Content::Vote);
        if term < self.term {
            // It has missed something. It will hear of the newer term from its leader, or from the next candidate.
            return;
        }
        // The same candidate may ask twice, if the network doubles its question. That is one vote, too.
        if self.voted_for.is_some_and(|candidate| candidate != from) {
            return;
        }
        self.voted_for = Some(from);
        // First synced, then told: otherwise a crash would give this node a second vote.
        self.save(ctx);
        ctx.send(
            from,
            Message {
                term,
                content: Content::Vote,
            },
        );
        // It may well win. Let it, before becoming a candidate against it.
        self.restart_election_timer(ctx);
        // END SOLUTION
    }

    /// A node has voted for this one in `term`, which may be over.
    fn on_vote(&mut self, ctx: &mut Context<Self>, from: NodeId, term: u64) {
        // BEGIN SOLUTION see whether the vote counts; with those of a majority, lead, and let everybody know
        // STUB: let _ = (ctx, from, term, Role::Leader, HEARTBEAT, Timer::Heartbeat);
        if self.role != Role::Candidate || term < self.term {
            return;
        }
        self.votes.insert(from);
        let nodes = ctx.peers().len() + 1;
        // More than half. Any two groups of so many have a node in common, and that has only one vote in this term.
        if self.votes.len() < nodes / 2 + 1 {
            return;
        }
        self.role = Role::Leader;
        ctx.cancel_timer(Timer::Election);
        // At once: others may be about to become candidates.
        self.on_heartbeat_timeout(ctx);
        self.follow(ctx, ctx.id());
        // END SOLUTION
    }

    /// A node says that it leads in `term`, which may be over.
    fn on_heartbeat(&mut self, ctx: &mut Context<Self>, from: NodeId, term: u64) {
        // BEGIN SOLUTION if it is the leader of your term, follow it, and wait anew; what if you wanted to lead in that term yourself?
        // STUB: let _ = term;
        // STUB: self.follow(ctx, from);
        if term < self.term {
            // It does not know yet that it has been replaced. It must not keep this node from noticing that the
            // present leader is gone, so the timer runs on.
            return;
        }
        // A candidate in the same term has lost.
        self.role = Role::Follower;
        self.restart_election_timer(ctx);
        self.follow(ctx, from);
        // END SOLUTION
    }

    /// It is time for a leader to be heard from.
    fn on_heartbeat_timeout(&mut self, ctx: &mut Context<Self>) {
        // BEGIN SOLUTION say that you lead, and see to it that you say so again
        // STUB: self.broadcast(ctx, Content::Heartbeat);
        self.broadcast(ctx, Content::Heartbeat);
        ctx.set_timer(HEARTBEAT, Timer::Heartbeat);
        // END SOLUTION
    }
    // BEGIN SOLUTION

    /// Makes safe from a crash what others count on.
    fn save(&self, ctx: &mut Context<Self>) {
        ctx.disk().write("term", &self.term);
        ctx.disk().write("voted for", &self.voted_for);
        ctx.disk().sync();
    }
    // END SOLUTION

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
