//! Sequential consistency.

mod agreement;
mod brute_force;
