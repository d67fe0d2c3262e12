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
    ///
    /// ```
    /// # use simulator::example::{Register, seen};
    /// # use simulator::{Faults, NodeId, ms};
    /// # const N1: NodeId = NodeId::new(1);
    /// let copies = seen(Faults::none(), |sim| {
    ///     sim.run_for(ms(1));
    ///     sim.node(N1).map(Register::value)
    /// });
    /// assert!(copies.iter().all(|copy| *copy == Some(5)));
    /// ```
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
    ///
    /// ```
    /// # use simulator::example::{Register, seen};
    /// # use simulator::{Faults, NodeId, ms};
    /// # const N1: NodeId = NodeId::new(1);
    /// // n0 writes 1 to 5 and tells the others each time, once.
    /// let copies = seen(Faults::none().loss(0.2), |sim| {
    ///     sim.run_for(ms(1));
    ///     sim.node(N1).map_or(0, Register::value)
    /// });
    /// assert!(copies.contains(&5) && copies.contains(&4) && copies.contains(&3));
    /// ```
    pub fn loss(mut self, probability: f64) -> Faults {
        self.loss = probability;
        self
    }

    /// A message arrives a second time with about this probability.
    ///
    /// ```
    /// # use simulator::example::{Register, seen};
    /// # use simulator::{Faults, NodeId, ms};
    /// # const N1: NodeId = NodeId::new(1);
    /// // A second copy comes later than the first, perhaps later than the next message.
    /// let copies = seen(Faults::none().duplication(0.2), |sim| {
    ///     sim.run_for(ms(100));
    ///     // The network copied it, so it counts as sent only once.
    ///     assert_eq!(sim.messages(), 10);
    ///     sim.node(N1).map(Register::value)
    /// });
    /// assert!(copies.contains(&Some(4)));
    /// ```
    pub fn duplication(mut self, probability: f64) -> Faults {
        self.duplication = probability;
        self
    }

    /// A message may arrive this much later than usual, so that a later one overtakes it.
    ///
    /// ```
    /// # use simulator::example::{Register, seen};
    /// # use simulator::{Faults, NodeId, ms};
    /// # const N1: NodeId = NodeId::new(1);
    /// let copies = seen(Faults::none().delay(ms(50)..ms(60)), |sim| {
    ///     sim.run_for(ms(61));
    ///     sim.node(N1).map(Register::value)
    /// });
    /// // Nothing is lost, but the last to arrive need not be the last that was sent.
    /// assert!(copies.contains(&Some(5)) && copies.contains(&Some(3)));
    /// ```
    pub fn delay(mut self, extra: Range<Duration>) -> Faults {
        self.delay = Some(in_micros(&extra));
        self
    }

    /// Up to so many times in a run, the nodes are cut into two groups.
    ///
    /// ```
    /// # use simulator::example::{Register, seen};
    /// # use simulator::{Faults, NodeId, ms};
    /// # const N1: NodeId = NodeId::new(1);
    /// # const N2: NodeId = NodeId::new(2);
    /// // The groups are drawn: n1 may be on the side of n0, or not.
    /// let copies = seen(Faults::none().partitions(1), |sim| {
    ///     sim.run_for(ms(1));
    ///     [N1, N2].map(|node| sim.node(node).map_or(0, Register::value))
    /// });
    /// assert!(copies.contains(&[5, 5]));
    /// assert!(copies.iter().any(|[one, other]| one < other));
    /// assert!(copies.iter().any(|[one, other]| other < one));
    /// ```
    pub fn partitions(mut self, most: u32) -> Faults {
        self.partitions = most;
        self
    }

    /// Up to so many times in a run, nothing gets from one group to the other while the way back works.
    ///
    /// ```
    /// # use simulator::example::{Register, seen};
    /// # use simulator::{Faults, NodeId, ms};
    /// # const N1: NodeId = NodeId::new(1);
    /// let copies = seen(Faults::none().one_way_partitions(1), |sim| {
    ///     sim.run_for(ms(1));
    ///     sim.node(N1).map(Register::value)
    /// });
    /// // n0 only sends, so half of the time it is the other way that is cut, and nothing is missed.
    /// assert!(copies.iter().filter(|copy| **copy == Some(5)).count() > copies.len() / 2);
    /// ```
    pub fn one_way_partitions(mut self, most: u32) -> Faults {
        self.one_way_partitions = most;
        self
    }

    /// How long a partition lasts; 10 to 150 ms unless set.
    ///
    /// ```
    /// # use simulator::example::{Register, seen};
    /// # use simulator::{Faults, NodeId, ms};
    /// # const N1: NodeId = NodeId::new(1);
    /// let faults = Faults::none().partitions(1).partition_for(ms(500)..ms(501));
    /// let copies = seen(faults, |sim| {
    ///     sim.run_for(ms(1));
    ///     sim.node(N1).map_or(0, Register::value)
    /// });
    /// // Once cut off, n1 stays so until the end: the first write may be all that it has heard of.
    /// assert!(copies.contains(&1));
    /// ```
    pub fn partition_for(mut self, length: Range<Duration>) -> Faults {
        self.partition_length = in_micros(&length);
        self
    }

    /// Up to so many times in a run, a node crashes; never two at once.
    ///
    /// ```
    /// # use simulator::example::{Register, seen};
    /// # use simulator::Faults;
    /// let down = seen(Faults::none().crashes(2), |sim| {
    ///     sim.nodes().iter().filter(|node| !sim.is_up(**node)).count()
    /// });
    /// // Two in a run, but never at the same moment.
    /// assert!(down.contains(&1) && !down.contains(&2));
    /// ```
    pub fn crashes(mut self, most: u32) -> Faults {
        self.crashes = most;
        self
    }

    /// Which nodes may crash; any unless set.
    ///
    /// ```
    /// # use simulator::example::{Register, seen};
    /// # use simulator::{Faults, NodeId};
    /// # const N1: NodeId = NodeId::new(1);
    /// # const N2: NodeId = NodeId::new(2);
    /// let down = seen(Faults::none().crashes_of(1, [N1]), |sim| {
    ///     sim.nodes().into_iter().filter(|node| !sim.is_up(*node)).collect::<Vec<_>>()
    /// });
    /// assert!(down.contains(&vec![N1]) && down.contains(&vec![]) && !down.contains(&vec![N2]));
    /// ```
    pub fn crashes_of(mut self, most: u32, nodes: impl IntoIterator<Item = NodeId>) -> Faults {
        self.crashes = most;
        self.crash_of = Some(nodes.into_iter().collect());
        self
    }

    /// How long a crashed node stays down; 5 to 120 ms unless set.
    ///
    /// ```
    /// # use simulator::example::{Register, seen};
    /// # use simulator::{Faults, NodeId, ms};
    /// # const N1: NodeId = NodeId::new(1);
    /// let faults = Faults::none().crashes_of(1, [N1]).down_for(ms(300)..ms(400));
    /// let back = seen(faults, |sim| {
    ///     // All crashes begin within 100 ms after the last operation.
    ///     sim.run_for(ms(100) + ms(400));
    ///     sim.is_up(N1)
    /// });
    /// assert!(!back.contains(&false));
    /// ```
    pub fn down_for(mut self, length: Range<Duration>) -> Faults {
        self.down = in_micros(&length);
        self
    }

    /// Half of the crashes lose what was not synced to the disk.
    ///
    /// ```
    /// # use simulator::example::{Register, seen};
    /// # use simulator::{Faults, NodeId, ms};
    /// # const N1: NodeId = NodeId::new(1);
    /// // n1 syncs nothing, so its disk is as good as its cache.
    /// let on_disk = |faults: Faults| {
    ///     seen(faults, |sim| {
    ///         sim.run_for(ms(500));
    ///         sim.node(N1).map(Register::value)
    ///     })
    /// };
    /// let crashes = Faults::none().crashes_of(1, [N1]).down_for(ms(5)..ms(9));
    /// assert!(!on_disk(crashes.clone()).contains(&Some(0)));
    /// assert!(on_disk(crashes.lose_unsynced()).contains(&Some(0)));
    /// ```
    pub fn lose_unsynced(mut self) -> Faults {
        self.lose_unsynced = true;
        self
    }

    /// Up to so many times in a run, a node stands still.
    ///
    /// ```
    /// # use simulator::example::{Register, seen};
    /// # use simulator::{Faults, NodeId, ms};
    /// # const N1: NodeId = NodeId::new(1);
    /// let copies = seen(Faults::none().pauses(1), |sim| {
    ///     let now = sim.node(N1).map(Register::value);
    ///     sim.run_for(ms(500));
    ///     (now, sim.node(N1).map(Register::value))
    /// });
    /// // A node that stands still gets everything, later.
    /// assert!(copies.iter().any(|(now, _)| *now < Some(4)));
    /// assert!(copies.iter().all(|(_, later)| *later == Some(5)));
    /// ```
    pub fn pauses(mut self, most: u32) -> Faults {
        self.pauses = most;
        self
    }

    /// Which nodes may stand still; any unless set.
    ///
    /// ```
    /// # use simulator::example::{Register, seen};
    /// # use simulator::{Faults, NodeId, ms};
    /// # const N1: NodeId = NodeId::new(1);
    /// # const N2: NodeId = NodeId::new(2);
    /// let copies = seen(Faults::none().pauses_of(1, [N1]), |sim| {
    ///     sim.run_for(ms(1));
    ///     [N1, N2].map(|node| sim.node(node).map_or(0, Register::value))
    /// });
    /// assert!(copies.iter().any(|[n1, _]| *n1 < 5));
    /// assert!(copies.iter().all(|[_, n2]| *n2 == 5));
    /// ```
    pub fn pauses_of(mut self, most: u32, nodes: impl IntoIterator<Item = NodeId>) -> Faults {
        self.pauses = most;
        self.pause_of = Some(nodes.into_iter().collect());
        self
    }

    /// How long a node stands still; 5 to 120 ms unless set.
    ///
    /// ```
    /// # use simulator::example::{Register, seen};
    /// # use simulator::{Faults, NodeId, ms};
    /// # const N0: NodeId = NodeId::new(0);
    /// let faults = Faults::none().pauses_of(1, [N0]).pause_for(ms(700)..ms(800));
    /// let ends = seen(faults, |sim| sim.now() - simulator::Time::ZERO);
    /// // Clients wait for n0, so runs in which it stands still take that much longer.
    /// assert!(ends.iter().any(|end| *end >= ms(700)));
    /// ```
    pub fn pause_for(mut self, length: Range<Duration>) -> Faults {
        self.pause_length = in_micros(&length);
        self
    }

    /// Clocks are up to this much ahead of one another.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, Time, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example;
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = (); type Request = (); type Response = Time;
    /// #     fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) { ctx.reply(call, ctx.now()); }
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    /// # let asked = scenario(|_| Example);
    /// // Each node answers with the time on its clock.
    /// asked
    ///     .faults(simulator::Faults::none().skew(ms(40)))
    ///     .workload(|w| w.ask(0, NodeId::new(0), ()))
    ///     .check(|sim| {
    ///         let clocks = sim.nodes().into_iter().map(|node| sim.ask(node, (), ms(1)));
    ///         let clocks: Vec<Time> = clocks.map(|clock| clock.expect("it answers at once")).collect();
    ///         // Ahead by at most 40 ms, and never behind.
    ///         assert!(clocks.iter().all(|clock| *clock - sim.now() <= ms(40) && *clock >= sim.now()));
    ///     });
    /// ```
    pub fn skew(mut self, most: Duration) -> Faults {
        self.skew = micros(most);
        self
    }

    /// Clocks run up to so many parts per million too fast or too slow.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, Time, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example;
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = (); type Request = (); type Response = Time;
    /// #     fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) { ctx.reply(call, ctx.now()); }
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    /// # let asked = scenario(|_| Example);
    /// asked
    ///     .faults(simulator::Faults::none().drift(200))
    ///     .workload(|w| w.ask(0, NodeId::new(0), ()))
    ///     .check(|sim| {
    ///         sim.run_for(ms(10_000));
    ///         // 200 parts per million of 10 s are 2 ms, in either direction.
    ///         let clock = sim.ask(NodeId::new(1), (), ms(1)).expect("it answers at once");
    ///         assert!(clock - sim.now() <= ms(2) + ms(1) && sim.now() - clock <= ms(2) + ms(1));
    ///     });
    /// ```
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
