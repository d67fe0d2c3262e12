//! No ring at all: every machine draws a number for the key, once for each unit of its capacity, and the highest draw
//! owns it (D. Thaler and C. Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM Transactions on
//! Networking 6(1), 1998: rendezvous hashing). A newcomer's draws change nobody else's.

#[path = "../../../../exercises/partitions/hash-ring/src/api.rs"]
pub mod api;

use api::{MachineId, hash};

/// Knows who holds which key.
#[derive(Debug, Default)]
pub struct Ring {
    members: Vec<(MachineId, u64)>,
}

impl Ring {
    /// A ring without any machine.
    pub fn new() -> Ring {
        Ring::default()
    }

    /// A machine becomes a member.
    pub fn join(&mut self, machine: MachineId, capacity: u64) {
        self.members.push((machine, capacity));
    }

    /// A machine is no member any more.
    pub fn leave(&mut self, machine: MachineId) {
        self.members.retain(|(member, _)| *member != machine);
    }

    /// The machine that owns the key.
    pub fn owner(&self, key: &str) -> Option<MachineId> {
        self.holders(key, 1).first().copied()
    }

    /// The machines that hold so many copies of the key, the owner first.
    pub fn holders(&self, key: &str, copies: usize) -> Vec<MachineId> {
        let draw = |machine: MachineId, number| hash(&format!("{number} of {machine} for {key}"));
        let best = |(machine, capacity): &(MachineId, u64)| {
            let draws = (0..*capacity).map(|number| draw(*machine, number));
            (draws.max(), *machine)
        };
        let mut ranked: Vec<_> = self.members.iter().map(best).collect();
        ranked.sort();
        ranked
            .into_iter()
            .rev()
            .map(|(_, machine)| machine)
            .take(copies)
            .collect()
    }
}
