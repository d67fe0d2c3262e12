//! The event queue: what happens next.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::rc::Rc;

use crate::NodeId;
use crate::payload::{Alarm, Payload};

/// Something that will happen.
#[derive(Clone)]
pub(crate) enum Event {
    /// A copy of a message arrives.
    Deliver(Delivery),
    /// A timer runs out, unless it was cancelled or replaced since.
    Timer { node: NodeId, id: u32 },
    /// A client makes a call.
    Ask { call: usize },
    /// A client stops waiting for an answer.
    GiveUp { call: usize },
    /// The planned fault with this index begins.
    Begin { fault: usize },
    /// The planned fault with this index ends.
    End { fault: usize },
    /// A crashed node starts again.
    Restart { node: NodeId },
}

/// A copy of a message on its way.
#[derive(Clone)]
pub(crate) struct Delivery {
    pub from: NodeId,
    pub to: NodeId,
    pub contents: u64,
    pub message: Rc<dyn Payload>,
    /// Its index in the trace; [`UNTRACED`] when no trace is recorded.
    pub traced: u32,
}

/// The trace index of a message in a run that records no trace.
pub(crate) const UNTRACED: u32 = u32::MAX;

/// A timer that is running.
pub(crate) struct Running {
    pub id: u32,
    pub timer: Box<dyn Alarm>,
    /// How long after it was set it runs out by the node's clock, in microseconds.
    pub after: u64,
    /// A hash of what it looks like; zero unless the run is explored.
    pub looks: u64,
}

impl Clone for Running {
    fn clone(&self) -> Running {
        Running {
            timer: self.timer.copy(),
            ..*self
        }
    }
}

/// An event's place in the order of events: its time, and which of all events of the run it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub at: u64,
    pub sequence: u64,
}

/// When an event happens, and where it is kept meanwhile. Small, because the heap moves it around.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Entry {
    /// The time in the upper bits, the sequence number in the lower ones: one comparison orders both.
    key: u64,
    slot: u32,
}

/// Bits of a key that number the events of a run: more than its limits allow.
const SEQUENCE_BITS: u32 = 24;
/// The latest time that a key can hold: twelve days.
const LATEST: u64 = u64::MAX >> SEQUENCE_BITS;

impl Entry {
    fn place(self) -> Place {
        Place {
            at: self.key >> SEQUENCE_BITS,
            sequence: self.key & ((1 << SEQUENCE_BITS) - 1),
        }
    }
}

impl PartialOrd for Entry {
    #[inline]
    fn partial_cmp(&self, other: &Entry) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    /// The heap gives the greatest first, so the earliest is the greatest. Events of one moment keep the order
    /// in which they were scheduled.
    #[inline]
    fn cmp(&self, other: &Entry) -> Ordering {
        other.key.cmp(&self.key)
    }
}

/// Events in the order of their times.
#[derive(Default)]
pub(crate) struct Queue {
    heap: BinaryHeap<Entry>,
    sequence: u64,
    events: Vec<Option<Event>>,
    free: Vec<u32>,
}

impl Clone for Queue {
    fn clone(&self) -> Queue {
        let mut copy = Queue::default();
        copy.clone_from(self);
        copy
    }

    /// Uses the memory that is there.
    fn clone_from(&mut self, other: &Queue) {
        self.heap.clone_from(&other.heap);
        self.sequence = other.sequence;
        self.events.clone_from(&other.events);
        self.free.clone_from(&other.free);
    }
}

impl Queue {
    /// Empties the queue, and keeps its memory.
    pub fn clear(&mut self) {
        self.heap.clear();
        self.sequence = 0;
        self.events.clear();
        self.free.clear();
    }

    #[inline]
    pub fn push(&mut self, at: u64, event: Event) {
        self.sequence += 1;
        let key = at.min(LATEST) << SEQUENCE_BITS | self.sequence;
        self.insert(key, event);
    }

    #[inline]
    fn insert(&mut self, key: u64, event: Event) {
        let slot = match self.free.pop() {
            Some(slot) => {
                self.events[slot as usize] = Some(event);
                slot
            }
            None => {
                self.events.push(Some(event));
                (self.events.len() - 1) as u32
            }
        };
        self.heap.push(Entry { key, slot });
    }

    /// Every event that waits, with its place, in no order.
    pub fn waiting(&self) -> impl Iterator<Item = (Place, &Event)> {
        let entries = self.heap.iter();
        entries
            .filter_map(|entry| Some((entry.place(), self.events[entry.slot as usize].as_ref()?)))
    }

    /// Every event that waits, in no order.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().flatten()
    }

    /// Puts back an event that was taken out.
    pub fn put_back(&mut self, place: Place, event: Event) {
        let key = place.at << SEQUENCE_BITS | place.sequence;
        self.insert(key, event);
    }

    /// Takes an event out before its turn.
    pub fn take(&mut self, sequence: u64) -> Option<(Place, Event)> {
        let entry = *self
            .heap
            .iter()
            .find(|entry| entry.place().sequence == sequence)?;
        self.heap.retain(|other| other.key != entry.key);
        self.free.push(entry.slot);
        let event = self.events[entry.slot as usize].take()?;
        Some((entry.place(), event))
    }

    /// The number of the event that was pushed last.
    pub fn latest(&self) -> u64 {
        self.sequence
    }

    /// The next event, if it happens no later than `until`.
    #[inline]
    pub fn pop(&mut self, until: u64) -> Option<(u64, Event)> {
        let at = self.heap.peek()?.key >> SEQUENCE_BITS;
        if at > until {
            return None;
        }
        let slot = self.heap.pop()?.slot;
        self.free.push(slot);
        let event = self.events[slot as usize].take()?;
        Some((at, event))
    }
}
