//! Looks for a read that missed what it must not miss.

use super::Guarantee;
use crate::history::access::{Calls, Cycle, Recency, Relation, Source, causes};
use crate::history::causal::{self, causality};

/// What was found, in terms of the calls.
pub(super) enum Finding {
    /// There is no causal order to begin with.
    Causality(causal::Finding),
    /// A read returned what was there before any write.
    Nothing {
        missed: usize,
        read: usize,
        because: Because,
        causality: Relation,
    },
    /// The demands of the guarantee, of which there may be several, contradict what is known about older and newer.
    Contradiction {
        client: usize,
        /// In the order in which they follow from one to the next, and the last to the first.
        demands: Vec<Demand>,
        /// What is known between the newer write of a demand and the older write of the next.
        known: Vec<Vec<usize>>,
        causality: Relation,
    },
}

/// A write that must not be newer than another one.
#[derive(Clone, Debug)]
pub(super) struct Demand {
    pub(super) older: usize,
    pub(super) newer: usize,
    pub(super) because: Demanded,
}

/// What demands it.
#[derive(Clone, Debug)]
pub(super) enum Demanded {
    /// This read returned the newer write, and must not miss the older one.
    ByRead { read: usize, because: Because },
    /// The newer was written later by one client, or by one that had read the older.
    ByWrite,
}

/// Why a read must not miss a write.
#[derive(Clone, Copy, Debug)]
pub(super) enum Because {
    /// Its client wrote it.
    Written,
    /// Its client read it before.
    Read { earlier: usize },
    /// Its client had read another write, which comes after it.
    Follows { earlier: usize, write: usize },
}

pub(super) fn find(calls: &Calls, guarantee: Guarantee) -> Option<Finding> {
    let known = match causality(calls) {
        Ok(causality) => causality,
        Err(finding) => return Some(Finding::Causality(finding)),
    };
    let older = match older(calls) {
        Ok(older) => older,
        Err(cycle) => return Some(Finding::Causality(causal::Finding::CyclicCo { cycle })),
    };
    let by_write = demands_of_writes(calls, guarantee);
    for client in calls.clients() {
        let mut demands = match demands_of_reads(calls, client, guarantee) {
            Ok(demands) => demands,
            Err(nothing) => {
                return Some(Finding::Nothing {
                    missed: nothing.missed,
                    read: nothing.read,
                    because: nothing.because,
                    causality: known,
                });
            }
        };
        demands.extend(by_write.iter().cloned());
        let mut after = older.after().to_vec();
        for demand in &demands {
            after[demand.newer].push(demand.older);
        }
        if let Err(cycle) = Relation::closure(after) {
            let (demands, ways) = contradiction(&cycle, &demands, &older);
            return Some(Finding::Contradiction {
                client,
                demands,
                known: ways,
                causality: known,
            });
        }
    }
    None
}

/// What is known about which write is older.
fn older(calls: &Calls) -> Result<Relation, Cycle> {
    let after = match &calls.recency {
        Recency::Causality => causes(calls),
        Recency::RealTime => {
            let mut after = causes(calls);
            for (call, before) in after.iter_mut().enumerate() {
                if calls.is_write(call) {
                    before.extend(just_before_in_real_time(calls, call));
                }
            }
            after
        }
        Recency::Given(pairs) => {
            let mut after = vec![Vec::new(); calls.list.len()];
            for &(older, newer) in pairs {
                after[newer].push(older);
            }
            after
        }
    };
    Relation::closure(after)
}

/// The writes that were answered before this one was made, but for those that come before another one of them.
fn just_before_in_real_time(calls: &Calls, call: usize) -> Vec<usize> {
    let is_before = |earlier: usize, later: usize| {
        calls.list[earlier]
            .answered
            .is_some_and(|answered| answered < calls.list[later].called)
    };
    let mut before: Vec<usize> = (0..call)
        .filter(|&other| calls.is_write(other) && is_before(other, call))
        .collect();
    if let Some(&last) = before.last() {
        before.retain(|&other| !is_before(other, last));
    }
    before
}

/// Which writes are newer than which because they were made later; where causality counts, that is known anyway.
fn demands_of_writes(calls: &Calls, guarantee: Guarantee) -> Vec<Demand> {
    if !matches!(calls.recency, Recency::Given(_)) {
        return Vec::new();
    }
    let mut demands = Vec::new();
    // One that may have happened surely did if somebody read it.
    let has_happened = |write: &usize| {
        calls.list[*write].answered.is_some()
            || calls
                .reads()
                .any(|(_, source)| source == Source::Write(*write))
    };
    let writes = (0..calls.list.len()).filter(|&call| calls.is_write(call));
    for newer in writes.filter(has_happened) {
        for older in followed(calls, newer, guarantee) {
            if calls.list[older].key == calls.list[newer].key {
                let because = Demanded::ByWrite;
                demands.push(Demand {
                    older,
                    newer,
                    because,
                });
            }
        }
    }
    demands
}

/// What nobody who has seen a write may miss.
fn followed(calls: &Calls, write: usize, guarantee: Guarantee) -> Vec<usize> {
    match guarantee {
        Guarantee::ReadYourWrites | Guarantee::MonotonicReads => Vec::new(),
        Guarantee::MonotonicWrites => calls
            .before(write)
            .filter(|&call| calls.is_write(call))
            .collect(),
        Guarantee::WritesFollowReads => {
            let mut found = Vec::new();
            let mut left = vec![write];
            while let Some(write) = left.pop() {
                for source in calls.before(write).filter_map(|call| calls.source(call)) {
                    if !found.contains(&source) {
                        found.push(source);
                        left.push(source);
                    }
                }
            }
            found
        }
    }
}

/// A read that found nothing, and a write that it must not miss.
struct Nothing {
    missed: usize,
    read: usize,
    because: Because,
}

fn demands_of_reads(
    calls: &Calls,
    client: usize,
    guarantee: Guarantee,
) -> Result<Vec<Demand>, Nothing> {
    let mut must_not_miss = MustNotMiss::new(calls);
    let mut demands = Vec::new();
    let of_client =
        |call: &usize| calls.list[*call].client == client && calls.list[*call].answered.is_some();
    for call in (0..calls.list.len()).filter(of_client) {
        if calls.is_write(call) && guarantee == Guarantee::ReadYourWrites {
            must_not_miss.add(call, Because::Written);
        }
        if let Some(source) = calls.source(call) {
            for older in followed(calls, source, guarantee) {
                must_not_miss.add(
                    older,
                    Because::Follows {
                        earlier: call,
                        write: source,
                    },
                );
            }
        }
        if !calls.is_write(call) {
            for &(older, because) in must_not_miss.to(calls.list[call].key) {
                match calls.source(call) {
                    None => {
                        return Err(Nothing {
                            missed: older,
                            read: call,
                            because,
                        });
                    }
                    Some(newer) if newer != older => demands.push(Demand {
                        older,
                        newer,
                        because: Demanded::ByRead {
                            read: call,
                            because,
                        },
                    }),
                    Some(_) => {}
                }
            }
        }
        if let Some(source) = calls.source(call)
            && guarantee == Guarantee::MonotonicReads
        {
            must_not_miss.add(source, Because::Read { earlier: call });
        }
    }
    Ok(demands)
}

/// The writes that a client's next read must not miss, by key.
struct MustNotMiss<'c> {
    calls: &'c Calls,
    by_key: Vec<Vec<(usize, Because)>>,
    is_in: Vec<bool>,
}

impl MustNotMiss<'_> {
    fn new(calls: &Calls) -> MustNotMiss<'_> {
        let keys = calls.list.iter().map(|call| call.key as usize + 1).max();
        MustNotMiss {
            calls,
            by_key: vec![Vec::new(); keys.unwrap_or(0)],
            is_in: vec![false; calls.list.len()],
        }
    }

    fn add(&mut self, write: usize, because: Because) {
        if !self.is_in[write] {
            self.is_in[write] = true;
            self.by_key[self.calls.list[write].key as usize].push((write, because));
        }
    }

    fn to(&self, key: u32) -> &[(usize, Because)] {
        &self.by_key[key as usize]
    }
}

/// The demands in a cycle, and what is known from each to the next.
fn contradiction(
    cycle: &Cycle,
    demands: &[Demand],
    older: &Relation,
) -> (Vec<Demand>, Vec<Vec<usize>>) {
    let demand_from = |place: usize| {
        let pair = (cycle.0[place], cycle.0[(place + 1) % cycle.0.len()]);
        let is_known = older.after()[pair.1].contains(&pair.0);
        let demanded = demands
            .iter()
            .find(|demand| (demand.older, demand.newer) == pair);
        demanded.filter(|_| !is_known).cloned()
    };
    let mut found: Vec<Demand> = (0..cycle.0.len()).filter_map(demand_from).collect();
    let first = (0..found.len()).min_by_key(|&place| found[place].older);
    found.rotate_left(first.unwrap_or(0));
    let ways = (0..found.len())
        .map(|place| {
            let next = found[(place + 1) % found.len()].older;
            if next == found[place].newer {
                vec![next]
            } else {
                older.way(found[place].newer, next)
            }
        })
        .collect();
    (found, ways)
}
