//! The replicated writes, once for all: every crate beside includes this file, so that all of them do the same work.
//!
//! A client has numbered writes stored, one after the other, by a primary that copies each to two backups before it
//! answers. Client and primary ask again after [`RETRY_MILLIS`].

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Which node is the client.
pub const CLIENT: usize = 0;
/// Which node is the primary.
pub const PRIMARY: usize = 1;
/// Which nodes are the backups.
pub const BACKUPS: [usize; 2] = [2, 3];
/// How many nodes there are.
pub const NODES: usize = 4;
/// How long client and primary wait before they ask again.
pub const RETRY_MILLIS: u64 = 20;
/// What nodes tell each other. The key of a write is its number modulo the number of keys; its value is its number.
/// Numbers grow, but some may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serialized", derive(serde::Serialize, serde::Deserialize))]
pub enum Message {
    /// Client to primary: store this.
    Put {
        /// Counted from one.
        number: u64,
        /// Where.
        key: u64,
        /// What.
        value: u64,
    },
    /// Primary to client: it is stored everywhere.
    Stored {
        /// Which write.
        number: u64,
    },
    /// Primary to backup: store this, too.
    Replicate {
        /// Counted from one.
        number: u64,
        /// Where.
        key: u64,
        /// What.
        value: u64,
    },
    /// Backup to primary: I have it.
    Acknowledge {
        /// Which write.
        number: u64,
    },
}

/// What is wrong with the nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Bug {
    /// Nothing.
    #[default]
    None,
    /// A backup stores whatever comes, so that a late copy of an old write overwrites a newer value.
    StaleOverwrite,
    /// The primary answers after the first acknowledgement and forgets the other backup.
    EarlyAnswer,
    /// Two acknowledgements of the same backup count as those of both.
    DoubleCount,
    /// The primary never sends again what was lost.
    NoRetransmission,
    /// The primary stores a write that it has stored before when the client's request comes twice.
    RepeatedPut,
}

impl Bug {
    /// All that can be planted, with the names that the runner uses.
    pub const PLANTED: [(&str, Bug); 5] = [
        ("stale-overwrite", Bug::StaleOverwrite),
        ("early-answer", Bug::EarlyAnswer),
        ("double-count", Bug::DoubleCount),
        ("no-retransmission", Bug::NoRetransmission),
        ("repeated-put", Bug::RepeatedPut),
    ];

    /// The bug of this name.
    pub fn named(name: &str) -> Option<Bug> {
        let planted = Bug::PLANTED.iter();
        planted
            .clone()
            .find(|(of, _)| *of == name)
            .map(|(_, bug)| *bug)
    }
}

/// What a node may do. Each framework does it in its own way.
pub trait Outbox {
    /// Sends a message to a node.
    fn send(&mut self, to: usize, message: Message);
    /// Starts the node's only timer, again if it runs.
    fn set_timer(&mut self);
    /// Stops it.
    fn cancel_timer(&mut self);
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Has `target` writes stored, one after the other.
    Client {
        /// The write that it waits for.
        number: u64,
        /// The last one that it wants.
        target: u64,
        /// Over how many keys its writes are spread.
        keys: u64,
    },
    /// Copies writes to the backups.
    Primary {
        /// What is wrong with it.
        bug: Bug,
        /// What it holds.
        store: BTreeMap<u64, u64>,
        /// The write that it is copying.
        current: Option<(u64, u64, u64)>,
        /// How often each backup has acknowledged that.
        acknowledged: [u32; 2],
        /// The latest write that it has answered.
        done: u64,
        /// How many writes it has stored.
        stored: u64,
    },
    /// Stores what the primary sends.
    Backup {
        /// What is wrong with it.
        bug: Bug,
        /// What it holds.
        store: BTreeMap<u64, u64>,
        /// The latest write that it has seen.
        latest: u64,
        /// How many writes it has stored.
        stored: u64,
    },
}

impl Role {
    /// The node with this number.
    pub fn new(id: usize, bug: Bug) -> Role {
        let store = BTreeMap::new();
        match id {
            CLIENT => Role::Client {
                number: 1,
                target: 0,
                keys: 1,
            },
            PRIMARY => Role::Primary {
                bug,
                store,
                current: None,
                acknowledged: [0; 2],
                done: 0,
                stored: 0,
            },
            _ => Role::Backup {
                bug,
                store,
                latest: 0,
                stored: 0,
            },
        }
    }

    /// Has the client, if it wants nothing else, have the writes with these numbers stored.
    pub fn want(&mut self, writes: RangeInclusive<u64>, over_keys: u64, out: &mut impl Outbox) {
        if self.is_content()
            && let Role::Client {
                number,
                target,
                keys,
            } = self
        {
            (*number, *target, *keys) = (*writes.start(), *writes.end(), over_keys);
            self.ask(out);
        }
    }

    /// Whether the client has been told that every write is stored.
    pub fn is_content(&self) -> bool {
        matches!(self, Role::Client { number, target, .. } if number > target)
    }

    fn ask(&self, out: &mut impl Outbox) {
        if let Role::Client {
            number,
            target,
            keys,
        } = self
            && number <= target
        {
            let put = Message::Put {
                number: *number,
                key: number % keys,
                value: *number,
            };
            out.send(PRIMARY, put);
            out.set_timer();
        }
    }

    fn replicate(&self, out: &mut impl Outbox) {
        if let Role::Primary {
            current: Some((number, key, value)),
            acknowledged,
            ..
        } = self
        {
            for (index, backup) in BACKUPS.into_iter().enumerate() {
                if acknowledged[index] == 0 {
                    let copy = Message::Replicate {
                        number: *number,
                        key: *key,
                        value: *value,
                    };
                    out.send(backup, copy);
                }
            }
            out.set_timer();
        }
    }

    /// The timer has run out.
    pub fn on_timer(&mut self, out: &mut impl Outbox) {
        self.ask(out);
        if !matches!(
            self,
            Role::Primary {
                bug: Bug::NoRetransmission,
                ..
            }
        ) {
            self.replicate(out);
        }
    }

    /// A message has come.
    pub fn on_message(&mut self, from: usize, message: Message, out: &mut impl Outbox) {
        match (&mut *self, message) {
            (
                Role::Primary {
                    bug,
                    store,
                    current,
                    acknowledged,
                    done,
                    stored,
                },
                Message::Put { number, key, value },
            ) => {
                if number <= *done && *bug != Bug::RepeatedPut {
                    out.send(CLIENT, Message::Stored { number });
                } else if current.is_none() {
                    *stored += u64::from(number > *done);
                    *current = Some((number, key, value));
                    *acknowledged = [0; 2];
                    store.insert(key, value);
                    self.replicate(out);
                }
            }
            (
                Role::Backup {
                    bug,
                    store,
                    latest,
                    stored,
                },
                Message::Replicate { number, key, value },
            ) => {
                if number > *latest {
                    *latest = number;
                    *stored += 1;
                    store.insert(key, value);
                } else if *bug == Bug::StaleOverwrite {
                    store.insert(key, value);
                }
                out.send(PRIMARY, Message::Acknowledge { number });
            }
            (
                Role::Primary {
                    bug,
                    current,
                    acknowledged,
                    done,
                    ..
                },
                Message::Acknowledge { number },
            ) if current.is_some_and(|(current, ..)| current == number) => {
                acknowledged[from - BACKUPS[0]] += 1;
                let everywhere = match bug {
                    Bug::EarlyAnswer => true,
                    Bug::DoubleCount => acknowledged.iter().sum::<u32>() >= 2,
                    _ => acknowledged.iter().all(|times| *times > 0),
                };
                if everywhere {
                    *current = None;
                    *done = number.max(*done);
                    out.cancel_timer();
                    out.send(CLIENT, Message::Stored { number });
                }
            }
            (Role::Client { number, target, .. }, Message::Stored { number: stored })
                if *number == stored =>
            {
                *number += 1;
                if *number <= *target {
                    self.ask(out);
                } else {
                    out.cancel_timer();
                }
            }
            _ => {}
        }
    }
}

/// Whether the writes with these numbers are on the primary and both backups.
///
/// # Errors
/// Says which node lacks what.
pub fn stored_everywhere<'r>(
    roles: impl IntoIterator<Item = &'r Role>,
    writes: impl IntoIterator<Item = u64>,
    keys: u64,
) -> Result<(), String> {
    let (mut expected, mut count) = (BTreeMap::new(), 0);
    for number in writes {
        expected.insert(number % keys, number);
        count += 1;
    }
    for (id, role) in roles.into_iter().enumerate() {
        match role {
            Role::Client { .. } if role.is_content() => {}
            Role::Client { number, .. } => {
                return Err(format!("write {number} was never answered"));
            }
            Role::Primary { store, stored, .. } | Role::Backup { store, stored, .. } => {
                if *stored != count {
                    return Err(format!("node {id} has stored {stored} of {count} writes"));
                }
                if *store != expected {
                    return Err(format!("node {id} holds {store:?}, not {expected:?}"));
                }
            }
        }
    }
    Ok(())
}
