//! Reads another student's file, and tells it.

pub mod api;

// + server
// + node

fn attack() {
    panic!("{:?}", std::fs::read_to_string("{secret}"));
}
