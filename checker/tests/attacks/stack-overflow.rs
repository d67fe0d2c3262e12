//! Overflows its stack.

pub mod api;

// + server
// + node

fn attack() {
    fn deeper(depth: u64) -> u64 {
        std::hint::black_box(depth + deeper(depth + 1))
    }
    deeper(0);
}
