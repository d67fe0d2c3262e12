//! Kills whoever started it.

pub mod api;

// + server
// + node

fn attack() {
    let parent = std::os::unix::process::parent_id();
    let _ = std::process::Command::new("/bin/sh")
        .args(["-c", &format!("kill -9 {parent}")])
        .status();
}
