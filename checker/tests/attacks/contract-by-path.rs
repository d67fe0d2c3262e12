//! Takes the contract from somewhere else.

#[path = "{secret}"]
pub mod api;

// + server
// + node

fn attack() {}
