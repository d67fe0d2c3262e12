//! The keys fall into a fixed number of slots, and a table says for each slot who holds it, in order: so a system can
//! hand whole slots from one machine to another. A newcomer goes into each slot's list where its draw puts it.

#[path = "../../../../exercises/partitions/hash-ring/src/api.rs"]
pub mod api;

use std::cmp::Reverse;

use api::{MachineId, hash};

const SLOTS: u64 = 1024;

/// A draw and whose it is, the highest first.
type Ranked = (Reverse<u64>, MachineId);

/// Knows who holds which key.
#[derive(Debug)]
pub struct Ring {
    slots: Vec<Vec<Ranked>>,
}

impl Ring {
    /// A ring without any machine.
    pub fn new() -> Ring {
        Ring {
            slots: vec![Vec::new(); SLOTS as usize],
        }
    }

    /// A machine becomes a member.
    pub fn join(&mut self, machine: MachineId, capacity: u64) {
        let itself = hash(&machine.to_string());
        for (slot, list) in self.slots.iter_mut().enumerate() {
            // One hash of text for each machine, then cheap ones of numbers: there are many slots.
            let draw = |unit| mixed(itself ^ mixed(slot as u64 * 8 + unit));
            let best = (0..capacity).map(draw).max().unwrap_or(0);
            let ranked = (Reverse(best), machine);
            list.insert(list.partition_point(|other| *other < ranked), ranked);
        }
    }

    /// A machine is no member any more.
    pub fn leave(&mut self, machine: MachineId) {
        for list in &mut self.slots {
            list.retain(|(_, whose)| *whose != machine);
        }
    }

    /// The machine that owns the key.
    pub fn owner(&self, key: &str) -> Option<MachineId> {
        self.holders(key, 1).first().copied()
    }

    /// The machines that hold so many copies of the key, the owner first.
    pub fn holders(&self, key: &str, copies: usize) -> Vec<MachineId> {
        let slot = &self.slots[(hash(key) % SLOTS) as usize];
        slot.iter()
            .map(|(_, machine)| *machine)
            .take(copies)
            .collect()
    }
}

impl Default for Ring {
    fn default() -> Ring {
        Ring::new()
    }
}

/// The last step of SplitMix64.
fn mixed(number: u64) -> u64 {
    let mut number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
