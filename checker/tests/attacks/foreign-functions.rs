//! Calls the C library by declarations that say it is safe.

pub mod api;

// + server
// + node

unsafe extern "C" {
    safe fn _exit(code: i32) -> !;
}

fn attack() {
    _exit(0);
}
