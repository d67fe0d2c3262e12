//! Brings an allocator of its own.

pub mod api;

// + server
// + node

#[global_allocator]
static OWN: std::alloc::System = std::alloc::System;

fn attack() {}
