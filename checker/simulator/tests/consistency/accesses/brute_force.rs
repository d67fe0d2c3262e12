//! The definitions, tried out: every choice of the writes that may have happened, every order that is spoken of.

use simulator::Time;
use simulator::history::{CallOutcome, Causality, Guarantee};

use super::generate::{ReadsAndWrites, Request, Response};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Write(u32),
    Read(Option<u32>),
}

/// A call that counts.
#[derive(Clone, Debug)]
pub struct Operation {
    pub place: usize,
    pub client: usize,
    called: Time,
    answered: Option<Time>,
    key: usize,
    pub action: Action,
}

impl Operation {
    fn is_write(&self) -> bool {
        matches!(self.action, Action::Write(_))
    }

    /// Whether it is an earlier one of the same client.
    fn is_earlier(&self, other: &Operation) -> bool {
        self.client == other.client
            && self.place < other.place
            && self.answered.is_some_and(|at| at <= other.called)
    }

    fn is_read_by(&self, other: &Operation) -> bool {
        match (self.action, other.action) {
            (Action::Write(value), Action::Read(Some(found))) => {
                self.key == other.key && value == found
            }
            _ => false,
        }
    }
}

/// What is known about older and newer, besides causality or instead of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    Causality,
    RealTime,
    /// Smaller values are older.
    ByValue,
}

/// The operations with each choice of the writes that may have happened.
pub fn choices(history: &ReadsAndWrites) -> Vec<Vec<Operation>> {
    let mut choices = vec![Vec::new()];
    for (place, call) in history.calls().enumerate() {
        let answered = call.outcome.answered_at();
        let response = call.outcome.response();
        let (key, action, answered, is_certain) = match (call.request, response) {
            (_, Some(Response::Refused)) => continue,
            (Request::Read(key), Some(Response::Value(value))) => {
                (key, Action::Read(*value), answered, true)
            }
            (Request::Read(_), _) => continue,
            (Request::Write(key, value), Some(Response::Done)) => {
                (key, Action::Write(value), answered, true)
            }
            (Request::Write(key, value), _) => (key, Action::Write(value), None, false),
        };
        assert!(matches!(call.outcome, CallOutcome::Answered { .. }) || answered.is_none());
        let operation = Operation {
            place,
            client: call.client,
            called: call.called,
            answered,
            key,
            action,
        };
        let without = if is_certain {
            Vec::new()
        } else {
            choices.clone()
        };
        for choice in &mut choices {
            choice.push(operation.clone());
        }
        choices.extend(without);
    }
    choices
}

/// Which operation comes before which.
pub type Order = Vec<Vec<bool>>;

/// The smallest order that contains the clients' orders and lets each write come before its reads; `None` if there is
/// none. (A read's value must be written by something in its past, so no causal order is smaller.)
pub fn causal_order(operations: &[Operation]) -> Option<Order> {
    let order = operations
        .iter()
        .map(|one| {
            let comes_before = |other: &Operation| one.is_earlier(other) || one.is_read_by(other);
            operations.iter().map(comes_before).collect()
        })
        .collect();
    close(order)
}

/// Adds what follows; `None` if something comes before itself.
pub fn close(mut order: Order) -> Option<Order> {
    let size = order.len();
    for middle in 0..size {
        for one in 0..size {
            for other in 0..size {
                order[one][other] |= order[one][middle] && order[middle][other];
            }
        }
    }
    (0..size).all(|one| !order[one][one]).then_some(order)
}

/// Whether some order of these operations, which keeps the given one, passes the test.
fn some_order(
    these: &[usize],
    order: &Order,
    done: &mut Vec<usize>,
    test: &mut dyn FnMut(&[usize]) -> bool,
) -> bool {
    if done.len() == these.len() {
        return test(done);
    }
    for &next in these {
        let waits = |other: &usize| order[*other][next] && !done.contains(other);
        if done.contains(&next) || these.iter().any(waits) {
            continue;
        }
        done.push(next);
        let found = some_order(these, order, done, test);
        done.pop();
        if found {
            return true;
        }
    }
    false
}

/// Whether a read finds what was last written before it in a row of operations.
fn is_right(operations: &[Operation], row: &[usize], read: usize) -> bool {
    let before = row.iter().take_while(|&&operation| operation != read);
    let last = before
        .filter(|&&write| {
            operations[write].is_write() && operations[write].key == operations[read].key
        })
        .last();
    let found = last.map(|&write| match operations[write].action {
        Action::Write(value) => value,
        Action::Read(_) => unreachable!("only writes were taken"),
    });
    operations[read].action == Action::Read(found)
}

fn reads(operations: &[Operation]) -> Vec<usize> {
    (0..operations.len())
        .filter(|&index| !operations[index].is_write())
        .collect()
}

/// Plain causal consistency under one causal order: each read by itself is explained by some order of what comes before
/// it.
pub fn is_explained(operations: &[Operation], order: &Order) -> bool {
    reads(operations).into_iter().all(|read| {
        let these: Vec<usize> = (0..operations.len())
            .filter(|&other| other == read || order[other][read])
            .collect();
        some_order(&these, order, &mut Vec::new(), &mut |row| {
            is_right(operations, row, read)
        })
    })
}

/// Causal memory: for each client, some order of its operations and all writes explains all its reads.
fn is_memory(operations: &[Operation], order: &Order) -> bool {
    operations.iter().all(|one| {
        let these: Vec<usize> = (0..operations.len())
            .filter(|&other| operations[other].is_write() || operations[other].client == one.client)
            .collect();
        some_order(&these, order, &mut Vec::new(), &mut |row| {
            let mut own = row
                .iter()
                .filter(|&&operation| !operations[operation].is_write());
            own.all(|&read| is_right(operations, row, read))
        })
    })
}

/// Causal convergence: some order of all operations explains each read by what comes before it in causal order.
fn is_convergent(operations: &[Operation], order: &Order) -> bool {
    let writes: Vec<usize> = (0..operations.len())
        .filter(|&index| operations[index].is_write())
        .collect();
    some_order(&writes, order, &mut Vec::new(), &mut |row| {
        reads(operations).into_iter().all(|read| {
            let mut seen: Vec<usize> = row
                .iter()
                .copied()
                .filter(|&write| order[write][read])
                .collect();
            seen.push(read);
            is_right(operations, &seen, read)
        })
    })
}

pub fn is_causal(history: &ReadsAndWrites, kind: Causality) -> bool {
    choices(history).iter().any(|operations| {
        causal_order(operations).is_some_and(|order| match kind {
            Causality::Plain => is_explained(operations, &order),
            Causality::Memory => is_memory(operations, &order),
            Causality::Convergence => is_convergent(operations, &order),
        })
    })
}

/// Plain causal consistency by trying every partial order that contains the clients' own, however large.
pub fn is_causal_in_some_order(history: &ReadsAndWrites) -> bool {
    choices(history).iter().any(|operations| {
        let order = operations
            .iter()
            .map(|one| {
                operations
                    .iter()
                    .map(|other| one.is_earlier(other))
                    .collect()
            })
            .collect();
        close(order).is_some_and(|order| {
            let mut tried = Vec::new();
            grow(operations, order, &mut tried)
        })
    })
}

fn grow(operations: &[Operation], order: Order, tried: &mut Vec<Order>) -> bool {
    if tried.contains(&order) {
        return false;
    }
    if is_explained(operations, &order) && values_are_written(operations) {
        return true;
    }
    tried.push(order.clone());
    for one in 0..operations.len() {
        for other in 0..operations.len() {
            if !order[one][other] && one != other {
                let mut larger = order.clone();
                larger[one][other] = true;
                if close(larger).is_some_and(|larger| grow(operations, larger, tried)) {
                    return true;
                }
            }
        }
    }
    false
}

fn values_are_written(operations: &[Operation]) -> bool {
    operations.iter().all(|read| {
        !matches!(read.action, Action::Read(Some(_)))
            || operations.iter().any(|write| write.is_read_by(read))
    })
}

/// The writes that a read must not miss.
fn must_not_miss(operations: &[Operation], read: usize, guarantee: Guarantee) -> Vec<usize> {
    let all = || 0..operations.len();
    let earlier = |one: usize, other: usize| operations[one].is_earlier(&operations[other]);
    // The writes that the client has seen in earlier reads, and in this one.
    let seen_in =
        |reader: usize| all().find(|&write| operations[write].is_read_by(&operations[reader]));
    let seen: Vec<usize> = all()
        .filter(|&other| other == read || earlier(other, read))
        .filter_map(seen_in)
        .collect();
    match guarantee {
        Guarantee::ReadYourWrites => all()
            .filter(|&write| operations[write].is_write() && earlier(write, read))
            .collect(),
        Guarantee::MonotonicReads => all()
            .filter(|&other| earlier(other, read))
            .filter_map(seen_in)
            .collect(),
        Guarantee::MonotonicWrites | Guarantee::WritesFollowReads => all()
            .filter(|&write| {
                seen.iter()
                    .any(|&later| must_follow(operations, write, later, guarantee))
            })
            .collect(),
    }
}

/// Whether these are two writes, and the guarantee is about the second following the first.
fn must_follow(
    operations: &[Operation],
    first: usize,
    second: usize,
    guarantee: Guarantee,
) -> bool {
    let all = || 0..operations.len();
    let is_write = operations[first].is_write() && operations[second].is_write();
    match guarantee {
        Guarantee::ReadYourWrites | Guarantee::MonotonicReads => false,
        Guarantee::MonotonicWrites => is_write && operations[first].is_earlier(&operations[second]),
        Guarantee::WritesFollowReads => {
            is_write
                && all().any(|read| {
                    operations[read].is_earlier(&operations[second])
                        && all().any(|write| {
                            operations[write].is_read_by(&operations[read])
                                && (write == first
                                    || must_follow(operations, first, write, guarantee))
                        })
                })
        }
    }
}

pub fn keeps(history: &ReadsAndWrites, guarantee: Guarantee, known: Known) -> bool {
    choices(history)
        .iter()
        .any(|operations| keeps_with(operations, guarantee, known))
}

fn keeps_with(operations: &[Operation], guarantee: Guarantee, known: Known) -> bool {
    let size = operations.len();
    let Some(causality) = causal_order(operations) else {
        return false;
    };
    if !values_are_written(operations) {
        return false;
    }
    let mut older = vec![vec![false; size]; size];
    for (one, earlier) in operations.iter().enumerate() {
        for (other, later) in operations.iter().enumerate() {
            let in_time = earlier.is_write()
                && later.is_write()
                && earlier.answered.is_some_and(|at| at < later.called);
            older[one][other] = match (known, earlier.action, later.action) {
                (Known::Causality, ..) => causality[one][other],
                (Known::RealTime, ..) => causality[one][other] || in_time,
                (Known::ByValue, Action::Write(a), Action::Write(b)) => {
                    earlier.key == later.key && a < b
                }
                (Known::ByValue, ..) => false,
            };
        }
    }
    // What is known for a client's calls only matters to writes.
    let Some(older) = close(older) else {
        return false;
    };
    let writes: Vec<usize> = (0..size)
        .filter(|&index| operations[index].is_write())
        .collect();
    operations.iter().all(|client| {
        some_order(&writes, &older, &mut Vec::new(), &mut |row| {
            let position = |write: usize| row.iter().position(|&other| other == write);
            let is_about_one_key =
                |one: usize, other: usize| operations[one].key == operations[other].key;
            let writes_are_right = writes.iter().all(|&second| {
                writes.iter().all(|&first| {
                    !is_about_one_key(first, second)
                        || !must_follow(operations, first, second, guarantee)
                        || position(first) < position(second)
                })
            });
            let own = reads(operations)
                .into_iter()
                .filter(|&read| operations[read].client == client.client);
            let reads_are_right = own.into_iter().all(|read| {
                let returned = writes
                    .iter()
                    .find(|&&write| operations[write].is_read_by(&operations[read]));
                let returned = returned.and_then(|&write| position(write));
                must_not_miss(operations, read, guarantee)
                    .into_iter()
                    .filter(|&write| is_about_one_key(write, read))
                    // What was there before any write has no position, and `None` is less than all.
                    .all(|write| returned >= position(write))
            });
            writes_are_right && reads_are_right
        })
    })
}
