//! Reads another student's file into the program, and tells it.

pub mod api;

// + server
// + node

fn attack() {
    panic!("{}", include_str!("{secret}"));
}
