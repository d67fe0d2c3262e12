//! Scatter and gather without jobs: what is in a line is the same for everybody who asks. The coordinator has a list of
//! lines that somebody waits for, and looks at it from time to time; a result serves every count that lacks the line.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, Time};

#[path = "../../../../exercises/why-distribute/scatter-gather/src/api.rs"]
pub mod api;

use api::{Lines, Request, Response, Words, Worker};

/// The node that hands out the work.
pub const COORDINATOR: NodeId = NodeId::new(0);

/// How long to wait for a line.
const PATIENCE: Duration = Duration::from_millis(10);

/// How often to look for lines that are overdue.
const ROUND: Duration = Duration::from_millis(5);

/// What the coordinator and its workers tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// What is in these lines, taken one by one?
    WhatIsIn(Vec<u64>),
    /// This is.
    ThereIs(BTreeMap<u64, Words>),
}

/// A node.
#[derive(Debug)]
pub enum Machine {
    /// Node 0.
    Coordinator(Coordinator),
    /// Every other node.
    Worker(Worker),
}

/// Knows which lines are waited for.
#[derive(Debug, Default)]
pub struct Coordinator {
    counts: Vec<Count>,
    /// Lines that somebody has been asked for: who, and when.
    asked: BTreeMap<u64, (NodeId, Time)>,
}

/// A count that waits.
#[derive(Debug)]
struct Count {
    call: Call,
    lines: Lines,
    known: BTreeMap<u64, Words>,
}

impl Machine {
    /// Node 0.
    pub fn coordinator() -> Machine {
        Machine::Coordinator(Coordinator::default())
    }

    /// Any other node.
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

impl Node for Machine {
    type Message = Message;
    /// A round is over.
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, Request::Count(lines): Request) {
        if let Machine::Coordinator(coordinator) = self {
            coordinator.counts.push(Count {
                call,
                lines,
                known: BTreeMap::new(),
            });
            coordinator.ask(ctx);
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match (self, message) {
            (Machine::Worker(worker), Message::WhatIsIn(lines)) => {
                let mut one = |line| {
                    worker.count(Lines {
                        start: line,
                        end: line + 1,
                    })
                };
                let found = lines.into_iter().map(|line| (line, one(line))).collect();
                ctx.send(from, Message::ThereIs(found));
            }
            (Machine::Coordinator(coordinator), Message::ThereIs(found)) => {
                coordinator.learn(ctx, &found);
            }
            _ => {}
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, (): ()) {
        if let Machine::Coordinator(coordinator) = self {
            coordinator.ask(ctx);
        }
    }
}

impl Coordinator {
    /// Asks for all lines that are lacking and that nobody was asked for lately.
    fn ask(&mut self, ctx: &mut Context<Machine>) {
        let workers = ctx.peers();
        let now = ctx.now();
        let mut questions: BTreeMap<NodeId, Vec<u64>> = BTreeMap::new();
        for count in &self.counts {
            for line in
                (count.lines.start..count.lines.end).filter(|line| !count.known.contains_key(line))
            {
                let worker = match self.asked.get(&line) {
                    Some((_, at)) if now.since(*at) < PATIENCE => continue,
                    Some((silent, _)) => workers[silent.index() % workers.len()],
                    None => workers[line as usize % workers.len()],
                };
                self.asked.insert(line, (worker, now));
                questions.entry(worker).or_default().push(line);
            }
        }
        for (worker, lines) in questions {
            ctx.send(worker, Message::WhatIsIn(lines));
        }
        if !self.counts.is_empty() {
            ctx.set_timer(ROUND, ());
        }
    }

    fn learn(&mut self, ctx: &mut Context<Machine>, found: &BTreeMap<u64, Words>) {
        for line in found.keys() {
            self.asked.remove(line);
        }
        for count in &mut self.counts {
            let of_count = found
                .iter()
                .filter(|(line, _)| (count.lines.start..count.lines.end).contains(line));
            count
                .known
                .extend(of_count.map(|(line, words)| (*line, words.clone())));
        }
        self.counts.retain(|count| {
            let is_done = count.known.len() as u64 == count.lines.count();
            if is_done {
                let mut sum = Words::new();
                for (word, times) in count.known.values().flatten() {
                    *sum.entry(word.clone()).or_default() += times;
                }
                ctx.reply(count.call, Response::Counted(sum));
            }
            !is_done
        });
    }
}
