//! The search for an order that explains every answer.
//!
//! It knows numbers only, so it is compiled once, here, and not again for every model. In every function below, a call
//! is its index in the problem, operations, answers and states are numbers that an [`Object`] understands.
//!
//! Two algorithms, because each is fast where the other is slow. *Wing–Gong–Lowe* ([`wing_gong_lowe`]) goes depth
//! first and is quick to find an order where there is one; *just-in-time linearization* ([`just_in_time`]) goes
//! breadth first along the time line, is quick to see that there is none, and knows where it got stuck. The
//! first gets a share of the steps, the second the rest. Where only each client's own order counts, there is no time line
//! to go along: [`program_order`] is a search of its own.

mod bits;
mod explanation;
mod frontier;
mod just_in_time;
mod problem;
mod program_order;
#[cfg(test)]
mod tests;
mod transitions;
mod wing_gong_lowe;

pub(super) use explanation::Explanation;
pub(super) use problem::{Call, Problem};
pub(super) use program_order::decide_by_client;
pub(super) use transitions::{Object, Step};
use transitions::{Steps, Transitions};

/// What share of the steps the depth-first search may take: one in so many.
const DEPTH_FIRST_SHARE: u64 = 8;
/// More than this does not help it: histories that have an order are nearly always decided long before.
const DEPTH_FIRST_MOST: u64 = 200_000;

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// There is an order that explains every answer.
    Explained,
    /// There is none.
    Impossible(Explanation),
    /// There were not enough steps to tell.
    Undecided,
}

/// Looks for an order of these calls. `refused` are those that were answered as not done: they take no part, but may be
/// what explains a violation. Returns the finding and the number of steps taken.
pub(super) fn decide(
    calls: &[Call],
    refused: &[Call],
    object: &mut dyn Object,
    most_steps: u64,
) -> (Finding, u64) {
    let problem = Problem::new(calls.to_vec());
    let mut transitions = Transitions::new(object);

    let share = (most_steps / DEPTH_FIRST_SHARE).min(DEPTH_FIRST_MOST);
    let mut steps = Steps::at_most(share);
    let depth_first = wing_gong_lowe::search(&problem, &mut transitions, &mut steps);
    let taken = steps.taken();
    if depth_first == wing_gong_lowe::Outcome::Explained {
        return (Finding::Explained, taken);
    }

    let mut steps = Steps::at_most(most_steps - taken);
    let breadth_first = just_in_time::search(&problem, &mut transitions, &mut steps);
    let taken = taken + steps.taken();
    let finding = match breadth_first {
        just_in_time::Outcome::Explained => {
            assert!(
                depth_first != wing_gong_lowe::Outcome::Impossible,
                "the two searches disagree about a history: please report this as a bug of the simulator",
            );
            Finding::Explained
        }
        just_in_time::Outcome::Stuck(stuck) => Finding::Impossible(explanation::explain(
            &problem,
            refused,
            stuck,
            &mut transitions,
        )),
        just_in_time::Outcome::OutOfSteps => Finding::Undecided,
    };
    (finding, taken)
}
