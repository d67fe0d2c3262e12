//! Finding out whether a promise can be broken, and telling the shortest story of how.
//!
//! Nothing here knows the types of nodes, so it is compiled once and not with every exercise.

mod budget;
mod determinism;
mod experiment;
mod explore;
mod inquiry;
mod repeat;
mod search;
mod shrink;
mod summary;
mod tell;
#[cfg(test)]
mod tests;

pub(crate) use experiment::{
    Cause, Experiment, Failure, FaultChoice, Input, Journaling, Operation, Outcome, Settings,
    Watch, classify,
};
pub(crate) use explore::Explorable;
pub(crate) use inquiry::{Order, Which, examine};
pub(crate) use repeat::trace;
