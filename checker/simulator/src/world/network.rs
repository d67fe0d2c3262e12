//! The network: which messages are lost, doubled, late or cut off.

use std::collections::BTreeMap;

use super::copies::Copies;
use crate::NodeId;
use crate::plan::{Fault, MessageKey};
use crate::random::{combine, mix};

/// Where message faults come from.
pub(crate) enum Weather {
    /// Nothing happens to any message.
    Calm,
    /// Each message's fate is drawn from a hash of the seed and its key, so that one fate does not depend on
    /// what happened to other messages.
    Drawn(Odds),
    /// Exactly these faults happen.
    Planned(Treatments),
}

/// The odds of message faults, as thresholds for a random 64-bit number.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Odds {
    pub seed: u64,
    pub loss: u64,
    pub duplication: u64,
    pub delay: u64,
    /// How late a delayed message or a copy may be, in microseconds.
    pub extra: (u64, u64),
}

/// What happens to one message.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Treatment {
    pub lost: bool,
    pub copy_after: Option<u64>,
    pub delay: u64,
}

/// One partition in force: nodes as bits.
struct Cut {
    id: usize,
    from: u64,
    to: u64,
}

/// Tells equal messages apart, and decides what becomes of each.
pub(crate) struct Network {
    pub weather: Weather,
    copies: Copies,
    cuts: Vec<Cut>,
}

/// Ids of the cuts that a script makes; planned ones have the index of their fault.
pub(crate) const SCRIPTED: usize = usize::MAX;

impl Network {
    pub fn new(weather: Weather, copies: Copies) -> Network {
        Network {
            weather,
            copies,
            cuts: Vec::new(),
        }
    }

    /// The memory of the counts, for the next run.
    pub fn take_copies(&mut self) -> Copies {
        let mut copies = std::mem::take(&mut self.copies);
        copies.clear();
        copies
    }

    /// The key of the next message with these contents on this link.
    pub fn key(&mut self, from: NodeId, to: NodeId, contents: u64) -> MessageKey {
        // The contents are a hash already, so that one multiplication is enough to spread the link over it.
        let link = (from.index() as u64) << 16 | to.index() as u64 | 1 << 32;
        let copy = self
            .copies
            .count(contents ^ link.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        MessageKey {
            from,
            to,
            contents,
            copy,
        }
    }

    /// Whether nothing happens to any message.
    #[inline]
    pub fn is_calm(&self) -> bool {
        matches!(self.weather, Weather::Calm) && self.cuts.is_empty()
    }

    /// What happens to this message.
    pub fn treatment(&self, key: MessageKey) -> Treatment {
        match &self.weather {
            Weather::Calm => Treatment::default(),
            Weather::Drawn(odds) => odds.draw(key),
            Weather::Planned(faults) => faults.of(key),
        }
    }

    pub fn cut(&mut self, id: usize, from: u64, to: u64, one_way: bool) {
        self.cuts.push(Cut { id, from, to });
        if !one_way {
            self.cuts.push(Cut {
                id,
                from: to,
                to: from,
            });
        }
    }

    pub fn mend(&mut self, id: usize) {
        self.cuts.retain(|cut| cut.id != id);
    }

    pub fn mend_all(&mut self) {
        self.cuts.clear();
    }

    pub fn is_cut(&self, from: NodeId, to: NodeId) -> bool {
        !self.cuts.is_empty() && {
            let (from, to) = (bit(from), bit(to));
            self.cuts
                .iter()
                .any(|cut| cut.from & from != 0 && cut.to & to != 0)
        }
    }
}

impl Odds {
    fn draw(&self, key: MessageKey) -> Treatment {
        let link =
            (key.from.index() as u64) << 48 | (key.to.index() as u64) << 32 | u64::from(key.copy);
        let first = combine(self.seed ^ key.contents, link);
        let (shortest, longest) = self.extra;
        let late = |roll: u64| shortest + mix(roll) % (longest - shortest).max(1);
        // Most scenarios declare some kinds only: what cannot happen is not drawn.
        let drawn = |salt: u64, threshold: u64| {
            let roll = if threshold > 0 {
                mix(first ^ salt)
            } else {
                u64::MAX
            };
            (roll < threshold).then(|| late(roll))
        };
        Treatment {
            lost: first < self.loss,
            copy_after: drawn(0x5bd1_e995, self.duplication),
            delay: drawn(0x1b87_3593, self.delay).unwrap_or(0),
        }
    }
}

/// The message faults of a plan, by message. Most plans have very few.
pub(crate) struct Treatments(Vec<(MessageKey, Treatment)>);

impl Treatments {
    pub fn new(faults: &[Fault]) -> Treatments {
        let mut treatments = BTreeMap::<MessageKey, Treatment>::new();
        for fault in faults {
            match *fault {
                Fault::Lose { message } => treatments.entry(message).or_default().lost = true,
                Fault::Duplicate { message, extra } => {
                    treatments.entry(message).or_default().copy_after = Some(extra);
                }
                Fault::Delay { message, extra } => {
                    treatments.entry(message).or_default().delay = extra;
                }
                _ => {}
            }
        }
        Treatments(treatments.into_iter().collect())
    }

    fn of(&self, key: MessageKey) -> Treatment {
        let found = self.0.binary_search_by_key(&key, |(key, _)| *key);
        found.map_or_else(|_| Treatment::default(), |index| self.0[index].1)
    }
}

/// A node as a bit of a group.
pub(crate) fn bit(node: NodeId) -> u64 {
    1 << node.index()
}

/// Nodes as bits.
pub(crate) fn bits(nodes: &[NodeId]) -> u64 {
    nodes.iter().fold(0, |bits, node| bits | bit(*node))
}
