//! What happens while an exercise is being graded.

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
    Runs {
        /// Its place among those that were asked for, from zero.
        scenario: usize,
        /// Runs done.
        done: u64,
        /// Runs in all.
        of: u64,
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
