//! An order of concurrent writes for each client.

use super::Finding;
use crate::history::access::{Calls, Inferred, Relation, Source, causes};

/// Looks for a client whose reads have no order together with all writes (WriteHBInitRead, CyclicHB). What the client must
/// have seen in which order grows until nothing new follows: a write that it saw before it read another one is the older.
pub(super) fn find(calls: &Calls) -> Option<Finding> {
    calls
        .clients()
        .into_iter()
        .find_map(|client| view(calls, client))
}

/// A pair of writes, the older one first, the read that told their order, and the round in which it did.
struct Found {
    older: usize,
    newer: usize,
    read: usize,
    round: usize,
}

fn view(calls: &Calls, client: usize) -> Option<Finding> {
    let mut after = causes(calls);
    let mut rounds: Vec<Relation> = Vec::new();
    let mut found: Vec<Found> = Vec::new();
    loop {
        let seen = match Relation::closure(after.clone()) {
            Ok(seen) => seen,
            Err(cycle) => {
                let inferred = inferred(&found, &rounds);
                return Some(Finding::CyclicHb {
                    client,
                    cycle,
                    inferred,
                });
            }
        };
        let before = found.len();
        let of_client = |read: &(usize, Source)| calls.list[read.0].client == client;
        for (read, source) in calls.reads().filter(of_client) {
            for older in calls.other_writes_to_key_of(read) {
                if !seen.is_before(older, read) {
                    continue;
                }
                match source {
                    Source::Start => {
                        return Some(Finding::HbInitRead {
                            write: older,
                            read,
                            inferred: inferred(&found[..before], &rounds),
                            way: seen.way(older, read),
                        });
                    }
                    Source::Write(newer) if older != newer && !seen.is_before(older, newer) => {
                        found.push(Found {
                            older,
                            newer,
                            read,
                            round: rounds.len(),
                        });
                    }
                    Source::Write(_) | Source::Nobody => {}
                }
            }
        }
        if found.len() == before {
            return None;
        }
        for pair in &found[before..] {
            if !after[pair.newer].contains(&pair.older) {
                after[pair.newer].push(pair.older);
            }
        }
        rounds.push(seen);
    }
}

fn inferred(found: &[Found], rounds: &[Relation]) -> Vec<Inferred> {
    let pairs = found.iter().map(|pair| Inferred {
        older: pair.older,
        newer: pair.newer,
        way: rounds[pair.round].way(pair.older, pair.read),
    });
    pairs.collect()
}
