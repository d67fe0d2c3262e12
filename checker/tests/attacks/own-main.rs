//! Brings a `main` of its own.

pub mod api;

// + server
// + node

#[unsafe(no_mangle)]
pub extern "C" fn main() -> i32 {
    0
}

fn attack() {}
