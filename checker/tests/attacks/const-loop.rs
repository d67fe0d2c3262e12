//! Keeps the compiler busy for ever: a constant without an end.

#![allow(long_running_const_eval)]

pub mod api;

// + server
// + node

const fn endless() -> u64 {
    let mut number = 0_u64;
    while number < u64::MAX {
        number += 1;
    }
    number
}

const NUMBER: u64 = endless();

fn attack() {
    println!("{NUMBER}");
}
