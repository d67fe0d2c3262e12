//! Other plans: only the way between the two machines is cut, later and for shorter, and two faults do where three may be used.

#[path = "../../../../exercises/partitions/break-the-failover/src/api.rs"]
pub mod api;

use api::{A, B, Plan, W, clock, crash, cut, cut_one_way, pause};

/// Against the timeout.
pub fn a_cut() -> Plan {
    vec![cut(&[A], &[B], 720..1300)]
}

/// Against the alarm.
pub fn a_pause() -> Plan {
    vec![pause(A, 320..1050)]
}

/// Against the ear.
pub fn an_uneven_cut() -> Plan {
    vec![cut_one_way(&[A], &[B, W], 620..1400)]
}

/// Against the lease.
pub fn a_wrong_clock() -> Plan {
    vec![pause(A, 520..1300), clock(A, -5_000)]
}

/// Against the memory.
pub fn a_lost_promise() -> Plan {
    with_two_faults()
}

/// The same with two.
pub fn with_two_faults() -> Plan {
    vec![cut(&[A], &[B], 660..1300), crash(W, 980..995)]
}
