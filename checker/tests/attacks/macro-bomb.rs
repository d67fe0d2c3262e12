//! A macro that doubles what it gets, again and again.

#![recursion_limit = "100000"]

pub mod api;

// + server
// + node

macro_rules! twice {
    ($($token:tt)*) => { twice! { $($token)* $($token)* } };
}

fn attack() {
    twice!(x x);
}
