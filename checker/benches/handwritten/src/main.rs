//! The limit: an event loop written by hand for this one kind of job, and compiled in release.
//!
//! It does what any loop for such nodes must do, and nothing more: nodes are a type parameter, so that everything is
//! inlined; callbacks collect what they want done; one stream of random numbers decides what is lost and how late
//! the rest is; timers can be cancelled; and a hash of all that happens shows whether two runs were the same. It has
//! no plans, no replay of single faults, no shrinking, no traces.
//!
//! The job: a client has 100 writes stored, one after the other, by a primary that copies each to two backups before
//! it answers. One message in ten is lost; client and primary ask again every 20 ms. Prints seeds, messages and
//! nanoseconds, separated by spaces. With `lean` as a second argument: a loop for this one protocol alone.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::time::Instant;

mod event_loop;
mod lean;
mod replication;

use event_loop::Simulation;
use replication::{Role, WRITES};

fn main() {
    let seeds: u64 = std::env::args()
        .nth(1)
        .and_then(|seeds| seeds.parse().ok())
        .unwrap_or(1_000);
    if std::env::args().nth(2).as_deref() == Some("lean") {
        let start = Instant::now();
        let messages: u64 = (1..=seeds).map(lean::run).sum();
        println!("{seeds} {messages} {}", start.elapsed().as_nanos());
        return;
    }
    let start = Instant::now();
    let mut messages = 0;
    let mut all = DefaultHasher::new();
    for seed in 1..=seeds {
        let mut simulation = Simulation::new((0..4).map(Role::new).collect(), seed);
        simulation.run();
        let Role::Client { number, .. } = simulation.nodes[0] else {
            panic!("the first node is the client")
        };
        assert_eq!(number, WRITES + 1, "the last write was never stored");
        messages += simulation.messages;
        simulation.fingerprint().hash(&mut all);
    }
    println!("{seeds} {messages} {}", start.elapsed().as_nanos());
    eprintln!("{:x}", all.finish());
}
