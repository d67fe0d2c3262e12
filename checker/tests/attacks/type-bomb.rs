//! A type that is twice as large at every step.

#![recursion_limit = "100000"]
#![type_length_limit = "1000000000"]

pub mod api;

// + server
// + node

struct Pair<T>(T, T);

trait Grow {
    fn grow(depth: u64);
}

impl<T> Grow for T {
    fn grow(depth: u64) {
        if depth > 0 {
            <Pair<T> as Grow>::grow(depth - 1);
        }
        println!("{}", std::any::type_name::<T>());
    }
}

fn attack() {
    <u8 as Grow>::grow(64);
}
