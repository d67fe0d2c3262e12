//! The lean limit: a loop for this one protocol. Messages lie in the queue, nodes are fields, nothing is hashed and no
//! timer is cancelled. Nothing general can be as fast.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::replication::WRITES;

const CLIENT: u8 = 0;
const PRIMARY: u8 = 1;
const BACKUPS: [u8; 2] = [2, 3];
const RETRY: u64 = 20_000;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Message {
    Put { number: u64 },
    Stored { number: u64 },
    Replicate { number: u64 },
    Acknowledge { number: u64 },
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Deliver { from: u8, to: u8, message: Message },
    Retry { node: u8, number: u64 },
}

#[derive(Default)]
struct World {
    now: u64,
    sequence: u64,
    random: u64,
    queue: BinaryHeap<Reverse<(u64, u64, Event)>>,
    messages: u64,
    client: u64,
    current: Option<u64>,
    acknowledged: [bool; 2],
    done: u64,
    store: BTreeMap<u64, u64>,
    copies: [(u64, BTreeMap<u64, u64>); 2],
}

/// Runs one seed; returns the number of messages.
pub fn run(seed: u64) -> u64 {
    let random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut world = World {
        random,
        client: 1,
        ..World::default()
    };
    world.ask();
    while let Some(Reverse((at, _, event))) = world.queue.pop() {
        world.now = at;
        match event {
            Event::Retry {
                node: CLIENT,
                number,
            } if world.client == number => world.ask(),
            Event::Retry {
                node: PRIMARY,
                number,
            } if world.current == Some(number) => world.replicate(),
            Event::Retry { .. } => {}
            Event::Deliver { from, to, message } => world.deliver(from, to, message),
        }
    }
    assert_eq!(world.client, WRITES + 1, "the last write was never stored");
    world.messages
}

impl World {
    fn roll(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }

    fn push(&mut self, at: u64, event: Event) {
        self.sequence += 1;
        self.queue.push(Reverse((at, self.sequence, event)));
    }

    fn send(&mut self, from: u8, to: u8, message: Message) {
        self.messages += 1;
        if !self.roll().is_multiple_of(10) {
            let delay = 1_000 + self.roll() % 4_000;
            self.push(self.now + delay, Event::Deliver { from, to, message });
        }
    }

    fn ask(&mut self) {
        let number = self.client;
        self.send(CLIENT, PRIMARY, Message::Put { number });
        self.push(
            self.now + RETRY,
            Event::Retry {
                node: CLIENT,
                number,
            },
        );
    }

    fn replicate(&mut self) {
        let Some(number) = self.current else { return };
        for (index, backup) in BACKUPS.into_iter().enumerate() {
            if !self.acknowledged[index] {
                self.send(PRIMARY, backup, Message::Replicate { number });
            }
        }
        self.push(
            self.now + RETRY,
            Event::Retry {
                node: PRIMARY,
                number,
            },
        );
    }

    fn deliver(&mut self, from: u8, to: u8, message: Message) {
        match message {
            Message::Put { number } if number <= self.done => {
                self.send(PRIMARY, CLIENT, Message::Stored { number });
            }
            Message::Put { number } if self.current.is_none() => {
                self.current = Some(number);
                self.acknowledged = [false; 2];
                self.store.insert(number % 3, number);
                self.replicate();
            }
            Message::Replicate { number } => {
                let (latest, copy) = &mut self.copies[usize::from(to - BACKUPS[0])];
                if number > *latest {
                    *latest = number;
                    copy.insert(number % 3, number);
                }
                self.send(to, PRIMARY, Message::Acknowledge { number });
            }
            Message::Acknowledge { number } if self.current == Some(number) => {
                self.acknowledged[usize::from(from - BACKUPS[0])] = true;
                if self.acknowledged == [true; 2] {
                    self.current = None;
                    self.done = number;
                    self.send(PRIMARY, CLIENT, Message::Stored { number });
                }
            }
            Message::Stored { number } if number == self.client => {
                self.client += 1;
                if self.client <= WRITES {
                    self.ask();
                }
            }
            Message::Put { .. } | Message::Acknowledge { .. } | Message::Stored { .. } => {}
        }
    }
}
