//! The systematic part of the search: few faults, placed everywhere they can be, on the smallest workloads.
//!
//! Most bugs need one or two faults on one or two operations. Trying those first finds them at once, and what
//! is found is small already. It asks nothing of nodes: no `Clone`, no `Hash`.

use super::experiment::{FaultChoice, Input, Watch};
use super::inquiry::{Ending, Inquiry};
use crate::faults::Eventful;
use crate::plan::Fault;
use crate::random::Random;
use crate::record::Run;

/// Workloads that faults are placed on.
const WORKLOADS: u64 = 4;

/// A workload with the placements of a first fault on it.
struct Ground {
    input: Input,
    first: Vec<Vec<Fault>>,
    /// Placements of a second fault after each first one, where they are known.
    second: Vec<Option<Vec<Vec<Fault>>>>,
}

/// Places no fault, then one everywhere, then two in as many ways as the scenario's budget allows.
pub(crate) fn systematic(inquiry: &mut Inquiry<'_>) -> Ending {
    let budget = inquiry.experiment.settings().schedules;
    if budget == 0 {
        return Ending::Clean;
    }
    let mut grounds = Vec::new();
    for input in workloads(inquiry) {
        let run = next(inquiry);
        match inquiry.try_twice(run, input.clone()) {
            Ending::Clean => {}
            found => return found,
        }
        let first = placements(inquiry, &input, run);
        let second = vec![None; first.len()];
        grounds.push(Ground {
            input,
            first,
            second,
        });
    }
    // One fault, everywhere, taking turns between the workloads so that none eats up the budget.
    let longest = grounds
        .iter()
        .map(|ground| ground.first.len())
        .max()
        .unwrap_or(0);
    for index in 0..longest {
        for ground in &grounds {
            let Some(faults) = ground.first.get(index) else {
                continue;
            };
            if inquiry.effort.schedules >= budget {
                return Ending::Clean;
            }
            let run = next(inquiry);
            match inquiry.try_once(run, with(&ground.input, faults)) {
                Ending::Clean => {}
                found => return found,
            }
        }
    }
    two_faults(inquiry, &mut grounds, budget)
}

/// Pairs of faults, in an order that does not favour the early ones.
fn two_faults(inquiry: &mut Inquiry<'_>, grounds: &mut [Ground], budget: u64) -> Ending {
    let mut random = Random::from_seed(2);
    grounds.sort_by_key(|ground| ground.first.len());
    let usable: Vec<usize> = (0..grounds.len())
        .filter(|index| !grounds[*index].first.is_empty())
        .collect();
    if usable.is_empty() {
        return Ending::Clean;
    }
    while inquiry.effort.schedules < budget {
        let ground = &mut grounds[*random.pick(&usable)];
        let index = random.below(ground.first.len() as u64) as usize;
        let one = &ground.first[index];
        if ground.second[index].is_none() {
            let input = with(&ground.input, one);
            let run = next(inquiry);
            ground.second[index] = Some(placements(inquiry, &input, run));
        }
        let Some(others) = ground.second[index]
            .as_ref()
            .filter(|others| !others.is_empty())
        else {
            continue;
        };
        let mut faults = one.clone();
        for fault in random.pick(others) {
            if !faults.contains(fault) {
                faults.push(fault.clone());
            }
        }
        let run = next(inquiry);
        match inquiry.try_once(run, with(&ground.input, &faults)) {
            Ending::Clean => {}
            found => return found,
        }
    }
    Ending::Clean
}

fn workloads(inquiry: &Inquiry<'_>) -> Vec<Input> {
    if !inquiry.experiment.settings().has_workload {
        return vec![inquiry.smallest(1)];
    }
    let (fewest, most) = inquiry.experiment.settings().sizes;
    (1..=WORKLOADS)
        .map(|number| {
            let mut input = inquiry.smallest(number);
            let size = (fewest + number as usize / 2).min(most);
            input.operations = inquiry
                .experiment
                .draw(size, crate::random::combine(inquiry.salt, 100 + number));
            input
        })
        .collect()
}

fn next(inquiry: &mut Inquiry<'_>) -> Run {
    inquiry.effort.schedules += 1;
    Run::Schedule {
        schedule: inquiry.effort.schedules,
    }
}

fn with(input: &Input, faults: &[Fault]) -> Input {
    Input {
        faults: FaultChoice::Given(faults.to_vec()),
        ..input.clone()
    }
}

/// Every way to place one more fault on this run. A crash may come with the loss of what was not synced.
fn placements(inquiry: &mut Inquiry<'_>, input: &Input, run: Run) -> Vec<Vec<Fault>> {
    let outcome = inquiry.run(
        input,
        run,
        Watch {
            eventful: true,
            ..Watch::default()
        },
    );
    let mut eventful = outcome.eventful.unwrap_or_default();
    thin(&mut eventful);
    let settings = inquiry.experiment.settings();
    let mut placements = Vec::new();
    for fault in settings.faults.placements(&eventful, settings.names.len()) {
        if let Fault::Crash { node, at, .. } = fault
            && settings.faults.may_lose_unsynced()
        {
            placements.push(vec![fault.clone(), Fault::LoseUnsynced { node, at }]);
        }
        placements.push(vec![fault]);
    }
    placements
}

/// Keeps the beginning of a run whole and looks at its rest less closely: retries go on for ever.
fn thin(eventful: &mut Eventful) {
    const WHOLE: usize = 40;
    eventful.moments.dedup();
    let mut index = 0;
    eventful.moments.retain(|_| {
        index += 1;
        index <= WHOLE || index % 8 == 0
    });
    eventful.moments.truncate(2 * WHOLE);
    eventful.messages.truncate(2 * WHOLE);
}
