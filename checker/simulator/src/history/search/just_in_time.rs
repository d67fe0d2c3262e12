//! Breadth-first search along the time line: keep every configuration that explains the answers so far, and let calls
//! take effect only when an answer must be explained.
//!
//! This is just-in-time linearization, G. Lowe, "Testing for Linearizability", CCPE 29(4) (2017), with four things
//! of our own, each of which keeps the verdict:
//!
//! - *Eager queries*: a call that only reads takes effect as soon as its answer is right. It changes nothing, so an
//!   order in which it comes later is still an order when it comes now.
//! - *Burdens*: of two configurations that differ only in which reads are still owed and which calls of unknown outcome
//!   are used up, the one with less of both can do all that the other can.
//! - *Twins*: of two calls with the same operation and answer, the one that returned first goes first. Where
//!   an order has them the other way round, they can change places.
//! - *Unseen maybes*: a call of unknown outcome after which nothing is seen before the next overwriting call need not have
//!   happened.
//!
//! The same search, with the answer of one call left open and kept in the configuration, finds every answer that the call
//! could have been given.

use super::bits;
use super::frontier::Frontier;
use super::problem::{Event, Problem};
use super::transitions::{OutOfSteps, Steps, Transitions};

/// What the search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Explained,
    /// There is no order. No configuration was left at the return of this call; answers that arrived later were taken
    /// into account.
    Stuck(usize),
    OutOfSteps,
}

/// Looks for an order of all calls that were answered, and any that may have happened.
pub(super) fn search(
    problem: &Problem,
    transitions: &mut Transitions<'_>,
    steps: &mut Steps,
) -> Outcome {
    match AlongTime::new(problem, None).run(transitions, steps) {
        Ok(End::Rows(_)) => Outcome::Explained,
        Ok(End::Stuck(call)) => Outcome::Stuck(call),
        Err(OutOfSteps) => Outcome::OutOfSteps,
    }
}

/// What can be said about a call whose answer is left open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Possible {
    /// Every answer that it can be given, in ascending order.
    pub(super) answers: Vec<u32>,
    /// Calls of unknown outcome that must have happened in one of these orders, in that with the fewest.
    pub(super) relied_on: Vec<usize>,
}

/// All answers that a call can be given, whatever it was. `None` if there are not enough steps to tell.
pub(super) fn possible_answers(
    problem: &Problem,
    call: usize,
    transitions: &mut Transitions<'_>,
    steps: &mut Steps,
) -> Option<Possible> {
    let search = AlongTime::new(problem, Some(call));
    let mut maybes = Vec::new();
    for event in &problem.events {
        match *event {
            Event::Called(call) if search.kinds[call] == Kind::Maybe => {
                maybes.push((call, search.bits[call]));
            }
            _ => {}
        }
    }
    let rows = match search.run(transitions, steps) {
        Ok(End::Rows(rows)) => rows,
        Ok(End::Stuck(_)) => return Some(Possible::default()),
        Err(OutOfSteps) => return None,
    };
    let mut answers: Vec<u32> = rows.iter().map(|row| row[WATCHED] as u32).collect();
    answers.sort_unstable();
    answers.dedup();
    let used = |row: &Vec<u64>| -> Vec<usize> {
        let used = maybes.iter().filter(|&&(_, bit)| bits::contains(row, bit));
        used.map(|&(call, _)| call).collect()
    };
    let relied_on = rows
        .iter()
        .map(used)
        .min_by_key(Vec::len)
        .unwrap_or_default();
    Some(Possible { answers, relied_on })
}

/// How a search ended.
enum End {
    /// With these configurations.
    Rows(Vec<Vec<u64>>),
    /// With none, at the return of this call.
    Stuck(usize),
}

/// The word of a row that holds the state.
const STATE: usize = 0;
/// The word of a row that holds the answer of the watched call, once that is done.
const WATCHED: usize = 1;
/// The word of a row at which its bits begin.
const BITS: usize = 2;

/// What a call may do to a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Only reads; its bit is in the burden and stands for "still to be done".
    Query,
    /// Was answered and may write; its bit is in the key and stands for "done".
    Update,
    /// Has an unknown outcome; its bit is in the burden and stands for "used up".
    Maybe,
}

/// An update or maybe that was called and has not returned.
///
/// They are kept in this order, so that the twins of a call that may go first stand before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Open {
    operation: u32,
    /// In microseconds; the latest there is if it never returned.
    returned: u64,
    call: usize,
}

/// A row's *shortcut* is the state before its last call, if that was a maybe and nothing has seen its effect: then a
/// call that leads to the same state from there as from here should have been done there. This stands for no such state.
const NO_SHORTCUT: u32 = u32::MAX;

struct AlongTime<'p> {
    problem: &'p Problem,
    /// The call whose answer is left open.
    watched: Option<usize>,
    kinds: Vec<Kind>,
    /// Where the bit of each call is in a row, counted from the row's first bit. Used again after the call returns.
    bits: Vec<usize>,
    key_words: usize,
    burden_words: usize,
    /// Open calls that do not overwrite: updates and maybes.
    open: Vec<Open>,
    /// Open calls that overwrite.
    overwriting_updates: Vec<Open>,
    overwriting_maybes: Vec<Open>,
    open_queries: Vec<usize>,
    returned: Vec<bool>,
}

/// A row that is being made.
struct Candidate {
    row: Vec<u64>,
    shortcut: u32,
}

impl<'p> AlongTime<'p> {
    fn new(problem: &'p Problem, watched: Option<usize>) -> AlongTime<'p> {
        let kinds: Vec<Kind> = problem
            .calls
            .iter()
            .enumerate()
            .map(|(number, call)| match (call.returned, call.only_reads) {
                (None, _) => Kind::Maybe,
                (Some(_), true) if watched != Some(number) => Kind::Query,
                (Some(_), _) => Kind::Update,
            })
            .collect();
        let mut updates = Slots::default();
        let mut burdens = Slots::default();
        let mut slots = vec![0; kinds.len()];
        for event in &problem.events {
            match *event {
                Event::Called(call) if kinds[call] == Kind::Update => slots[call] = updates.take(),
                Event::Called(call) => slots[call] = burdens.take(),
                Event::Returned(call) if kinds[call] == Kind::Update => {
                    updates.give_back(slots[call])
                }
                Event::Returned(call) => burdens.give_back(slots[call]),
            }
        }
        let key_words = BITS + bits::words_for(updates.most);
        let bits = kinds
            .iter()
            .zip(slots)
            .map(|(kind, slot)| match kind {
                Kind::Update => 64 * BITS + slot,
                Kind::Query | Kind::Maybe => 64 * key_words + slot,
            })
            .collect();
        AlongTime {
            problem,
            watched,
            bits,
            key_words,
            burden_words: bits::words_for(burdens.most),
            open: Vec::new(),
            overwriting_maybes: Vec::new(),
            overwriting_updates: Vec::new(),
            open_queries: Vec::new(),
            returned: vec![false; kinds.len()],
            kinds,
        }
    }

    fn run(
        mut self,
        transitions: &mut Transitions<'_>,
        steps: &mut Steps,
    ) -> Result<End, OutOfSteps> {
        let mut rows = vec![vec![0; self.key_words + self.burden_words]];
        for event in &self.problem.events {
            match *event {
                Event::Called(call) => self.call(call, &mut rows),
                Event::Returned(call) => {
                    rows = self.explain_return(call, rows, transitions, steps)?;
                    if rows.is_empty() {
                        return Ok(End::Stuck(call));
                    }
                    self.forget(call);
                }
            }
        }
        Ok(End::Rows(rows))
    }

    fn call(&mut self, call: usize, rows: &mut [Vec<u64>]) {
        if self.kinds[call] == Kind::Query {
            self.open_queries.push(call);
            for row in rows {
                bits::insert(row, self.bits[call]);
            }
        } else {
            let open = self.open_of(call);
            let list = match (self.problem.calls[call].overwrites, self.kinds[call]) {
                (false, _) => &mut self.open,
                (true, Kind::Maybe) => &mut self.overwriting_maybes,
                (true, _) => &mut self.overwriting_updates,
            };
            let place = list.partition_point(|other| *other < open);
            list.insert(place, open);
        }
    }

    fn open_of(&self, call: usize) -> Open {
        let details = &self.problem.calls[call];
        Open {
            operation: details.operation,
            returned: details.returned.map_or(u64::MAX, |at| at.as_micros()),
            call,
        }
    }

    fn forget(&mut self, call: usize) {
        self.returned[call] = true;
        self.open.retain(|open| open.call != call);
        self.overwriting_updates.retain(|open| open.call != call);
        self.open_queries.retain(|open| *open != call);
    }

    /// All rows in which the call is done, with its bit as it was before it was made.
    fn explain_return(
        &self,
        call: usize,
        rows: Vec<Vec<u64>>,
        transitions: &mut Transitions<'_>,
        steps: &mut Steps,
    ) -> Result<Vec<Vec<u64>>, OutOfSteps> {
        let mut explained = Frontier::new(self.key_words, self.burden_words);
        let mut reached = Frontier::new(self.key_words, self.burden_words);
        let mut shortcuts = Vec::new();
        let mut arrive =
            |mut candidate: Candidate, reached: &mut Frontier, shortcuts: &mut Vec<u32>| {
                if self.is_done(&candidate.row, call) {
                    bits::remove(&mut candidate.row, self.bits[call]);
                    explained.insert(&candidate.row);
                } else if reached.insert(&candidate.row) {
                    shortcuts.push(candidate.shortcut);
                }
            };

        let overwriting = self.overwriting(transitions, steps)?;
        for row in rows {
            let mut candidate = Candidate {
                row,
                shortcut: NO_SHORTCUT,
            };
            self.do_queries(&mut candidate, transitions, steps)?;
            arrive(candidate, &mut reached, &mut shortcuts);
        }
        let mut next = 0;
        let mut candidates = Vec::new();
        while next < reached.len() {
            if let Some(row) = reached.row(next) {
                self.do_updates(
                    row,
                    shortcuts[next],
                    &overwriting,
                    transitions,
                    steps,
                    &mut candidates,
                )?;
            }
            for candidate in candidates.drain(..) {
                arrive(candidate, &mut reached, &mut shortcuts);
            }
            next += 1;
        }

        let rows = (0..explained.len()).filter_map(|row| explained.row(row));
        Ok(rows.map(<[u64]>::to_vec).collect())
    }

    /// The overwriting calls that it may be of use to do now. For one that may have happened, that is so only if something
    /// can see it before it is overwritten.
    fn overwriting(
        &self,
        transitions: &mut Transitions<'_>,
        steps: &mut Steps,
    ) -> Result<Vec<Open>, OutOfSteps> {
        let mut overwriting = self.overwriting_updates.clone();
        for maybe in &self.overwriting_maybes {
            steps.take()?;
            let state = transitions.step(0, maybe.operation).state;
            let is_seen = |&query: &usize| {
                let query = &self.problem.calls[query];
                query.answer == Some(transitions.step(state, query.operation).answer)
            };
            if !self.open.is_empty() || self.open_queries.iter().any(is_seen) {
                overwriting.push(*maybe);
            }
        }
        overwriting.sort_unstable();
        Ok(overwriting)
    }

    /// Does every open query whose answer is right.
    fn do_queries(
        &self,
        candidate: &mut Candidate,
        transitions: &mut Transitions<'_>,
        steps: &mut Steps,
    ) -> Result<(), OutOfSteps> {
        let state = candidate.row[STATE] as u32;
        for &query in &self.open_queries {
            if self.is_done(&candidate.row, query) || !self.may_follow(&candidate.row, query) {
                continue;
            }
            steps.take()?;
            let details = &self.problem.calls[query];
            if transitions
                .step_answering(state, details.operation, details.answer, true)
                .is_some()
            {
                bits::remove(&mut candidate.row, self.bits[query]);
                candidate.shortcut = NO_SHORTCUT;
            }
        }
        Ok(())
    }

    /// Does each open update, and each call of unknown outcome, as the next one.
    fn do_updates(
        &self,
        row: &[u64],
        shortcut: u32,
        overwriting: &[Open],
        transitions: &mut Transitions<'_>,
        steps: &mut Steps,
        candidates: &mut Vec<Candidate>,
    ) -> Result<(), OutOfSteps> {
        let state = row[STATE] as u32;
        let mut twins = Twins::none();
        let overwriting = if shortcut == NO_SHORTCUT {
            overwriting
        } else {
            &[]
        };
        for open in self.open.iter().chain(overwriting) {
            let call = open.call;
            if self.is_done(row, call) || !self.may_follow(row, call) {
                continue;
            }
            steps.take()?;
            let is_watched = self.watched == Some(call);
            let answer = self.problem.calls[call].answer.filter(|_| !is_watched);
            let Some(step) = transitions.step_answering(state, open.operation, answer, false)
            else {
                continue;
            };
            if !is_watched {
                if twins.go_before(open, answer) {
                    continue;
                }
                twins.add(open, answer);
            }
            let is_maybe = self.kinds[call] == Kind::Maybe;
            // Doing it in this row's place, and not after it, leads to the same state and uses up less.
            let is_wasteful = is_maybe
                && (step.state == state
                    || shortcut != NO_SHORTCUT
                        && transitions.step(shortcut, open.operation).state == step.state);
            if is_wasteful {
                continue;
            }
            let mut candidate = Candidate {
                row: row.to_vec(),
                shortcut: if is_maybe { state } else { NO_SHORTCUT },
            };
            candidate.row[STATE] = step.state.into();
            if is_watched {
                candidate.row[WATCHED] = step.answer.into();
            }
            bits::insert(&mut candidate.row, self.bits[call]);
            self.do_queries(&mut candidate, transitions, steps)?;
            let is_unseen = candidate.shortcut != NO_SHORTCUT && self.open.is_empty();
            if !is_unseen {
                candidates.push(candidate);
            }
        }
        Ok(())
    }

    fn is_done(&self, row: &[u64], call: usize) -> bool {
        bits::contains(row, self.bits[call]) != (self.kinds[call] == Kind::Query)
    }

    fn may_follow(&self, row: &[u64], call: usize) -> bool {
        let is_over = |&earlier: &usize| self.returned[earlier] || self.is_done(row, earlier);
        self.problem.just_after[call].iter().all(is_over)
    }
}

/// The calls with one operation that were found to fit as the next one.
struct Twins {
    operation: Option<u32>,
    /// The earliest return among them, and among those with an answer. Within an operation the answer is the same.
    any: u64,
    answered: u64,
}

impl Twins {
    fn none() -> Twins {
        Twins {
            operation: None,
            any: u64::MAX,
            answered: u64::MAX,
        }
    }

    /// Whether one of them may take this call's place: it returned earlier, strictly, since what follows a call at
    /// the moment of its return may differ between the two. Nothing follows a call that never returned.
    fn go_before(&self, open: &Open, answer: Option<u32>) -> bool {
        let earliest = if answer.is_some() {
            self.answered
        } else {
            self.any
        };
        self.operation == Some(open.operation)
            && (earliest < open.returned || answer.is_none() && open.returned == u64::MAX)
    }

    fn add(&mut self, open: &Open, answer: Option<u32>) {
        if self.operation != Some(open.operation) {
            *self = Twins {
                operation: Some(open.operation),
                ..Twins::none()
            };
        }
        self.any = self.any.min(open.returned);
        if answer.is_some() {
            self.answered = self.answered.min(open.returned);
        }
    }
}

/// Numbers that are given back and taken again.
#[derive(Default)]
struct Slots {
    free: Vec<usize>,
    most: usize,
}

impl Slots {
    fn take(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.most += 1;
            self.most - 1
        })
    }

    fn give_back(&mut self, slot: usize) {
        self.free.push(slot);
    }
}
