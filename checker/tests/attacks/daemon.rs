//! Leaves a program behind that goes on when grading is over.

pub mod api;

// + server
// + node

fn attack() {
    let program = "echo here > '{left}'; sleep 1";
    let _ = std::process::Command::new("/usr/bin/setsid")
        .args(["/bin/sh", "-c", program])
        .spawn();
    std::process::exit(0);
}
