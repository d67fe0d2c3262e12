//! Ends the process as if all was well.

#![forbid(unsafe_code)]

pub mod api;

// + server
// + node

fn attack() {
    std::process::exit(0);
}
