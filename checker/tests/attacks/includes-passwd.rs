//! Reads a file of the system into the program, and tells it.

pub mod api;

// + server
// + node

fn attack() {
    panic!("{}", include_str!("/etc/passwd"));
}
