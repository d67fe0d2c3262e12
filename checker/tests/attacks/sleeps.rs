//! Never returns, and uses no time.

pub mod api;

// + server
// + node

fn attack() {
    std::thread::sleep(std::time::Duration::from_secs(1 << 30));
}
