//! Everybody is down for most of the run.

#[path = "../../../../exercises/partitions/break-the-failover/src/api.rs"]
pub mod api;

use api::{A, B, Plan, W, crash};

/// Against the timeout.
pub fn a_cut() -> Plan {
    vec![
        crash(A, 300..1900),
        crash(B, 300..1900),
        crash(W, 300..1900),
    ]
}

/// Against the alarm.
pub fn a_pause() -> Plan {
    vec![
        crash(A, 300..1900),
        crash(B, 300..1900),
        crash(W, 300..1900),
    ]
}

/// Against the ear.
pub fn an_uneven_cut() -> Plan {
    vec![
        crash(A, 300..1900),
        crash(B, 300..1900),
        crash(W, 300..1900),
    ]
}

/// Against the lease.
pub fn a_wrong_clock() -> Plan {
    vec![
        crash(A, 300..1900),
        crash(B, 300..1900),
        crash(W, 300..1900),
    ]
}

/// Against the memory.
pub fn a_lost_promise() -> Plan {
    vec![
        crash(A, 300..1900),
        crash(B, 300..1900),
        crash(W, 300..1900),
    ]
}

/// The same with two.
pub fn with_two_faults() -> Plan {
    vec![
        crash(A, 300..1900),
        crash(B, 300..1900),
        crash(W, 300..1900),
    ]
}
