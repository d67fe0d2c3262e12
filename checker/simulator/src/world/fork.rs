//! A run in progress as one state of many: kept, told apart, and continued with any event that waits.

use std::any::Any;
use std::rc::Rc;

use super::calls::Clients;
use super::lateness::Lateness;
use super::queue::{Event, Place, Queue};
use super::{Actor, Slot, Standing, Status, Weather, World};
use crate::NodeId;
use crate::plan::{MessageKey, TimerKey};
use crate::random::{combine, mix};

/// How nodes of one type are copied and hashed. The event loop does not know their type, so somebody who does has to
/// say.
#[derive(Clone, Copy)]
pub(crate) struct Copying {
    pub copy: fn(&dyn Any) -> Box<dyn Actor>,
    pub hash: fn(&dyn Any) -> u64,
}

/// A run at one moment, to be continued more than once. What a step did not touch is shared with the state before.
pub(crate) struct State {
    slots: Vec<Rc<Kept>>,
    queue: Queue,
    clients: Rc<Clients>,
    now: u64,
    timers: u32,
    fingerprint: u64,
    messages: u64,
}

/// A node at one moment, with a hash of all that is its own.
struct Kept {
    slot: Slot,
    digest: u64,
}

/// An event that waits, as far as choosing one needs to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pending {
    Message {
        from: NodeId,
        to: NodeId,
        contents: u64,
        traced: u32,
    },
    Timer {
        node: NodeId,
        id: u32,
    },
    Call {
        call: usize,
        node: NodeId,
    },
    /// A client stops waiting for an answer.
    GivingUp,
}

impl Pending {
    /// The node that it happens at.
    pub fn node(self) -> Option<NodeId> {
        match self {
            Pending::Message { to: node, .. }
            | Pending::Timer { node, .. }
            | Pending::Call { node, .. } => Some(node),
            Pending::GivingUp => None,
        }
    }
}

impl World {
    /// Keeps the moment. `before` is the state that this run went on from, and what the step since then touched: one
    /// node, or none.
    pub fn keep(&self, copying: Copying, before: Option<(&State, Option<NodeId>)>) -> State {
        let slots = self
            .slots
            .iter()
            .enumerate()
            .map(|(index, slot)| match before {
                Some((state, touched)) if touched != Some(NodeId::new(index)) => {
                    Rc::clone(&state.slots[index])
                }
                _ => Rc::new(Kept {
                    slot: slot.copy(copying),
                    digest: slot.digest(copying),
                }),
            });
        State {
            slots: slots.collect(),
            queue: self.queue.clone(),
            clients: Rc::new(self.clients.clone()),
            now: self.now,
            timers: self.timers,
            fingerprint: self.fingerprint,
            messages: self.messages,
        }
    }

    /// Goes back to a moment, whatever happened since.
    pub fn go_back(&mut self, state: &State, copying: Copying) {
        for (slot, kept) in self.slots.iter_mut().zip(&state.slots) {
            *slot = kept.slot.copy(copying);
        }
        self.network.weather = Weather::Calm;
        self.network.mend_all();
        self.standing = Standing::default();
        self.lateness = None;
        self.paused = 0;
        self.events = 0;
        self.step_back(state, copying, None);
    }

    /// Goes back to the moment before the latest step, which touched one node or none.
    pub fn step_back(&mut self, state: &State, copying: Copying, touched: Option<NodeId>) {
        if let Some(node) = touched {
            self.slots[node.index()] = state.slots[node.index()].slot.copy(copying);
        }
        self.queue.clone_from(&state.queue);
        self.clients.clone_from(&state.clients);
        self.now = state.now;
        self.timers = state.timers;
        self.fingerprint = state.fingerprint;
        self.messages = state.messages;
        self.inside = None;
    }

    /// A hash of everything that what comes next depends on, and of nothing else: not of the time, and not of the
    /// way that led here. Two of a million states look the same with a probability of about 10⁻⁷.
    pub fn digest(&self, copying: Copying, before: Option<(&State, Option<NodeId>)>) -> u64 {
        let slots = self
            .slots
            .iter()
            .enumerate()
            .fold(0, |digest, (index, slot)| {
                let slot = match before {
                    Some((state, touched)) if touched != Some(NodeId::new(index)) => {
                        state.slots[index].digest
                    }
                    _ => slot.digest(copying),
                };
                combine(digest, slot)
            });
        // Which of two messages was sent first makes no difference to what may happen to them.
        let messages = self
            .queue
            .waiting()
            .fold(0_u64, |sum, (_, event)| match event {
                Event::Deliver(delivery) => {
                    let link = (delivery.from.index() as u64) << 32 | delivery.to.index() as u64;
                    sum.wrapping_add(mix(combine(delivery.contents, link)))
                }
                _ => sum,
            });
        combine(combine(slots, messages), self.digest_of_calls())
    }

    /// The calls as far as any judgement of them can tell: which have been made, what came of each, and which had
    /// been answered before which began.
    fn digest_of_calls(&self) -> u64 {
        let calls = self.calls();
        calls.iter().fold(0, |digest, call| {
            let status = match &call.status {
                Status::Pending => 1,
                Status::Unreachable => 2,
                Status::Unknown => 3,
                Status::Answered { response, .. } => combine(4, response.fingerprint()),
            };
            let before = call.called.map_or(0, |called| {
                let others = calls.iter().enumerate();
                others.fold(1, |before, (index, other)| match &other.status {
                    Status::Answered { at, .. } if *at < called => combine(before, index as u64),
                    _ => before,
                })
            });
            combine(digest, combine(status, before))
        })
    }

    /// What may happen next, in the order in which it would happen by itself.
    pub fn pending(&self) -> Vec<(Place, Pending)> {
        let mut pending: Vec<(Place, Pending)> = self
            .queue
            .waiting()
            .filter_map(|(place, event)| Some((place, self.choice(event)?)))
            .collect();
        pending.sort_unstable_by_key(|(place, _)| *place);
        pending
    }

    /// The event with this number, if it still waits.
    pub fn waiting(&self, sequence: u64) -> Option<(Place, Pending)> {
        let mut waiting = self.queue.waiting();
        let (place, event) = waiting.find(|(place, _)| place.sequence == sequence)?;
        Some((place, self.choice(event)?))
    }

    /// The first client to give up until then.
    pub fn next_giving_up(&self, until: u64) -> Option<Place> {
        let waiting = self.queue.waiting();
        let giving_up = waiting.filter(|(place, event)| {
            place.at <= until
                && matches!(event, Event::GiveUp { .. })
                && self.choice(event).is_some()
        });
        giving_up.map(|(place, _)| place).min()
    }

    fn choice(&self, event: &Event) -> Option<Pending> {
        match event {
            Event::Deliver(delivery) => Some(Pending::Message {
                from: delivery.from,
                to: delivery.to,
                contents: delivery.contents,
                traced: delivery.traced,
            }),
            Event::Timer { node, id } => {
                // A timer that was cancelled or set again since has nothing to do.
                let running = &self.slots[node.index()].timers;
                let (node, id) = (*node, *id);
                running
                    .iter()
                    .any(|timer| timer.id == id)
                    .then_some(Pending::Timer { node, id })
            }
            Event::Ask { call } => Some(Pending::Call {
                call: *call,
                node: self.calls()[*call].node,
            }),
            Event::GiveUp { call } => {
                matches!(self.calls()[*call].status, Status::Pending).then_some(Pending::GivingUp)
            }
            Event::Begin { .. } | Event::End { .. } | Event::Restart { .. } => None,
        }
    }

    /// Whether this timer may run out next on its node: one that was set earlier and for no longer runs out
    /// earlier, however fast or slow the clock is.
    pub fn may_fire(&self, node: NodeId, id: u32) -> bool {
        let timers = &self.slots[node.index()].timers;
        let this = timers.iter().find(|timer| timer.id == id);
        this.is_some_and(|this| {
            let mut others = timers.iter();
            others.all(|other| other.id >= id || other.after > this.after)
        })
    }

    /// Lets an event that waits happen, at `at`.
    pub fn happen(&mut self, sequence: u64, at: u64) {
        if let Some((_, event)) = self.queue.take(sequence) {
            self.now = self.now.max(at);
            self.handle(event);
        }
    }

    /// Lets an event wait until `at`.
    pub fn postpone(&mut self, sequence: u64, at: u64) {
        if let Some((_, event)) = self.queue.take(sequence) {
            self.queue.push(at, event);
        }
    }

    /// Loses a message that is on its way.
    pub fn lose(&mut self, sequence: u64) {
        self.queue.take(sequence);
    }

    /// Makes a second copy of a message that is on its way. Returns its number.
    pub fn double(&mut self, sequence: u64) -> Option<u64> {
        self.queue.double(sequence)
    }

    /// Whether a crash of this node could lose something that it wrote.
    pub fn has_unsynced(&self, node: NodeId) -> bool {
        self.slots[node.index()].own.disk.has_unsynced()
    }

    /// Starts to tell equal timers apart.
    pub fn name_timers(&mut self) {
        self.lateness = Some(Lateness::default());
    }

    /// The key of a timer, if they are told apart.
    pub fn timer_key(&self, id: u32) -> Option<TimerKey> {
        self.lateness.as_ref()?.keys.get(&id).copied()
    }

    /// The key of a message, if a trace is recorded.
    pub fn message_key(&self, traced: u32) -> Option<MessageKey> {
        let (key, _) = self.keys.iter().find(|(_, index)| *index == traced)?;
        Some(*key)
    }
}

impl Slot {
    fn copy(&self, copying: Copying) -> Slot {
        let actor = self.actor.as_ref();
        Slot {
            actor: actor.map(|actor| (copying.copy)(actor.node())),
            own: self.own.fork(),
            timers: self.timers.clone(),
            paused: None,
            clock: self.clock,
        }
    }

    fn digest(&self, copying: Copying) -> u64 {
        let node = self
            .actor
            .as_ref()
            .map_or(0, |actor| combine(1, (copying.hash)(actor.node())));
        // In the order in which they were set: it decides which may run out first. Timers that look the same have the
        // same handle, because nothing leaves the store of a run that is explored.
        let mut timers: Vec<_> = self.timers.iter().collect();
        timers.sort_unstable_by_key(|timer| timer.id);
        let timers = timers.into_iter().fold(0, |digest, timer| {
            combine(digest, combine(timer.timer.number(), timer.after))
        });
        let disk = self.own.disk.digest();
        combine(
            combine(node, timers),
            combine(disk, self.own.random.digest()),
        )
    }
}
