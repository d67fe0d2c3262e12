//! Lets a macro swallow the contract.

macro_rules! swallow {
    ($($token:tt)*) => {};
}

swallow! { pub mod api; }

pub mod api {}

// + server
// + node

fn attack() {}
