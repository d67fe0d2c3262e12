//! Uses what is not stable.

#![feature(core_intrinsics)]
#![allow(internal_features)]

pub mod api;

// + server
// + node

fn attack() {
    std::intrinsics::abort();
}
