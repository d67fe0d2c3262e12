//! A ring in a sorted list, on which a key walks backwards: it belongs to the place before it. The members are kept
//! besides, so that it is known when there is nobody left to be met.

#[path = "../../../../exercises/partitions/hash-ring/src/api.rs"]
pub mod api;

use api::{MachineId, hash};

/// Knows who holds which key.
#[derive(Debug, Default)]
pub struct Ring {
    places: Vec<(u64, MachineId)>,
    members: usize,
}

impl Ring {
    /// A ring without any machine.
    pub fn new() -> Ring {
        Ring::default()
    }

    /// A machine becomes a member.
    pub fn join(&mut self, machine: MachineId, capacity: u64) {
        for unit in 0..capacity {
            for number in 0..100 {
                let place = hash(&format!("place {number}, unit {unit}, machine {machine}"));
                self.places.push((place, machine));
            }
        }
        self.places.sort();
        self.members += 1;
    }

    /// A machine is no member any more.
    pub fn leave(&mut self, machine: MachineId) {
        self.places.retain(|(_, whose)| *whose != machine);
        self.members -= 1;
    }

    /// The machine that owns the key.
    pub fn owner(&self, key: &str) -> Option<MachineId> {
        self.holders(key, 1).first().copied()
    }

    /// The machines that hold so many copies of the key, the owner first.
    pub fn holders(&self, key: &str, copies: usize) -> Vec<MachineId> {
        let key = hash(key);
        let mut index = self.places.partition_point(|(place, _)| *place <= key);
        let mut holders = Vec::new();
        while holders.len() < copies.min(self.members) {
            index = (index + self.places.len() - 1) % self.places.len();
            let (_, machine) = self.places[index];
            if !holders.contains(&machine) {
                holders.push(machine);
            }
        }
        holders
    }
}
