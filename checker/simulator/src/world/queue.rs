//! The event queue: what happens next.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

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
#[derive(Clone, Copy)]
pub(crate) struct Running {
    pub id: u32,
    pub timer: Handle,
    /// How long after it was set it runs out by the node's clock, in microseconds.
    pub after: u64,
}

/// An event's place in the order of events: its time, and which of all events of the run it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub at: u64,
    pub sequence: u64,
}

/// An event and when it happens.
#[derive(Clone, Copy)]
struct Entry {
    /// The time in the upper bits, the sequence number in the lower ones: one comparison orders both.
    key: u64,
    event: Event,
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

impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        self.key == other.key
    }
}

impl Eq for Entry {}

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

/// Where events stand that come in the order of their times.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Line {
    Messages,
    Timers,
}

/// Events in the order of their times.
///
/// Most come in that order already, because most messages take equally long, and so do most timers: these stand in line,
/// and only the others need sorting.
#[derive(Default)]
pub(crate) struct Queue {
    messages: VecDeque<Entry>,
    timers: VecDeque<Entry>,
    heap: BinaryHeap<Entry>,
    sequence: u64,
}

impl Clone for Queue {
    fn clone(&self) -> Queue {
        let mut copy = Queue::default();
        copy.clone_from(self);
        copy
    }

    /// Uses the memory that is there.
    fn clone_from(&mut self, other: &Queue) {
        self.messages.clone_from(&other.messages);
        self.timers.clone_from(&other.timers);
        self.heap.clone_from(&other.heap);
        self.sequence = other.sequence;
    }
}

impl Queue {
    /// Empties the queue, and keeps its memory.
    pub fn clear(&mut self) {
        self.messages.clear();
        self.timers.clear();
        self.heap.clear();
        self.sequence = 0;
    }

    /// Schedules an event.
    #[inline]
    pub fn push(&mut self, at: u64, event: Event) {
        let key = self.next_key(at);
        self.heap.push(Entry { key, event });
    }

    /// Schedules an event that is likely to be later than all others in its line: faster where it is.
    #[inline]
    pub fn push_in_line(&mut self, line: Line, at: u64, event: Event) {
        let key = self.next_key(at);
        let line = match line {
            Line::Messages => &mut self.messages,
            Line::Timers => &mut self.timers,
        };
        match line.back() {
            Some(last) if last.key > key => self.heap.push(Entry { key, event }),
            _ => line.push_back(Entry { key, event }),
        }
    }

    #[inline]
    fn next_key(&mut self, at: u64) -> u64 {
        self.sequence += 1;
        at.min(LATEST) << SEQUENCE_BITS | self.sequence
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        let in_line = self.messages.iter().chain(&self.timers);
        in_line.chain(self.heap.iter())
    }

    /// Every event that waits, with its place, in no order.
    pub fn waiting(&self) -> impl Iterator<Item = (Place, &Event)> {
        self.entries().map(|entry| (entry.place(), &entry.event))
    }

    /// Takes an event out before its turn.
    pub fn take(&mut self, sequence: u64) -> Option<(Place, Event)> {
        let found = |entry: &&Entry| entry.place().sequence == sequence;
        let entry = *self.entries().find(found)?;
        for line in [&mut self.messages, &mut self.timers] {
            line.retain(|other| other.key != entry.key);
        }
        self.heap.retain(|other| other.key != entry.key);
        Some((entry.place(), entry.event))
    }

    /// Makes another event of an event that waits, for the same time. Returns its number.
    pub fn double(&mut self, sequence: u64) -> Option<u64> {
        let (place, event) = self
            .waiting()
            .find(|(place, _)| place.sequence == sequence)?;
        let event = *event;
        self.push(place.at, event);
        Some(self.sequence)
    }

    /// The next event, if it happens no later than `until`.
    #[inline]
    pub fn pop(&mut self, until: u64) -> Option<(u64, Event)> {
        let message = self.messages.front().map_or(u64::MAX, |first| first.key);
        let timer = self.timers.front().map_or(u64::MAX, |first| first.key);
        let other = self.heap.peek().map_or(u64::MAX, |first| first.key);
        let first = message.min(timer).min(other);
        if first >> SEQUENCE_BITS > until {
            return None;
        }
        let next = if first == message {
            self.messages.pop_front()?
        } else if first == timer {
            self.timers.pop_front()?
        } else {
            self.heap.pop()?
        };
        Some((next.key >> SEQUENCE_BITS, next.event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::mix;

    #[test]
    fn lines_and_heap_give_one_order() {
        let mut queue = Queue::default();
        let mut expected = Vec::new();
        for call in 0..500 {
            let at = mix(call as u64) % 100;
            // Every third one is early or late at random; the others come in order, several at a time.
            if call % 3 == 0 {
                queue.push(at, Event::Ask { call });
                expected.push((at, call));
            } else {
                let at = if call % 7 == 0 { at } else { call as u64 / 5 };
                let line = match call % 2 {
                    0 => Line::Messages,
                    _ => Line::Timers,
                };
                queue.push_in_line(line, at, Event::Ask { call });
                expected.push((at, call));
            }
        }
        expected.sort();
        assert!(queue.pop(0).is_some_and(|(at, _)| at == 0));
        let rest = std::iter::from_fn(|| queue.pop(u64::MAX)).map(|(at, event)| match event {
            Event::Ask { call } => (at, call),
            _ => panic!("nothing else was scheduled"),
        });
        assert_eq!(rest.collect::<Vec<_>>(), expected[1..]);
        assert!(queue.pop(u64::MAX).is_none());
    }

    #[test]
    fn nothing_happens_before_its_time() {
        let mut queue = Queue::default();
        queue.push(20, Event::GiveUp { call: 0 });
        queue.push_in_line(Line::Timers, 10, Event::GiveUp { call: 1 });
        assert!(queue.pop(9).is_none());
        assert!(queue.pop(10).is_some_and(|(at, _)| at == 10));
        assert!(queue.pop(19).is_none());
        assert!(queue.pop(20).is_some_and(|(at, _)| at == 20));
    }
}
