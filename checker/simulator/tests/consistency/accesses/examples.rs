//! Histories written by hand, many of them from the literature: what is allowed, and the words where it is not.

use simulator::history::{
    Access, Accesses, BadPattern, CallOutcome, CallRecord, Causality, ConsistencyError, Guarantee,
    History,
};
use simulator::{NodeId, Time};

#[derive(Clone, Debug, PartialEq)]
enum Request {
    Put(&'static str, u32),
    Get(&'static str),
}

#[derive(Clone, Debug, PartialEq)]
enum Response {
    Stored,
    Found(Option<u32>),
    Failed,
    TimedOut,
}

use Request::{Get, Put};
use Response::{Failed, Found, Stored, TimedOut};

type Call = CallRecord<Request, Response>;

fn call(client: usize, times: (u64, u64), request: Request, response: Response) -> Call {
    CallRecord {
        client,
        node: NodeId::new(client % 3),
        request,
        called: Time::from_micros(times.0 * 1_000),
        outcome: CallOutcome::Answered {
            response,
            at: Time::from_micros(times.1 * 1_000),
        },
    }
}

fn unanswered(client: usize, called: u64, request: Request) -> Call {
    CallRecord {
        outcome: CallOutcome::Unknown,
        ..call(client, (called, called), request, Stored)
    }
}

/// One call after the other: who, a key, and what was written or found.
fn in_turn(calls: &[(usize, &'static str, What)]) -> History<Request, Response> {
    let calls = calls.iter().zip(0..).map(|(&(client, key, what), number)| {
        let times = (10 * number, 10 * number + 5);
        match what {
            W(value) => call(client, times, Put(key, value), Stored),
            R(value) => call(client, times, Get(key), Found(Some(value))),
            Nothing => call(client, times, Get(key), Found(None)),
        }
    });
    History::new(calls.collect())
}

#[derive(Clone, Copy)]
enum What {
    W(u32),
    R(u32),
    Nothing,
}
use What::{Nothing, R, W};

fn accesses(history: &History<Request, Response>) -> Accesses<'_, Request, Response, u32> {
    history.accesses(|request, response| match (request, response) {
        (Put(key, value), Some(Failed)) => Some(Access::FailedWrite {
            key: *key,
            value: *value,
        }),
        (Put(key, value), Some(TimedOut)) => Some(Access::PossibleWrite {
            key: *key,
            value: *value,
        }),
        (Put(key, value), _) => Some(Access::Write {
            key: *key,
            value: *value,
        }),
        (Get(key), Some(Found(value))) => Some(Access::Read {
            key: *key,
            value: *value,
        }),
        (Get(_), _) => None,
    })
}

#[track_caller]
fn pattern(result: Result<(), ConsistencyError>) -> Option<BadPattern> {
    match result {
        Ok(()) => None,
        Err(ConsistencyError::Violated(violation)) => Some(violation.pattern()),
        Err(ConsistencyError::Unsuited(unsuited)) => panic!("{unsuited}"),
    }
}

/// What is seen under plain causal consistency, causal memory, and causal convergence.
fn causal(history: &History<Request, Response>) -> [Option<BadPattern>; 3] {
    [Causality::Plain, Causality::Memory, Causality::Convergence]
        .map(|kind| pattern(accesses(history).causal(kind)))
}

/// The session guarantees that are broken.
fn broken(history: &History<Request, Response>) -> Vec<Guarantee> {
    let accesses = accesses(history);
    Guarantee::ALL
        .into_iter()
        .filter(|guarantee| accesses.session(*guarantee).is_err())
        .collect()
}

#[track_caller]
fn assert_words(result: Result<(), ConsistencyError>, words: &str) {
    let error = result.expect_err("it is not consistent");
    assert_eq!(error.to_string(), words.trim_start_matches('\n'));
}

// --- causal consistency

#[test]
fn concurrent_writes_may_be_seen_in_different_orders() {
    let history = in_turn(&[
        (0, "x", W(1)),
        (1, "x", W(2)),
        (2, "x", R(1)),
        (2, "x", R(2)),
        (3, "x", R(2)),
        (3, "x", R(1)),
    ]);
    assert_eq!(causal(&history), [None, None, Some(BadPattern::CyclicCf)]);
    assert_eq!(broken(&history), []);
    assert_words(
        accesses(&history).causal(Causality::Convergence),
        "
Replicas do not converge: no order of the writes explains what everybody read.
     0 ms –  5 ms  client 0 → n0  Put(\"x\", 1) → Stored
    10 ms – 15 ms  client 1 → n1  Put(\"x\", 2) → Stored
    20 ms – 25 ms  client 2 → n2  Get(\"x\") → Found(Some(1))
    30 ms – 35 ms  client 2 → n2  Get(\"x\") → Found(Some(2))
    40 ms – 45 ms  client 3 → n0  Get(\"x\") → Found(Some(2))
  ✗ 50 ms – 55 ms  client 3 → n0  Get(\"x\") → Found(Some(1))
Client 2 had read x=1 when it read x=2: so to it, x=2 is the newer one.
Client 3 had read x=2 when it read x=1: so to it, x=1 is the newer one.",
    );
}

#[test]
fn one_client_may_not_see_concurrent_writes_in_two_orders() {
    let history = in_turn(&[
        (0, "x", W(1)),
        (1, "x", W(2)),
        (2, "x", R(1)),
        (2, "x", R(2)),
        (2, "x", R(1)),
    ]);
    assert_eq!(
        causal(&history),
        [None, Some(BadPattern::CyclicHb), Some(BadPattern::CyclicCf)]
    );
    assert_eq!(broken(&history), [Guarantee::MonotonicReads]);
    assert_words(
        accesses(&history).causal(Causality::Memory),
        "
Causality is broken: no order of the writes explains what client 2 read.
     0 ms –  5 ms  client 0 → n0  Put(\"x\", 1) → Stored
    10 ms – 15 ms  client 1 → n1  Put(\"x\", 2) → Stored
    20 ms – 25 ms  client 2 → n2  Get(\"x\") → Found(Some(1))
    30 ms – 35 ms  client 2 → n2  Get(\"x\") → Found(Some(2))
  ✗ 40 ms – 45 ms  client 2 → n2  Get(\"x\") → Found(Some(1))
Client 2 had read x=1 when it read x=2: so to it, x=2 is the newer one.
Client 2 had read x=2 when it read x=1: so to it, x=1 is the newer one.",
    );
    assert_words(
        accesses(&history).session(Guarantee::MonotonicReads),
        "
Monotonic reads is broken: no order of the writes explains what client 2 read.
     0 ms –  5 ms  client 0 → n0  Put(\"x\", 1) → Stored
    10 ms – 15 ms  client 1 → n1  Put(\"x\", 2) → Stored
    20 ms – 25 ms  client 2 → n2  Get(\"x\") → Found(Some(1))
    30 ms – 35 ms  client 2 → n2  Get(\"x\") → Found(Some(2))
  ✗ 40 ms – 45 ms  client 2 → n2  Get(\"x\") → Found(Some(1))
Client 2 read x=2 at 35 ms, after it had read x=1 at 25 ms: so to it, x=2 is the
newer one.
Client 2 read x=1 at 45 ms, after it had read x=2 at 35 ms: so to it, x=1 is the
newer one.",
    );
}

#[test]
fn everybody_may_agree_where_one_client_has_no_view() {
    // What client 2 infers at its last read, that y=1 comes before y=2, contradicts that it found no x.
    let history = in_turn(&[
        (0, "x", W(1)),
        (0, "y", W(1)),
        (0, "z", W(1)),
        (1, "y", W(2)),
        (2, "y", R(2)),
        (2, "x", Nothing),
        (2, "z", R(1)),
        (2, "y", R(2)),
    ]);
    assert_eq!(
        causal(&history),
        [None, Some(BadPattern::WriteHbInitRead), None]
    );
    assert_eq!(broken(&history), []);
    assert_words(
        accesses(&history).causal(Causality::Memory),
        "
Causality is broken: client 2 read x as it was before any write at 55 ms, but
must have seen x=1 before that.
     0 ms –  5 ms  client 0 → n0  Put(\"x\", 1) → Stored
    10 ms – 15 ms  client 0 → n0  Put(\"y\", 1) → Stored
    20 ms – 25 ms  client 0 → n0  Put(\"z\", 1) → Stored
    30 ms – 35 ms  client 1 → n1  Put(\"y\", 2) → Stored
    40 ms – 45 ms  client 2 → n2  Get(\"y\") → Found(Some(2))
  ✗ 50 ms – 55 ms  client 2 → n2  Get(\"x\") → Found(None)
    60 ms – 65 ms  client 2 → n2  Get(\"z\") → Found(Some(1))
    70 ms – 75 ms  client 2 → n2  Get(\"y\") → Found(Some(2))
Client 0 had written x=1 when it wrote y=1.
Client 0 had written y=1 when it wrote z=1.
Client 2 had read z=1.
So client 2 knew y=1 when it read y=2: so to it, y=2 is the newer one.
Client 2 had read y=2.",
    );
}

#[test]
fn what_a_client_infers_leads_it_to_infer_more() {
    // For client 2, y=1 comes before y=2, hence x=1 before its read of x=2, hence before x=2; but x=1 had replaced x=2.
    let history = in_turn(&[
        (0, "x", W(2)),
        (0, "x", W(1)),
        (0, "y", W(1)),
        (0, "z", W(1)),
        (1, "x", R(2)),
        (1, "y", W(2)),
        (2, "y", R(2)),
        (2, "x", R(2)),
        (2, "z", R(1)),
        (2, "y", R(2)),
    ]);
    assert_eq!(causal(&history), [None, Some(BadPattern::CyclicHb), None]);
    assert_words(
        accesses(&history).causal(Causality::Memory),
        "
Causality is broken: no order of the writes explains what client 2 read.
    … 1 earlier …
    10 ms – 15 ms  client 0 → n0  Put(\"x\", 1) → Stored
    20 ms – 25 ms  client 0 → n0  Put(\"y\", 1) → Stored
    30 ms – 35 ms  client 0 → n0  Put(\"z\", 1) → Stored
    50 ms – 55 ms  client 1 → n1  Put(\"y\", 2) → Stored
    60 ms – 65 ms  client 2 → n2  Get(\"y\") → Found(Some(2))
    70 ms – 75 ms  client 2 → n2  Get(\"x\") → Found(Some(2))
    80 ms – 85 ms  client 2 → n2  Get(\"z\") → Found(Some(1))
  ✗ 90 ms – 95 ms  client 2 → n2  Get(\"y\") → Found(Some(2))
Client 0 had written x=2 when it wrote x=1.
Client 0 had written x=1 when it wrote y=1.
Client 0 had written y=1 when it wrote z=1.
Client 2 had read z=1.
So client 2 knew y=1 when it read y=2: so to it, y=2 is the newer one.
Client 2 had read y=2.
So client 2 knew x=1 when it read x=2: so to it, x=2 is the newer one.",
    );
}

#[test]
fn a_replaced_value_is_not_seen_by_whoever_can_know() {
    let history = in_turn(&[
        (0, "x", W(1)),
        (0, "x", W(2)),
        (0, "y", W(3)),
        (1, "y", R(3)),
        (1, "x", R(1)),
    ]);
    assert_eq!(causal(&history)[0], Some(BadPattern::WriteCoRead));
    assert_words(
        accesses(&history).causal(Causality::Plain),
        "
Causality is broken: client 1 read x=1 at 45 ms, but x=2 comes before that and
had replaced it.
     0 ms –  5 ms  client 0 → n0  Put(\"x\", 1) → Stored
    10 ms – 15 ms  client 0 → n0  Put(\"x\", 2) → Stored
    20 ms – 25 ms  client 0 → n0  Put(\"y\", 3) → Stored
    30 ms – 35 ms  client 1 → n1  Get(\"y\") → Found(Some(3))
  ✗ 40 ms – 45 ms  client 1 → n1  Get(\"x\") → Found(Some(1))
Client 0 had written x=1 when it wrote x=2.
Client 0 had written x=2 when it wrote y=3.
Client 1 had read y=3.",
    );
}

#[test]
fn guarantees_that_are_kept_one_by_one_do_not_make_causality() {
    let history = in_turn(&[
        (0, "x", W(1)),
        (0, "y", W(1)),
        (1, "y", R(1)),
        (1, "z", W(1)),
        (2, "z", R(1)),
        (2, "x", Nothing),
    ]);
    assert_eq!(causal(&history)[0], Some(BadPattern::WriteCoInitRead));
    assert_eq!(broken(&history), []);
    assert_words(
        accesses(&history).causal(Causality::Plain),
        "
Causality is broken: client 2 read x as it was before any write at 55 ms, but
x=1 comes before that.
     0 ms –  5 ms  client 0 → n0  Put(\"x\", 1) → Stored
    10 ms – 15 ms  client 0 → n0  Put(\"y\", 1) → Stored
    20 ms – 25 ms  client 1 → n1  Get(\"y\") → Found(Some(1))
    30 ms – 35 ms  client 1 → n1  Put(\"z\", 1) → Stored
    40 ms – 45 ms  client 2 → n2  Get(\"z\") → Found(Some(1))
  ✗ 50 ms – 55 ms  client 2 → n2  Get(\"x\") → Found(None)
Client 0 had written x=1 when it wrote y=1.
Client 1 had read y=1 when it wrote z=1.
Client 2 had read z=1.",
    );
}

#[test]
fn causality_does_not_go_in_circles() {
    let history = in_turn(&[
        (0, "x", R(1)),
        (0, "y", W(1)),
        (1, "y", R(1)),
        (1, "x", W(1)),
    ]);
    assert_eq!(causal(&history), [Some(BadPattern::CyclicCo); 3]);
    assert_eq!(broken(&history), Guarantee::ALL);
    assert_words(
        accesses(&history).causal(Causality::Plain),
        "
Causality is broken: none of these calls can have been the first, for each comes
after another one.
     0 ms –  5 ms  client 0 → n0  Get(\"x\") → Found(Some(1))
    10 ms – 15 ms  client 0 → n0  Put(\"y\", 1) → Stored
  ✗ 20 ms – 25 ms  client 1 → n1  Get(\"y\") → Found(Some(1))
    30 ms – 35 ms  client 1 → n1  Put(\"x\", 1) → Stored
Client 1 had read y=1 when it wrote x=1.
Client 0 had read x=1 when it wrote y=1.",
    );
}

#[test]
fn what_was_refused_must_not_be_seen() {
    let history = History::new(vec![
        call(0, (0, 4), Put("x", 1), Failed),
        call(1, (5, 9), Get("x"), Found(Some(1))),
    ]);
    assert_eq!(causal(&history), [Some(BadPattern::ThinAirRead); 3]);
    assert_words(
        accesses(&history).causal(Causality::Plain),
        "
Client 1 read x=1 at 9 ms, which nobody may see: its write was answered as not
done.
    0 ms – 4 ms  client 0 → n0  Put(\"x\", 1) → Failed
  ✗ 5 ms – 9 ms  client 1 → n1  Get(\"x\") → Found(Some(1))",
    );
    let nobody = in_turn(&[(1, "x", R(9))]);
    assert_words(
        accesses(&nobody).session(Guarantee::ReadYourWrites),
        "
Client 1 read x=9 at 5 ms, which nobody wrote.
  ✗ 0 ms – 5 ms  client 1 → n1  Get(\"x\") → Found(Some(9))",
    );
}

#[test]
fn what_may_have_happened_is_seen_or_not() {
    for outcome in [
        unanswered(0, 0, Put("x", 1)),
        call(0, (0, 5), Put("x", 1), TimedOut),
    ] {
        let calls = |found| {
            vec![
                outcome.clone(),
                call(0, (10, 15), Get("x"), Found(None)),
                call(1, (20, 25), Get("x"), Found(found)),
            ]
        };
        for found in [None, Some(1)] {
            let history = History::new(calls(found));
            assert_eq!(causal(&history), [None; 3]);
            assert_eq!(broken(&history), []);
        }
    }
}

// --- session guarantees

#[test]
fn read_your_writes_alone() {
    let history = in_turn(&[(0, "x", W(1)), (0, "x", Nothing)]);
    assert_eq!(broken(&history), [Guarantee::ReadYourWrites]);
}

#[test]
fn monotonic_reads_alone() {
    let history = in_turn(&[(0, "x", W(1)), (1, "x", R(1)), (1, "x", Nothing)]);
    assert_eq!(broken(&history), [Guarantee::MonotonicReads]);
    assert_words(
        accesses(&history).session(Guarantee::MonotonicReads),
        "
Monotonic reads is broken: client 1 read x as it was before any write at 25 ms,
after it had read x=1 at 15 ms: it went back in time.
     0 ms –  5 ms  client 0 → n0  Put(\"x\", 1) → Stored
    10 ms – 15 ms  client 1 → n1  Get(\"x\") → Found(Some(1))
  ✗ 20 ms – 25 ms  client 1 → n1  Get(\"x\") → Found(None)",
    );
}

#[test]
fn monotonic_writes_alone() {
    let history = in_turn(&[
        (0, "x", W(1)),
        (0, "y", W(2)),
        (1, "y", R(2)),
        (1, "x", Nothing),
    ]);
    assert_eq!(broken(&history), [Guarantee::MonotonicWrites]);
    assert_words(
        accesses(&history).session(Guarantee::MonotonicWrites),
        "
Monotonic writes is broken: client 1 read x as it was before any write at 35 ms,
although it had read y=2 at 25 ms, which was written after x=1.
     0 ms –  5 ms  client 0 → n0  Put(\"x\", 1) → Stored
    10 ms – 15 ms  client 0 → n0  Put(\"y\", 2) → Stored
    20 ms – 25 ms  client 1 → n1  Get(\"y\") → Found(Some(2))
  ✗ 30 ms – 35 ms  client 1 → n1  Get(\"x\") → Found(None)
Client 0 had written x=1 when it wrote y=2.",
    );
}

#[test]
fn writes_follow_reads_alone() {
    let history = in_turn(&[
        (0, "x", W(1)),
        (1, "x", R(1)),
        (1, "y", W(2)),
        (2, "y", R(2)),
        (2, "x", Nothing),
    ]);
    assert_eq!(broken(&history), [Guarantee::WritesFollowReads]);
    assert_words(
        accesses(&history).session(Guarantee::WritesFollowReads),
        "
Writes follow reads is broken: client 2 read x as it was before any write at
45 ms, although it had read y=2 at 35 ms, which was written after x=1.
     0 ms –  5 ms  client 0 → n0  Put(\"x\", 1) → Stored
    10 ms – 15 ms  client 1 → n1  Get(\"x\") → Found(Some(1))
    20 ms – 25 ms  client 1 → n1  Put(\"y\", 2) → Stored
    30 ms – 35 ms  client 2 → n2  Get(\"y\") → Found(Some(2))
  ✗ 40 ms – 45 ms  client 2 → n2  Get(\"x\") → Found(None)
Client 1 had read x=1 when it wrote y=2.",
    );
}

#[test]
fn writes_follow_reads_through_several_clients() {
    let history = in_turn(&[
        (0, "x", W(1)),
        (1, "x", R(1)),
        (1, "y", W(2)),
        (2, "y", R(2)),
        (2, "z", W(3)),
        (3, "z", R(3)),
        (3, "x", Nothing),
    ]);
    assert_eq!(broken(&history), [Guarantee::WritesFollowReads]);
    assert_words(
        accesses(&history).session(Guarantee::WritesFollowReads),
        "
Writes follow reads is broken: client 3 read x as it was before any write at
65 ms, although it had read z=3 at 55 ms, which was written after x=1.
     0 ms –  5 ms  client 0 → n0  Put(\"x\", 1) → Stored
    10 ms – 15 ms  client 1 → n1  Get(\"x\") → Found(Some(1))
    20 ms – 25 ms  client 1 → n1  Put(\"y\", 2) → Stored
    30 ms – 35 ms  client 2 → n2  Get(\"y\") → Found(Some(2))
    40 ms – 45 ms  client 2 → n2  Put(\"z\", 3) → Stored
    50 ms – 55 ms  client 3 → n0  Get(\"z\") → Found(Some(3))
  ✗ 60 ms – 65 ms  client 3 → n0  Get(\"x\") → Found(None)
Client 1 had read x=1 when it wrote y=2.
Client 2 had read y=2 when it wrote z=3.",
    );
}

#[test]
fn concurrent_writes_may_replace_each_other() {
    let history = in_turn(&[(0, "x", W(1)), (1, "x", W(2)), (1, "x", R(1))]);
    assert_eq!(broken(&history), []);
    // Where writes are in the order of their acknowledgements, they may not.
    let in_real_time = accesses(&history).newer_in_real_time();
    assert_words(
        in_real_time.session(Guarantee::ReadYourWrites),
        "
Read your writes is broken: client 1 read x=1 at 25 ms, after it had written
x=2, answered at 15 ms: its own write is gone.
     0 ms –  5 ms  client 0 → n0  Put(\"x\", 1) → Stored
    10 ms – 15 ms  client 1 → n1  Put(\"x\", 2) → Stored
  ✗ 20 ms – 25 ms  client 1 → n1  Get(\"x\") → Found(Some(1))
x=1 is older: x=1 was answered at 5 ms, before x=2 was asked for at 10 ms.",
    );
    let by_version = accesses(&history).newer_by(|one, other| one < other);
    assert_words(
        by_version.session(Guarantee::ReadYourWrites),
        "
Read your writes is broken: client 1 read x=1 at 25 ms, after it had written
x=2, answered at 15 ms: its own write is gone.
     0 ms –  5 ms  client 0 → n0  Put(\"x\", 1) → Stored
    10 ms – 15 ms  client 1 → n1  Put(\"x\", 2) → Stored
  ✗ 20 ms – 25 ms  client 1 → n1  Get(\"x\") → Found(Some(1))
x=1 is older than x=2, as the suite says.",
    );
    let the_other_way = accesses(&history).newer_by(|one, other| one > other);
    assert_eq!(the_other_way.session(Guarantee::ReadYourWrites), Ok(()));
}

#[test]
fn versions_may_contradict_what_clients_did() {
    let history = in_turn(&[
        (0, "x", W(2)),
        (0, "x", W(1)),
        (1, "x", R(1)),
        (1, "x", W(0)),
    ]);
    let accesses = accesses(&history).newer_by(|one, other| one < other);
    assert_words(
        accesses.session(Guarantee::MonotonicWrites),
        "
Monotonic writes is broken: client 0 wrote x=1 after x=2, and yet it is the
older one.
     0 ms –  5 ms  client 0 → n0  Put(\"x\", 2) → Stored
  ✗ 10 ms – 15 ms  client 0 → n0  Put(\"x\", 1) → Stored
Client 0 had written x=2 when it wrote x=1.
x=1 is older than x=2, as the suite says.",
    );
    assert_words(
        accesses.session(Guarantee::WritesFollowReads),
        "
Writes follow reads is broken: client 1 wrote x=0 after x=1, and yet it is the
older one.
    10 ms – 15 ms  client 0 → n0  Put(\"x\", 1) → Stored
    20 ms – 25 ms  client 1 → n1  Get(\"x\") → Found(Some(1))
  ✗ 30 ms – 35 ms  client 1 → n1  Put(\"x\", 0) → Stored
Client 1 had read x=1 when it wrote x=0.
x=0 is older than x=1, as the suite says.",
    );
    assert_eq!(accesses.session(Guarantee::ReadYourWrites), Ok(()));
    assert_eq!(accesses.session(Guarantee::MonotonicReads), Ok(()));
}

// --- what cannot be judged

#[test]
fn calls_of_one_client_at_the_same_time_are_refused() {
    let history = History::new(vec![
        call(0, (0, 9), Put("x", 1), Stored),
        call(0, (5, 7), Get("x"), Found(None)),
    ]);
    let error = accesses(&history).causal(Causality::Plain).unwrap_err();
    assert!(matches!(error, ConsistencyError::Unsuited(_)));
    assert_words(
        Err(error),
        "
The suite has to be changed, not the code that it tests: client 0 makes a call
at 5 ms before the one that it made at 0 ms is answered at 9 ms, and nobody can
tell which of them comes first. Let another client make the second one.",
    );
}

#[test]
fn equal_writes_are_refused_even_if_one_may_not_have_happened() {
    let history = History::new(vec![
        unanswered(0, 0, Put("x", 1)),
        call(0, (5, 7), Put("x", 1), Stored),
    ]);
    assert_words(
        accesses(&history).session(Guarantee::MonotonicReads),
        "
The suite has to be changed, not the code that it tests: client 0 at 0 ms and
client 0 at 5 ms both write x=1, and nobody can tell which of them is read. Let
each write to a key write a value that no other one writes.",
    );
    // But a write that surely did not happen may be tried again, and another key may hold the same.
    let history = History::new(vec![
        call(0, (0, 4), Put("x", 1), Failed),
        call(0, (5, 7), Put("x", 1), Stored),
        call(0, (8, 9), Put("y", 1), Stored),
        call(1, (8, 9), Get("x"), Found(Some(1))),
    ]);
    assert_eq!(causal(&history), [None; 3]);
}

#[test]
fn what_is_not_an_order_is_refused() {
    let history = in_turn(&[(0, "x", W(1)), (1, "x", W(2)), (2, "x", W(3))]);
    let accesses = accesses(&history).newer_by(|one, other| one % 3 + 1 == *other);
    assert_words(
        accesses.session(Guarantee::MonotonicReads),
        "
The suite has to be changed, not the code that it tests: x=2 and x=1 are each
said to be older than the other one, directly or by way of others. Let newer_by
give an order.",
    );
}

#[test]
fn long_names_are_cut_to_80_columns() {
    let key = "a key that is much too long to be told in a line of text, let alone several times";
    let history = in_turn(&[
        (0, key, W(1_000_000_001)),
        (1, key, R(1_000_000_001)),
        (1, "y", W(2)),
        (2, "y", R(2)),
        (2, key, Nothing),
    ]);
    let error = accesses(&history).causal(Causality::Plain).unwrap_err();
    assert!(
        error
            .to_string()
            .lines()
            .all(|line| line.chars().count() <= 80),
        "{error}"
    );
}
