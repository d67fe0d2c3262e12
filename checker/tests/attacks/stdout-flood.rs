//! Prints without end.

pub mod api;

// + server
// + node

fn attack() {
    loop {
        println!("{}", "x".repeat(1 << 16));
    }
}
