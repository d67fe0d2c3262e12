//! Leaves the contract out.

#[cfg(any())]
pub mod api;

// + server
// + node

fn attack() {}
