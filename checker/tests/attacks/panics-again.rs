//! Panics with something that panics when it is dropped.

pub mod api;

// + server
// + node

struct Again;

impl Drop for Again {
    fn drop(&mut self) {
        std::panic::panic_any(Again);
    }
}

fn attack() {
    std::panic::panic_any(Again);
}
