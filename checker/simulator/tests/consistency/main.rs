//! Sequential and causal consistency and the session guarantees: against hand-written histories, and against trying every
//! order that their definitions speak of.

mod accesses;
#[path = "../linearizability/generate.rs"]
mod generate;
#[path = "../linearizability/objects.rs"]
mod objects;
mod sequential;
