//! Six plans: what has to go wrong, and when, so that a failover has two primaries.
//!
//! Each of the given designs has a mistake in what it takes for granted. A plan that breaks it is the shortest proof of
//! that. A plan that breaks the right one as well proves only that nothing works without machines.

pub mod api;

// And whatever your plans are made of: the machines `A`, `B` and `W`, and `cut`, `cut_one_way`, `pause`, `crash`, `clock`.
use api::Plan;

/// Breaks `given/by_timeout.rs` with one `cut`.
pub fn a_cut() -> Plan {
    todo!("cut the network so that `b` believes that `a` is dead")
}

/// Breaks `given/by_alarm.rs` with one `pause`.
pub fn a_pause() -> Plan {
    todo!("let a machine stand still while another one decides that it is gone")
}

/// Breaks `given/by_ear.rs` with one `cut_one_way`.
pub fn an_uneven_cut() -> Plan {
    todo!("find out who listens to whom, and let one be heard by nobody who still hears")
}

/// Breaks `given/by_lease.rs` with a `clock` and a `pause`.
pub fn a_wrong_clock() -> Plan {
    todo!("let a lease look as if it went on, where it has run out")
}

/// Breaks the fifth design, `given/by_majority.rs` with its memory in RAM, with up to three faults of any kind.
pub fn a_lost_promise() -> Plan {
    todo!("let a promise be forgotten that somebody counts on")
}

/// The same with two faults at most.
pub fn with_two_faults() -> Plan {
    todo!("what is each of the three for, and can the right moment do the same?")
}
