//! A hash ring: which machine owns a key, and which hold its copies.
//!
//! All numbers of the hash function lie on a circle: after the largest comes zero. Every machine has many places on
//! it, its *virtual nodes*. A key belongs to whoever has the first place at or after the key's own.
//!
//! SOLUTION: Why it moves so little: a newcomer takes, at each of its places, the part of the circle between that place
//! SOLUTION: and the one before it. Whatever lies elsewhere is not touched. Why there are many places: the part before a
//! SOLUTION: single place may be tiny or huge; the sum of a hundred such parts differs from its mean by about a tenth.
//! SOLUTION: See D. Karger et al., "Consistent hashing and random trees", STOC 1997, and for virtual nodes and lists of
//! SOLUTION: holders G. DeCandia et al., "Dynamo: Amazon's highly available key-value store", SOSP 2007, 4.2 and 4.3.

// BEGIN SOLUTION
use std::collections::BTreeMap;

// END SOLUTION
#[path = "../../../../exercises/partitions/hash-ring/src/api.rs"]
pub mod api;

// BEGIN SOLUTION
// STUB: use api::MachineId;
use api::{MachineId, hash};

/// How many places a machine has for each unit of its capacity. With so many, a machine's share differs from a fair
/// one by about a twelfth of it: the standard deviation is near one over the square root.
const PLACES: u64 = 128;
// END SOLUTION

/// Knows who holds which key.
#[derive(Debug, Default)]
pub struct Ring {
    // BEGIN SOLUTION
    // STUB: // What is on the circle, and where?
    /// Whose place is where on the circle, in order.
    places: BTreeMap<u64, MachineId>,
    // END SOLUTION
}

impl Ring {
    /// A ring without any machine.
    pub fn new() -> Ring {
        Ring::default()
    }

    /// A machine that is not a member becomes one. With a capacity of two it takes twice the keys of a machine with
    /// one.
    pub fn join(&mut self, machine: MachineId, capacity: u64) {
        // BEGIN SOLUTION put the machine on the circle, at many places for each unit of its capacity
        // STUB: let _ = (machine, capacity);
        for number in 0..PLACES * capacity {
            self.places.insert(place(machine, number), machine);
        }
        // END SOLUTION
    }

    /// A machine that is a member is none any more.
    pub fn leave(&mut self, machine: MachineId) {
        // BEGIN SOLUTION take all of the machine's places off the circle
        // STUB: let _ = machine;
        // By whose they are, not by computing them again: how many there are was known when it joined.
        self.places.retain(|_, whose| *whose != machine);
        // END SOLUTION
    }

    /// The machine that owns the key. None only if there is no member. Nothing is to be done here.
    pub fn owner(&self, key: &str) -> Option<MachineId> {
        self.holders(key, 1).first().copied()
    }

    /// The machines that hold so many copies of the key, the owner first.
    pub fn holders(&self, key: &str, copies: usize) -> Vec<MachineId> {
        // BEGIN SOLUTION walk around the circle, once, from the place of the key, and take each machine that you have not met
        // STUB: let _ = (key, copies);
        let start = hash(key);
        // Once around: to the end, and from the beginning to where the walk started. After that there is nobody new to
        // meet, so with fewer machines than copies the walk ends, too.
        let around = self.places.range(start..).chain(self.places.range(..start));
        let mut holders = Vec::new();
        for (_, machine) in around {
            if holders.len() == copies {
                break;
            }
            // The next place may well be another one of a machine that was met before, not only of the last one. Two
            // copies on one machine are lost together.
            if !holders.contains(machine) {
                holders.push(*machine);
            }
        }
        holders
        // END SOLUTION
    }
}
// BEGIN SOLUTION

/// Where on the circle this place of the machine is: nothing but the machine and the number decides, so everybody
/// computes the same.
fn place(machine: MachineId, number: u64) -> u64 {
    // With something between the two, or machine 1's place 12 would be machine 11's place 2.
    hash(&format!("{machine}/{number}"))
}
// END SOLUTION
