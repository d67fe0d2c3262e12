//! Who waits for whom.

use super::super::problem::{Call, is_irrelevant};

/// Calls, and which of them a client makes after which.
pub(super) struct Clients<'c> {
    pub(super) calls: &'c [Call],
    /// Those that need a place in the order, or may have one.
    pub(super) matters: Vec<bool>,
    /// How many of its client's calls a call comes just after: one, unless the client made several at the same time.
    pub(super) waits_for: Vec<u32>,
    /// The calls that come just after a call.
    pub(super) then: Vec<Vec<usize>>,
}

impl Clients<'_> {
    /// A call comes after those of its client that were answered before it was made. Calls are given in the order in which
    /// they were made. One whose outcome is unknown comes before none: it may take effect at any later time.
    pub(super) fn new(calls: &[Call]) -> Clients<'_> {
        let matters: Vec<bool> = calls.iter().map(|call| !is_irrelevant(call)).collect();
        let mut waits_for = vec![0; calls.len()];
        let mut then = vec![Vec::new(); calls.len()];
        let mut of_client: Vec<(usize, Vec<usize>)> = Vec::new();
        for (index, call) in calls
            .iter()
            .enumerate()
            .filter(|(index, _)| matters[*index])
        {
            let known = of_client
                .iter()
                .position(|(client, _)| *client == call.client);
            let place = known.unwrap_or_else(|| {
                of_client.push((call.client, Vec::new()));
                of_client.len() - 1
            });
            let earlier = &mut of_client[place].1;
            let over: Vec<usize> = earlier
                .iter()
                .copied()
                .filter(|&before| is_before(calls, before, index))
                .collect();
            // All others come before the one that was made last, and need not be waited for.
            if let Some(&last) = over.last() {
                for &before in over
                    .iter()
                    .filter(|&&before| !is_before(calls, before, last))
                {
                    then[before].push(index);
                    waits_for[index] += 1;
                }
            }
            earlier.push(index);
        }
        Clients {
            calls,
            matters,
            waits_for,
            then,
        }
    }
}

/// Whether a client's earlier call was answered before its later one was made.
fn is_before(calls: &[Call], earlier: usize, later: usize) -> bool {
    earlier < later
        && calls[earlier]
            .returned
            .is_some_and(|returned| returned <= calls[later].called)
}
