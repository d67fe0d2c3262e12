//! Hides what is forbidden in an attribute that a macro reads.

pub mod api;

// + server
// + node

#[derive(serde::Deserialize)]
pub struct Hidden {
    #[serde(default = "zero::<{ impl crate::Peer { pub fn forbidden() { let f = unsafe { std::mem::transmute::<usize, fn()>(1) }; f() } } 0 }>")]
    pub field: u8,
}

pub fn zero<const N: usize>() -> u8 {
    0
}

fn attack() {
    Peer::forbidden();
    std::process::exit(0);
}
