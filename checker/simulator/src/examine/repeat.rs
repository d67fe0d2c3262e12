//! Runs that are asked for: with a seed, of a plan, or of a script.

use super::experiment::{Experiment, FaultChoice, Input, Operation, Watch};
use super::inquiry::{Order, Which};
use crate::plan::Plan;
use crate::random::combine;
use crate::trace::Trace;

/// The run that is repeated for this order, written down: that of the plan or seed it names, else the first.
pub(crate) fn trace(experiment: &dyn Experiment, order: &Order) -> Option<Trace> {
    let input = match &order.which {
        Which::Plan(plan) => planned(experiment, plan).ok()?,
        Which::Seed(seed) => seeded(experiment, order.salt, *seed),
        Which::All { .. } if experiment.settings().is_script() => scripted(experiment, order.salt),
        Which::All { .. } => seeded(experiment, order.salt, 1),
    };
    let watch = Watch {
        trace: true,
        ..Watch::default()
    };
    experiment.run(&input, watch).trace
}

/// The run with this seed.
pub(super) fn seeded(experiment: &dyn Experiment, salt: u64, seed: u64) -> Input {
    let seed_number = combine(salt, seed);
    let size = experiment.settings().size(seed);
    Input {
        random: combine(seed_number, 10),
        operations: experiment.draw(size, combine(seed_number, 11)),
        faults: FaultChoice::Seeded(combine(seed_number, 12)),
    }
}

/// The only run of a script.
pub(super) fn scripted(experiment: &dyn Experiment, salt: u64) -> Input {
    Input {
        random: combine(salt, 1),
        operations: Vec::new(),
        faults: FaultChoice::Given(experiment.written_plan().unwrap_or_default()),
    }
}

/// The run of a saved plan, or why it cannot be read.
pub(super) fn planned(experiment: &dyn Experiment, plan: &Plan) -> Result<Input, String> {
    let mut operations = Vec::new();
    for planned in &plan.operations {
        let request = experiment.decode(&planned.request).map_err(|problem| {
            format!(
                "the saved plan holds an operation that this exercise does not know: {} ({problem})",
                planned.request
            )
        })?;
        operations.push(Operation {
            client: planned.client,
            node: planned.node,
            at: planned.at,
            request,
        });
    }
    Ok(Input {
        random: plan.random,
        operations,
        faults: FaultChoice::Given(plan.faults.clone()),
    })
}
