//! Scatter and gather: many machines count the words of one text.
//!
//! Node 0 is the coordinator: it hands out parts of the work and puts the results together. All other nodes are workers.
//! With more of them a count is done sooner, but there are also more of them that can be lost before they are done, and
//! the coordinator sees no difference between a worker that is lost and one that is only slow.
//!
//! SOLUTION: What makes this easy is that counting changes nothing: a part may be counted twice, by whomever, as long as
//! SOLUTION: it is added once. So whoever is silent for too long is not waited for, and not declared dead either; its part
//! SOLUTION: is given to another as well, and the first result wins. MapReduce does the same with the tasks of failed
//! SOLUTION: and of slow machines: J. Dean and S. Ghemawat, "MapReduce: simplified data processing on large clusters",
//! SOLUTION: 2004, sections 3.3 and 3.6.

// BEGIN SOLUTION
use std::collections::BTreeMap;
// END SOLUTION
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/why-distribute/scatter-gather/src/api.rs"]
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
    // BEGIN SOLUTION
    // STUB: // A job is a count that is not answered yet: what has to be known about it?
    /// The jobs that are not answered yet, by their numbers.
    jobs: BTreeMap<u64, Job>,
    /// How many jobs there were.
    started: u64,
    // END SOLUTION
}
// BEGIN SOLUTION

/// A count that is not answered yet.
#[derive(Debug)]
struct Job {
    call: Call,
    /// The parts that nobody has counted yet, and who was asked last. A number of missing parts would not be enough:
    /// results come twice, and of those that are missing it must be known which they are.
    missing: BTreeMap<Lines, NodeId>,
    /// What is in the other parts.
    words: Words,
}
// END SOLUTION

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
        // BEGIN SOLUTION give each worker its part of the lines, and set a timer in case one does not answer
        // STUB: let _ = (ctx, call, lines);
        self.started += 1;
        let job = self.started;
        let workers = ctx.peers();
        let missing: BTreeMap<Lines, NodeId> = split(lines, workers.len() as u64)
            .into_iter()
            .zip(workers.iter().copied())
            .collect();
        for (&lines, &worker) in &missing {
            ctx.send(worker, Message::Count { job, lines });
        }
        ctx.set_timer(PATIENCE, Timer::Overdue { job });
        let words = Words::new();
        let started = Job {
            call,
            missing,
            words,
        };
        self.jobs.insert(job, started);
        // END SOLUTION
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
        // BEGIN SOLUTION add the words if this part was missing; if no other is, answer the client
        // STUB: let _ = (ctx, from, job, lines, words);
        // Who sent it does not matter: all of them count alike.
        let _ = from;
        let Some(waiting) = self.jobs.get_mut(&job) else {
            return;
        };
        // The first result of a part counts. Any other is the same again, from a slow worker or a repeated message.
        if waiting.missing.remove(&lines).is_none() {
            return;
        }
        for (word, count) in words {
            *waiting.words.entry(word).or_default() += count;
        }
        if waiting.missing.is_empty()
            && let Some(done) = self.jobs.remove(&job)
        {
            ctx.cancel_timer(Timer::Overdue { job });
            ctx.reply(done.call, Response::Counted(done.words));
        }
        // END SOLUTION
    }

    /// The workers have had enough time. Is one down, or slow, or was a message lost? There is no telling.
    fn on_overdue(&mut self, ctx: &mut Context<Machine>, job: u64) {
        // BEGIN SOLUTION give the parts that are still missing to other workers, and wait again
        // STUB: let _ = (ctx, job);
        let Some(waiting) = self.jobs.get_mut(&job) else {
            return;
        };
        let workers = ctx.peers();
        for (&lines, worker) in &mut waiting.missing {
            // The one after whoever has kept silent, around and around: if that one is down as well, it is the turn of
            // the next, and whoever was down before may be up again by then.
            *worker = next(&workers, *worker);
            ctx.send(*worker, Message::Count { job, lines });
        }
        ctx.set_timer(PATIENCE, Timer::Overdue { job });
        // END SOLUTION
    }
}
// BEGIN SOLUTION

/// These lines in so many parts, or in fewer if there are not as many lines.
fn split(lines: Lines, parts: u64) -> Vec<Lines> {
    // Each part begins where the one before ends, and the last one ends where all do, whether the division leaves a
    // remainder or not: so no line is left out, and sizes differ by one at most.
    let bound = |part: u64| lines.start + lines.count() * part / parts;
    (0..parts)
        .map(|part| Lines {
            start: bound(part),
            end: bound(part + 1),
        })
        .filter(|part| part.count() > 0)
        .collect()
}

/// The worker after this one; after the last comes the first.
fn next(workers: &[NodeId], worker: NodeId) -> NodeId {
    let after = workers.iter().find(|other| **other > worker);
    *after.or(workers.first()).unwrap_or(&worker)
}
// END SOLUTION
