//! Timers that fire late: planned, and told apart by what they look like.

use std::collections::BTreeMap;

use crate::NodeId;
use crate::fingerprint::fingerprint;
use crate::plan::{Fault, TimerKey};

/// Which timers fire late. A run that plans none, and that nobody wants to plan from, has none of this: looking at
/// a timer costs as much as formatting it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lateness {
    planned: BTreeMap<TimerKey, u64>,
    copies: BTreeMap<(NodeId, u64), u32>,
    /// The key of every timer that was set, by its id.
    pub keys: BTreeMap<u32, TimerKey>,
}

impl Lateness {
    /// The late timers among `faults`, if there are any.
    pub fn of(faults: &[Fault]) -> Option<Lateness> {
        let planned: BTreeMap<TimerKey, u64> = faults
            .iter()
            .filter_map(|fault| match fault {
                Fault::Late { timer, extra } => Some((*timer, *extra)),
                _ => None,
            })
            .collect();
        (!planned.is_empty()).then(|| Lateness {
            planned,
            ..Lateness::default()
        })
    }

    /// Takes note of a timer that is being set, and says by how many microseconds it will be late.
    pub fn of_timer(&mut self, node: NodeId, id: u32, timer: &str) -> u64 {
        let timer = fingerprint(timer);
        let copies = self.copies.entry((node, timer)).or_insert(0);
        let key = TimerKey {
            node,
            timer,
            copy: *copies,
        };
        *copies += 1;
        self.keys.insert(id, key);
        self.planned.get(&key).copied().unwrap_or(0)
    }
}
