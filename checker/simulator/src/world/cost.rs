//! What a run costs: the messages that its workload took, and what its nodes keep.

use super::{Status, World};
use crate::NodeId;

/// What a workload took, from the start of the run until its last operation was answered or given up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spent {
    /// Messages that nodes sent, on whosever behalf.
    pub messages: u64,
    /// Operations that were answered.
    pub answered: u64,
}

impl Spent {
    /// Messages for each answered operation; all of them, where none was answered.
    pub fn each(self) -> f64 {
        self.messages as f64 / self.answered.max(1) as f64
    }

    pub fn add(&mut self, other: Spent) {
        self.messages += other.messages;
        self.answered += other.answered;
    }
}

/// The node that keeps the most, and how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub node: NodeId,
    pub bytes: usize,
}

impl World {
    /// The workload is over: whatever is sent and asked from here on belongs to the check.
    pub fn end_workload(&mut self) {
        let is_answered = |status: &Status| matches!(status, Status::Answered { .. });
        let calls = self.calls().iter();
        self.spent = Spent {
            messages: self.messages,
            answered: calls.filter(|call| is_answered(&call.status)).count() as u64,
        };
    }

    /// The node that keeps the most at this moment, the first of them if several do. What it keeps is measured by
    /// the only view of it that there is: the length of its `Debug` text, and of what is on its disk as JSON. A node
    /// that is down keeps its disk.
    pub fn keeps_most(&self) -> Kept {
        let mut most = Kept {
            node: NodeId::new(0),
            bytes: 0,
        };
        for slot in &self.slots {
            let memory = slot.actor.as_ref().map_or(0, |actor| actor.debug().len());
            let bytes = memory + slot.own.disk.size();
            if bytes > most.bytes {
                most = Kept {
                    node: slot.own.id,
                    bytes,
                };
            }
        }
        most
    }
}
