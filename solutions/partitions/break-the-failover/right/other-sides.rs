//! Other plans: the other machine is cut off, the other clock is wrong, and everybody forgets at once.

#[path = "../../../../exercises/partitions/break-the-failover/src/api.rs"]
pub mod api;

use api::{A, B, Plan, W, clock, crash, cut, cut_one_way, pause};

/// Against the timeout.
pub fn a_cut() -> Plan {
    vec![cut(&[B], &[A, W], 100..900)]
}

/// Against the alarm.
pub fn a_pause() -> Plan {
    vec![pause(A, 420..1700)]
}

/// Against the ear.
pub fn an_uneven_cut() -> Plan {
    vec![cut_one_way(&[A], &[W, B], 0..2000)]
}

/// Against the lease.
pub fn a_wrong_clock() -> Plan {
    vec![pause(A, 320..1100), clock(W, 1_500)]
}

/// Against the memory.
pub fn a_lost_promise() -> Plan {
    vec![crash(A, 400..420), crash(B, 400..420), crash(W, 400..420)]
}

/// The same with two.
pub fn with_two_faults() -> Plan {
    vec![crash(W, 780..795), cut(&[B], &[A], 460..2000)]
}
