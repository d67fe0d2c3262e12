//! The search for an order that keeps each client's own order and explains every answer, whatever the time.
//!
//! To decide it is NP-complete (P. B. Gibbons and E. Korach, "Testing shared memories", SIAM J. Comput. 26(4), 1997), so
//! there is a limit of steps. Depth first, with a memory of the configurations that have failed, as in
//! [`wing_gong_lowe`](super::wing_gong_lowe). Two rules leave out most orders, and never all that are right:
//!
//! - a read that is right where it can stand next stands there, for that costs no other call its place;
//! - a call whose outcome is unknown stands just before one that can notice it: as it comes before none of its client's
//!   calls, it can be moved there, and left out if the next call about the same part overwrites what it did.

mod clients;
mod depth_first;
mod explanation;

use super::Finding;
use super::problem::Call;
use super::transitions::{Object, Steps, Transitions};
use clients::Clients;
use depth_first::Outcome;

/// Looks for an order of these calls that keeps the order of each client's own calls. `refused` are those that were
/// answered as not done: they take no part, but may be what explains a violation. Returns the finding and the number of
/// steps taken.
pub(in super::super) fn decide_by_client(
    calls: &[Call],
    refused: &[Call],
    object: &mut dyn Object,
    most_steps: u64,
) -> (Finding, u64) {
    let mut transitions = Transitions::new(object);
    let mut steps = Steps::at_most(most_steps);
    let outcome = depth_first::search(&Clients::new(calls), &mut transitions, &mut steps);
    let finding = match outcome {
        Outcome::Explained(_) => Finding::Explained,
        Outcome::Impossible => {
            Finding::Impossible(explanation::explain(calls, refused, &mut transitions))
        }
        Outcome::OutOfSteps => Finding::Undecided,
    };
    (finding, steps.taken())
}
