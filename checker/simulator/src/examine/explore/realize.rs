//! From a path of steps to a plan: the same run, as the simulator makes it.

use std::collections::BTreeMap;

use super::progress::{Progress, settle};
use super::steps::{STEP, Step, take};
use super::{Explorable, attempt};
use crate::examine::{FaultChoice, Input, Watch};
use crate::plan::{Fault, MessageKey, TimerKey};
use crate::world::{Pending, Place, World};
use crate::{NodeId, Time};

/// Something that happens in a run, with its time in microseconds.
pub(super) enum Happened {
    Event {
        /// Its place if nothing had held it up.
        place: Place,
        event: Pending,
        at: u64,
    },
    /// It happens only when nothing is held up any longer.
    Postponed {
        place: Place,
        event: Pending,
        at: u64,
    },
    Lost {
        event: Pending,
    },
    Doubled {
        event: Pending,
    },
    Crash {
        node: NodeId,
        losing: bool,
        at: u64,
    },
    Restart {
        node: NodeId,
        at: u64,
    },
}

/// The plan in the making.
#[derive(Default)]
struct Realized {
    lost: Vec<MessageKey>,
    delays: BTreeMap<MessageKey, u64>,
    /// When the copies come, as long after the message was due.
    copies: BTreeMap<MessageKey, u64>,
    /// Copied messages of which one has arrived.
    arrived: Vec<MessageKey>,
    late: BTreeMap<TimerKey, u64>,
    crashes: Vec<Fault>,
    /// When each operation begins.
    calls: Vec<Option<u64>>,
}

/// The input of the run that takes this path.
pub(super) fn realize(
    explorable: &dyn Explorable,
    suite: &str,
    input: &Input,
    path: &[Step],
) -> Input {
    let mut realized = Realized {
        calls: vec![None; input.operations.len()],
        ..Realized::default()
    };
    let watch = Watch {
        trace: true,
        ..Watch::default()
    };
    let mut world = explorable.world(input, watch);
    world.name_timers();
    let mut progress = Progress::default();
    let mut note = |world: &World, happened| realized.note(world, happened);
    let failed = attempt(suite, &mut world, |world| {
        explorable.start(world, input);
        for step in path {
            take(world, &mut progress, *step, &mut note);
        }
    });
    if failed.is_none() {
        settle(&mut world, &progress, &mut note);
    }
    realized.into_input(input)
}

impl Realized {
    fn note(&mut self, world: &World, happened: Happened) {
        match happened {
            Happened::Event { place, event, at } => {
                let sequence = place.sequence;
                self.hold_up(world, Place { at, sequence });
                self.event(world, event, at, at - place.at);
            }
            Happened::Postponed { place, event, at } => {
                self.event(world, event, at, at - place.at);
            }
            Happened::Lost { event } => self.lost.extend(key(world, event)),
            Happened::Doubled { event } => {
                if let Some(key) = key(world, event) {
                    self.copies.insert(key, 0);
                }
            }
            Happened::Crash { node, losing, at } => {
                self.hold_up(world, Place { at, sequence: 0 });
                let at = Time::from_micros(at);
                let down = None;
                self.crashes.push(Fault::Crash { node, at, down });
                if losing {
                    self.crashes.push(Fault::LoseUnsynced { node, at });
                }
            }
            Happened::Restart { node, at } => {
                let crashed = self.crashes.iter_mut().rev().find_map(|fault| match fault {
                    Fault::Crash {
                        node: crashed,
                        at,
                        down,
                    } if *crashed == node => Some((*at, down)),
                    _ => None,
                });
                if let Some((since, down)) = crashed {
                    *down = Some(at - since.as_micros());
                }
            }
        }
    }

    /// An event happens at `at`, so much later than it would by itself.
    fn event(&mut self, world: &World, event: Pending, at: u64, extra: u64) {
        match event {
            Pending::Message { traced, .. } => {
                let Some(key) = world.message_key(traced) else {
                    return;
                };
                if self.copies.contains_key(&key) && self.arrived.contains(&key) {
                    self.copies.insert(key, extra);
                    return;
                }
                self.arrived.push(key);
                if extra > 0 {
                    self.delays.insert(key, extra);
                }
            }
            Pending::Timer { id, .. } => {
                if let Some(key) = world.timer_key(id).filter(|_| extra > 0) {
                    self.late.insert(key, extra);
                }
            }
            Pending::Call { call, .. } => {
                if let Some(begins) = self.calls.get_mut(call) {
                    *begins = Some(at);
                }
            }
            Pending::GivingUp => {}
        }
    }

    /// Timers that should have run out by now are late, and later than this, which may cancel them.
    fn hold_up(&mut self, world: &World, now: Place) {
        for (place, event) in world.pending() {
            if let Pending::Timer { id, .. } = event
                && place < now
                && let Some(key) = world.timer_key(id)
            {
                self.late.insert(key, now.at - place.at + STEP);
            }
        }
    }

    fn into_input(self, input: &Input) -> Input {
        let lost = self.lost.into_iter().map(|message| Fault::Lose { message });
        let delays = self
            .delays
            .into_iter()
            .map(|(message, extra)| Fault::Delay { message, extra });
        let copies = self
            .copies
            .into_iter()
            .map(|(message, extra)| Fault::Duplicate { message, extra });
        let late = self
            .late
            .into_iter()
            .map(|(timer, extra)| Fault::Late { timer, extra });
        let faults = lost
            .chain(delays)
            .chain(copies)
            .chain(late)
            .chain(self.crashes)
            .collect();
        let mut operations = input.operations.clone();
        for (operation, begins) in operations.iter_mut().zip(self.calls) {
            operation.at = begins.map_or(operation.at, Time::from_micros);
        }
        Input {
            random: input.random,
            operations,
            faults: FaultChoice::Given(faults),
        }
    }
}

fn key(world: &World, event: Pending) -> Option<MessageKey> {
    match event {
        Pending::Message { traced, .. } => world.message_key(traced),
        Pending::Timer { .. } | Pending::Call { .. } | Pending::GivingUp => None,
    }
}
