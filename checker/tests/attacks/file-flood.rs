//! Fills the disk.

pub mod api;

// + server
// + node

fn attack() {
    for number in 0..4 {
        let _ = std::fs::write(format!("{left}-{number}"), "x");
    }
    let _ = std::fs::write("{left}", "x");
}
