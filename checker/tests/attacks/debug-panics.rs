//! Panics wherever it is shown.

pub mod api;

// + server
// + node

pub struct Odd;

impl std::fmt::Debug for Odd {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("not to be shown")
    }
}

fn attack() {
    std::panic::panic_any(Odd);
}
