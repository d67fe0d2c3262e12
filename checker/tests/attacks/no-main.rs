//! Wants no `main`.

#![no_main]
#![crate_type = "bin"]

pub mod api;

// + server
// + node

fn attack() {}
