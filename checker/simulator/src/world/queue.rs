//! The event queue: what happens next.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::NodeId;
use crate::store::Handle;

/// Something that will happen.
#[derive(Clone, Copy)]
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
#[derive(Clone, Copy)]
pub(crate) struct Delivery {
    pub from: NodeId,
    pub to: NodeId,
    pub contents: u64,
    pub message: Handle,
    /// Its index in the trace; [`UNTRACED`] when no trace is recorded.
    pub traced: u32,
}

/// The trace index of a message in a run that records no trace.
pub(crate) const UNTRACED: u32 = u32::MAX;

/// A timer that is running.
pub(crate) struct Running {
    pub id: u32,
    pub timer: Handle,
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
