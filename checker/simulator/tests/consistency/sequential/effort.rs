//! Large histories are decided in few steps: a measure of time that is the same on every machine.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use simulator::history::key_value_map::{Answer, Operation};
use simulator::history::{CallOutcome, CallRecord, History, KeyValueMap, Meaning, SequentialError};
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

#[derive(Debug, Default)]
struct Tally {
    most_steps: u64,
    undecided: usize,
    most_shown: usize,
}

fn decide(calls: Vec<Call>, tally: &mut Tally) -> Result<u64, SequentialError> {
    let history = History::new(calls);
    let result = history
        .translate(
            |request| Some(request.clone()),
            |_, response| Meaning::Answered(response.clone()),
        )
        .sequential_within(simulator::history::DEFAULT_STEPS, KeyValueMap::empty());
    match &result {
        Ok(steps) => tally.most_steps = tally.most_steps.max(*steps),
        Err(SequentialError::Violated(violation)) => {
            tally.most_steps = tally.most_steps.max(violation.steps());
            tally.most_shown = tally.most_shown.max(violation.enough().len());
        }
        Err(SequentialError::Undecided(_)) => tally.undecided += 1,
    }
    result
}

#[test]
fn measure() {
    for (calls, clients, keys, values) in [
        (20, 3, 1, 100),
        (40, 4, 2, 100),
        (40, 4, 2, 3),
        (100, 4, 2, 1000),
        (100, 4, 2, 3),
        (200, 5, 3, 1000),
        (1000, 5, 5, 100000),
    ] {
        let shape = Shape {
            calls,
            clients,
            keys,
            values,
        };
        let (mut right, mut wrong, mut back) =
            (Tally::default(), Tally::default(), Tally::default());
        for seed in 0..SEEDS {
            let started = std::time::Instant::now();
            let _ = decide(followers(seed, shape), &mut right);
            let a = started.elapsed();
            let _ = decide(with_a_wrong_answer(followers(seed, shape)), &mut wrong);
            let b = started.elapsed();
            let _ = decide(with_a_step_back(followers(seed, shape)), &mut back);
            println!("{a:?} {:?} {:?}", b - a, started.elapsed() - b);
        }
        println!("{calls} {clients} {keys} {values}: {right:?} {wrong:?} {back:?}");
    }
}
