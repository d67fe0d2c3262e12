//! The nodes: the same as in `bench-simulated`.

use std::collections::BTreeMap;

use crate::event_loop::{Context, Node};

pub const WRITES: u64 = 100;
const CLIENT: usize = 0;
const PRIMARY: usize = 1;
const BACKUPS: [usize; 2] = [2, 3];
const RETRY: u64 = 20_000;

#[derive(Clone, Hash)]
pub enum Message {
    Put { number: u64, key: u64, value: u64 },
    Stored { number: u64 },
    Replicate { number: u64, key: u64, value: u64 },
    Acknowledge { number: u64 },
}

#[derive(Clone, PartialEq)]
pub enum Timer {
    Retry,
}

pub enum Role {
    Client {
        number: u64,
    },
    Primary {
        store: BTreeMap<u64, u64>,
        current: Option<(u64, u64, u64)>,
        acknowledged: [bool; 2],
        done: u64,
    },
    Backup {
        store: BTreeMap<u64, u64>,
        latest: u64,
    },
}

impl Role {
    pub fn new(id: usize) -> Role {
        match id {
            CLIENT => Role::Client { number: 1 },
            PRIMARY => Role::Primary {
                store: BTreeMap::new(),
                current: None,
                acknowledged: [false; 2],
                done: 0,
            },
            _ => Role::Backup {
                store: BTreeMap::new(),
                latest: 0,
            },
        }
    }

    fn ask(&self, ctx: &mut Context<Self>) {
        if let Role::Client { number } = self {
            ctx.send(
                PRIMARY,
                Message::Put {
                    number: *number,
                    key: number % 3,
                    value: *number,
                },
            );
            ctx.set_timer(RETRY, Timer::Retry);
        }
    }

    fn replicate(&self, ctx: &mut Context<Self>) {
        if let Role::Primary {
            current: Some((number, key, value)),
            acknowledged,
            ..
        } = self
        {
            for (index, backup) in BACKUPS.into_iter().enumerate() {
                if !acknowledged[index] {
                    ctx.send(
                        backup,
                        Message::Replicate {
                            number: *number,
                            key: *key,
                            value: *value,
                        },
                    );
                }
            }
            ctx.set_timer(RETRY, Timer::Retry);
        }
    }
}

impl Node for Role {
    type Message = Message;
    type Timer = Timer;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.ask(ctx);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: usize, message: Message) {
        match (&mut *self, message) {
            (
                Role::Primary {
                    store,
                    current,
                    acknowledged,
                    done,
                },
                Message::Put { number, key, value },
            ) => {
                if number <= *done {
                    ctx.send(CLIENT, Message::Stored { number });
                } else if current.is_none() {
                    *current = Some((number, key, value));
                    *acknowledged = [false; 2];
                    store.insert(key, value);
                    self.replicate(ctx);
                }
            }
            (Role::Backup { store, latest }, Message::Replicate { number, key, value }) => {
                if number > *latest {
                    *latest = number;
                    store.insert(key, value);
                }
                ctx.send(PRIMARY, Message::Acknowledge { number });
            }
            (
                Role::Primary {
                    current,
                    acknowledged,
                    done,
                    ..
                },
                Message::Acknowledge { number },
            ) if current.is_some_and(|(current, ..)| current == number) => {
                acknowledged[from - BACKUPS[0]] = true;
                if *acknowledged == [true; 2] {
                    *current = None;
                    *done = number;
                    ctx.cancel_timer(Timer::Retry);
                    ctx.send(CLIENT, Message::Stored { number });
                }
            }
            (Role::Client { number }, Message::Stored { number: stored }) if *number == stored => {
                *number += 1;
                if *number <= WRITES {
                    self.ask(ctx);
                } else {
                    ctx.cancel_timer(Timer::Retry);
                }
            }
            _ => {}
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, Timer::Retry: Timer) {
        self.ask(ctx);
        self.replicate(ctx);
    }
}
