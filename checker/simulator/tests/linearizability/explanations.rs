//! Histories written by hand: what is concurrent with what, what an outcome means, and the words of a failure.

use simulator::history::{
    CallOutcome, CallRecord, Counter, History, KeyValueMap, LinearizabilityError, Meaning, Model,
    Register, counter, key_value_map, register,
};
use simulator::{NodeId, Time};

#[derive(Clone, Debug, PartialEq)]
enum Request {
    Read,
    Write(u32),
    Get(&'static str),
    Put(&'static str, u32),
}

#[derive(Clone, Debug, PartialEq)]
enum Response {
    Value(u32),
    Found(Option<u32>),
    Stored,
    Failed,
    TimedOut,
}

use Request::{Get, Put, Read, Write};
use Response::{Failed, Found, Stored, TimedOut, Value};

type Call = CallRecord<Request, Response>;

/// A call from one millisecond to another.
fn call(client: usize, times: (u64, u64), request: Request, response: Response) -> Call {
    CallRecord {
        client,
        node: NodeId::new(client % 3),
        request,
        called: ms(times.0),
        outcome: CallOutcome::Answered {
            response,
            at: ms(times.1),
        },
    }
}

fn unanswered(client: usize, called: u64, request: Request) -> Call {
    CallRecord {
        client,
        node: NodeId::new(client % 3),
        request,
        called: ms(called),
        outcome: CallOutcome::Unknown,
    }
}

fn ms(milliseconds: u64) -> Time {
    Time::from_micros(milliseconds * 1_000)
}

fn as_register(calls: Vec<Call>) -> Result<(), LinearizabilityError> {
    History::new(calls)
        .translate(
            |request| match request {
                Read => Some(register::Operation::Read),
                Write(value) => Some(register::Operation::Write(*value)),
                Get(_) | Put(..) => None,
            },
            |_, response| match response {
                Value(value) => Meaning::Answered(register::Answer::Value(*value)),
                Failed => Meaning::DidNotHappen,
                TimedOut => Meaning::MayHaveHappened,
                Stored | Found(_) => Meaning::Answered(register::Answer::Done),
            },
        )
        .linearizable(Register::starting_with(0))
}

fn as_map(calls: Vec<Call>) -> Result<(), LinearizabilityError> {
    History::new(calls)
        .translate(
            |request| match request {
                Get(key) => Some(key_value_map::Operation::Get(*key)),
                Put(key, value) => Some(key_value_map::Operation::Put(*key, *value)),
                Read | Write(_) => None,
            },
            |_, response| match response {
                Found(value) => Meaning::Answered(key_value_map::Answer::Value(*value)),
                _ => Meaning::Answered(key_value_map::Answer::Done),
            },
        )
        .linearizable(KeyValueMap::empty())
}

#[track_caller]
fn assert_words(result: Result<(), LinearizabilityError>, words: &str) {
    let error = result.expect_err("the history is not linearizable");
    assert_eq!(error.to_string(), words.trim_start_matches('\n'));
}

#[test]
fn concurrent_calls_may_take_effect_in_either_order() {
    for seen in [1, 2] {
        let calls = vec![
            call(0, (0, 10), Write(1), Stored),
            call(1, (0, 10), Write(2), Stored),
            call(2, (11, 12), Read, Value(seen)),
        ];
        assert_eq!(as_register(calls), Ok(()));
    }
}

#[test]
fn an_answer_and_another_clients_call_at_one_moment_are_concurrent() {
    let calls = |reader| {
        vec![
            call(0, (0, 5), Write(1), Stored),
            call(reader, (5, 6), Read, Value(0)),
        ]
    };
    assert_eq!(as_register(calls(1)), Ok(()));
    assert!(
        as_register(calls(0)).is_err(),
        "a client's own calls are in order"
    );
}

#[test]
fn calls_that_take_no_time_are_in_order_for_their_client_only() {
    let calls = |reader| {
        vec![
            call(0, (5, 5), Write(1), Stored),
            call(reader, (5, 5), Read, Value(0)),
        ]
    };
    assert_eq!(as_register(calls(1)), Ok(()));
    assert!(as_register(calls(0)).is_err());
}

#[test]
fn an_unanswered_write_may_take_effect_long_after_it_was_made_or_never() {
    let calls = |seen: [u32; 2]| {
        vec![
            unanswered(0, 0, Write(1)),
            call(0, (5, 6), Write(2), Stored),
            call(1, (7, 8), Read, Value(seen[0])),
            call(1, (9, 10), Read, Value(seen[1])),
        ]
    };
    assert_eq!(as_register(calls([2, 2])), Ok(()), "never");
    assert_eq!(as_register(calls([2, 1])), Ok(()), "late");
    assert!(
        as_register(calls([1, 2])).is_err(),
        "but not twice, and 2 was written once"
    );
}

#[test]
fn a_write_does_not_take_effect_before_it_is_made() {
    let calls = vec![call(1, (0, 1), Read, Value(1)), unanswered(0, 2, Write(1))];
    assert_words(
        as_register(calls),
        "
Whatever the other call did, the answer to this one is wrong:
  ✗ 0 ms – 1 ms  client 1 → n1  Read → Value(1)
It could only have been answered Value(0).",
    );
}

#[test]
fn what_an_indefinite_answer_was_about_may_have_happened() {
    let calls = vec![
        call(0, (0, 1), Write(1), TimedOut),
        call(1, (5, 6), Read, Value(1)),
    ];
    assert_eq!(as_register(calls), Ok(()));
}

#[test]
fn what_was_definitely_refused_must_not_be_seen() {
    let calls = vec![
        call(0, (0, 1), Write(1), Stored),
        call(0, (2, 3), Write(2), Failed),
        call(0, (3, 4), Write(3), Failed),
        call(1, (5, 6), Read, Value(2)),
    ];
    assert_words(
        as_register(calls),
        "
Whatever the other call did, the answer to this one is wrong:
  ✗ 5 ms – 6 ms  client 1 → n1  Read → Value(2)
It could only have been answered Value(1).
It is explained if client 0's Write(2), answered Failed, happened after all.",
    );
}

#[test]
fn a_lost_acknowledged_write_is_shown_with_the_write_that_was_seen() {
    let calls = vec![
        call(0, (0, 4), Write(1), Stored),
        call(1, (1, 9), Write(7), Stored),
        call(0, (5, 12), Write(2), Stored),
        call(2, (13, 20), Read, Value(1)),
        call(2, (21, 22), Read, Value(2)),
    ];
    assert_words(
        as_register(calls),
        "
No order of these 3 of the 5 calls explains their answers:
     0 ms –  4 ms  client 0 → n0  Write(1) → Stored
     5 ms – 12 ms  client 0 → n0  Write(2) → Stored
  ✗ 13 ms – 20 ms  client 2 → n2  Read → Value(1)
The one marked ✗ could only have been answered Value(2) or Value(7).
The other 2 calls do not help, whether or not they took effect.",
    );
}

#[test]
fn a_write_that_explains_what_came_before_is_shown_although_its_outcome_is_unknown() {
    let calls = vec![
        unanswered(0, 0, Write(1)),
        call(1, (1, 2), Read, Value(1)),
        call(2, (3, 4), Read, Value(0)),
    ];
    assert_words(
        as_register(calls),
        "
No order of these 3 calls explains their answers:
    0 ms –    ?  client 0 → n0  Write(1) → no answer
    1 ms – 2 ms  client 1 → n1  Read → Value(1)
  ✗ 3 ms – 4 ms  client 2 → n2  Read → Value(0)
The one marked ✗ could only have been answered Value(1).",
    );
}

#[test]
fn each_key_is_checked_by_itself_and_named() {
    let calls = vec![
        call(0, (0, 1), Put("x", 1), Stored),
        call(1, (0, 1), Put("y", 1), Stored),
        call(0, (2, 3), Get("x"), Found(Some(1))),
        call(1, (2, 3), Get("y"), Found(None)),
    ];
    assert_words(
        as_map(calls),
        "
No order of these 2 calls about key \"y\" explains their answers:
    0 ms – 1 ms  client 1 → n1  Put(\"y\", 1) → Stored
  ✗ 2 ms – 3 ms  client 1 → n1  Get(\"y\") → Found(None)
The one marked ✗ could only have been answered Value(Some(1)).",
    );
}

#[test]
fn many_calls_and_many_answers_are_cut_to_fit() {
    let call = |client, times: (u64, u64), request: &'static str, response| CallRecord {
        client,
        node: NodeId::new(client),
        request: counter::Operation::Add(request.len() as i64),
        called: ms(times.0),
        outcome: CallOutcome::Answered {
            response,
            at: ms(times.1),
        },
    };
    // Any of six additions may come before the last one.
    let mut calls: Vec<_> = (0..6)
        .map(|client| call(client, (1, 90), "1", 1 + client as i64))
        .collect();
    calls.push(call(6, (2, 80), "1234567", 1));
    let error = History::new(calls)
        .linearizable(Counter::starting_with(0))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "\
Whatever the other 6 calls did, the answer to this one is wrong:
  ✗ 2 ms – 80 ms  client 6 → n6  Add(7) → 1
It could only have been answered 13, 12, 11, 10 or 3 others."
    );
}

#[test]
fn more_calls_than_fit_are_counted() {
    // Six additions one after the other: leaving out any one of them would explain the total.
    let add = |number: u64, response| CallRecord {
        client: 0,
        node: NodeId::new(0),
        request: counter::Operation::Add(1),
        called: ms(10 * number),
        outcome: CallOutcome::Answered {
            response,
            at: ms(10 * number + 1),
        },
    };
    let mut calls: Vec<_> = (0..6).map(|number| add(number, 0)).collect();
    calls.push(CallRecord {
        request: counter::Operation::Read,
        ..add(6, 5)
    });
    let error = History::new(calls)
        .translate(
            |request| Some(request.clone()),
            |request, total| match request {
                counter::Operation::Add(_) => Meaning::Acknowledged,
                counter::Operation::Read => Meaning::Answered(*total),
            },
        )
        .linearizable(Counter::starting_with(0))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "\
No order of these 7 calls explains their answers:
    … 2 earlier …
    20 ms – 21 ms  client 0 → n0  Add(1) → 0
    30 ms – 31 ms  client 0 → n0  Add(1) → 0
    40 ms – 41 ms  client 0 → n0  Add(1) → 0
    50 ms – 51 ms  client 0 → n0  Add(1) → 0
  ✗ 60 ms – 61 ms  client 0 → n0  Read → 5
The one marked ✗ could only have been answered 6."
    );
}

#[test]
fn long_requests_and_responses_are_cut_to_80_columns() {
    let long = "a value that is too long for one line, and for two".to_owned();
    let history = History::new(vec![CallRecord {
        client: 10,
        node: NodeId::new(2),
        request: register::Operation::CompareAndSet {
            expected: long.clone(),
            new: long.clone(),
        },
        called: ms(1),
        outcome: CallOutcome::Answered {
            response: register::Answer::Value(long.clone()),
            at: ms(2),
        },
    }]);
    assert_eq!(
        history
            .linearizable(Register::starting_with(long))
            .unwrap_err()
            .to_string(),
        "\
The answer to this call is wrong:
  ✗ 1 ms – 2 ms  client 10 → n2  CompareAndSet { expe… → Value(\"a value that is…
It could only have been answered Swapped(true)."
    );
}

#[test]
fn a_search_that_gives_up_says_so() {
    let history = History::new(vec![
        call(0, (0, 1), Write(1), Stored),
        call(0, (2, 3), Read, Value(1)),
    ]);
    let translated = history.translate(
        |request| match request {
            Write(value) => Some(register::Operation::Write(*value)),
            _ => Some(register::Operation::Read),
        },
        |_, response| match response {
            Value(value) => Meaning::Answered(register::Answer::Value(*value)),
            _ => Meaning::Acknowledged,
        },
    );
    let error = translated
        .linearizable_within(1, Register::starting_with(0))
        .unwrap_err();
    assert!(matches!(error, LinearizabilityError::Undecided(_)));
    assert_eq!(
        error.to_string(),
        "\
Whether the history is linearizable is not decided: 2 calls
were too many for 1 steps. Let fewer calls be made at the same time, or
let fewer outcomes be unknown, or allow more steps (linearizable_within)."
    );
    assert_eq!(translated.linearizable(Register::starting_with(0)), Ok(()));
}

#[test]
fn a_violation_of_one_key_is_found_although_another_is_not_decided() {
    let mut calls = vec![call(9, (0, 1), Get("x"), Found(Some(9)))];
    for client in 0..9 {
        calls.push(call(client, (0, 50), Put("y", client as u32), Stored));
        calls.push(call(
            client + 10,
            (0, 50),
            Get("y"),
            Found(Some(8 - client as u32)),
        ));
    }
    let history = History::new(calls);
    let translated = history.translate(
        |request| match request {
            Get(key) => Some(key_value_map::Operation::Get(*key)),
            Put(key, value) => Some(key_value_map::Operation::Put(*key, *value)),
            Read | Write(_) => None,
        },
        |_, response| match response {
            Found(value) => Meaning::Answered(key_value_map::Answer::Value(*value)),
            _ => Meaning::Answered(key_value_map::Answer::Done),
        },
    );
    let error = translated
        .linearizable_within(8, KeyValueMap::empty())
        .unwrap_err();
    assert!(
        matches!(error, LinearizabilityError::Violated(_)),
        "{error}"
    );
}

/// A model that says wrong things about its operations.
struct Liar {
    only_reads: bool,
    overwrites: bool,
}

impl Model for Liar {
    type Operation = ();
    type Answer = ();
    type State = u32;
    type Key = ();

    fn key(&self, (): &()) {}

    fn start(&self, (): &()) -> u32 {
        0
    }

    fn step(&self, state: &u32, (): &()) -> ((), u32) {
        ((), state + 1)
    }

    fn only_reads(&self, (): &(), _: Option<&()>) -> bool {
        self.only_reads
    }

    fn overwrites(&self, (): &()) -> bool {
        self.overwrites
    }
}

fn two_calls() -> History<(), ()> {
    let call = |called| CallRecord {
        client: 0,
        node: NodeId::new(0),
        request: (),
        called: ms(called),
        outcome: CallOutcome::Answered {
            response: (),
            at: ms(called + 1),
        },
    };
    History::new(vec![call(0), call(2)])
}

#[test]
#[should_panic = "`Model::only_reads` says that an operation leaves every state as it was"]
fn a_model_that_writes_where_it_said_it_only_reads_is_caught() {
    let _ = two_calls().linearizable(Liar {
        only_reads: true,
        overwrites: false,
    });
}

#[test]
#[should_panic = "`Model::overwrites` says that an operation does the same in every state"]
fn a_model_that_depends_on_the_state_where_it_said_it_overwrites_is_caught() {
    let _ = two_calls().linearizable(Liar {
        only_reads: false,
        overwrites: true,
    });
}

#[test]
#[should_panic = "client 0 is answered at 1 ms, before it called at 2 ms"]
fn a_call_that_is_answered_before_it_is_made_is_refused() {
    History::new(vec![call(0, (2, 1), Read, Value(0))]);
}
