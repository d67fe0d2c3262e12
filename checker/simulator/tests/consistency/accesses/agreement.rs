//! Verdicts against the definitions, and explanations against themselves.

use std::fmt::Debug;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use simulator::history::{
    BadPattern, Causality, ConsistencyError, Guarantee, History, Inconsistency,
};

use super::brute_force::{Known, is_causal, is_causal_in_some_order, keeps};
use super::generate::{
    BACK_AND_FORTH, CHAIN, CHAIN_OF_ONE_KEY, ONE_AFTER_THE_OTHER, PLOTS, Plot, ReadsAndWrites,
    Replicas, Request, Response, accesses, answered_at_random, executed, with_one_value_changed,
};

/// Histories of each kind, at least, and more until there are enough that are right and wrong.
const HISTORIES: usize = 10_000;
const MOST_HISTORIES: usize = 100_000;
/// At least so many of them must be right, and at least so many wrong.
const AT_LEAST: usize = 1_000;
/// At least so many of them must be wrong not only for reasons that all kinds of consistency have in common.
const AT_LEAST_OWN: usize = 500;

const REPLICAS: [Replicas; 6] = [
    Replicas::One,
    Replicas::Causal,
    Replicas::CausalConvergent,
    Replicas::Careless,
    Replicas::Roaming,
    Replicas::Roaming,
];

#[derive(Debug, Default)]
struct Tally {
    right: usize,
    wrong: usize,
    patterns: Vec<(BadPattern, usize)>,
}

impl Tally {
    /// Compares the verdict with the definition, and looks at the reason.
    fn judge(
        &mut self,
        history: &ReadsAndWrites,
        verdict: impl Fn(&ReadsAndWrites) -> Result<(), ConsistencyError>,
        is_right: impl Fn(&ReadsAndWrites) -> bool,
    ) {
        let expected = is_right(history);
        match verdict(history) {
            Ok(()) => {
                assert!(expected, "{history:#?}");
                self.right += 1;
            }
            Err(ConsistencyError::Violated(violation)) => {
                assert!(!expected, "{violation}\n{history:#?}");
                self.wrong += 1;
                self.count(violation.pattern());
                check_explanation(history, &violation, is_right);
            }
            Err(ConsistencyError::Unsuited(unsuited)) => panic!("{unsuited}\n{history:#?}"),
        }
    }

    fn count(&mut self, pattern: BadPattern) {
        match self
            .patterns
            .iter_mut()
            .find(|(other, _)| *other == pattern)
        {
            Some((_, count)) => *count += 1,
            None => self.patterns.push((pattern, 1)),
        }
    }

    /// Whether there are enough of both kinds.
    fn is_enough(&self) -> bool {
        let in_common = [BadPattern::ThinAirRead, BadPattern::CyclicCo];
        let own = self
            .patterns
            .iter()
            .filter(|(pattern, _)| !in_common.contains(pattern));
        self.right >= AT_LEAST
            && self.wrong >= AT_LEAST
            && own.map(|(_, count)| count).sum::<usize>() >= AT_LEAST_OWN
    }
}

/// The calls that are shown are wrong by themselves, and without any of them they are right.
fn check_explanation(
    history: &ReadsAndWrites,
    violation: &Inconsistency,
    is_right: impl Fn(&ReadsAndWrites) -> bool,
) {
    let text = violation.to_string();
    let context = || format!("{text}\n{violation:#?}\n{history:#?}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    assert!(text.lines().count() <= 22, "{text}");
    let enough = violation.enough();
    assert!(
        enough.is_sorted() && enough.contains(&violation.marked()),
        "{}",
        context()
    );
    assert!(!is_right(&only(history, enough)), "{}", context());
    let is_thin_air = violation.pattern() == BadPattern::ThinAirRead;
    for one in enough {
        let others: Vec<usize> = enough
            .iter()
            .copied()
            .filter(|other| other != one)
            .collect();
        let is_read = |value| {
            let mut calls = history.calls();
            calls.any(|call| call.outcome.response() == Some(&Response::Value(Some(value))))
        };
        // Without a write, who read it would have read what nobody wrote.
        match history.calls().nth(*one).map(|call| call.request) {
            Some(Request::Write(_, value)) if is_read(value) || is_thin_air => {}
            _ => assert!(
                is_right(&only(history, &others)),
                "without {one}: {}",
                context()
            ),
        }
    }
}

fn only(history: &ReadsAndWrites, these: &[usize]) -> ReadsAndWrites {
    let calls = history.calls().enumerate();
    let kept = calls.filter(|(place, _)| these.contains(place));
    History::new(kept.map(|(_, call)| call.clone()).collect())
}

fn check<V: Debug>(
    seed: u64,
    plots: &[Plot],
    verdict: impl Fn(&ReadsAndWrites) -> Result<(), ConsistencyError>,
    is_right: impl Fn(&ReadsAndWrites) -> bool,
    what: V,
) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let (mut at_random, mut after_a_change) = (Tally::default(), Tally::default());
    for number in 0..MOST_HISTORIES {
        if number >= HISTORIES && at_random.is_enough() && after_a_change.is_enough() {
            break;
        }
        at_random.judge(&answered_at_random(&mut random, plots), &verdict, &is_right);
        let history = executed(&mut random, plots, REPLICAS[number % REPLICAS.len()]);
        let history = with_one_value_changed(&mut random, &history);
        after_a_change.judge(&history, &verdict, &is_right);
    }
    assert!(at_random.is_enough(), "{what:?} {at_random:?}");
    assert!(after_a_change.is_enough(), "{what:?} {after_a_change:?}");
}

fn check_causal(kind: Causality, seed: u64) {
    check(
        seed,
        PLOTS,
        |history| accesses(history).causal(kind),
        |history| is_causal(history, kind),
        kind,
    );
}

#[test]
fn plain_causal_consistency_agrees_with_its_definition() {
    check_causal(Causality::Plain, 21);
}

#[test]
fn causal_memory_agrees_with_its_definition() {
    check_causal(Causality::Memory, 22);
}

#[test]
fn causal_convergence_agrees_with_its_definition() {
    check_causal(Causality::Convergence, 23);
}

#[test]
fn no_larger_causal_order_explains_more() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(24);
    let mut wrong = 0;
    for _ in 0..1_500 {
        let history = match random.random_range(0..2) {
            0 => answered_at_random(&mut random, PLOTS),
            _ => executed(&mut random, PLOTS, Replicas::Careless),
        };
        let first: Vec<usize> = (0..history.len().min(4)).collect();
        let history = only(&history, &first);
        let expected = is_causal_in_some_order(&history);
        assert_eq!(
            is_causal(&history, Causality::Plain),
            expected,
            "{history:#?}"
        );
        wrong += usize::from(!expected);
    }
    assert!(wrong > 100, "{wrong}");
}

fn check_session(guarantee: Guarantee, seed: u64, plots: &[Plot]) {
    for (number, known) in [Known::Causality, Known::RealTime, Known::ByValue]
        .into_iter()
        .enumerate()
    {
        check(
            seed + 10 * number as u64,
            plots,
            |history| {
                let accesses = accesses(history);
                match known {
                    Known::Causality => accesses,
                    Known::RealTime => accesses.newer_in_real_time(),
                    Known::ByValue => accesses.newer_by(|one, other| one < other),
                }
                .session(guarantee)
            },
            |history| keeps(history, guarantee, known),
            (guarantee, known),
        );
    }
}

#[test]
fn read_your_writes_agrees_with_its_definition() {
    check_session(Guarantee::ReadYourWrites, 31, PLOTS);
}

#[test]
fn monotonic_reads_agrees_with_its_definition() {
    check_session(
        Guarantee::MonotonicReads,
        32,
        &[BACK_AND_FORTH, CHAIN_OF_ONE_KEY],
    );
}

#[test]
fn monotonic_writes_agrees_with_its_definition() {
    check_session(Guarantee::MonotonicWrites, 33, &[ONE_AFTER_THE_OTHER]);
}

#[test]
fn writes_follow_reads_agrees_with_its_definition() {
    check_session(Guarantee::WritesFollowReads, 34, &[CHAIN, CHAIN_OF_ONE_KEY]);
}
