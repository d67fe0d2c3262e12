//! Causal consistency and session guarantees.

mod agreement;
mod brute_force;
mod examples;
mod generate;
mod hierarchy;
