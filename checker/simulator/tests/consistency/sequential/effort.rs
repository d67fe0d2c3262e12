//! Large histories are decided in few steps: a measure of time that is the same on every machine.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use simulator::history::key_value_map::{Answer, Operation};
use simulator::history::{
    CallOutcome, CallRecord, DEFAULT_STEPS, History, KeyValueMap, Meaning, SequentialError,
};
use simulator::{NodeId, Time};

type Call = CallRecord<Operation<u32, u32>, Answer<u32>>;

const SEEDS: u64 = 10;

/// How large a history is.
#[derive(Clone, Copy)]
struct Shape {
    calls: usize,
    clients: usize,
    keys: u32,
    /// How many different values are written.
    values: u32,
}

/// What clients are answered by followers that apply one log of writes, each at its own pace: sequentially consistent,
/// and rarely linearizable. A tenth of the outcomes is not known.
fn followers(seed: u64, shape: Shape) -> Vec<Call> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut log: Vec<(u32, u32)> = Vec::new();
    let mut applied = vec![0; shape.clients];
    let mut free = vec![0; shape.clients];
    let mut calls = Vec::new();
    for number in 0..shape.calls {
        let client = number % shape.clients;
        let called = free[client] + random.random_range(1..=10);
        let answered = called + random.random_range(1..=20);
        free[client] = answered;
        let key = random.random_range(0..shape.keys);
        let (request, response) = if random.random_bool(0.3) {
            let value = random.random_range(1..=shape.values);
            log.push((key, value));
            // A client is answered when its follower has applied its write.
            applied[client] = log.len();
            (Operation::Put(key, value), Answer::Done)
        } else {
            applied[client] = random.random_range(applied[client]..=log.len());
            let written = log[..applied[client]]
                .iter()
                .rev()
                .find(|(to, _)| *to == key);
            (
                Operation::Get(key),
                Answer::Value(written.map(|(_, value)| *value)),
            )
        };
        let outcome = if random.random_bool(0.1) {
            CallOutcome::Unknown
        } else {
            CallOutcome::Answered {
                response,
                at: Time::from_micros(answered),
            }
        };
        calls.push(CallRecord {
            client,
            node: NodeId::new(client),
            request,
            called: Time::from_micros(called),
            outcome,
        });
    }
    calls
}

/// One of the last reads found something that is never written.
fn with_a_wrong_answer(mut calls: Vec<Call>) -> Vec<Call> {
    for call in calls.iter_mut().rev() {
        if let (Operation::Get(_), CallOutcome::Answered { response, .. }) =
            (&call.request, &mut call.outcome)
        {
            *response = Answer::Value(Some(0));
            break;
        }
    }
    calls
}

/// A client's last read finds what it had found and seen replaced.
fn with_a_step_back(mut calls: Vec<Call>) -> Vec<Call> {
    let first = calls
        .iter()
        .position(|call| matches!(call.request, Operation::Put(..)));
    let Some(Operation::Put(key, _)) = first.map(|first| calls[first].request.clone()) else {
        return calls;
    };
    let writer = first.map_or(0, |first| calls[first].client);
    for call in calls.iter_mut().rev() {
        if call.client == writer
            && let (Operation::Get(about), CallOutcome::Answered { response, .. }) =
                (&mut call.request, &mut call.outcome)
        {
            (*about, *response) = (key, Answer::Value(None));
            break;
        }
    }
    calls
}

/// How much work is allowed.
struct Limits {
    /// Steps for a history that is in order, and for one that is not.
    steps: [u64; 2],
    /// Calls that are shown as the reason.
    enough: usize,
}

fn decide(calls: Vec<Call>) -> Result<u64, SequentialError> {
    History::new(calls)
        .translate(
            |request| Some(request.clone()),
            |_, response| Meaning::Answered(response.clone()),
        )
        .sequential_within(DEFAULT_STEPS, KeyValueMap::empty())
}

fn check(shape: Shape, limits: Limits) {
    let (mut right, mut wrong, mut longest) = (0, 0, 0);
    for seed in 0..SEEDS {
        let calls = followers(seed, shape);
        match decide(calls.clone()) {
            Ok(steps) => right = right.max(steps),
            Err(error) => panic!("seed {seed}: followers really did this:\n{error}"),
        }
        for changed in [with_a_wrong_answer(calls.clone()), with_a_step_back(calls)] {
            match decide(changed) {
                Err(SequentialError::Violated(violation)) => {
                    wrong = wrong.max(violation.steps());
                    longest = longest.max(violation.enough().len());
                }
                // The write before the step back may never have happened.
                Ok(steps) => right = right.max(steps),
                Err(SequentialError::Undecided(undecided)) => panic!("seed {seed}: {undecided}"),
            }
        }
    }
    assert!(wrong > 0, "no change was found");
    assert!(right <= limits.steps[0], "{right} steps");
    assert!(wrong <= limits.steps[1], "{wrong} steps");
    assert!(longest <= limits.enough, "{longest} calls");
}

#[test]
fn forty_calls_of_four_clients() {
    let shape = Shape {
        calls: 40,
        clients: 4,
        keys: 2,
        values: 3,
    };
    let limits = Limits {
        steps: [2_000, 40_000],
        enough: 4,
    };
    check(shape, limits);
}

#[test]
fn a_hundred_calls_of_four_clients_with_values_of_their_own() {
    let shape = Shape {
        calls: 100,
        clients: 4,
        keys: 2,
        values: 1_000,
    };
    let limits = Limits {
        steps: [30_000, 100_000],
        enough: 4,
    };
    check(shape, limits);
}
