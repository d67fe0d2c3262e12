//! Never lets go of what it panics with.

pub mod api;

// + server
// + node

struct Stay;

impl Drop for Stay {
    fn drop(&mut self) {
        loop {
            std::hint::spin_loop();
        }
    }
}

fn attack() {
    std::panic::panic_any(Stay);
}
