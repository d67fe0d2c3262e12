//! Histories written by hand: what may be late, and the words of a failure.

use simulator::history::key_value_map::{Answer, Operation};
use simulator::history::{
    CallOutcome, CallRecord, Counter, History, KeyValueMap, Meaning, SequentialError, counter,
};
use simulator::{NodeId, Time};

type Request = Operation<&'static str, u32>;

#[derive(Clone, Debug, PartialEq)]
enum Response {
    Found(Option<u32>),
    Stored,
    Failed,
    TimedOut,
}

use Operation::{Get, Put};
use Response::{Failed, Found, Stored, TimedOut};

type Call = CallRecord<Request, Response>;

/// A call from one millisecond to another.
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

struct Verdicts {
    sequential: Result<(), SequentialError>,
    is_linearizable: bool,
}

fn as_map(calls: Vec<Call>) -> Verdicts {
    let history = History::new(calls);
    let translated = history.translate(
        |request| Some(request.clone()),
        |_, response| match response {
            Found(value) => Meaning::Answered(Answer::Value(*value)),
            Stored => Meaning::Answered(Answer::Done),
            Failed => Meaning::DidNotHappen,
            TimedOut => Meaning::MayHaveHappened,
        },
    );
    Verdicts {
        sequential: translated.sequential(KeyValueMap::empty()),
        is_linearizable: translated.linearizable(KeyValueMap::empty()).is_ok(),
    }
}

#[track_caller]
fn assert_words(result: Result<(), SequentialError>, words: &str) {
    let error = result.expect_err("the history is not sequentially consistent");
    assert_eq!(error.to_string(), words.trim_start_matches('\n'));
}

#[test]
fn a_late_answer_is_sequential_but_not_linearizable() {
    let verdicts = as_map(vec![
        call(0, (0, 5), Put("x", 1), Stored),
        call(1, (10, 15), Get("x"), Found(None)),
    ]);
    assert_eq!(verdicts.sequential, Ok(()));
    assert!(!verdicts.is_linearizable);
}

#[test]
fn an_answer_may_be_explained_by_a_later_call() {
    let verdicts = as_map(vec![
        call(1, (0, 5), Get("x"), Found(Some(1))),
        call(0, (10, 15), Put("x", 1), Stored),
    ]);
    assert_eq!(verdicts.sequential, Ok(()));
    assert!(!verdicts.is_linearizable);
}

#[test]
fn two_clients_must_see_writes_in_one_order() {
    // Causal memory allows it.
    let calls = vec![
        call(0, (0, 5), Put("x", 1), Stored),
        call(1, (0, 5), Put("x", 2), Stored),
        call(2, (10, 15), Get("x"), Found(Some(1))),
        call(2, (20, 25), Get("x"), Found(Some(2))),
        call(3, (10, 15), Get("x"), Found(Some(2))),
        call(3, (20, 25), Get("x"), Found(Some(1))),
    ];
    assert_words(
        as_map(calls).sequential,
        "
Not sequentially consistent: no order of these 6 calls that keeps the order of
each client's own explains their answers, even if time does not count:
    … 1 earlier …
     0 ms –  5 ms  client 1 → n1  Put(\"x\", 2) → Stored
    10 ms – 15 ms  client 2 → n2  Get(\"x\") → Found(Some(1))
    10 ms – 15 ms  client 3 → n0  Get(\"x\") → Found(Some(2))
    20 ms – 25 ms  client 2 → n2  Get(\"x\") → Found(Some(2))
  ✗ 20 ms – 25 ms  client 3 → n0  Get(\"x\") → Found(Some(1))
The one marked ✗ could only have been answered Value(Some(2)).",
    );
}

#[test]
fn keys_are_not_judged_one_by_one() {
    // Each key by itself is in order (Herlihy and Wing 1990, section 3.3, have two queues).
    let calls = |keys: &[&str]| {
        let all = [
            call(0, (0, 5), Put("x", 1), Stored),
            call(0, (10, 15), Get("y"), Found(None)),
            call(1, (0, 5), Put("y", 2), Stored),
            call(1, (12, 18), Get("x"), Found(None)),
        ];
        let is_about = |call: &Call| match call.request {
            Get(key) | Put(key, _) => keys.contains(&key),
            _ => false,
        };
        all.into_iter().filter(is_about).collect::<Vec<_>>()
    };
    assert_eq!(as_map(calls(&["x"])).sequential, Ok(()));
    assert_eq!(as_map(calls(&["y"])).sequential, Ok(()));
    assert_words(
        as_map(calls(&["x", "y"])).sequential,
        "
Not sequentially consistent: no order of these 4 calls that keeps the order of
each client's own explains their answers, even if time does not count:
     0 ms –  5 ms  client 0 → n0  Put(\"x\", 1) → Stored
     0 ms –  5 ms  client 1 → n1  Put(\"y\", 2) → Stored
    10 ms – 15 ms  client 0 → n0  Get(\"y\") → Found(None)
  ✗ 12 ms – 18 ms  client 1 → n1  Get(\"x\") → Found(None)
The one marked ✗ could only have been answered Value(Some(1)).",
    );
}

#[test]
fn a_client_sees_its_own_write() {
    let calls = vec![
        call(1, (0, 2), Put("x", 7), Stored),
        call(0, (0, 5), Put("x", 1), Stored),
        call(2, (6, 7), Get("y"), Found(None)),
        call(0, (10, 15), Get("x"), Found(None)),
    ];
    assert_words(
        as_map(calls).sequential,
        "
Not sequentially consistent: no order of these 2 of the 4 calls that keeps the
order of each client's own explains their answers, even if time does not count:
     0 ms –  5 ms  client 0 → n0  Put(\"x\", 1) → Stored
  ✗ 10 ms – 15 ms  client 0 → n0  Get(\"x\") → Found(None)
The one marked ✗ could only have been answered Value(Some(1)) or Value(Some(7)).
The other 2 calls do not help, whether or not they took effect.",
    );
}

#[test]
fn an_unanswered_write_may_take_effect_after_its_clients_later_calls_or_never() {
    for found in [None, Some(1)] {
        for write in [
            unanswered(0, 0, Put("x", 1)),
            call(0, (0, 5), Put("x", 1), TimedOut),
        ] {
            let verdicts = as_map(vec![
                write,
                call(0, (10, 15), Get("x"), Found(None)),
                call(0, (20, 25), Get("x"), Found(found)),
            ]);
            assert_eq!(verdicts.sequential, Ok(()));
            assert!(verdicts.is_linearizable);
        }
    }
}

#[test]
fn an_unanswered_write_takes_effect_once_and_not_before_its_clients_earlier_calls() {
    let calls = vec![
        call(0, (0, 5), Get("y"), Found(Some(2))),
        unanswered(0, 10, Put("x", 1)),
        call(1, (20, 25), Get("x"), Found(Some(1))),
        call(1, (30, 35), Get("y"), Found(None)),
        call(2, (40, 45), Put("y", 2), Stored),
    ];
    assert_words(
        as_map(calls).sequential,
        "
Not sequentially consistent: no order of these 5 calls that keeps the order of
each client's own explains their answers, even if time does not count:
     0 ms –  5 ms  client 0 → n0  Get(\"y\") → Found(Some(2))
    10 ms –     ?  client 0 → n0  Put(\"x\", 1) → no answer
    20 ms – 25 ms  client 1 → n1  Get(\"x\") → Found(Some(1))
  ✗ 30 ms – 35 ms  client 1 → n1  Get(\"y\") → Found(None)
    40 ms – 45 ms  client 2 → n2  Put(\"y\", 2) → Stored
The one marked ✗ could only have been answered Value(Some(2)).",
    );
}

#[test]
fn what_was_definitely_refused_must_not_be_seen() {
    let calls = vec![
        call(0, (0, 5), Put("x", 1), Failed),
        call(1, (10, 15), Get("x"), Found(Some(1))),
        call(1, (20, 25), Get("x"), Found(Some(1))),
    ];
    assert_words(
        as_map(calls).sequential,
        "
Whatever the other call did, the answer to this one is wrong:
  ✗ 10 ms – 15 ms  client 1 → n1  Get(\"x\") → Found(Some(1))
It could only have been answered Value(None).
It is explained if client 0's Put(\"x\", 1), answered Failed, happened after all.",
    );
}

#[test]
fn counters_that_lose_an_addition_are_found() {
    let add = |client, called: u64, total| CallRecord {
        client,
        node: NodeId::new(client),
        request: counter::Operation::Add(1),
        called: Time::from_micros(called * 1_000),
        outcome: CallOutcome::Answered {
            response: total,
            at: Time::from_micros(called * 1_000 + 4_000),
        },
    };
    let history = History::new(vec![add(0, 0, 1), add(1, 10, 1), add(2, 20, 2)]);
    let error = history.sequential(Counter::starting_with(0)).unwrap_err();
    assert_words(
        Err(error),
        "
Not sequentially consistent: no order of these 2 of the 3 calls that keeps the
order of each client's own explains their answers, even if time does not count:
     0 ms –  4 ms  client 0 → n0  Add(1) → 1
  ✗ 10 ms – 14 ms  client 1 → n1  Add(1) → 1
The one marked ✗ could only have been answered 2 or 3.
The other call does not help, whether or not it took effect.",
    );
}

#[test]
fn giving_up_is_told_as_such() {
    let history = History::new(vec![
        call(0, (0, 5), Put("x", 1), Stored),
        call(1, (0, 5), Get("x"), Found(None)),
        call(1, (10, 15), Get("x"), Found(Some(1))),
    ]);
    let translated = history.translate(
        |request| Some(request.clone()),
        |_, response| match response {
            Found(value) => Meaning::Answered(Answer::Value(*value)),
            _ => Meaning::Answered(Answer::Done),
        },
    );
    let steps = translated.sequential_within(100, KeyValueMap::empty());
    let steps = steps.expect("a hundred are plenty");
    assert_eq!(
        translated.sequential_within(steps, KeyValueMap::empty()),
        Ok(steps)
    );
    let error = translated
        .sequential_within(steps - 1, KeyValueMap::empty())
        .unwrap_err();
    assert!(matches!(error, SequentialError::Undecided(_)), "{error}");
    assert_words(
        Err(error),
        "
Whether the history is sequentially consistent is not decided: 3 calls
were too many for 3 steps. Let fewer clients call, or each make fewer calls,
or let fewer outcomes be unknown, or allow more steps (sequential_within).",
    );
}
