//! Never returns.

pub mod api;

// + server
// + node

fn attack() {
    loop {
        std::hint::spin_loop();
    }
}
