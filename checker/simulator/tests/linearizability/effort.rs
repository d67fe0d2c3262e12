//! Large histories are decided in few steps: a measure of time that is the same on every machine.

use std::fmt::Debug;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use simulator::history::{
    CallOutcome, CallRecord, Counter, DEFAULT_STEPS, History, KeyValueMap, LinearizabilityError,
    Meaning, Model, Register, counter, key_value_map, register,
};
use simulator::{NodeId, Time};

const CALLS: usize = 1_000;
const CLIENTS: usize = 10;
const SEEDS: u64 = 5;

/// What happened in a run of `CALLS` calls to a single object, with `unknown` of them never answered.
fn run<M: Model>(
    seed: u64,
    unknown: f64,
    model: &M,
    mut operation: impl FnMut(&mut Xoshiro256PlusPlus) -> M::Operation,
) -> Vec<CallRecord<M::Operation, M::Answer>> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut free = [0; CLIENTS];
    let mut made: Vec<(usize, u64, u64, u64)> = (0..CALLS)
        .map(|call| {
            let client = call % CLIENTS;
            let called = free[client] + random.random_range(1..=10);
            let answered = called + random.random_range(2..=40);
            free[client] = answered;
            (
                client,
                called,
                random.random_range(called..=answered),
                answered,
            )
        })
        .collect();
    made.sort_by_key(|&(_, _, effective, _)| effective);
    let mut states: Vec<(M::Key, M::State)> = Vec::new();
    let calls = made.into_iter().map(|(client, called, _, answered)| {
        let request = operation(&mut random);
        let key = model.key(&request);
        let place = states
            .iter()
            .position(|(other, _)| *other == key)
            .unwrap_or_else(|| {
                states.push((key.clone(), model.start(&key)));
                states.len() - 1
            });
        let (response, next) = model.step(&states[place].1, &request);
        let outcome = if random.random_bool(unknown) {
            CallOutcome::Unknown
        } else {
            CallOutcome::Answered {
                response,
                at: Time::from_micros(answered),
            }
        };
        if outcome != CallOutcome::Unknown || random.random_bool(0.5) {
            states[place].1 = next;
        }
        CallRecord {
            client,
            node: NodeId::new(0),
            request,
            called: Time::from_micros(called),
            outcome,
        }
    });
    calls.collect()
}

/// The last tenth of the answered calls begins with a read that is answered so.
fn answer_a_late_read<Q, R: Clone + PartialEq>(
    calls: &mut [CallRecord<Q, R>],
    is_read: impl Fn(&Q) -> bool,
    answer: &R,
) {
    let first = calls.len() * 9 / 10;
    for call in &mut calls[first..] {
        if let CallOutcome::Answered { response, .. } = &mut call.outcome
            && is_read(&call.request)
        {
            *response = answer.clone();
            return;
        }
    }
}

/// How much work is allowed.
struct Limits {
    /// Steps for either verdict.
    steps: u64,
    /// Calls that are shown as the reason.
    enough: usize,
}

/// Both verdicts for every seed, within the limits.
fn check<M: Model + Clone>(
    unknown: f64,
    model: M,
    operations: impl Fn() -> Operations<M>,
    is_read: impl Fn(&M::Operation) -> bool,
    wrong: M::Answer,
    limits: Limits,
) where
    M::Operation: Debug,
{
    let (mut right, mut violated, mut longest) = (0, 0, 0);
    for seed in 0..SEEDS {
        let mut calls = run(seed, unknown, &model, operations());
        match History::new(calls.clone()).decide(model.clone()) {
            Ok(steps) => right = right.max(steps),
            Err(error) => panic!("seed {seed}: an object really did this:\n{error}"),
        }
        answer_a_late_read(&mut calls, &is_read, &wrong);
        match History::new(calls).decide(model.clone()) {
            Err(LinearizabilityError::Violated(violation)) => {
                violated = violated.max(violation.steps());
                longest = longest.max(violation.enough().len());
            }
            other => panic!("seed {seed}: an answer is wrong, yet {other:?}"),
        }
    }
    assert!(
        right <= limits.steps && violated <= limits.steps && longest <= limits.enough,
        "{right} steps if linearizable, {violated} if violated, {longest} calls shown",
    );
}

type Operations<M> = Box<dyn FnMut(&mut Xoshiro256PlusPlus) -> <M as Model>::Operation>;

trait Decide<M> {
    fn decide(&self, model: M) -> Result<u64, LinearizabilityError>;
}

impl<M: Model> Decide<M> for History<M::Operation, M::Answer>
where
    M::Operation: Debug,
{
    fn decide(&self, model: M) -> Result<u64, LinearizabilityError> {
        self.translate(
            |request| Some(request.clone()),
            |_, response| Meaning::Answered(response.clone()),
        )
        .linearizable_within(DEFAULT_STEPS, model)
    }
}

fn register_operations(values: u32) -> Operations<Register<u32>> {
    let mut written = 0;
    Box::new(move |random| {
        if random.random_bool(0.5) {
            return register::Operation::Read;
        }
        written += 1;
        register::Operation::Write(1 + written % values)
    })
}

fn check_register(values: u32, unknown: f64, wrong: u32, limits: Limits) {
    check(
        unknown,
        Register::starting_with(0),
        || register_operations(values),
        |operation| matches!(operation, register::Operation::Read),
        register::Answer::Value(wrong),
        limits,
    );
}

#[test]
fn a_register_of_distinct_values() {
    check_register(
        u32::MAX,
        0.0,
        50,
        Limits {
            steps: 800_000,
            enough: 4,
        },
    );
}

#[test]
fn a_register_of_five_values() {
    check_register(
        5,
        0.0,
        0,
        Limits {
            steps: 800_000,
            enough: 4,
        },
    );
}

#[test]
fn a_register_of_distinct_values_with_unknown_outcomes() {
    check_register(
        u32::MAX,
        0.05,
        50,
        Limits {
            steps: 800_000,
            enough: 4,
        },
    );
}

#[test]
fn a_register_of_five_values_with_unknown_outcomes() {
    check_register(
        5,
        0.05,
        0,
        Limits {
            steps: 800_000,
            enough: 4,
        },
    );
}

#[test]
fn a_map_with_unknown_outcomes() {
    let operations = || -> Operations<KeyValueMap<u8, u32>> {
        let mut written = 0;
        Box::new(move |random| {
            let key = random.random_range(0..10);
            written += 1;
            match random.random_range(0..5) {
                0..2 => key_value_map::Operation::Get(key),
                2 => key_value_map::Operation::Delete(key),
                _ => key_value_map::Operation::Put(key, written),
            }
        })
    };
    let is_read = |operation: &_| matches!(operation, key_value_map::Operation::Get(_));
    let wrong = key_value_map::Answer::Value(Some(0));
    check(
        0.1,
        KeyValueMap::empty(),
        operations,
        is_read,
        wrong,
        Limits {
            steps: 300_000,
            enough: 1,
        },
    );
}

#[test]
fn a_counter() {
    let operations = || -> Operations<Counter> {
        Box::new(|random| match random.random_range(0..4) {
            0 => counter::Operation::Read,
            amount => counter::Operation::Add(amount),
        })
    };
    let is_read = |operation: &_| matches!(operation, counter::Operation::Read);
    check(
        0.0,
        Counter::starting_with(0),
        operations,
        is_read,
        50,
        Limits {
            steps: 50_000,
            enough: 1_000,
        },
    );
}
