//! Allows itself what is forbidden.

#![allow(unsafe_code)]

pub mod api;

// + server
// + node

#[allow(unsafe_code)]
fn attack() {
    let _ = unsafe { std::mem::transmute::<usize, fn()>(1) };
}
