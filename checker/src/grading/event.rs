//! What happens while an exercise is being graded.

/// How far a scenario has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Runs done.
    pub done: u64,
    /// Runs in all; zero until the suite has said so.
    pub of: u64,
    /// States that an exploration has looked at, and steps from the start to the farthest of them.
    pub explored: (u64, u32),
}

/// Something to show while the result is not there yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Cargo says what it is doing: `Compiling serde v1.0.229`.
    Cargo(String),
    /// The suite is built; this many scenarios begin.
    Built {
        /// How many.
        scenarios: usize,
    },
    /// A scenario has got on.
    Reached {
        /// Its place among those that were asked for, from zero.
        scenario: usize,
        /// How far it has come.
        reached: Reached,
    },
    /// A scenario fell silent or went down and is run again, more slowly, to see where.
    LookingInto {
        /// Its place among those that were asked for, from zero.
        scenario: usize,
    },
    /// A scenario has its result.
    Finished {
        /// Its place among those that were asked for, from zero.
        scenario: usize,
    },
}
