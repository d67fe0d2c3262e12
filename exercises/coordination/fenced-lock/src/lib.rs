//! A lock with a lease, and a store that refuses whoever has lost it.
//!
//! Node 0 is the lock, node 1 the store, and all others are workers that append lines to the document in the store:
//! read it, work on it, write it back. The lock sees to it that they do so one at a time, as long as nobody is too slow.
//! When somebody is, the lock goes to the next one, and only the store can keep the slow one from doing harm. The lock
//! gives everybody a number that is larger than all before, a *fencing token*, and the store takes nothing from a smaller
//! one than it has seen.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

pub mod api;

use api::{LEASE, Request, Response};

/// The node that gives the lock away.
pub const LOCK: NodeId = NodeId::new(0);
/// The node that keeps the document.
pub const STORE: NodeId = NodeId::new(1);

/// How long a worker waits for an answer before it asks again.
pub const PATIENCE: Duration = Duration::from_millis(20);

/// What nodes tell each other. Change it as you like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// A worker to the lock: I need the lock. It asks again until it has it.
    Acquire {
        /// Which of the worker's attempts to get the lock this is.
        attempt: u64,
    },
    /// The lock to a worker: it is yours, for a lease.
    Granted {
        /// The attempt.
        attempt: u64,
        /// The fencing token.
        token: u64,
    },
    /// A worker to the lock: I am done with it.
    Release {
        /// The token with which it was given.
        token: u64,
    },
    /// A worker to the store: what does the document say?
    Read {
        /// The token of the worker.
        token: u64,
    },
    /// The store to a worker: this.
    Contents {
        /// The token of who asked.
        token: u64,
        /// The document.
        document: Vec<u64>,
    },
    /// A worker to the store: let the document say this.
    Write {
        /// The token of the worker.
        token: u64,
        /// The document.
        document: Vec<u64>,
    },
    /// The store to a worker: it does.
    Written {
        /// The token of who wrote.
        token: u64,
    },
    /// The store to a worker: it has lost the lock to somebody else. Nothing was written, and nothing will be.
    Refused {
        /// The token of who asked or wrote.
        token: u64,
    },
}

/// What a worker reminds itself of. Change it as you like.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// No answer has come yet.
    AskAgain,
    /// The work is done, and can be written.
    WorkedLongEnough,
}

/// A node.
#[derive(Debug)]
pub enum Process {
    /// Node 0.
    Lock(Lock),
    /// Node 1.
    Store(Store),
    /// Every other node.
    Worker(Worker),
}

/// The node that gives the lock away. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Lock {}

/// The node that keeps the document. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Store {
    document: Vec<u64>,
}

/// A node that appends lines.
#[derive(Debug, Default)]
pub struct Worker {
    /// What it is busy with, if anything.
    work: Option<Work>,
}

/// A line that is to be appended, and how far it is.
#[derive(Debug)]
struct Work {
    call: Call,
    line: u64,
    takes: Duration,
    attempt: u64,
    step: Step,
}

/// How far a piece of work is.
#[derive(Debug)]
enum Step {
    /// The worker has asked for the lock.
    Acquiring,
    /// It has the lock, and has asked for the document.
    Reading {
        /// The fencing token that came with the lock.
        token: u64,
    },
    /// It has the document, and works.
    Working {
        /// The fencing token that came with the lock.
        token: u64,
        /// The document as it was read.
        document: Vec<u64>,
    },
    /// It has sent the document back, with its line.
    Writing {
        /// The fencing token that came with the lock.
        token: u64,
        /// The document as it is to be.
        document: Vec<u64>,
    },
}

impl Work {
    /// The first step of it.
    fn new(call: Call, line: u64, takes: Duration, attempt: u64) -> Work {
        let step = Step::Acquiring;
        Work {
            call,
            line,
            takes,
            attempt,
            step,
        }
    }

    /// The token, and the document with the line at its end, when the worker has worked.
    fn revised(&self) -> Option<(u64, Vec<u64>)> {
        let Step::Working { token, document } = &self.step else {
            return None;
        };
        let mut document = document.clone();
        document.push(self.line);
        Some((*token, document))
    }
}

impl Process {
    /// The node with this id.
    pub fn new(id: NodeId) -> Process {
        match id {
            LOCK => Process::Lock(Lock::default()),
            STORE => Process::Store(Store::default()),
            _ => Process::Worker(Worker::default()),
        }
    }
}

/// Hands everything to the function that it is for. Nothing is to be done here.
impl Node for Process {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        match self {
            Process::Lock(lock) => lock.read_disk(ctx),
            Process::Store(store) => store.read_disk(ctx),
            Process::Worker(worker) => worker.read_disk(ctx),
        }
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match (self, request) {
            (Process::Worker(worker), Request::Append { line, takes }) => {
                worker.on_append(ctx, call, line, takes)
            }
            (Process::Store(store), Request::Show) => {
                ctx.reply(call, Response::Document(store.document.clone()))
            }
            _ => {}
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match (self, message) {
            (Process::Lock(lock), Message::Acquire { attempt }) => {
                lock.on_acquire(ctx, from, attempt)
            }
            (Process::Lock(lock), Message::Release { token }) => lock.on_release(ctx, from, token),
            (Process::Store(store), Message::Read { token }) => store.on_read(ctx, from, token),
            (Process::Store(store), Message::Write { token, document }) => {
                store.on_write(ctx, from, token, document)
            }
            (Process::Worker(worker), Message::Granted { attempt, token }) => {
                worker.on_granted(ctx, attempt, token)
            }
            (Process::Worker(worker), Message::Contents { token, document }) => {
                worker.on_contents(ctx, token, document)
            }
            (Process::Worker(worker), Message::Written { token }) => worker.on_written(ctx, token),
            (Process::Worker(worker), Message::Refused { token }) => worker.on_refused(ctx, token),
            _ => {}
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match (self, timer) {
            (Process::Worker(worker), Timer::AskAgain) => worker.ask(ctx),
            (Process::Worker(worker), Timer::WorkedLongEnough) => worker.on_worked(ctx),
            _ => {}
        }
    }
}

impl Lock {
    /// The lock starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced.
    fn read_disk(&mut self, ctx: &mut Context<Process>) {
        let _ = ctx;
    }

    /// A worker needs the lock: perhaps it asks for the first time, perhaps again, perhaps this is a late copy from when
    /// it did. To a worker that has to wait nothing need be said: it will ask again.
    fn on_acquire(&mut self, ctx: &mut Context<Process>, from: NodeId, attempt: u64) {
        let _ = (ctx, from, attempt, LEASE);
        todo!(
            "give it the lock, for a lease and with a new token, unless somebody else may still have it"
        )
    }

    /// Somebody gives the lock back: perhaps who has it, perhaps who had it before its lease was over and others got it,
    /// perhaps this is a late copy.
    fn on_release(&mut self, ctx: &mut Context<Process>, from: NodeId, token: u64) {
        let _ = (ctx, from, token);
        todo!("if that one has the lock now, nobody has it any more")
    }
}

impl Store {
    /// The store starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced.
    fn read_disk(&mut self, ctx: &mut Context<Process>) {
        let _ = ctx;
    }

    /// A worker wants to know what the document says. It will change that, and write it back.
    fn on_read(&mut self, ctx: &mut Context<Process>, from: NodeId, token: u64) {
        let _ = (ctx, from, token);
        todo!("answer with the document; from now on, who else may write it?")
    }

    /// A worker wants the document to say this: perhaps it has the lock, perhaps it had it and does not know, perhaps it
    /// asks again because it has not heard that this is done.
    fn on_write(
        &mut self,
        ctx: &mut Context<Process>,
        from: NodeId,
        token: u64,
        document: Vec<u64>,
    ) {
        let _ = (ctx, from, token, document, &self.document);
        todo!("write it, or refuse it; and be sure what to say of what was asked before")
    }
}

impl Worker {
    /// The worker starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced.
    fn read_disk(&mut self, ctx: &mut Context<Process>) {
        let _ = ctx;
    }

    /// The client asks for a line. The worker is busy with nothing else.
    fn on_append(&mut self, ctx: &mut Context<Process>, call: Call, line: u64, takes: Duration) {
        let work = Work::new(call, line, takes, 1);
        let _ = (ctx, work.call, work.takes);
        todo!(
            "begin the work by asking for the lock, with a number that no attempt of this worker has had"
        )
    }

    /// Sends whatever there is no answer to yet, for the first time or again, and sees to it that it is sent again.
    /// Nothing is to be done here.
    fn ask(&self, ctx: &mut Context<Process>) {
        let Some(work) = &self.work else {
            return;
        };
        let (to, message) = match &work.step {
            Step::Acquiring => {
                let attempt = work.attempt;
                (LOCK, Message::Acquire { attempt })
            }
            Step::Reading { token } => (STORE, Message::Read { token: *token }),
            Step::Working { .. } => return,
            Step::Writing { token, document } => {
                let (token, document) = (*token, document.clone());
                (STORE, Message::Write { token, document })
            }
        };
        ctx.send(to, message);
        ctx.set_timer(PATIENCE, Timer::AskAgain);
    }

    /// The lock is this worker's: for what it does now, or, if this comes late, for what it did before.
    fn on_granted(&mut self, ctx: &mut Context<Process>, attempt: u64, token: u64) {
        let _ = (ctx, attempt, token);
        let step = Step::Reading { token };
        let _ = self.work.as_mut().map(|work| work.step = step);
        todo!("if the worker waits for just this, ask for the document")
    }

    /// This is what the document says, or what it said when this worker asked earlier.
    fn on_contents(&mut self, ctx: &mut Context<Process>, token: u64, document: Vec<u64>) {
        let _ = Step::Working { token, document };
        ctx.set_timer(LEASE, Timer::WorkedLongEnough);
        todo!("if the worker waits for just this, let it work for as long as it takes")
    }

    /// The worker has worked long enough. Is the lock still its own? It cannot know.
    fn on_worked(&mut self, ctx: &mut Context<Process>) {
        let revised = self.work.as_ref().and_then(Work::revised);
        let step = revised.map(|(token, document)| Step::Writing { token, document });
        let _ = (ctx, step);
        todo!("send the document to the store, with the line at its end")
    }

    /// The store has written what the worker with this token sent.
    fn on_written(&mut self, ctx: &mut Context<Process>, token: u64) {
        let _ = (ctx, token);
        todo!("if the worker waits for just this, give the lock back and answer the client")
    }

    /// The store has taken nothing from this token, and never will.
    fn on_refused(&mut self, ctx: &mut Context<Process>, token: u64) {
        let _ = (ctx, token);
        todo!("if that is the token of what the worker does now, answer the client")
    }
}
