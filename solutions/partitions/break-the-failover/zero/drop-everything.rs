//! Nobody hears anybody, from the first moment to the last.

#[path = "../../../../exercises/partitions/break-the-failover/src/api.rs"]
pub mod api;

use api::{A, B, Plan, W, cut};

/// Against the timeout.
pub fn a_cut() -> Plan {
    vec![cut(&[A], &[B, W], 0..2000), cut(&[B], &[W], 0..2000)]
}

/// Against the alarm.
pub fn a_pause() -> Plan {
    vec![cut(&[A], &[B, W], 0..2000), cut(&[B], &[W], 0..2000)]
}

/// Against the ear.
pub fn an_uneven_cut() -> Plan {
    vec![cut(&[A], &[B, W], 0..2000), cut(&[B], &[W], 0..2000)]
}

/// Against the lease.
pub fn a_wrong_clock() -> Plan {
    vec![cut(&[A], &[B, W], 0..2000), cut(&[B], &[W], 0..2000)]
}

/// Against the memory.
pub fn a_lost_promise() -> Plan {
    vec![cut(&[A], &[B, W], 0..2000), cut(&[B], &[W], 0..2000)]
}

/// The same with two.
pub fn with_two_faults() -> Plan {
    vec![cut(&[A], &[B, W], 0..2000), cut(&[B], &[W], 0..2000)]
}
