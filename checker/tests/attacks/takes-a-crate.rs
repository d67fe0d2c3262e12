//! Uses a library that it was not given.

pub mod api;

// + server
// + node

extern crate serde_json;
extern crate libc;

fn attack() {}
