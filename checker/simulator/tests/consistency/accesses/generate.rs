//! Random histories of reads and writes: of replicas that keep promises to different degrees, and of random answers.

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;
use simulator::history::{Access, Accesses, CallOutcome, CallRecord, History};
use simulator::{NodeId, Time};

/// A key and what is written to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    Read(usize),
    Write(usize, u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Response {
    Value(Option<u32>),
    Done,
    /// It may have happened.
    TimedOut,
    /// It did not happen.
    Refused,
}

pub type ReadsAndWrites = History<Request, Response>;

/// What a suite would say of them.
pub fn accesses(history: &ReadsAndWrites) -> Accesses<'_, Request, Response, u32> {
    history.accesses(|request, response| match (*request, response) {
        (Request::Read(key), Some(Response::Value(value))) => {
            Some(Access::Read { key, value: *value })
        }
        (Request::Read(_), _) => None,
        (Request::Write(key, value), Some(Response::TimedOut)) => {
            Some(Access::PossibleWrite { key, value })
        }
        (Request::Write(key, value), Some(Response::Refused)) => {
            Some(Access::FailedWrite { key, value })
        }
        (Request::Write(key, value), _) => Some(Access::Write { key, value }),
    })
}

const KEYS: usize = 2;

/// Clients, keys and kinds of calls, in this order.
pub type Plot = &'static [(usize, usize, Kind)];

use Kind::{Read, Write};

pub const OWN_WRITES: Plot = &[(0, 0, Write), (1, 0, Read), (1, 0, Write), (1, 0, Read)];
pub const BACK_AND_FORTH: Plot = &[
    (0, 0, Write),
    (1, 0, Write),
    (2, 0, Read),
    (2, 0, Read),
    (2, 0, Read),
];
pub const ONE_AFTER_THE_OTHER: Plot = &[(0, 0, Write), (0, 1, Write), (1, 1, Read), (1, 0, Read)];
pub const CHAIN: Plot = &[
    (0, 0, Write),
    (1, 0, Read),
    (1, 1, Write),
    (2, 1, Read),
    (2, 0, Read),
];
pub const CHAIN_OF_ONE_KEY: Plot = &[
    (0, 0, Write),
    (1, 0, Read),
    (1, 0, Write),
    (2, 0, Read),
    (2, 0, Read),
];
pub const WRITE_THEN_READ: Plot = &[
    (0, 0, Write),
    (1, 0, Write),
    (0, 0, Read),
    (1, 0, Read),
    (0, 1, Read),
];

/// All of them, in which some guarantee may break.
pub const PLOTS: &[Plot] = &[
    OWN_WRITES,
    BACK_AND_FORTH,
    ONE_AFTER_THE_OTHER,
    CHAIN,
    CHAIN_OF_ONE_KEY,
    WRITE_THEN_READ,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Read,
    Write,
}

/// Who calls when, without answers. No two writes write the same.
fn requests(random: &mut Xoshiro256PlusPlus, plots: &[Plot]) -> Vec<CallRecord<Request, Response>> {
    let clients = random.random_range(1..=4);
    let keys = random.random_range(1..=KEYS);
    let mut made: Vec<(usize, usize, Kind)> = (0..random.random_range(2..=7))
        .map(|_| {
            let kind = if random.random_bool(0.5) {
                Kind::Read
            } else {
                Kind::Write
            };
            (
                random.random_range(0..clients),
                random.random_range(0..keys),
                kind,
            )
        })
        .collect();
    if random.random_bool(0.9) {
        let plot = plots[random.random_range(0..plots.len())];
        made.truncate(random.random_range(0..=7 - plot.len()));
        let mut place = 0;
        for &call in plot {
            place = (place + random.random_range(0..=1)).min(made.len());
            made.insert(place, call);
            place += 1;
        }
    }
    // Written values tell no order.
    let mut values: Vec<u32> = (1..=made.len() as u32).collect();
    if random.random_bool(0.5) {
        for index in (1..values.len()).rev() {
            values.swap(index, random.random_range(0..=index));
        }
    }
    let mut free = [0; 4];
    let mut now = 0;
    let mut records: Vec<_> = made
        .into_iter()
        .zip(values)
        .map(|((client, key, kind), value)| {
            now += random.random_range(0..=2);
            let called = now.max(free[client]);
            let answered = called + random.random_range(0..=4);
            free[client] = answered;
            let (request, response) = match kind {
                Kind::Read => (Request::Read(key), Response::Value(None)),
                Kind::Write => (Request::Write(key, value), Response::Done),
            };
            let outcome = if random.random_bool(0.05) {
                CallOutcome::Unknown
            } else {
                let response = match random.random_range(0..40) {
                    0 => Response::TimedOut,
                    1 => Response::Refused,
                    _ => response,
                };
                CallOutcome::Answered {
                    response,
                    at: Time::from_micros(answered),
                }
            };
            CallRecord {
                client,
                node: NodeId::new(0),
                request,
                called: Time::from_micros(called),
                outcome,
            }
        })
        .collect();
    records.sort_by_key(|call| call.called);
    records
}

fn set_value(call: &mut CallRecord<Request, Response>, value: Option<u32>) {
    if let CallOutcome::Answered {
        response: Response::Value(found),
        ..
    } = &mut call.outcome
    {
        *found = value;
    }
}

/// A value that was written to the key before a read, or none; rarely, one that is written later, or never.
fn any_value(
    random: &mut Xoshiro256PlusPlus,
    records: &[CallRecord<Request, Response>],
    read: usize,
    key: usize,
) -> Option<u32> {
    if random.random_bool(0.01) {
        return Some(99);
    }
    let until = if random.random_bool(0.05) {
        records.len()
    } else {
        read
    };
    let mut values = vec![None];
    values.extend(
        records[..until]
            .iter()
            .filter_map(|call| match call.request {
                Request::Write(to, value) if to == key => Some(Some(value)),
                _ => None,
            }),
    );
    values[random.random_range(0..values.len())]
}

/// Reads that find anything.
pub fn answered_at_random(random: &mut Xoshiro256PlusPlus, plots: &[Plot]) -> ReadsAndWrites {
    let mut records = requests(random, plots);
    for index in 0..records.len() {
        if let Request::Read(key) = records[index].request {
            let value = any_value(random, &records, index, key);
            set_value(&mut records[index], value);
        }
    }
    History::new(records)
}

/// What replicas do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replicas {
    /// There is only one.
    One,
    /// Writes travel with all that their writer knew, and each replica applies them as they arrive.
    Causal,
    /// The same, and of two writes to a key the one with the larger clock wins everywhere.
    CausalConvergent,
    /// Writes arrive in any order, and the last to arrive stays.
    Careless,
    /// The same, and clients ask a different replica each time.
    Roaming,
}

/// What a client knows.
#[derive(Clone, Default)]
struct Replica {
    /// The writes that it has applied, as indexes.
    applied: Vec<usize>,
    values: [Option<u32>; KEYS],
    clocks: [(u64, usize); KEYS],
    clock: u64,
}

/// A write that has happened.
struct Written {
    key: usize,
    value: u32,
    depends_on: Vec<usize>,
    clock: (u64, usize),
}

impl Replica {
    fn apply(&mut self, number: usize, write: &Written, replicas: Replicas) {
        self.applied.push(number);
        self.clock = self.clock.max(write.clock.0);
        let is_newer = write.clock > self.clocks[write.key];
        if is_newer || replicas != Replicas::CausalConvergent {
            self.values[write.key] = Some(write.value);
            self.clocks[write.key] = write.clock;
        }
    }
}

/// What clients are answered by replicas, one each, or one for all; writes travel between them at random times.
pub fn executed(
    random: &mut Xoshiro256PlusPlus,
    plots: &[Plot],
    replicas: Replicas,
) -> ReadsAndWrites {
    let mut records = requests(random, plots);
    let mut all: Vec<Written> = Vec::new();
    let mut states = vec![Replica::default(); 4];
    for record in &mut records {
        let place = if replicas == Replicas::One {
            0
        } else {
            record.client
        };
        for _ in 0..random.random_range(0..4) {
            let missing: Vec<usize> = (0..all.len())
                .filter(|number| !states[place].applied.contains(number))
                .filter(|&number| {
                    let known = |other| states[place].applied.contains(other);
                    matches!(replicas, Replicas::Careless | Replicas::Roaming)
                        || all[number].depends_on.iter().all(known)
                })
                .collect();
            if !missing.is_empty() {
                let number = missing[random.random_range(0..missing.len())];
                states[place].apply(number, &all[number], replicas);
            }
        }
        let happens = match record.outcome {
            CallOutcome::Unknown
            | CallOutcome::Answered {
                response: Response::TimedOut,
                ..
            } => random.random_bool(0.5),
            CallOutcome::Answered {
                response: Response::Refused,
                ..
            } => false,
            CallOutcome::Answered { .. } => true,
        };
        match record.request {
            Request::Read(key) => set_value(record, states[place].values[key]),
            Request::Write(key, value) if happens => {
                let state = &mut states[place];
                all.push(Written {
                    key,
                    value,
                    depends_on: state.applied.clone(),
                    clock: (state.clock + 1, record.client),
                });
                let number = all.len() - 1;
                state.apply(number, &all[number], replicas);
            }
            Request::Write(..) => {}
        }
    }
    History::new(records)
}

/// The same history in which one read found something else, if there is one.
pub fn with_one_value_changed(
    random: &mut Xoshiro256PlusPlus,
    history: &ReadsAndWrites,
) -> ReadsAndWrites {
    let mut records: Vec<_> = history.calls().cloned().collect();
    let reads: Vec<(usize, usize)> = records
        .iter()
        .enumerate()
        .filter_map(|(index, call)| match call.request {
            Request::Read(key) => Some((index, key)),
            Request::Write(..) => None,
        })
        .collect();
    if !reads.is_empty() {
        let (index, key) = reads[random.random_range(0..reads.len())];
        let value = any_value(random, &records, index, key);
        set_value(&mut records[index], value);
    }
    History::new(records)
}
