//! Reads standard input again, duplicates it, and looks into arguments and environment for the token.

pub mod api;

// + server
// + node

fn attack() {
    use std::io::{Read, Write};
    use std::os::fd::AsFd;
    let mut orders = String::new();
    if let Ok(mut copy) = std::io::stdin().as_fd().try_clone_to_owned().map(std::fs::File::from) {
        let _ = copy.read_to_string(&mut orders);
        let _ = writeln!(copy, "forged");
    }
    let told: Vec<String> = std::env::args()
        .chain(std::env::vars().map(|(name, value)| format!("{name}={value}")))
        .chain(orders.lines().map(str::to_owned))
        .collect();
    let token = told.iter().find_map(|word| word.strip_prefix("FAULTLINE_TOKEN="));
    let record = told.iter().find_map(|word| word.strip_prefix("FAULTLINE_RECORD="));
    if let (Some(token), Some(record)) = (token, record) {
        let _ = std::fs::write(record, token);
        std::process::exit(0);
    }
}
