//! Sequential consistency.

mod agreement;
mod brute_force;
mod effort;
mod explanations;
