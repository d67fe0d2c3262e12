//! Becomes a program that ends well.

pub mod api;

// + server
// + node

fn attack() {
    use std::os::unix::process::CommandExt;
    let _ = std::process::Command::new("/bin/true").exec();
}
