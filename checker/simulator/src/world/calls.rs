//! Clients and their calls.

use std::collections::VecDeque;
use std::rc::Rc;

use super::queue::Event;
use super::{Callback, World};
use crate::payload::Payload;
use crate::trace::TraceEventKind;
use crate::{Call, NodeId, Time};

/// A call, from its plan to its end.
#[derive(Clone)]
pub(crate) struct CallState {
    pub client: usize,
    pub node: NodeId,
    /// The earliest time at which the client makes it.
    pub earliest: u64,
    /// How long the client waits for an answer.
    pub patience: u64,
    pub request: Rc<dyn Payload>,
    pub called: Option<Time>,
    pub status: Status,
    traced: usize,
}

/// What became of a call.
#[derive(Clone)]
pub(crate) enum Status {
    /// Not made yet, or not answered yet.
    Pending,
    Answered {
        response: Rc<dyn Payload>,
        at: Time,
    },
    /// The node was down when the client tried to reach it: nothing happened.
    Unreachable,
    /// The node went down, or the client gave up waiting: it may or may not have happened.
    Unknown,
}

/// All clients: each makes one call at a time.
#[derive(Default)]
pub(crate) struct Clients {
    pub calls: Vec<CallState>,
    waiting: Vec<VecDeque<usize>>,
    /// Planned calls that have not ended.
    unfinished: usize,
}

impl Clone for Clients {
    fn clone(&self) -> Clients {
        Clients {
            calls: self.calls.clone(),
            waiting: self.waiting.clone(),
            unfinished: self.unfinished,
        }
    }

    /// Uses the memory that is there.
    fn clone_from(&mut self, other: &Clients) {
        self.calls.clone_from(&other.calls);
        self.waiting.clone_from(&other.waiting);
        self.unfinished = other.unfinished;
    }
}

/// Clients with this number and above belong to scripts; planned operations have lower ones.
pub(crate) const SCRIPT: usize = 1_000;

/// Who looks at nodes without being seen.
pub(crate) const UNSEEN: usize = usize::MAX;

/// On whose behalf a script makes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The script's one client, which waits for every answer.
    Script,
    /// A client that makes this call only, while others make theirs.
    Own,
    /// Nobody: the check looks at a node, and no story has a line for that.
    Unseen,
}

impl World {
    /// Plans a call; clients make theirs in the order in which they are planned.
    pub fn plan_call(
        &mut self,
        client: usize,
        node: NodeId,
        at: u64,
        patience: u64,
        request: Rc<dyn Payload>,
    ) {
        assert!(
            client < SCRIPT,
            "clients are numbered from 0 to {}, not {client}",
            SCRIPT - 1
        );
        let call = self.add_call(client, node, at, patience, request);
        let waiting = &mut self.clients.waiting;
        if waiting.len() <= client {
            waiting.resize_with(client + 1, VecDeque::new);
        }
        waiting[client].push_back(call);
        self.clients.unfinished += 1;
        if waiting[client].len() == 1 {
            self.queue.push(at, Event::Ask { call });
        }
    }

    /// Makes a call now, on behalf of a script: of its only client, which waits for the answer before it does
    /// anything else, or of a client of its own.
    pub fn call_now(&mut self, node: NodeId, request: Rc<dyn Payload>, caller: Caller) -> usize {
        let client = match caller {
            Caller::Script => SCRIPT,
            Caller::Own => SCRIPT + 1 + self.clients.calls.len(),
            Caller::Unseen => UNSEEN,
        };
        let call = self.add_call(client, node, self.now, u64::MAX, request);
        self.queue.push(self.now, Event::Ask { call });
        call
    }

    fn add_call(
        &mut self,
        client: usize,
        node: NodeId,
        earliest: u64,
        patience: u64,
        request: Rc<dyn Payload>,
    ) -> usize {
        assert!(
            node.index() < self.slots.len(),
            "a call is made to {node}, but there are only {} nodes",
            self.slots.len()
        );
        let status = Status::Pending;
        let call = CallState {
            client,
            node,
            earliest,
            patience,
            request,
            called: None,
            status,
            traced: usize::MAX,
        };
        self.clients.calls.push(call);
        self.clients.calls.len() - 1
    }

    /// Whether a planned call has not ended yet.
    pub fn has_unfinished_calls(&self) -> bool {
        self.clients.unfinished > 0
    }

    pub fn calls(&self) -> &[CallState] {
        &self.clients.calls
    }

    pub(super) fn ask(&mut self, index: usize) {
        let now = Time::from_micros(self.now);
        let call = &mut self.clients.calls[index];
        let node = call.node;
        call.called = Some(now);
        let is_seen = call.client != UNSEEN;
        if let Some(recorder) = self.recorder.as_mut().filter(|_| is_seen) {
            call.traced = recorder.call(call.client, node, now, &*call.request);
        }
        if self.slots[node.index()].actor.is_none() {
            self.finish(index, Status::Unreachable);
            return;
        }
        let request = Rc::clone(&call.request);
        let (traced, patience) = (call.traced, call.patience);
        if patience < u64::MAX {
            self.queue.push(
                self.now.saturating_add(patience),
                Event::GiveUp { call: index },
            );
        }
        if self.recorder.is_some() && is_seen {
            self.note(Some(node), TraceEventKind::Request { call: traced });
        }
        self.imprint(5, node, index as u64);
        if self.journal.is_some() {
            self.announce(node, Callback::Request, &request.debug());
        }
        self.enter(node, Callback::Request, |actor, own, store| {
            actor.request(own, store, Call::new(index), request)
        });
    }

    pub(super) fn reply(&mut self, node: NodeId, call: Call, response: Rc<dyn Payload>) {
        let now = Time::from_micros(self.now);
        let Some(state) = self.clients.calls.get(call.index()) else {
            return;
        };
        let mine = state.node == node && state.called.is_some();
        if !mine || !matches!(state.status, Status::Pending) {
            return;
        }
        let (traced, is_seen) = (state.traced, state.client != UNSEEN);
        self.imprint(6, node, response.fingerprint());
        if let Some(recorder) = &mut self.recorder {
            recorder.answer(traced, now, &*response);
        }
        if self.recorder.is_some() && is_seen {
            self.note(Some(node), TraceEventKind::Reply { call: traced });
        }
        self.finish(call.index(), Status::Answered { response, at: now });
    }

    pub(super) fn give_up(&mut self, call: usize) {
        if matches!(self.clients.calls[call].status, Status::Pending) {
            self.finish(call, Status::Unknown);
        }
    }

    /// Ends every call that was waiting for `node`, which has crashed.
    pub(super) fn hang_up(&mut self, node: NodeId) {
        for index in 0..self.clients.calls.len() {
            let call = &self.clients.calls[index];
            if call.node == node && call.called.is_some() && matches!(call.status, Status::Pending)
            {
                self.finish(index, Status::Unknown);
            }
        }
    }

    fn finish(&mut self, index: usize, status: Status) {
        let call = &mut self.clients.calls[index];
        call.status = status;
        let client = call.client;
        if client >= SCRIPT {
            return;
        }
        self.clients.unfinished -= 1;
        let waiting = &mut self.clients.waiting[client];
        waiting.pop_front();
        if let Some(&next) = waiting.front() {
            let at = self.clients.calls[next].earliest.max(self.now);
            self.queue.push(at, Event::Ask { call: next });
        }
    }
}
