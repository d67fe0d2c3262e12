//! Takes all the memory there is, on a thread whose memory the suite does not count.

pub mod api;

// + server
// + node

fn attack() {
    let _ = std::thread::spawn(|| {
        let mut all = Vec::new();
        loop {
            all.push(vec![1_u8; 64 << 20]);
        }
    })
    .join();
}
