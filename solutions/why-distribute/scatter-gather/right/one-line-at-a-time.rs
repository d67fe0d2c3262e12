//! Scatter and gather, by pulling: all lines that have to be counted stand in one queue, and whoever has nothing to do
//! gets the next one. Fast workers get more lines by themselves. A line whose worker keeps silent joins the queue again.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/why-distribute/scatter-gather/src/api.rs"]
pub mod api;

use api::{Lines, Request, Response, Words, Worker};

/// The node that hands out the work.
pub const COORDINATOR: NodeId = NodeId::new(0);

/// How long a worker may take for a line.
pub const PATIENCE: Duration = Duration::from_millis(15);

/// A line that a client waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Ticket {
    call: Call,
    line: u64,
}

/// What the coordinator and its workers tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// From the coordinator.
    Please(Ticket),
    /// From a worker.
    Done(Ticket, Words),
}

/// A node.
#[derive(Debug)]
pub enum Machine {
    /// Node 0.
    Coordinator(Coordinator),
    /// Every other node.
    Worker(Worker),
}

/// Hands out lines.
#[derive(Debug, Default)]
pub struct Coordinator {
    queue: VecDeque<Ticket>,
    /// Who has nothing to do; whoever comes first has had nothing to do for the longest time.
    idle: VecDeque<NodeId>,
    /// What the others do.
    busy: BTreeMap<NodeId, Ticket>,
    /// For each call, how many lines are missing, and what is in the others.
    calls: BTreeMap<Call, (u64, Words)>,
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
    /// This worker had enough time for this line.
    type Timer = (NodeId, Ticket);
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        if let Machine::Coordinator(coordinator) = self {
            coordinator.idle = ctx.peers().iter().copied().collect();
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, Request::Count(lines): Request) {
        if let Machine::Coordinator(coordinator) = self {
            let tickets = (lines.start..lines.end).map(|line| Ticket { call, line });
            coordinator.queue.extend(tickets);
            let missing = lines.count();
            coordinator.calls.insert(call, (missing, Words::new()));
            coordinator.hand_out(ctx);
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match (self, message) {
            (Machine::Worker(worker), Message::Please(ticket)) => {
                let lines = Lines {
                    start: ticket.line,
                    end: ticket.line + 1,
                };
                ctx.send(from, Message::Done(ticket, worker.count(lines)));
            }
            (Machine::Coordinator(coordinator), Message::Done(ticket, words)) => {
                coordinator.on_done(ctx, from, ticket, words);
            }
            _ => {}
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, (worker, ticket): (NodeId, Ticket)) {
        if let Machine::Coordinator(coordinator) = self {
            coordinator.queue.push_front(ticket);
            coordinator.free(worker);
            coordinator.hand_out(ctx);
        }
    }
}

impl Coordinator {
    fn on_done(&mut self, ctx: &mut Context<Machine>, from: NodeId, ticket: Ticket, words: Words) {
        let is_waited_for = self.queue.contains(&ticket);
        let asked: Vec<NodeId> = self
            .busy
            .iter()
            .filter(|(_, other)| **other == ticket)
            .map(|(worker, _)| *worker)
            .collect();
        for worker in &asked {
            ctx.cancel_timer((*worker, ticket));
            self.free(*worker);
        }
        self.queue.retain(|waiting| *waiting != ticket);
        if !asked.is_empty() || is_waited_for {
            self.add(ctx, ticket, words);
        }
        // It speaks: so it is the best one to ask if it has nothing to do.
        if let Some(place) = self.idle.iter().position(|idle| *idle == from) {
            self.idle.remove(place);
            self.idle.push_front(from);
        }
        self.hand_out(ctx);
    }

    fn add(&mut self, ctx: &mut Context<Machine>, ticket: Ticket, words: Words) {
        let Some((missing, sum)) = self.calls.get_mut(&ticket.call) else {
            return;
        };
        *missing -= 1;
        for (word, count) in words {
            *sum.entry(word).or_default() += count;
        }
        if *missing == 0
            && let Some((_, sum)) = self.calls.remove(&ticket.call)
        {
            ctx.reply(ticket.call, Response::Counted(sum));
        }
    }

    fn free(&mut self, worker: NodeId) {
        if self.busy.remove(&worker).is_some() {
            self.idle.push_back(worker);
        }
    }

    fn hand_out(&mut self, ctx: &mut Context<Machine>) {
        while !self.queue.is_empty()
            && let Some(worker) = self.idle.pop_front()
            && let Some(ticket) = self.queue.pop_front()
        {
            self.busy.insert(worker, ticket);
            ctx.send(worker, Message::Please(ticket));
            ctx.set_timer(PATIENCE, (worker, ticket));
        }
    }
}
