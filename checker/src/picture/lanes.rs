//! Where clients stand: beside each other, each with its calls one below the other.

use simulator::trace::{Trace, TraceCall};

/// Clients with this number and above are the check itself, which asks when the planned operations are over.
pub const CHECK: usize = 1_000;
/// How many clients stand beside each other at most; more share lanes.
const MOST: usize = 8;

/// The lane of every call, and what each lane is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lanes {
    /// By call.
    pub of_call: Vec<usize>,
    /// By lane.
    pub names: Vec<String>,
}

/// Gives every client a lane, and those of the check as few as their calls need. No two calls of a lane overlap, unless
/// there are more than can be shown.
pub fn lanes(trace: &Trace) -> Lanes {
    let mut clients: Vec<usize> = trace
        .calls
        .iter()
        .map(|call| call.client)
        .filter(|client| *client < CHECK)
        .collect();
    clients.sort_unstable();
    clients.dedup();
    let mut names: Vec<String> = clients.iter().map(usize::to_string).collect();
    let shared = clients.len() > MOST;
    if shared {
        clients.clear();
        names.clear();
    }
    let own = clients.len();
    let mut last: Vec<&TraceCall> = Vec::new();
    let of_call = trace
        .calls
        .iter()
        .map(|call| {
            if let Ok(lane) = clients.binary_search(&call.client) {
                return lane;
            }
            let free = |earlier: &&TraceCall| {
                earlier
                    .answered
                    .is_some_and(|answered| answered <= call.called)
            };
            let lane = match last.iter().position(free) {
                Some(lane) => lane,
                None if last.len() < MOST => {
                    last.push(call);
                    last.len() - 1
                }
                None => last.len() - 1,
            };
            last[lane] = call;
            own + lane
        })
        .collect();
    let name = if shared { "" } else { "check" };
    names.resize(own + last.len(), name.to_owned());
    Lanes { of_call, names }
}

/// What a client is called in a sentence.
pub fn name(client: usize) -> String {
    if client >= CHECK {
        "the check".to_owned()
    } else {
        format!("client {client}")
    }
}
