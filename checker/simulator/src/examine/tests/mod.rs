//! The examination as a whole, on nodes that are broken in ways we know.

mod budgets;
mod explored;
mod journal;
mod nodes;
mod outcomes;
pub(super) mod quorum;
mod replays;
mod time_and_faults;
mod written;

use super::experiment::{FaultChoice, Input, Watch};
use super::inquiry::{Order, Which, examine};
use super::{Experiment, Outcome};
use crate::plan::Plan;
use crate::record::{Effort, Story, Verdict};

const SALT: u64 = 7;

fn verdict(experiment: &dyn Experiment) -> (Verdict, Effort) {
    let order = Order {
        which: Which::All { seeds: None },
        salt: SALT,
    };
    examine(experiment, &order, &mut |_| {}, None)
}

/// The verdict of fewer or more seeds than the scenario's own number.
fn verdict_of_seeds(experiment: &dyn Experiment, seeds: u64) -> Verdict {
    let order = Order {
        which: Which::All { seeds: Some(seeds) },
        salt: SALT,
    };
    examine(experiment, &order, &mut |_| {}, None).0
}

/// The verdict of one seed.
fn verdict_of_seed(experiment: &dyn Experiment, seed: u64) -> Verdict {
    let order = Order {
        which: Which::Seed(seed),
        salt: SALT,
    };
    examine(experiment, &order, &mut |_| {}, None).0
}

fn replay(experiment: &dyn Experiment, plan: Plan) -> Verdict {
    let order = Order {
        which: Which::Plan(plan),
        salt: SALT,
    };
    examine(experiment, &order, &mut |_| {}, None).0
}

fn broken(experiment: &dyn Experiment) -> Story {
    match verdict(experiment).0 {
        Verdict::Broken(story) => story,
        other => panic!("it should have been broken, but was: {other}"),
    }
}

/// One run with the faults that this seed draws.
fn seeded(experiment: &dyn Experiment, seed: u64) -> (Input, Outcome) {
    let operations = experiment.draw(experiment.settings().size(seed), seed);
    let input = Input {
        random: seed,
        operations,
        faults: FaultChoice::Seeded(seed),
    };
    let outcome = experiment.run(
        &input,
        Watch {
            faults: true,
            ..Watch::default()
        },
    );
    (input, outcome)
}
