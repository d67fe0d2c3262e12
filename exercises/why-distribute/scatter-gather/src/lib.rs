//! Scatter and gather: many machines count the words of one text.
//!
//! Node 0 is the coordinator: it hands out parts of the work and puts the results together. All other nodes are workers.
//! With more of them a count is done sooner, but there are also more of them that can be lost before they are done, and
//! the coordinator sees no difference between a worker that is lost and one that is only slow.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

pub mod api;

use api::{Lines, Request, Response, Words, Worker};

/// The node that hands out the work.
pub const COORDINATOR: NodeId = NodeId::new(0);

/// How long the coordinator waits for a worker before it gives its part to another.
pub const PATIENCE: Duration = Duration::from_millis(20);

/// What the coordinator and its workers tell each other. Change it as you like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// From the coordinator: count these lines.
    Count {
        /// Which of the coordinator's jobs they are part of.
        job: u64,
        /// Which lines.
        lines: Lines,
    },
    /// From a worker: here is what they contain.
    Counted {
        /// Which of the coordinator's jobs they are part of.
        job: u64,
        /// Which lines.
        lines: Lines,
        /// The words in them.
        words: Words,
    },
}

/// What the coordinator reminds itself of. Change it as you like.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// The workers have had enough time for their parts.
    Overdue {
        /// Of which of the coordinator's jobs.
        job: u64,
    },
}

/// A node: the coordinator, or a worker.
#[derive(Debug)]
pub enum Machine {
    /// Node 0.
    Coordinator(Coordinator),
    /// Every other node.
    Worker(Worker),
}

/// The coordinator: splits a job into parts, and adds up the results. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Coordinator {
    // A job is a count that is not answered yet: what has to be known about it?
}

impl Machine {
    /// Node 0.
    pub fn coordinator() -> Machine {
        Machine::Coordinator(Coordinator::default())
    }

    /// Any other node, as it is when it starts.
    pub fn worker(worker: Worker) -> Machine {
        Machine::Worker(worker)
    }

    /// The worker, if it is one.
    pub fn as_worker(&self) -> Option<&Worker> {
        match self {
            Machine::Coordinator(_) => None,
            Machine::Worker(worker) => Some(worker),
        }
    }
}

/// Hands everything to the half that it is for. A worker counts what it is asked to, and says what it found. Nothing is
/// to be done here.
impl Node for Machine {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        if let Machine::Coordinator(coordinator) = self {
            let Request::Count(lines) = request;
            coordinator.on_count(ctx, call, lines);
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match (self, message) {
            (Machine::Worker(worker), Message::Count { job, lines }) => {
                let words = worker.count(lines);
                ctx.send(from, Message::Counted { job, lines, words });
            }
            (Machine::Coordinator(coordinator), Message::Counted { job, lines, words }) => {
                coordinator.on_counted(ctx, from, job, lines, words);
            }
            _ => {}
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match (self, timer) {
            (Machine::Coordinator(coordinator), Timer::Overdue { job }) => {
                coordinator.on_overdue(ctx, job);
            }
            (Machine::Worker(_), Timer::Overdue { .. }) => {}
        }
    }
}

impl Coordinator {
    /// A client wants these lines counted. Sooner or later, answer it with `ctx.reply(call, Response::Counted(words))`.
    fn on_count(&mut self, ctx: &mut Context<Machine>, call: Call, lines: Lines) {
        let _ = (ctx, call, lines);
        todo!("give each worker its part of the lines, and set a timer in case one does not answer")
    }

    /// A worker has counted some lines: perhaps a part that is missing, perhaps one that somebody has counted before,
    /// perhaps one of a job that was answered long ago.
    fn on_counted(
        &mut self,
        ctx: &mut Context<Machine>,
        from: NodeId,
        job: u64,
        lines: Lines,
        words: Words,
    ) {
        let _ = (ctx, from, job, lines, words);
        todo!("add the words if this part was missing; if no other is, answer the client")
    }

    /// The workers have had enough time. Is one down, or slow, or was a message lost? There is no telling.
    fn on_overdue(&mut self, ctx: &mut Context<Machine>, job: u64) {
        let _ = (ctx, job);
        todo!("give the parts that are still missing to other workers, and wait again")
    }
}
