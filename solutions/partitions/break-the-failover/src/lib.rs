//! Six plans: what has to go wrong, and when, so that a failover has two primaries.
//!
//! Each of the given designs has a mistake in what it takes for granted. A plan that breaks it is the shortest proof of
//! that. A plan that breaks the right one as well proves only that nothing works without machines.
//!
//! SOLUTION: The way to find one: ask of what the primary *believes* how it learns that it is wrong, and of what the
//! SOLUTION: other machine believes how it learns that the primary is gone. Then find the fault that stops the first and
//! SOLUTION: not the second. Four designs have a rule for when to stop and a rule for when to start which are two
//! SOLUTION: observations at two places; the right one lets the same majority decide both.

#[path = "../../../../exercises/partitions/break-the-failover/src/api.rs"]
pub mod api;

// BEGIN SOLUTION
// STUB: // And whatever your plans are made of: the machines `A`, `B` and `W`, and `cut`, `cut_one_way`, `pause`, `crash`, `clock`.
// STUB: use api::Plan;
use api::{A, B, Plan, W, clock, crash, cut, cut_one_way, pause};
// END SOLUTION

/// Breaks `given/by_timeout.rs` with one `cut`.
pub fn a_cut() -> Plan {
    // BEGIN SOLUTION cut the network so that `b` believes that `a` is dead
    // `b` hears nothing for 300 ms and takes over; `a` hears nothing either, and has no rule for that. The client of `a`
    // is on the side of `a`, as clients are. The cut has to last until both have handed out the same number. To leave
    // the witness with `a` would do as well: what the wrong design does not ask cannot save it.
    vec![cut(&[A], &[B, W], 320..1200)]
    // END SOLUTION
}

/// Breaks `given/by_alarm.rs` with one `pause`.
pub fn a_pause() -> Plan {
    // BEGIN SOLUTION let a machine stand still while another one decides that it is gone
    // The alarm that should have rung at 600 ms waits for its machine, like everything else. So does the request of 450
    // ms, and it was there first: when `a` goes on, it answers before it hears the alarm, as if no time had passed.
    vec![pause(A, 320..1200)]
    // END SOLUTION
}

/// Breaks `given/by_ear.rs` with one `cut_one_way`.
pub fn an_uneven_cut() -> Plan {
    // BEGIN SOLUTION find out who listens to whom, and let one be heard by nobody who still hears
    // `a` stops when it hears nobody; `b` starts when nobody hears `a`. These are not the same: here, `a` is heard by
    // nobody and hears both. Only the direction away from `a` may be cut, and to both: if the witness hears `a`, it says so.
    vec![cut_one_way(&[A], &[B, W], 320..1600)]
    // END SOLUTION
}

/// Breaks `given/by_lease.rs` with a `clock` and a `pause`.
pub fn a_wrong_clock() -> Plan {
    // BEGIN SOLUTION let a lease look as if it went on, where it has run out
    // The lease says until when by the clock of the witness, and `a` compares it with its own. Being behind does no harm
    // while `a` goes on asking, so it must also be kept from that for as long as the witness waits.
    vec![clock(A, -1_000), pause(A, 320..1000)]
    // END SOLUTION
}

/// Breaks the fifth design, `given/by_majority.rs` with its memory in RAM, with up to three faults of any kind.
pub fn a_lost_promise() -> Plan {
    // BEGIN SOLUTION let a promise be forgotten that somebody counts on
    // `b` becomes the primary with the promise of the witness, and hands out tickets. Then the witness forgets that it
    // promised anything. `a`, which stood still and could not hear of all this, goes on in its old epoch, and the witness
    // stores for it. `b` could have told `a`, so it is kept away.
    vec![
        pause(A, 320..1000),
        cut(&[A], &[B], 320..1400),
        crash(W, 950..990),
    ]
    // END SOLUTION
}

/// The same with two faults at most.
pub fn with_two_faults() -> Plan {
    // BEGIN SOLUTION what is each of the three for, and can the right moment do the same?
    // The pause only kept `a` from asking the witness between promise and crash. It asks at certain times only: `b`,
    // which heard it last at 251 ms, takes over at 551 ms and hands out a ticket at 577 ms, and `a` asks at 600 ms.
    vec![cut(&[A], &[B], 260..1400), crash(W, 580..595)]
    // END SOLUTION
}
