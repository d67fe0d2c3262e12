//! Does nothing, and is handed in with files beside it.

pub mod api;

// + server
// + node

fn attack() {}
