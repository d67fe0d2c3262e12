//! Ends the process as if all was well, from another thread.

pub mod api;

// + server
// + node

fn attack() {
    let _ = std::thread::spawn(|| std::process::exit(0)).join();
}
