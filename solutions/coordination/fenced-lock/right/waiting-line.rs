//! A lock that keeps those who wait in a line, and gives itself to the first when it is free: workers need not ask again
//! but for losses. After a crash it knows nothing of any lease, and waits for as long as one can last. Every line in the
//! store carries the token of who wrote it, so that the document itself says which writes were done.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, ms};

#[path = "../../../../exercises/coordination/fenced-lock/src/api.rs"]
pub mod api;

use api::{LEASE, Request, Response};

/// The node that gives the lock away.
pub const LOCK: NodeId = NodeId::new(0);
/// The node that keeps the document.
pub const STORE: NodeId = NodeId::new(1);

const PATIENCE: Duration = ms(25);

/// A line, and the token of who wrote it.
type Line = (u64, u64);

/// What nodes tell each other. `id` is a random number that stands for one attempt.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Message {
    Want { id: u64 },
    Yours { id: u64, token: u64 },
    Back { id: u64 },
    Open { token: u64 },
    Opened { token: u64, lines: Vec<Line> },
    Save { token: u64, lines: Vec<Line> },
    Saved { token: u64, taken: bool },
}

/// What nodes remind themselves of.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Timer {
    LeaseIsOver { token: u64 },
    Quarantine,
    Again { id: u64 },
    Worked { id: u64 },
}

/// A node.
#[derive(Debug)]
#[allow(missing_docs)]
pub enum Process {
    Lock(Lock),
    Store { lines: Vec<Line>, fence: u64 },
    Worker(Option<Work>),
}

/// The lock.
#[derive(Debug, Default)]
pub struct Lock {
    token: u64,
    holder: Option<(NodeId, u64, u64)>,
    closed: bool,
    line: VecDeque<(NodeId, u64)>,
    over: BTreeSet<u64>,
}

/// What a worker is busy with.
#[derive(Debug)]
pub struct Work {
    call: Call,
    line: u64,
    takes: Duration,
    id: u64,
    token: Option<u64>,
    asked: Option<Message>,
}

impl Process {
    /// The node with this id.
    pub fn new(id: NodeId) -> Process {
        match id.index() {
            0 => Process::Lock(Lock::default()),
            1 => Process::Store {
                lines: Vec::new(),
                fence: 0,
            },
            _ => Process::Worker(None),
        }
    }
}

impl Lock {
    fn next(&mut self, ctx: &mut Context<Process>) {
        if self.holder.is_some() || self.closed {
            return;
        }
        let Some((worker, id)) = self.line.pop_front() else {
            return;
        };
        self.token += 1;
        let token = self.token;
        ctx.disk().write("token", &token);
        ctx.disk().sync();
        self.holder = Some((worker, id, token));
        ctx.set_timer(LEASE, Timer::LeaseIsOver { token });
        ctx.send(worker, Message::Yours { id, token });
    }
}

impl Node for Process {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        match self {
            Process::Lock(lock) => {
                let token: Option<u64> = ctx.disk().read("token");
                if let Some(token) = token {
                    lock.token = token;
                    lock.closed = true;
                    ctx.set_timer(LEASE, Timer::Quarantine);
                }
            }
            Process::Store { lines, fence } => {
                (*lines, *fence) = ctx.disk().read("store").unwrap_or_default();
            }
            Process::Worker(_) => {}
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match (self, request) {
            (Process::Worker(work), Request::Append { line, takes }) => {
                let id = ctx.random().below(u64::MAX);
                *work = Some(Work {
                    call,
                    line,
                    takes,
                    id,
                    token: None,
                    asked: Some(Message::Want { id }),
                });
                ctx.send(LOCK, Message::Want { id });
                ctx.set_timer(PATIENCE, Timer::Again { id });
            }
            (Process::Store { lines, .. }, Request::Show) => {
                let document = lines.iter().map(|(line, _)| *line).collect();
                ctx.reply(call, Response::Document(document));
            }
            _ => {}
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match self {
            Process::Lock(lock) => match message {
                Message::Want { id } if !lock.over.contains(&id) => {
                    if let Some((_, holder, token)) = lock.holder
                        && holder == id
                    {
                        ctx.send(from, Message::Yours { id, token });
                    } else if !lock.line.contains(&(from, id)) {
                        lock.line.retain(|(worker, _)| *worker != from);
                        lock.line.push_back((from, id));
                        lock.next(ctx);
                    }
                }
                Message::Back { id } => {
                    lock.over.insert(id);
                    lock.line.retain(|(_, waiting)| *waiting != id);
                    if let Some((_, holder, token)) = lock.holder
                        && holder == id
                    {
                        ctx.cancel_timer(Timer::LeaseIsOver { token });
                        lock.holder = None;
                        lock.next(ctx);
                    }
                }
                _ => {}
            },
            Process::Store { lines, fence } => match message {
                Message::Open { token } => {
                    if token > *fence {
                        *fence = token;
                        ctx.disk().write("store", &(&*lines, *fence));
                        ctx.disk().sync();
                    }
                    if token == *fence {
                        let lines = lines.clone();
                        ctx.send(from, Message::Opened { token, lines });
                    } else if !lines.iter().any(|(_, writer)| *writer == token) {
                        ctx.send(
                            from,
                            Message::Saved {
                                token,
                                taken: false,
                            },
                        );
                    }
                }
                Message::Save { token, lines: new } => {
                    let known = lines.iter().any(|(_, writer)| *writer == token);
                    if !known && token >= *fence {
                        *lines = new;
                        *fence = token;
                        ctx.disk().write("store", &(&*lines, *fence));
                        ctx.disk().sync();
                    }
                    let taken = lines.iter().any(|(_, writer)| *writer == token);
                    ctx.send(from, Message::Saved { token, taken });
                }
                _ => {}
            },
            Process::Worker(slot) => {
                let Some(work) = slot else { return };
                match message {
                    Message::Yours { id, token } if work.id == id && work.token.is_none() => {
                        work.token = Some(token);
                        work.asked = Some(Message::Open { token });
                        ctx.send(STORE, Message::Open { token });
                    }
                    Message::Opened { token, mut lines }
                        if work.token == Some(token)
                            && matches!(work.asked, Some(Message::Open { .. })) =>
                    {
                        lines.push((work.line, token));
                        // Not sent before the time is over, but put down already.
                        work.asked = None;
                        ctx.set_timer(work.takes, Timer::Worked { id: work.id });
                        ctx.disk().write("lines", &lines);
                    }
                    Message::Saved { token, taken }
                        if work.token == Some(token) && work.asked.is_some() =>
                    {
                        let response = if taken {
                            Response::Done
                        } else {
                            Response::Lost
                        };
                        ctx.reply(work.call, response);
                        ctx.cancel_timer(Timer::Again { id: work.id });
                        ctx.send(LOCK, Message::Back { id: work.id });
                        *slot = None;
                    }
                    _ => {}
                }
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match (self, timer) {
            (Process::Lock(lock), Timer::LeaseIsOver { token }) => {
                if lock.holder.is_some_and(|(_, _, held)| held == token) {
                    lock.holder = None;
                    lock.next(ctx);
                }
            }
            (Process::Lock(lock), Timer::Quarantine) => {
                lock.closed = false;
                lock.next(ctx);
            }
            (Process::Worker(Some(work)), Timer::Again { id }) if work.id == id => {
                match &work.asked {
                    Some(message @ Message::Want { .. }) => ctx.send(LOCK, message.clone()),
                    Some(message) => ctx.send(STORE, message.clone()),
                    None => {}
                }
                ctx.set_timer(PATIENCE, Timer::Again { id });
            }
            (Process::Worker(Some(work)), Timer::Worked { id }) if work.id == id => {
                let lines: Option<Vec<Line>> = ctx.disk().read("lines");
                if let (Some(token), Some(lines)) = (work.token, lines) {
                    let message = Message::Save { token, lines };
                    ctx.send(STORE, message.clone());
                    work.asked = Some(message);
                }
            }
            _ => {}
        }
    }
}
