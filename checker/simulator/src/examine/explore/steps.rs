//! What may happen next, and what happens then.

use super::progress::{Progress, Tell};
use super::realize::Happened;
use crate::NodeId;
use crate::examine::Settings;
use crate::scope::Scope;
use crate::world::{Kinds, Pending, Place, World};

/// What happens next. Numbers are those of events in the queue, which are the same whenever a path is taken again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The nodes start.
    Start,
    /// An event that waits happens.
    Happen(u64),
    /// A message is lost.
    Lose(u64),
    /// The network makes a copy of a message.
    Double(u64),
    /// A node crashes, and loses what it had not synced or does not.
    Crash { node: NodeId, losing: bool },
    /// A crashed node starts again.
    Restart(NodeId),
}

impl Step {
    /// The node that the step touches, if it touches one.
    pub fn node(self, world: &World) -> Option<NodeId> {
        match self {
            Step::Start | Step::Lose(_) | Step::Double(_) => None,
            Step::Happen(sequence) => world.waiting(sequence)?.1.node(),
            Step::Crash { node, .. } | Step::Restart(node) => Some(node),
        }
    }
}

/// How long after the event before something happens that is late or comes out of the blue, in microseconds.
pub(super) const STEP: u64 = 1_000;

/// All that may happen next, within the scope.
pub(super) fn steps(
    world: &World,
    progress: &Progress,
    scope: &Scope,
    settings: &Settings,
) -> Vec<Step> {
    let pending = world.pending();
    // A message to oneself crosses no network: nothing comes before it.
    let own = pending
        .iter()
        .find(|(_, event)| matches!(event, Pending::Message { from, to, .. } if from == to));
    if let Some((place, _)) = own {
        return vec![Step::Happen(place.sequence)];
    }
    let declared = settings.faults.declared();
    let may_fail = progress.faults < scope.faults;
    let mut steps = Vec::new();
    let mut messages = Vec::new();
    for (Place { sequence, .. }, event) in pending {
        match event {
            Pending::Message {
                from, to, contents, ..
            } => {
                // Equal messages on one link cannot be told apart: one of them is enough.
                if messages.contains(&(from, to, contents)) {
                    continue;
                }
                messages.push((from, to, contents));
                steps.push(Step::Happen(sequence));
                if may_fail && world.is_up(to) && !progress.doubled.contains(&sequence) {
                    if declared.has(Kinds::LOSS) {
                        steps.push(Step::Lose(sequence));
                    }
                    if declared.has(Kinds::DUPLICATION) {
                        steps.push(Step::Double(sequence));
                    }
                }
            }
            Pending::Timer { node, id } => {
                if progress.timeouts < scope.timeouts && world.may_fire(node, id) {
                    steps.push(Step::Happen(sequence));
                }
            }
            Pending::Call { .. } => steps.push(Step::Happen(sequence)),
            Pending::GivingUp => {}
        }
    }
    let nodes = || (0..world.node_count()).map(NodeId::new);
    let all_up = nodes().all(|node| world.is_up(node));
    for node in nodes() {
        if !world.is_up(node) {
            steps.push(Step::Restart(node));
        } else if may_fail && all_up && settings.faults.may_crash(node) {
            let losing = false;
            steps.push(Step::Crash { node, losing });
            if settings.faults.may_lose_unsynced() && world.has_unsynced(node) {
                let losing = true;
                steps.push(Step::Crash { node, losing });
            }
        }
    }
    steps
}

/// Takes a step. What happens is told to `tell` first, with its time.
///
/// A client that has waited long enough gives up in time; if all calls have ended with that, so has the run, and the
/// step is not taken.
pub(super) fn take(world: &mut World, progress: &mut Progress, step: Step, tell: Tell<'_>) {
    match step {
        Step::Start => {}
        Step::Happen(sequence) => {
            let Some((place, event)) = world.waiting(sequence) else {
                return;
            };
            let on_time = place > progress.last && !progress.doubled.contains(&sequence);
            let at = if on_time || place.at > world.now {
                place.at
            } else {
                world.now + STEP
            };
            if !give_up(world, progress, at) {
                return;
            }
            if matches!(event, Pending::Timer { .. }) {
                progress.timeouts += 1;
            }
            progress.last = Place { at, sequence };
            tell(world, Happened::Event { place, event, at });
            world.happen(sequence, at);
        }
        Step::Lose(sequence) => {
            if let Some((_, event)) = world.waiting(sequence) {
                progress.faults += 1;
                tell(world, Happened::Lost { event });
                world.lose(sequence);
            }
        }
        Step::Double(sequence) => {
            if let Some((_, event)) = world.waiting(sequence) {
                progress.faults += 1;
                tell(world, Happened::Doubled { event });
                progress.doubled.push(sequence);
                progress.doubled.extend(world.double(sequence));
            }
        }
        Step::Crash { node, losing } => {
            let at = world.now + STEP;
            if !give_up(world, progress, at) {
                return;
            }
            progress.faults += 1;
            // It comes before everything else at this moment.
            progress.last = Place { at, sequence: 0 };
            tell(world, Happened::Crash { node, losing, at });
            world.now = at;
            world.crash(node, losing);
        }
        Step::Restart(node) => {
            let at = world.now + STEP;
            if !give_up(world, progress, at) {
                return;
            }
            // It comes after everything else at this moment.
            let sequence = u64::MAX;
            progress.last = Place { at, sequence };
            tell(world, Happened::Restart { node, at });
            world.now = at;
            world.restart(node);
        }
    }
}

/// Lets the clients give up that do so until `until`. Whether there are calls left.
fn give_up(world: &mut World, progress: &mut Progress, until: u64) -> bool {
    while let Some(place) = world.next_giving_up(until) {
        progress.last = place;
        world.happen(place.sequence, place.at);
        if !world.has_unfinished_calls() {
            return false;
        }
    }
    true
}
