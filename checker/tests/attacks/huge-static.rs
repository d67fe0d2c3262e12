//! A value of eight gigabytes.

pub mod api;

// + server
// + node

static HUGE: [u8; 8 << 30] = [1; 8 << 30];

fn attack() {
    println!("{}", HUGE[std::hint::black_box(7)]);
}
