//! Brings the process down.

pub mod api;

// + server
// + node

fn attack() {
    std::process::abort();
}
