//! How far an exhaustive exploration goes.

/// What [`Scenario::explore`](crate::Scenario::explore) tries: every order in which messages can arrive, timers run
/// out and clients ask, up to the budgets set here.
///
/// A scope proves its promise for itself only, but for that it proves it: most bugs show in a small scope, if every
/// run in it is tried. Keep it small; states multiply with every call, node and fault.
///
/// ```
/// use simulator::Scope;
///
/// // Two calls; any order of events; at most one loss, copy or crash; at most two timers that run out.
/// let scope = Scope::new().operations(2).faults(1).timeouts(2);
/// # let _ = scope;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    pub(crate) faults: u32,
    pub(crate) timeouts: u32,
    pub(crate) operations: Option<usize>,
    pub(crate) workloads: u64,
    pub(crate) states: u64,
}

impl Scope {
    /// One smallest workload in which nothing goes wrong and no timer runs out: only the order of events is free.
    pub fn new() -> Scope {
        Scope {
            faults: 0,
            timeouts: 0,
            operations: None,
            workloads: 1,
            states: 400_000,
        }
    }

    /// At most so many faults in a run, of the kinds that the scenario declares: loss, duplication and crashes.
    /// Delay needs no budget: every message may take as long as it likes. A partition or a pause is a delay of
    /// several messages, so these are covered as well; clock skew is not.
    ///
    /// ```
    /// # use simulator::Scope;
    /// assert_ne!(Scope::new().faults(1), Scope::new());
    /// ```
    pub fn faults(mut self, most: u32) -> Scope {
        self.faults = most;
        self
    }

    /// At most so many timers run out in a run, each when it is due or as late as it likes; none unless set.
    ///
    /// ```
    /// # use simulator::Scope;
    /// assert_ne!(Scope::new().timeouts(2), Scope::new());
    /// ```
    pub fn timeouts(mut self, most: u32) -> Scope {
        self.timeouts = most;
        self
    }

    /// The size of the workloads; as small as the scenario has them unless set.
    ///
    /// ```
    /// # use simulator::Scope;
    /// assert_ne!(Scope::new().operations(3), Scope::new());
    /// ```
    pub fn operations(mut self, size: usize) -> Scope {
        self.operations = Some(size);
        self
    }

    /// How many workloads are explored, one after the other; one unless set.
    ///
    /// ```
    /// # use simulator::Scope;
    /// assert_eq!(Scope::new().workloads(1), Scope::new());
    /// ```
    pub fn workloads(mut self, count: u64) -> Scope {
        self.workloads = count;
        self
    }

    /// How many states are looked at before the exploration stops and says how far it came; 400,000 unless set.
    /// It also stops when the memory that a suite may use becomes short.
    ///
    /// Choose a scope of which the solution needs less than half: another right design may need more.
    ///
    /// ```
    /// # use simulator::Scope;
    /// assert_eq!(Scope::new().states(400_000), Scope::new());
    /// ```
    pub fn states(mut self, most: u64) -> Scope {
        self.states = most;
        self
    }
}

impl Default for Scope {
    fn default() -> Scope {
        Scope::new()
    }
}
