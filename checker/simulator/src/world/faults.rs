//! Faults that begin at their own time, and a tally of every fault that really happened.

use super::lateness::Lateness;
use super::network::{SCRIPTED, bits};
use super::queue::Event;
use super::{Treatment, Weather, World};
use crate::plan::{Fault, MessageKey};
use crate::trace::{TraceEventKind, TraceSpanKind};
use crate::{NodeId, Time};

/// Which faults really happened in a run.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    /// Whether message faults are listed as well.
    keeps_list: bool,
    /// Faults that began, in the order in which they did.
    pub happened: Vec<Fault>,
    /// The kinds that made a difference to something.
    pub kinds: Kinds,
    /// Faults that a script made and that have not ended yet, as indices into `happened`.
    scripted: Vec<usize>,
    healed: bool,
}

/// Kinds of fault, as flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kinds(u16);

impl Kinds {
    pub const LOSS: Kinds = Kinds(1);
    pub const DUPLICATION: Kinds = Kinds(2);
    pub const DELAY: Kinds = Kinds(4);
    pub const PARTITION: Kinds = Kinds(8);
    pub const CRASH: Kinds = Kinds(16);
    pub const UNSYNCED: Kinds = Kinds(32);
    pub const PAUSE: Kinds = Kinds(64);
    pub const SKEW: Kinds = Kinds(128);

    /// Every kind, as a suite declares it, and whether it happens to messages.
    pub const NAMED: [(Kinds, &str, bool); 8] = [
        (Kinds::LOSS, "loss", true),
        (Kinds::DUPLICATION, "duplication", true),
        (Kinds::DELAY, "delay", true),
        (Kinds::PARTITION, "partitions", true),
        (Kinds::CRASH, "crashes", false),
        (Kinds::UNSYNCED, "the loss of unsynced writes", false),
        (Kinds::PAUSE, "pauses", false),
        (Kinds::SKEW, "clock skew", false),
    ];

    pub fn add(&mut self, other: Kinds) {
        self.0 |= other.0;
    }

    pub fn has(self, other: Kinds) -> bool {
        self.0 & other.0 == other.0
    }
}

impl Standing {
    pub fn new(keeps_list: bool) -> Standing {
        Standing {
            keeps_list,
            ..Standing::default()
        }
    }

    #[inline]
    pub fn hit_message(&mut self, message: MessageKey, treatment: Treatment) {
        if treatment.lost {
            self.kinds.add(Kinds::LOSS);
            self.write_down(Fault::Lose { message });
            return;
        }
        if let Some(extra) = treatment.copy_after {
            self.kinds.add(Kinds::DUPLICATION);
            self.write_down(Fault::Duplicate { message, extra });
        }
        if treatment.delay > 0 {
            self.kinds.add(Kinds::DELAY);
            self.write_down(Fault::Delay {
                message,
                extra: treatment.delay,
            });
        }
    }

    /// Message faults are many, and who only wants to know whether a run fails does not need their list.
    #[inline]
    fn write_down(&mut self, fault: Fault) {
        if self.keeps_list {
            self.happened.push(fault);
        }
    }

    pub fn hit_partition(&mut self) {
        self.kinds.add(Kinds::PARTITION);
    }

    pub fn hit_pause(&mut self) {
        self.kinds.add(Kinds::PAUSE);
    }
}

impl World {
    pub(super) fn schedule_faults(&mut self, timed: Vec<Fault>) {
        for (index, fault) in timed.iter().enumerate() {
            let (start, end) = match fault {
                Fault::Partition { start, end, .. } | Fault::Pause { start, end, .. } => {
                    (*start, Some(*end))
                }
                Fault::Crash { at, .. } => (*at, None),
                Fault::Skew { .. } => (Time::ZERO, None),
                Fault::LoseUnsynced { .. }
                | Fault::Lose { .. }
                | Fault::Duplicate { .. }
                | Fault::Delay { .. }
                | Fault::Late { .. } => {
                    continue;
                }
            };
            if let Fault::Skew { .. } = fault {
                continue;
            }
            self.queue
                .push(start.as_micros(), Event::Begin { fault: index });
            if let Some(end) = end {
                self.queue
                    .push(end.as_micros(), Event::End { fault: index });
            }
        }
        for fault in &timed {
            if let &Fault::Skew {
                node,
                offset,
                drift,
            } = fault
            {
                self.skew(node, offset, drift);
            }
        }
        self.lateness = Lateness::of(&timed);
        self.timed = timed;
    }

    pub(super) fn begin(&mut self, index: usize) {
        if self.standing.healed {
            return;
        }
        match self.timed[index].clone() {
            Fault::Partition {
                from, to, one_way, ..
            } => {
                self.standing.happened.push(self.timed[index].clone());
                self.cut(index, &from, &to, one_way);
            }
            Fault::Crash { node, at, down } => {
                let unsynced = Fault::LoseUnsynced { node, at };
                let losing = self.timed.contains(&unsynced);
                if self.is_up(node) {
                    self.standing.happened.push(self.timed[index].clone());
                    if losing {
                        self.standing.happened.push(unsynced);
                    }
                    self.crash(node, losing);
                    if let Some(down) = down {
                        self.queue
                            .push(self.now.saturating_add(down), Event::Restart { node });
                    }
                }
            }
            Fault::Pause { node, .. } => {
                if self.is_up(node) && self.slots[node.index()].paused.is_none() {
                    self.standing.happened.push(self.timed[index].clone());
                    self.pause(node);
                }
            }
            Fault::Lose { .. }
            | Fault::Duplicate { .. }
            | Fault::Delay { .. }
            | Fault::Late { .. }
            | Fault::LoseUnsynced { .. }
            | Fault::Skew { .. } => {}
        }
    }

    pub(super) fn end(&mut self, index: usize) {
        if self.standing.healed {
            return;
        }
        match self.timed[index].clone() {
            Fault::Partition { from, to, .. } => {
                self.network.mend(index);
                self.close_cut(&from, &to);
            }
            Fault::Pause { node, .. } => self.resume(node),
            _ => {}
        }
    }

    pub fn is_up(&self, node: NodeId) -> bool {
        self.slots
            .get(node.index())
            .is_some_and(|slot| slot.actor.is_some())
    }

    /// Sets a node's clock wrong.
    pub fn skew(&mut self, node: NodeId, offset: i64, drift: i32) {
        let slot = &mut self.slots[node.index()];
        slot.clock.offset = offset;
        slot.clock.drift = drift;
        self.standing.kinds.add(Kinds::SKEW);
        self.standing.happened.push(Fault::Skew {
            node,
            offset,
            drift,
        });
        if let Some(recorder) = &mut self.recorder {
            let what = TraceSpanKind::Skewed {
                node: node.index(),
                offset,
                drift,
            };
            recorder.open(Time::from_micros(self.now), what);
        }
    }

    fn cut(&mut self, id: usize, from: &[NodeId], to: &[NodeId], one_way: bool) {
        self.network.cut(id, bits(from), bits(to), one_way);
        if let Some(recorder) = &mut self.recorder {
            let what = TraceSpanKind::Cut {
                from: indices(from),
                to: indices(to),
                both_ways: !one_way,
            };
            recorder.open(Time::from_micros(self.now), what);
        }
    }

    fn close_cut(&mut self, from: &[NodeId], to: &[NodeId]) {
        let (from, to) = (indices(from), indices(to));
        if let Some(recorder) = &mut self.recorder {
            recorder.close(Time::from_micros(self.now), |what| {
                matches!(what, TraceSpanKind::Cut { from: one, to: other, .. } if *one == from && *other == to)
            });
        }
    }

    pub fn crash(&mut self, node: NodeId, losing_unsynced: bool) {
        let slot = &mut self.slots[node.index()];
        if slot.actor.take().is_none() {
            return;
        }
        for running in slot.timers.drain(..) {
            self.store.drop_timer(running.timer);
        }
        // What waited for a paused node was in the memory of its machine.
        if let Some(deferred) = slot.paused.take() {
            self.paused -= 1;
            for event in deferred {
                if let Event::Deliver(delivery) = event {
                    self.store.drop_message(delivery.message);
                }
            }
        }
        let slot = &mut self.slots[node.index()];
        let lost = if losing_unsynced {
            slot.own.disk.crash_losing_unsynced()
        } else {
            slot.own.disk.crash_kindly();
            Vec::new()
        };
        self.standing.kinds.add(Kinds::CRASH);
        if losing_unsynced {
            self.standing.kinds.add(Kinds::UNSYNCED);
        }
        self.imprint(7, node, 0);
        self.note(Some(node), TraceEventKind::Crash { lost });
        let now = Time::from_micros(self.now);
        if let Some(recorder) = &mut self.recorder {
            recorder.close(now, |what| matches!(what, TraceSpanKind::Paused { node: paused } if *paused == node.index()));
            recorder.open(now, TraceSpanKind::Down { node: node.index() });
        }
        self.hang_up(node);
    }

    pub fn restart(&mut self, node: NodeId) {
        if self.is_up(node) {
            return;
        }
        self.end_scripted(
            |fault| matches!(fault, Fault::Crash { node: crashed, .. } if *crashed == node),
        );
        if let Some(recorder) = &mut self.recorder {
            recorder.close(
                Time::from_micros(self.now),
                |what| matches!(what, TraceSpanKind::Down { node: down } if *down == node.index()),
            );
        }
        self.boot(node, TraceEventKind::Restart);
    }

    pub fn pause(&mut self, node: NodeId) {
        let slot = &mut self.slots[node.index()];
        if slot.actor.is_none() || slot.paused.is_some() {
            return;
        }
        slot.paused = Some(Vec::new());
        self.paused += 1;
        if let Some(recorder) = &mut self.recorder {
            recorder.open(
                Time::from_micros(self.now),
                TraceSpanKind::Paused { node: node.index() },
            );
        }
    }

    pub fn resume(&mut self, node: NodeId) {
        let Some(deferred) = self.slots[node.index()].paused.take() else {
            return;
        };
        self.paused -= 1;
        for event in deferred {
            self.queue.push(self.now, event);
        }
        self.end_scripted(
            |fault| matches!(fault, Fault::Pause { node: paused, .. } if *paused == node),
        );
        if let Some(recorder) = &mut self.recorder {
            recorder.close(Time::from_micros(self.now), |what| {
                matches!(what, TraceSpanKind::Paused { node: paused } if *paused == node.index())
            });
        }
    }

    /// Ends all faults, and lets no more begin: messages are no longer lost, crashed nodes start again.
    pub fn heal(&mut self) {
        self.standing.healed = true;
        self.network.weather = Weather::Calm;
        self.note(None, TraceEventKind::Heal);
        self.mend();
        for index in 0..self.slots.len() {
            self.resume(NodeId::new(index));
            self.restart(NodeId::new(index));
        }
    }

    /// Ends all partitions.
    pub fn mend(&mut self) {
        self.network.mend_all();
        self.end_scripted(|fault| matches!(fault, Fault::Partition { .. }));
        if let Some(recorder) = &mut self.recorder {
            recorder.close(Time::from_micros(self.now), |what| {
                matches!(what, TraceSpanKind::Cut { .. })
            });
        }
    }

    /// A partition made by a script; it lasts until [`World::mend`] or [`World::heal`].
    pub fn script_partition(&mut self, from: &[NodeId], to: &[NodeId], one_way: bool) {
        self.cut(SCRIPTED, from, to, one_way);
        let (start, end) = (Time::from_micros(self.now), Time::MAX);
        self.scripted(Fault::Partition {
            from: from.to_vec(),
            to: to.to_vec(),
            one_way,
            start,
            end,
        });
    }

    /// A crash made by a script; it lasts until [`World::restart`] or [`World::heal`].
    pub fn script_crash(&mut self, node: NodeId, losing_unsynced: bool) {
        if !self.is_up(node) {
            return;
        }
        let at = Time::from_micros(self.now);
        self.crash(node, losing_unsynced);
        self.scripted(Fault::Crash {
            node,
            at,
            down: None,
        });
        if losing_unsynced {
            self.standing
                .happened
                .push(Fault::LoseUnsynced { node, at });
        }
    }

    /// A pause made by a script; it lasts until [`World::resume`] or [`World::heal`].
    pub fn script_pause(&mut self, node: NodeId) {
        self.pause(node);
        self.scripted(Fault::Pause {
            node,
            start: Time::from_micros(self.now),
            end: Time::MAX,
        });
    }

    fn scripted(&mut self, fault: Fault) {
        self.standing.scripted.push(self.standing.happened.len());
        self.standing.happened.push(fault);
    }

    /// Gives the scripted faults that `ended` picks their end.
    fn end_scripted(&mut self, ended: impl Fn(&Fault) -> bool) {
        let (now, happened) = (Time::from_micros(self.now), &mut self.standing.happened);
        self.standing.scripted.retain(|index| {
            let fault = &mut happened[*index];
            let ends = ended(fault);
            if ends {
                match fault {
                    Fault::Partition { end, .. } | Fault::Pause { end, .. } => *end = now,
                    Fault::Crash { at, down, .. } => {
                        *down = Some(now.since(*at).as_micros() as u64)
                    }
                    _ => {}
                }
            }
            !ends
        });
    }

    /// The faults that happened so far, and which kinds made a difference.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }
}

fn indices(nodes: &[NodeId]) -> Vec<usize> {
    nodes.iter().map(|node| node.index()).collect()
}
