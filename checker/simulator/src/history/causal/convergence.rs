//! One order of concurrent writes for everybody.

use super::Finding;
use crate::history::access::{Calls, Inferred, Relation};

/// Looks for reads that need opposite orders of concurrent writes (CyclicCF): where a write comes before a read of another
/// one in causal order, it must be the older one.
pub(super) fn find(calls: &Calls, causality: &Relation) -> Option<Finding> {
    let mut after = causality.after().to_vec();
    let mut conflicts = Vec::new();
    for (read, _) in calls.reads() {
        let Some(newer) = calls.source(read) else {
            continue;
        };
        for older in calls.other_writes_to_key_of(newer) {
            if causality.is_before(older, read) {
                after[newer].push(older);
                conflicts.push((older, newer, read));
            }
        }
    }
    let cycle = Relation::closure(after).err()?;
    let is_in_cycle = |older: usize, newer: usize| {
        let next = cycle.0.iter().cycle().skip(1);
        cycle
            .0
            .iter()
            .zip(next)
            .any(|pair| pair == (&older, &newer))
    };
    let inferred = conflicts
        .into_iter()
        .filter(|&(older, newer, _)| {
            is_in_cycle(older, newer) && !causality.is_before(older, newer)
        })
        .map(|(older, newer, read)| Inferred {
            older,
            newer,
            way: causality.way(older, read),
        })
        .collect();
    Some(Finding::CyclicCf { cycle, inferred })
}
