//! Making a failing run small: delta debugging over its faults and its operations.
//!
//! The algorithm is ddmin (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", IEEE TSE
//! 2002, section 3.2), run over one list and then the other until neither shrinks; then each fault that is left
//! is made milder. A smaller run counts only if it fails for the same cause, or costs too much in the same way.

use super::budget::Budget;
use super::experiment::{Cause, FaultChoice, Input, Operation, Outcome, Watch};
use super::inquiry::Inquiry;
use crate::plan::Fault;
use crate::record::Run;
use crate::{NodeId, Time};

/// The most runs that shrinking may take.
const BUDGET: u64 = 4_000;

/// So few faults are few enough: making them fewer is not worth moving operations about.
const FEW: usize = 2;
/// The times that operations are moved to, in milliseconds.
const TIMES: [u64; 18] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 60];
/// Later than anything that matters in a small run, in microseconds.
const MUCH_LATER: u64 = 160_000;

/// What every smaller run must still do.
pub(crate) enum Goal {
    /// Fail for this cause.
    Failure(Cause),
    /// Show that this budget is exceeded.
    Excess(Budget),
}

impl Goal {
    fn watch(&self) -> Watch {
        match self {
            Goal::Failure(_) => Watch::default(),
            Goal::Excess(budget) => budget.watch(),
        }
    }

    fn is_reached(&self, outcome: &Outcome) -> bool {
        match (self, &outcome.failure) {
            (Goal::Failure(cause), Some(failure)) => failure.cause == *cause,
            (Goal::Failure(_), None) => false,
            (Goal::Excess(budget), _) => budget.is_shown_by(outcome),
        }
    }
}

/// The smallest input that can be found for which the run still reaches the goal, as `input` does.
pub(crate) fn shrink(inquiry: &mut Inquiry<'_>, run: Run, input: Input, goal: Goal) -> Input {
    let mut shrinker = Shrinker {
        goal,
        run,
        left: BUDGET,
        inquiry,
    };
    let planned = match &input.faults {
        FaultChoice::Given(faults) => faults.clone(),
        FaultChoice::Seeded(_) => {
            let watch = Watch {
                faults: true,
                ..Watch::default()
            };
            shrinker.inquiry.run(&input, run, watch).happened
        }
    };
    let mut best = Candidate {
        random: input.random,
        operations: input.operations.clone(),
        faults: planned,
    };
    if !shrinker.reaches(&best) {
        // What was drawn cannot be repeated as a plan: the nodes are not deterministic. The caller notices.
        return input;
    }
    loop {
        let before = best.len();
        best = shrinker.fewer_faults(best);
        best = shrinker.fewer_operations(best);
        if best.len() == before {
            break;
        }
    }
    best = shrinker.at_other_times(best);
    best = shrinker.milder(best);
    best = shrinker.earlier(best);
    best = shrinker.rounded(best);
    best = shrinker.fewer_faults(best);
    best = shrinker.fewer_operations(best);
    best.input()
}

#[derive(Clone)]
struct Candidate {
    random: u64,
    operations: Vec<Operation>,
    faults: Vec<Fault>,
}

impl Candidate {
    fn len(&self) -> (usize, usize) {
        (self.operations.len(), self.faults.len())
    }

    fn input(&self) -> Input {
        let (random, operations) = (self.random, self.operations.clone());
        Input {
            random,
            operations,
            faults: FaultChoice::Given(self.faults.clone()),
        }
    }
}

struct Shrinker<'a, 'b> {
    goal: Goal,
    run: Run,
    left: u64,
    inquiry: &'a mut Inquiry<'b>,
}

impl Shrinker<'_, '_> {
    fn reaches(&mut self, candidate: &Candidate) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        self.inquiry.effort.shrinks += 1;
        let watch = self.goal.watch();
        let outcome = self.inquiry.run(&candidate.input(), self.run, watch);
        self.goal.is_reached(&outcome)
    }

    fn fewer_faults(&mut self, best: Candidate) -> Candidate {
        let faults = ddmin(best.faults.clone(), |faults| {
            self.reaches(&Candidate {
                faults: faults.to_vec(),
                ..best.clone()
            })
        });
        Candidate { faults, ..best }
    }

    fn fewer_operations(&mut self, best: Candidate) -> Candidate {
        let operations = ddmin(best.operations.clone(), |operations| {
            self.reaches(&Candidate {
                operations: operations.to_vec(),
                ..best.clone()
            })
        });
        Candidate { operations, ..best }
    }

    /// Moves operations to times at which fewer messages have to be late. An explored run asks everything as early as
    /// it can and delays what is in the way; the same thing often happens by itself when a client asks a little later.
    fn at_other_times(&mut self, mut best: Candidate) -> Candidate {
        while best.faults.len() > FEW {
            let roomy = self.later(best.clone());
            let Some(fewer) = self.with_one_moved(&roomy) else {
                break;
            };
            best = fewer;
        }
        best
    }

    /// One operation moved such that fewer faults are enough.
    fn with_one_moved(&mut self, best: &Candidate) -> Option<Candidate> {
        for index in 0..best.operations.len() {
            for at in TIMES {
                let mut candidate = best.clone();
                candidate.operations[index].at = Time::from_micros(at * 1_000);
                if self.reaches(&candidate) {
                    let fewer = self.fewer_faults(candidate);
                    if fewer.faults.len() < best.faults.len() {
                        return Some(fewer);
                    }
                }
            }
        }
        None
    }

    /// Makes whatever is late much later, where that does it as well: then it is out of the way.
    fn later(&mut self, mut best: Candidate) -> Candidate {
        for index in 0..best.faults.len() {
            let mut candidate = best.clone();
            match &mut candidate.faults[index] {
                Fault::Delay { extra, .. } | Fault::Late { extra, .. } if *extra < MUCH_LATER => {
                    *extra = MUCH_LATER;
                }
                _ => continue,
            }
            if self.reaches(&candidate) {
                best = candidate;
            }
        }
        best
    }

    /// Replaces each fault by a milder one that still does it, as often as that goes.
    fn milder(&mut self, mut best: Candidate) -> Candidate {
        for index in 0..best.faults.len() {
            while let Some(candidate) =
                milder_than(&best.faults[index])
                    .into_iter()
                    .find_map(|milder| {
                        let mut candidate = best.clone();
                        candidate.faults[index] = milder;
                        self.reaches(&candidate).then_some(candidate)
                    })
            {
                best = candidate;
            }
        }
        best
    }

    /// Lets operations begin at whole milliseconds.
    fn rounded(&mut self, mut best: Candidate) -> Candidate {
        for index in 0..best.operations.len() {
            let at = best.operations[index].at.as_micros();
            let mut candidate = best.clone();
            candidate.operations[index].at = Time::from_micros(at / 1_000 * 1_000);
            if !at.is_multiple_of(1_000) && self.reaches(&candidate) {
                best = candidate;
            }
        }
        best
    }

    /// Moves all operations that follow one another slowly closer to the beginning, where that changes nothing.
    fn earlier(&mut self, best: Candidate) -> Candidate {
        let mut candidate = best.clone();
        for operation in &mut candidate.operations {
            operation.at = Time::ZERO;
        }
        if candidate
            .operations
            .iter()
            .zip(&best.operations)
            .any(|(new, old)| new.at != old.at)
            && self.reaches(&candidate)
        {
            return candidate;
        }
        best
    }
}

/// Milder versions of a fault, the mildest first.
fn milder_than(fault: &Fault) -> Vec<Fault> {
    const ROUND: u64 = 5_000;
    match *fault {
        Fault::Delay { message, extra } => round_values(extra, ROUND)
            .map(|extra| Fault::Delay { message, extra })
            .collect(),
        Fault::Duplicate { message, extra } => round_values(extra, ROUND)
            .map(|extra| Fault::Duplicate { message, extra })
            .collect(),
        Fault::Late { timer, extra } => round_values(extra, ROUND)
            .map(|extra| Fault::Late { timer, extra })
            .collect(),
        Fault::Crash {
            node,
            at,
            down: Some(down),
        } => round_values(down, ROUND)
            .map(|down| Fault::Crash {
                node,
                at,
                down: Some(down),
            })
            .collect(),
        Fault::Skew {
            node,
            offset,
            drift,
        } => {
            let steady = (drift != 0).then_some(Fault::Skew {
                node,
                offset,
                drift: 0,
            });
            let on_time = (offset != 0).then_some(Fault::Skew {
                node,
                offset: 0,
                drift,
            });
            steady.into_iter().chain(on_time).collect()
        }
        Fault::Partition {
            ref from,
            ref to,
            one_way,
            start,
            end,
        } => {
            let partition = |from, to, end| Fault::Partition {
                from,
                to,
                one_way,
                start,
                end,
            };
            let smaller_from = without_one(from).map(|from| partition(from, to.clone(), end));
            let smaller_to = without_one(to).map(|to| partition(from.clone(), to, end));
            let length = end.since(start).as_micros() as u64;
            let shorter = round_values(length, 2 * ROUND).map(|length| {
                partition(
                    from.clone(),
                    to.clone(),
                    Time::from_micros(start.as_micros() + length),
                )
            });
            smaller_from.chain(smaller_to).chain(shorter).collect()
        }
        Fault::Pause { node, start, end } => {
            let length = end.since(start).as_micros() as u64;
            round_values(length, ROUND)
                .map(|length| Fault::Pause {
                    node,
                    start,
                    end: Time::from_micros(start.as_micros() + length),
                })
                .collect()
        }
        Fault::Lose { .. } | Fault::Crash { down: None, .. } | Fault::LoseUnsynced { .. } => {
            Vec::new()
        }
    }
}

/// `nodes` with one of them left out, unless it is the only one.
fn without_one(nodes: &[NodeId]) -> impl Iterator<Item = Vec<NodeId>> {
    let left_out = if nodes.len() > 1 { nodes } else { &[] };
    left_out
        .iter()
        .map(move |out| nodes.iter().copied().filter(|node| node != out).collect())
}

/// Round numbers below `value`, growing.
fn round_values(value: u64, round: u64) -> impl Iterator<Item = u64> {
    (0..6)
        .map(move |power| round << power)
        .take_while(move |candidate| *candidate < value)
}

/// A smallest sublist, in order, for which `fails` still holds: no single element can be taken from it.
fn ddmin<T: Clone>(mut items: Vec<T>, mut fails: impl FnMut(&[T]) -> bool) -> Vec<T> {
    if items.is_empty() || fails(&[]) {
        return Vec::new();
    }
    let mut pieces = 2;
    while items.len() >= 2 {
        let size = items.len().div_ceil(pieces);
        let without = (0..items.len()).step_by(size).find_map(|start| {
            let end = (start + size).min(items.len());
            let rest: Vec<T> = items[..start]
                .iter()
                .chain(&items[end..])
                .cloned()
                .collect();
            fails(&rest).then_some(rest)
        });
        match without {
            Some(rest) => {
                items = rest;
                pieces = (pieces - 1).max(2);
            }
            None if size == 1 => break,
            None => pieces = (pieces * 2).min(items.len()),
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ddmin_leaves_nothing_that_can_be_taken_away() {
        let needed = [3, 17, 64];
        let mut runs = 0;
        let left = ddmin((0..100).collect(), |items: &[i32]| {
            runs += 1;
            needed.iter().all(|needed| items.contains(needed))
        });
        assert_eq!(left, needed);
        assert!(runs < 100, "{runs} runs");
    }

    #[test]
    fn ddmin_finds_that_nothing_is_needed() {
        assert_eq!(ddmin(vec![1, 2, 3], |_| true), Vec::<i32>::new());
    }

    #[test]
    fn round_values_are_milder() {
        assert_eq!(
            round_values(23_000, 5_000).collect::<Vec<_>>(),
            [5_000, 10_000, 20_000]
        );
    }
}
