//! What limits how a run in progress may go on, besides the run itself.

use super::realize::Happened;
use super::steps::STEP;
use crate::random::combine;
use crate::world::{Pending, Place, World};

/// What was spent of the budgets, and which event happened last.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
    pub faults: u32,
    pub timeouts: u32,
    /// The place of the latest event: what was due before it is late now.
    pub last: Place,
    /// Messages of which the network made a copy, and the copies: neither is lost or copied again.
    pub doubled: Vec<u64>,
}

impl Progress {
    /// States that differ in what may still go wrong are different states.
    pub fn digest(&self, world: u64) -> u64 {
        let spent = u64::from(self.faults) << 32 | u64::from(self.timeouts);
        combine(world, spent)
    }
}

/// Ends all holding up: what is late comes a moment from now, in the order in which it was due. Each event that is
/// held up until then is told to `late`, with its time.
pub(super) fn settle(world: &mut World, progress: &Progress, late: Tell<'_>) {
    let soon = world.now + STEP / 2;
    let held_up = world
        .pending()
        .into_iter()
        .filter(|(place, event)| *place < progress.last && *event != Pending::GivingUp);
    for (index, (place, event)) in held_up.enumerate() {
        let at = soon + index as u64;
        late(world, Happened::Postponed { place, event, at });
        world.postpone(place.sequence, at);
    }
}

/// Told of what happens, before it does.
pub(super) type Tell<'a> = &'a mut dyn FnMut(&World, Happened);

/// For those who do not want to know.
pub(super) fn ignore(_: &World, _: Happened) {}
