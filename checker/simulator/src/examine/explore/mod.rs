//! The exhaustive part of the search: every order of events, breadth first, within a scope.
//!
//! A state is a run in progress ([`World`]); a step lets any of the events that wait happen, or one of the faults
//! that are left in the budget. States that cannot be told apart are looked at once. Messages and timers may be as
//! late as they like but are never early, so that every path of steps is also a run of the simulator: one in which
//! some messages are delayed. That run, as a plan, is what a failure is told and replayed with.

mod progress;
mod realize;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::{HashSet, VecDeque};

use self::progress::{Progress, ignore, settle};
use self::realize::realize;
use self::steps::{Step, steps, take};
use super::experiment::{Failure, Input, Watch, classify};
use super::inquiry::{Ending, Found, Inquiry};
use crate::NodeId;
use crate::history::FixedState;
use crate::memory;
use crate::panics::catch;
use crate::record::{Extent, Run};
use crate::scope::Scope;
use crate::world::{Copying, State, World};

/// What can be explored: the scenario, as far as its types are needed.
pub(crate) trait Explorable {
    fn scope(&self) -> Scope;
    fn copying(&self) -> Copying;
    /// A run that has not started yet.
    fn world(&self, input: &Input, watch: Watch) -> World;
    /// Starts the nodes and plans the operations.
    fn start(&self, world: &mut World, input: &Input);
    /// Whether everything that must always hold does.
    fn holds(&self, world: World) -> (World, Option<Failure>);
    /// Plays the run to the end of its operations, and judges it.
    fn conclude(&self, world: World) -> (World, Option<Failure>);
}

/// Lets something happen in the world; what went wrong in it, if something did.
fn attempt(suite: &str, world: &mut World, step: impl FnOnce(&mut World)) -> Option<Failure> {
    let caught = catch(|| step(&mut *world)).err()?;
    Some(classify(caught, world.inside.is_some(), suite))
}

/// States are noticed by hashes that are well mixed.
type Seen = HashSet<u64, FixedState>;

/// The part of the memory limit that is left to everything but states, in bytes.
const RESERVE: usize = 200 << 20;

/// How a state was reached: from which one, with which step.
#[derive(Clone, Copy)]
struct Origin {
    parent: u32,
    step: Step,
}

/// What an exploration of one workload came to.
enum Outcome {
    /// Nothing is wrong, as far as this extent.
    Clean(Extent),
    /// This path leads to a failure.
    Failed(Vec<Step>, Failure),
}

/// Explores the scenario as its scope asks, if it has one.
pub(crate) fn explore(inquiry: &mut Inquiry<'_>) -> Ending {
    let experiment = inquiry.experiment;
    let Some(explorable) = experiment.explorable() else {
        return Ending::Clean;
    };
    let explorable = &*explorable;
    let scope = explorable.scope();
    for number in 1..=scope.workloads {
        let mut input = inquiry.smallest(number);
        if let Some(size) = scope.operations {
            let seed = crate::random::combine(inquiry.salt, 200 + number);
            input.operations = inquiry.experiment.draw(size, seed);
        }
        for operation in &mut input.operations {
            operation.at = crate::Time::ZERO;
        }
        let mut explorer = Explorer::new(explorable, scope, &input, inquiry);
        match explorer.run() {
            Outcome::Clean(Extent::Everything) => {}
            Outcome::Clean(_) => return Ending::Clean,
            Outcome::Failed(path, failure) => {
                let state = explorer.inquiry.explored().states;
                return Ending::Failed(Box::new(Found {
                    run: Run::Explored { state },
                    input: realize(explorable, explorer.suite(), &input, &path),
                    failure,
                }));
            }
        }
    }
    Ending::Clean
}

struct Explorer<'a, 'b, 'c> {
    explorable: &'a dyn Explorable,
    copying: Copying,
    scope: Scope,
    input: &'a Input,
    inquiry: &'b mut Inquiry<'c>,
    seen: Seen,
    origins: Vec<Origin>,
    /// States that have not been gone on from.
    frontier: VecDeque<Waiting>,
}

/// A state that has not been gone on from.
struct Waiting {
    number: u32,
    depth: u32,
    state: State,
    progress: Progress,
}

impl<'a, 'b, 'c> Explorer<'a, 'b, 'c> {
    fn new(
        explorable: &'a dyn Explorable,
        scope: Scope,
        input: &'a Input,
        inquiry: &'b mut Inquiry<'c>,
    ) -> Explorer<'a, 'b, 'c> {
        Explorer {
            explorable,
            copying: explorable.copying(),
            scope,
            input,
            inquiry,
            seen: Seen::default(),
            origins: Vec::new(),
            frontier: VecDeque::new(),
        }
    }

    fn run(&mut self) -> Outcome {
        let watch = Watch {
            journal: self.inquiry.journaling(Run::Explored { state: 0 }),
            ..Watch::default()
        };
        let mut world = self.explorable.world(self.input, watch);
        let started = attempt(self.suite(), &mut world, |world| {
            self.explorable.start(world, self.input);
        });
        let (mut world, failure) = match started {
            Some(failure) => (world, Some(failure)),
            None => self.take_in(world, Progress::default(), None),
        };
        if let Some(failure) = failure {
            return Outcome::Failed(Vec::new(), failure);
        }
        while let Some(waiting) = self.frontier.pop_front() {
            if let Some(extent) = self.limit() {
                self.inquiry.note_extent(extent);
                return Outcome::Clean(extent);
            }
            world.go_back(&waiting.state, self.copying);
            let settings = self.inquiry.experiment.settings();
            let steps = steps(&world, &waiting.progress, &self.scope, settings);
            if steps.is_empty() {
                // Nothing may happen within the budget: the rest goes its usual way.
                let failure;
                (world, failure) = self.conclude(world, &waiting.progress);
                if let Some(failure) = failure {
                    return Outcome::Failed(self.path(waiting.number), failure);
                }
            }
            for step in steps {
                let failure;
                (world, failure) = self.go_on(world, &waiting, step);
                if let Some(failure) = failure {
                    let mut path = self.path(waiting.number);
                    path.push(step);
                    return Outcome::Failed(path, failure);
                }
            }
        }
        Outcome::Clean(Extent::Everything)
    }

    /// Takes a step from a state, looks at what comes of it, and goes back.
    fn go_on(&mut self, mut world: World, from: &Waiting, step: Step) -> (World, Option<Failure>) {
        let touched = step.node(&world);
        let mut progress = from.progress.clone();
        let failure = attempt(self.suite(), &mut world, |world| {
            take(world, &mut progress, step, &mut ignore);
        });
        if failure.is_some() {
            return (world, failure);
        }
        let ended = !world.has_unfinished_calls();
        let (mut world, failure) = self.take_in(world, progress, Some((from, step, touched)));
        if ended {
            world.go_back(&from.state, self.copying);
        } else {
            world.step_back(&from.state, self.copying, touched);
        }
        (world, failure)
    }

    /// Looks at a state, unless it was seen before. One in which all calls have ended is judged; from others the
    /// exploration goes on.
    fn take_in(
        &mut self,
        world: World,
        progress: Progress,
        origin: Option<(&Waiting, Step, Option<NodeId>)>,
    ) -> (World, Option<Failure>) {
        let before = origin.map(|(from, _, touched)| (&from.state, touched));
        let digest = progress.digest(world.digest(self.copying, before));
        if !self.seen.insert(digest) {
            return (world, None);
        }
        let depth = origin.map_or(0, |(from, ..)| from.depth + 1);
        self.inquiry.note_state(depth, self.scope.states);
        let (world, failure) = self.explorable.holds(world);
        if failure.is_some() {
            return (world, failure);
        }
        if !world.has_unfinished_calls() {
            return self.conclude(world, &progress);
        }
        let (parent, step) = origin.map_or((0, Step::Start), |(from, step, _)| (from.number, step));
        let number = self.origins.len() as u32;
        self.origins.push(Origin { parent, step });
        let state = world.keep(self.copying, before);
        self.frontier.push_back(Waiting {
            number,
            depth,
            state,
            progress,
        });
        (world, None)
    }

    /// Plays the run to its end, with nothing held up any longer, and judges it.
    fn conclude(&self, mut world: World, progress: &Progress) -> (World, Option<Failure>) {
        settle(&mut world, progress, &mut ignore);
        self.explorable.conclude(world)
    }

    fn suite(&self) -> &'c str {
        &self.inquiry.experiment.settings().suite
    }

    /// The steps from the start to a state.
    fn path(&self, mut state: u32) -> Vec<Step> {
        let mut path = Vec::new();
        while state > 0 {
            let origin = self.origins[state as usize];
            path.push(origin.step);
            state = origin.parent;
        }
        path.reverse();
        path
    }

    /// Whether it is time to stop.
    fn limit(&self) -> Option<Extent> {
        if self.inquiry.explored().states >= self.scope.states {
            Some(Extent::States)
        } else if memory::left() < RESERVE {
            Some(Extent::Memory)
        } else {
            None
        }
    }
}
