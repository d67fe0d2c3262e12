//! What may go wrong in a scenario, and how often.

use std::ops::Range;
use std::time::Duration;

use crate::plan::Fault;
use crate::random::{Random, combine, threshold};
use crate::time::micros;
use crate::world::{Kinds, Odds};
use crate::{NodeId, Time, ms};

/// A declaration of what may go wrong. From it and a seed, the faults of a run are drawn.
///
/// Runs differ in temper: in some nothing is lost, in others twice as much as declared, because bugs often need
/// one kind of trouble *without* another (swarm testing; Groce et al., ISSTA 2012).
///
/// ```
/// use simulator::{Faults, NodeId, ms};
///
/// let rough = Faults::none().loss(0.1).duplication(0.05).delay(ms(1)..ms(40)).crashes(1);
///
/// // Messages arrive, but nodes come and go, forget, stand still, and disagree about the time.
/// let unsteady = Faults::none()
///     .partitions(1)
///     .one_way_partitions(1)
///     .partition_for(ms(50)..ms(500))
///     .crashes_of(2, [NodeId::new(1), NodeId::new(2)])
///     .down_for(ms(10)..ms(200))
///     .lose_unsynced()
///     .pauses_of(1, [NodeId::new(0)])
///     .pause_for(ms(10)..ms(300))
///     .skew(ms(40))
///     .drift(200);
/// # let _ = (rough, unsteady, Faults::none().pauses(1));
/// ```
#[derive(Clone, Debug)]
pub struct Faults {
    loss: f64,
    duplication: f64,
    delay: Option<Range<u64>>,
    partitions: u32,
    one_way_partitions: u32,
    partition_length: Range<u64>,
    crashes: u32,
    crash_of: Option<Vec<NodeId>>,
    down: Range<u64>,
    lose_unsynced: bool,
    pauses: u32,
    pause_of: Option<Vec<NodeId>>,
    pause_length: Range<u64>,
    skew: u64,
    drift: u32,
}

/// How late a duplicate is where no delay is declared, in microseconds.
const USUAL_EXTRA: Range<u64> = 200..20_000;

impl Faults {
    /// Nothing goes wrong.
    pub fn none() -> Faults {
        Faults {
            loss: 0.0,
            duplication: 0.0,
            delay: None,
            partitions: 0,
            one_way_partitions: 0,
            partition_length: in_micros(&(ms(10)..ms(150))),
            crashes: 0,
            crash_of: None,
            down: in_micros(&(ms(5)..ms(120))),
            lose_unsynced: false,
            pauses: 0,
            pause_of: None,
            pause_length: in_micros(&(ms(5)..ms(120))),
            skew: 0,
            drift: 0,
        }
    }

    /// A message is lost with about this probability.
    pub fn loss(mut self, probability: f64) -> Faults {
        self.loss = probability;
        self
    }

    /// A message arrives a second time with about this probability.
    pub fn duplication(mut self, probability: f64) -> Faults {
        self.duplication = probability;
        self
    }

    /// A message may arrive this much later than usual, so that a later one overtakes it.
    pub fn delay(mut self, extra: Range<Duration>) -> Faults {
        self.delay = Some(in_micros(&extra));
        self
    }

    /// Up to so many times in a run, the nodes are cut into two groups.
    pub fn partitions(mut self, most: u32) -> Faults {
        self.partitions = most;
        self
    }

    /// Up to so many times in a run, nothing gets from one group to the other while the way back works.
    pub fn one_way_partitions(mut self, most: u32) -> Faults {
        self.one_way_partitions = most;
        self
    }

    /// How long a partition lasts; 10 to 150 ms unless set.
    pub fn partition_for(mut self, length: Range<Duration>) -> Faults {
        self.partition_length = in_micros(&length);
        self
    }

    /// Up to so many times in a run, a node crashes; never two at once.
    pub fn crashes(mut self, most: u32) -> Faults {
        self.crashes = most;
        self
    }

    /// Which nodes may crash; any unless set.
    pub fn crashes_of(mut self, most: u32, nodes: impl IntoIterator<Item = NodeId>) -> Faults {
        self.crashes = most;
        self.crash_of = Some(nodes.into_iter().collect());
        self
    }

    /// How long a crashed node stays down; 5 to 120 ms unless set.
    pub fn down_for(mut self, length: Range<Duration>) -> Faults {
        self.down = in_micros(&length);
        self
    }

    /// Half of the crashes lose what was not synced to the disk.
    pub fn lose_unsynced(mut self) -> Faults {
        self.lose_unsynced = true;
        self
    }

    /// Up to so many times in a run, a node stands still.
    pub fn pauses(mut self, most: u32) -> Faults {
        self.pauses = most;
        self
    }

    /// Which nodes may stand still; any unless set.
    pub fn pauses_of(mut self, most: u32, nodes: impl IntoIterator<Item = NodeId>) -> Faults {
        self.pauses = most;
        self.pause_of = Some(nodes.into_iter().collect());
        self
    }

    /// How long a node stands still; 5 to 120 ms unless set.
    pub fn pause_for(mut self, length: Range<Duration>) -> Faults {
        self.pause_length = in_micros(&length);
        self
    }

    /// Clocks are up to this much ahead of one another.
    pub fn skew(mut self, most: Duration) -> Faults {
        self.skew = micros(most);
        self
    }

    /// Clocks run up to so many parts per million too fast or too slow.
    pub fn drift(mut self, parts_per_million: u32) -> Faults {
        self.drift = parts_per_million;
        self
    }

    /// The kinds that may happen.
    pub(crate) fn declared(&self) -> Kinds {
        let mut kinds = Kinds::default();
        for (may_happen, kind) in [
            (self.loss > 0.0, Kinds::LOSS),
            (self.duplication > 0.0, Kinds::DUPLICATION),
            (self.delay.is_some(), Kinds::DELAY),
            (
                self.partitions + self.one_way_partitions > 0,
                Kinds::PARTITION,
            ),
            (self.crashes > 0, Kinds::CRASH),
            (self.crashes > 0 && self.lose_unsynced, Kinds::UNSYNCED),
            (self.pauses > 0, Kinds::PAUSE),
            (self.skew > 0 || self.drift > 0, Kinds::SKEW),
        ] {
            if may_happen {
                kinds.add(kind);
            }
        }
        kinds
    }

    /// How late a message may be: as declared, or a usual range.
    pub(crate) fn extra(&self) -> Range<u64> {
        self.delay.clone().unwrap_or(USUAL_EXTRA)
    }

    /// The odds of message faults in the run with this seed.
    pub(crate) fn odds(&self, seed: u64) -> Odds {
        let mut random = Random::from_seed(combine(seed, 1));
        let mut tempered = |probability: f64| {
            let temper = *random.pick(&[0.0, 0.5, 1.0, 2.0]);
            threshold((probability * temper).min(0.9))
        };
        let extra = self.extra();
        Odds {
            seed: combine(seed, 2),
            loss: tempered(self.loss),
            duplication: tempered(self.duplication),
            delay: tempered(if self.delay.is_some() { 0.4 } else { 0.0 }),
            extra: (extra.start, extra.end),
        }
    }

    /// The faults that begin at their own time, in the run with this seed: `nodes` nodes, and operations until
    /// about `horizon` microseconds.
    pub(crate) fn timed(&self, seed: u64, nodes: usize, horizon: u64) -> Vec<Fault> {
        let mut random = Random::from_seed(combine(seed, 3));
        let mut faults = Vec::new();
        let all: Vec<NodeId> = (0..nodes).map(NodeId::new).collect();
        for _ in 0..count(&mut random, self.partitions) {
            faults.extend(self.partition(&mut random, &all, horizon, false));
        }
        for _ in 0..count(&mut random, self.one_way_partitions) {
            faults.extend(self.partition(&mut random, &all, horizon, true));
        }
        let mut after = 0;
        let crashes = count(&mut random, self.crashes);
        for index in 0..crashes {
            // Crashes follow one another, so that never two nodes are down at once.
            let share = horizon.saturating_sub(after) / u64::from(crashes - index);
            let at = after + random.below(share.max(1));
            let down = random.within(self.down.clone());
            let node = *random.pick(self.crash_of.as_deref().unwrap_or(&all));
            let at_time = Time::from_micros(at);
            faults.push(Fault::Crash {
                node,
                at: at_time,
                down: Some(down),
            });
            if self.lose_unsynced && random.chance(0.5) {
                faults.push(Fault::LoseUnsynced { node, at: at_time });
            }
            after = at + down;
        }
        for _ in 0..count(&mut random, self.pauses) {
            let start = random.below(horizon.max(1));
            let end = start + random.within(self.pause_length.clone());
            let node = *random.pick(self.pause_of.as_deref().unwrap_or(&all));
            faults.push(Fault::Pause {
                node,
                start: Time::from_micros(start),
                end: Time::from_micros(end),
            });
        }
        if self.skew > 0 || self.drift > 0 {
            for &node in &all {
                let offset = random.below(self.skew + 1) as i64;
                let drift = random.below(2 * u64::from(self.drift) + 1) as i32 - self.drift as i32;
                if (offset, drift) != (0, 0) {
                    faults.push(Fault::Skew {
                        node,
                        offset,
                        drift,
                    });
                }
            }
        }
        faults
    }

    fn partition(
        &self,
        random: &mut Random,
        all: &[NodeId],
        horizon: u64,
        one_way: bool,
    ) -> Option<Fault> {
        if all.len() < 2 {
            return None;
        }
        let mut shuffled = all.to_vec();
        random.shuffle(&mut shuffled);
        let (from, to) = shuffled.split_at(random.within(1..all.len() as u64) as usize);
        let start = random.below(horizon.max(1));
        let end = start + random.within(self.partition_length.clone());
        let sorted = |nodes: &[NodeId]| {
            let mut nodes = nodes.to_vec();
            nodes.sort();
            nodes
        };
        let (start, end) = (Time::from_micros(start), Time::from_micros(end));
        Some(Fault::Partition {
            from: sorted(from),
            to: sorted(to),
            one_way,
            start,
            end,
        })
    }

    /// Faults of the declared kinds that could be placed on a run in which these messages were sent and these
    /// moments were eventful. Used by the systematic search.
    pub(crate) fn placements(&self, run: &Eventful, nodes: usize) -> Vec<Fault> {
        let mut placements = Vec::new();
        let extra = self.extra();
        let middle = extra.start + (extra.end - extra.start) / 2;
        for &message in &run.messages {
            if self.loss > 0.0 {
                placements.push(Fault::Lose { message });
            }
            if self.duplication > 0.0 {
                placements.push(Fault::Duplicate {
                    message,
                    extra: middle,
                });
            }
            if self.delay.is_some() {
                placements.push(Fault::Delay {
                    message,
                    extra: extra.end,
                });
                placements.push(Fault::Delay {
                    message,
                    extra: middle,
                });
            }
        }
        let all: Vec<NodeId> = (0..nodes).map(NodeId::new).collect();
        for &(at, node) in &run.moments {
            // Just after the event, before anything that it caused can arrive.
            let at = Time::from_micros(at + 1);
            let may_crash = self
                .crash_of
                .as_ref()
                .is_none_or(|nodes| nodes.contains(&node));
            if self.crashes > 0 && may_crash {
                for down in [self.down.start, self.down.end] {
                    placements.push(Fault::Crash {
                        node,
                        at,
                        down: Some(down),
                    });
                }
            }
            let may_pause = self
                .pause_of
                .as_ref()
                .is_none_or(|nodes| nodes.contains(&node));
            if self.pauses > 0 && may_pause {
                let end = Time::from_micros(at.as_micros() + self.pause_length.end);
                placements.push(Fault::Pause {
                    node,
                    start: at,
                    end,
                });
            }
            let end = Time::from_micros(at.as_micros() + self.partition_length.end);
            let others: Vec<NodeId> = all.iter().copied().filter(|other| *other != node).collect();
            if self.partitions > 0 && !others.is_empty() {
                let (from, to) = (vec![node], others.clone());
                placements.push(Fault::Partition {
                    from,
                    to,
                    one_way: false,
                    start: at,
                    end,
                });
            }
            if self.one_way_partitions > 0 && !others.is_empty() {
                let (from, to) = (vec![node], others);
                placements.push(Fault::Partition {
                    from,
                    to,
                    one_way: true,
                    start: at,
                    end,
                });
            }
        }
        placements
    }

    /// Whether this node may crash.
    pub(crate) fn may_crash(&self, node: NodeId) -> bool {
        let named = self.crash_of.as_ref();
        self.crashes > 0 && named.is_none_or(|nodes| nodes.contains(&node))
    }

    /// Whether a crash may take unsynced writes with it.
    pub(crate) fn may_lose_unsynced(&self) -> bool {
        self.lose_unsynced
    }
}

/// Where faults could be placed on a run.
#[derive(Debug, Default)]
pub(crate) struct Eventful {
    /// The first copies of all messages, in the order in which they were sent.
    pub messages: Vec<crate::plan::MessageKey>,
    /// The moments, in microseconds, at which something happened at a node.
    pub moments: Vec<(u64, NodeId)>,
}

fn in_micros(range: &Range<Duration>) -> Range<u64> {
    let (start, end) = (micros(range.start), micros(range.end));
    start..end.max(start + 1)
}

/// How many times something that happens at most `most` times happens: never, or once or more, evenly.
fn count(random: &mut Random, most: u32) -> u32 {
    random.below(u64::from(most) + 1) as u32
}
