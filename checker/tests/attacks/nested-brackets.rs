//! Keeps the compiler busy: brackets in brackets, a hundred thousand deep.

pub mod api;

// + server
// + node

fn attack() {
// + brackets
}
