//! The workload of the benches in the simulator: the same nodes, messages, loss and timers as the loop that is
//! written by hand. Prints seeds, messages and nanoseconds, separated by spaces.

use std::collections::BTreeMap;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use simulator::record::{Line, RECORD_VARIABLE, SEEDS_VARIABLE};
use simulator::{Call, Context, Faults, Node, NodeId, ms, scenario, secs};

const WRITES: u64 = 100;
const CLIENT: NodeId = NodeId::new(0);
const PRIMARY: NodeId = NodeId::new(1);
const BACKUPS: [NodeId; 2] = [NodeId::new(2), NodeId::new(3)];

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Message {
    Put { number: u64, key: u64, value: u64 },
    Stored { number: u64 },
    Replicate { number: u64, key: u64, value: u64 },
    Acknowledge { number: u64 },
}

#[derive(Clone, Debug, PartialEq)]
enum Timer {
    Retry,
}

#[derive(Debug)]
enum Role {
    Client {
        number: u64,
        call: Option<Call>,
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
    fn new(id: NodeId) -> Role {
        match id {
            CLIENT => Role::Client {
                number: 0,
                call: None,
            },
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
        if let Role::Client { number, .. } = self {
            ctx.send(
                PRIMARY,
                Message::Put {
                    number: *number,
                    key: number % 3,
                    value: *number,
                },
            );
            ctx.set_timer(ms(20), Timer::Retry);
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
            ctx.set_timer(ms(20), Timer::Retry);
        }
    }
}

impl Node for Role {
    type Message = Message;
    type Timer = Timer;
    type Request = ();
    type Response = ();

    fn on_request(&mut self, ctx: &mut Context<Self>, asked: Call, (): ()) {
        if let Role::Client { number, call } = self {
            *number = 1;
            *call = Some(asked);
        }
        self.ask(ctx);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
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
                acknowledged[from.index() - BACKUPS[0].index()] = true;
                if *acknowledged == [true; 2] {
                    *current = None;
                    *done = number;
                    ctx.cancel_timer(Timer::Retry);
                    ctx.send(CLIENT, Message::Stored { number });
                }
            }
            (Role::Client { number, call }, Message::Stored { number: stored })
                if *number == stored =>
            {
                *number += 1;
                if *number <= WRITES {
                    self.ask(ctx);
                } else if let Some(call) = call.take() {
                    ctx.cancel_timer(Timer::Retry);
                    ctx.reply(call, ());
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

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let record = std::env::var(RECORD_VARIABLE)?;
    let start = Instant::now();
    scenario(Role::new)
        .nodes(4)
        .schedules(0)
        .faults(Faults::none().loss(0.1).delay(ms(1)..ms(4)))
        .client_patience(secs(100))
        .operations(1, 1)
        .workload(|w| w.ask(0, CLIENT, ()))
        .check(|sim| {
            assert_eq!(
                sim.history().answered().count(),
                1,
                "the last write was never stored"
            )
        });
    let nanoseconds = start.elapsed().as_nanos();
    let text = std::fs::read_to_string(&record)?;
    let last = text.lines().last().ok_or("the record is empty")?;
    let Line::Finished { effort, .. } = serde_json::from_str(last)? else {
        return Err(format!(
            "{SEEDS_VARIABLE} and {RECORD_VARIABLE} were set, but the run did not finish"
        )
        .into());
    };
    println!("{} {} {nanoseconds}", effort.seeds, effort.messages);
    Ok(())
}
