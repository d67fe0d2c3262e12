//! A hash ring: which machine owns a key, and which hold its copies.
//!
//! All numbers of the hash function lie on a circle: after the largest comes zero. Every machine has many places on
//! it, its *virtual nodes*. A key belongs to whoever has the first place at or after the key's own.

pub mod api;

use api::MachineId;

/// Knows who holds which key.
#[derive(Debug, Default)]
pub struct Ring {
    // What is on the circle, and where?
}

impl Ring {
    /// A ring without any machine.
    pub fn new() -> Ring {
        Ring::default()
    }

    /// A machine that is not a member becomes one. With a capacity of two it takes twice the keys of a machine with
    /// one.
    pub fn join(&mut self, machine: MachineId, capacity: u64) {
        let _ = (machine, capacity);
        todo!("put the machine on the circle, at many places for each unit of its capacity")
    }

    /// A machine that is a member is none any more.
    pub fn leave(&mut self, machine: MachineId) {
        let _ = machine;
        todo!("take all of the machine's places off the circle")
    }

    /// The machine that owns the key. None only if there is no member. Nothing is to be done here.
    pub fn owner(&self, key: &str) -> Option<MachineId> {
        self.holders(key, 1).first().copied()
    }

    /// The machines that hold so many copies of the key, the owner first.
    pub fn holders(&self, key: &str, copies: usize) -> Vec<MachineId> {
        let _ = (key, copies);
        todo!(
            "walk around the circle, once, from the place of the key, and take each machine that you have not met"
        )
    }
}
