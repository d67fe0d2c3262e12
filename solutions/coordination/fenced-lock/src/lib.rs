//! A lock with a lease, and a store that refuses whoever has lost it.
//!
//! Node 0 is the lock, node 1 the store, and all others are workers that append lines to the document in the store:
//! read it, work on it, write it back. The lock sees to it that they do so one at a time, as long as nobody is too slow.
//! When somebody is, the lock goes to the next one, and only the store can keep the slow one from doing harm. The lock
//! gives everybody a number that is larger than all before, a *fencing token*, and the store takes nothing from a smaller
//! one than it has seen.

// BEGIN SOLUTION
use std::collections::BTreeMap;
// END SOLUTION
use std::time::Duration;

use serde::{Deserialize, Serialize};
// BEGIN SOLUTION
use simulator::Time;
// END SOLUTION
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/coordination/fenced-lock/src/api.rs"]
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
pub struct Lock {
    // BEGIN SOLUTION
    /// The last token that was given away. On the disk, too: a token must never be given twice.
    token: u64,
    /// Who has the lock, perhaps for too long already. On the disk, too: that the lock was down ends no lease.
    lease: Option<Lease>,
    /// Of each worker, the last attempt after which it gave the lock back. Older ones are late copies.
    released: BTreeMap<NodeId, u64>,
    // END SOLUTION
}

// BEGIN SOLUTION
/// The lock in somebody's hands.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Lease {
    worker: NodeId,
    attempt: u64,
    token: u64,
    /// By the clock of the lock, which is the only one that ever looks at it.
    until: Time,
}

// END SOLUTION
/// The node that keeps the document. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Store {
    document: Vec<u64>,
    // BEGIN SOLUTION
    // All of this is on the disk as well.
    /// The largest token that was shown here: whoever comes with a smaller one has lost the lock.
    largest: u64,
    /// Of each worker, the token of its last write that was taken.
    written: BTreeMap<NodeId, u64>,
    // END SOLUTION
}

/// A node that appends lines.
#[derive(Debug, Default)]
pub struct Worker {
    // BEGIN SOLUTION
    /// How often this worker has needed the lock. On the disk, too.
    attempts: u64,
    // END SOLUTION
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
        // BEGIN SOLUTION
        // STUB: let _ = ctx;
        self.token = ctx.disk().read("token").unwrap_or_default();
        self.lease = ctx.disk().read("lease").unwrap_or_default();
        // END SOLUTION
    }

    /// A worker needs the lock: perhaps it asks for the first time, perhaps again, perhaps this is a late copy from when
    /// it did. To a worker that has to wait nothing need be said: it will ask again.
    fn on_acquire(&mut self, ctx: &mut Context<Process>, from: NodeId, attempt: u64) {
        // BEGIN SOLUTION give it the lock, for a lease and with a new token, unless somebody else may still have it
        // STUB: let _ = (ctx, from, attempt, LEASE);
        if self
            .released
            .get(&from)
            .is_some_and(|last| attempt <= *last)
        {
            // It was given the lock for this, and has given it back. Nobody would ever do so a second time.
            return;
        }
        if let Some(lease) = self.lease {
            if lease.worker == from && lease.attempt == attempt {
                // It has the lock, and does not know, or this is a copy. The same answer: a second token would be
                // larger than the one that the worker may be using already, and be the one that counts.
                let token = lease.token;
                ctx.send(from, Message::Granted { attempt, token });
                return;
            }
            // The time is looked at here and nowhere else. Whoever has the lock may be dead, or may only be slow: that
            // cannot be known from here, and the slow one does not know it, either.
            if ctx.now() < lease.until {
                return;
            }
        }
        self.token += 1;
        let token = self.token;
        let until = ctx.now() + LEASE;
        self.lease = Some(Lease {
            worker: from,
            attempt,
            token,
            until,
        });
        self.save(ctx);
        ctx.send(from, Message::Granted { attempt, token });
        // END SOLUTION
    }

    /// Somebody gives the lock back: perhaps who has it, perhaps who had it before its lease was over and others got it,
    /// perhaps this is a late copy.
    fn on_release(&mut self, ctx: &mut Context<Process>, from: NodeId, token: u64) {
        // BEGIN SOLUTION if that one has the lock now, nobody has it any more
        // STUB: let _ = (ctx, from, token);
        if let Some(lease) = self.lease
            && lease.token == token
        {
            self.released.insert(from, lease.attempt);
            self.lease = None;
            self.save(ctx);
        }
        // END SOLUTION
    }
    // BEGIN SOLUTION

    /// Before anybody is told: should the lock crash, it must remember what others count on.
    fn save(&self, ctx: &mut Context<Process>) {
        ctx.disk().write("token", &self.token);
        ctx.disk().write("lease", &self.lease);
        ctx.disk().sync();
    }
    // END SOLUTION
}

impl Store {
    /// The store starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced.
    fn read_disk(&mut self, ctx: &mut Context<Process>) {
        // BEGIN SOLUTION
        // STUB: let _ = ctx;
        self.document = ctx.disk().read("document").unwrap_or_default();
        self.largest = ctx.disk().read("largest").unwrap_or_default();
        self.written = ctx.disk().read("written").unwrap_or_default();
        // END SOLUTION
    }

    /// A worker wants to know what the document says. It will change that, and write it back.
    fn on_read(&mut self, ctx: &mut Context<Process>, from: NodeId, token: u64) {
        // BEGIN SOLUTION answer with the document; from now on, who else may write it?
        // STUB: let _ = (ctx, from, token);
        if self.written.get(&from) == Some(&token) {
            // A late copy: it has read, and has written since. To refuse now would deny what it has written.
            return;
        }
        if token < self.largest {
            ctx.send(from, Message::Refused { token });
            return;
        }
        if token > self.largest {
            // Here already, and not only when it writes: whoever had the lock before may still be about to write, and
            // this worker would then overwrite what it has never seen.
            self.largest = token;
            self.save(ctx);
        }
        let document = self.document.clone();
        ctx.send(from, Message::Contents { token, document });
        // END SOLUTION
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
        // BEGIN SOLUTION write it, or refuse it; and be sure what to say of what was asked before
        // STUB: let _ = (ctx, from, token, document, &self.document);
        let answer = if self.written.get(&from) == Some(&token) {
            // Done already, though others may have written since. Refused would be a lie.
            Message::Written { token }
        } else if token < self.largest {
            Message::Refused { token }
        } else {
            self.document = document;
            self.largest = token;
            self.written.insert(from, token);
            self.save(ctx);
            Message::Written { token }
        };
        ctx.send(from, answer);
        // END SOLUTION
    }
    // BEGIN SOLUTION

    /// Before anybody is told.
    fn save(&self, ctx: &mut Context<Process>) {
        ctx.disk().write("document", &self.document);
        ctx.disk().write("largest", &self.largest);
        ctx.disk().write("written", &self.written);
        ctx.disk().sync();
    }
    // END SOLUTION
}

impl Worker {
    /// The worker starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced.
    fn read_disk(&mut self, ctx: &mut Context<Process>) {
        // BEGIN SOLUTION
        // STUB: let _ = ctx;
        self.attempts = ctx.disk().read("attempts").unwrap_or_default();
        // END SOLUTION
    }

    /// The client asks for a line. The worker is busy with nothing else.
    fn on_append(&mut self, ctx: &mut Context<Process>, call: Call, line: u64, takes: Duration) {
        // BEGIN SOLUTION begin the work by asking for the lock, with a number that no attempt of this worker has had
        // STUB: let work = Work::new(call, line, takes, 1);
        // STUB: let _ = (ctx, work.call, work.takes);
        // Also not before a crash: the lock may still hold what it knows of an attempt from then.
        self.attempts += 1;
        ctx.disk().write("attempts", &self.attempts);
        ctx.disk().sync();
        self.work = Some(Work::new(call, line, takes, self.attempts));
        self.ask(ctx);
        // END SOLUTION
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
        // BEGIN SOLUTION if the worker waits for just this, ask for the document
        // STUB: let _ = (ctx, attempt, token);
        // STUB: let step = Step::Reading { token };
        // STUB: let _ = self.work.as_mut().map(|work| work.step = step);
        if let Some(work) = &mut self.work
            && work.attempt == attempt
            && matches!(work.step, Step::Acquiring)
        {
            work.step = Step::Reading { token };
            self.ask(ctx);
        }
        // END SOLUTION
    }

    /// This is what the document says, or what it said when this worker asked earlier.
    fn on_contents(&mut self, ctx: &mut Context<Process>, token: u64, document: Vec<u64>) {
        // BEGIN SOLUTION if the worker waits for just this, let it work for as long as it takes
        // STUB: let _ = Step::Working { token, document };
        // STUB: ctx.set_timer(LEASE, Timer::WorkedLongEnough);
        if let Some(work) = &mut self.work
            && matches!(work.step, Step::Reading { token: mine } if mine == token)
        {
            work.step = Step::Working { token, document };
            ctx.set_timer(work.takes, Timer::WorkedLongEnough);
            ctx.cancel_timer(Timer::AskAgain);
        }
        // END SOLUTION
    }

    /// The worker has worked long enough. Is the lock still its own? It cannot know.
    fn on_worked(&mut self, ctx: &mut Context<Process>) {
        // BEGIN SOLUTION send the document to the store, with the line at its end
        // STUB: let revised = self.work.as_ref().and_then(Work::revised);
        // STUB: let step = revised.map(|(token, document)| Step::Writing { token, document });
        // STUB: let _ = (ctx, step);
        // Without a look at the clock. Whatever it shows, the worker may stand still right after it, or the message may
        // be late. Only the store is there when it matters.
        if let Some(work) = &mut self.work
            && let Some((token, document)) = work.revised()
        {
            work.step = Step::Writing { token, document };
            self.ask(ctx);
        }
        // END SOLUTION
    }

    /// The store has written what the worker with this token sent.
    fn on_written(&mut self, ctx: &mut Context<Process>, token: u64) {
        // BEGIN SOLUTION if the worker waits for just this, give the lock back and answer the client
        // STUB: let _ = (ctx, token);
        self.finish(ctx, token, Response::Done);
        // END SOLUTION
    }

    /// The store has taken nothing from this token, and never will.
    fn on_refused(&mut self, ctx: &mut Context<Process>, token: u64) {
        // BEGIN SOLUTION if that is the token of what the worker does now, answer the client
        // STUB: let _ = (ctx, token);
        self.finish(ctx, token, Response::Lost);
        // END SOLUTION
    }
    // BEGIN SOLUTION

    /// Answers the client, if `token` is the one of the present work.
    fn finish(&mut self, ctx: &mut Context<Process>, token: u64, response: Response) {
        let Some(work) = &self.work else {
            return;
        };
        match work.step {
            Step::Reading { token: mine } | Step::Writing { token: mine, .. } if mine == token => {
                ctx.reply(work.call, response);
                ctx.cancel_timer(Timer::AskAgain);
                // Once, and nobody makes sure that it arrives. If it does not, the lock waits for the end of the
                // lease: that is what a lease is for.
                ctx.send(LOCK, Message::Release { token });
                self.work = None;
            }
            _ => {}
        }
    }
    // END SOLUTION
}
