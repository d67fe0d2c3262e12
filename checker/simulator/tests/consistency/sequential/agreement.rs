//! Verdicts, and every statement in an explanation, against trying every order.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use simulator::Time;
use simulator::history::{History, SequentialError, Violation};

use super::brute_force::{Part, is_sequential, parts};
use crate::generate::{
    ObjectHistory, Times, answered_at_random, executed, small, with_one_answer_changed,
};
use crate::objects::{Object, SmallCounter, SmallMap, SmallRegister};

/// Histories of each kind and model.
const HISTORIES: usize = 10_000;
/// At least so many of them must be sequentially consistent, and at least so many must not.
const AT_LEAST: usize = 1_000;

#[derive(Default, Debug)]
struct Tally {
    sequential: usize,
    violated: usize,
    minimal: usize,
    would_be_explained: usize,
    not_linearizable: usize,
}

impl Tally {
    fn judge<O: Object>(&mut self, history: &ObjectHistory<O>) {
        let verdict = verdict::<O>(history);
        let expected = is_sequential(&parts::<O>(history));
        assert_eq!(verdict.is_none(), expected, "{history:#?}");
        let is_linearizable = history
            .translate(
                |operation| Some(operation.clone()),
                |_, answer| answer.clone(),
            )
            .linearizable(O::model())
            .is_ok();
        match verdict {
            None => {
                self.sequential += 1;
                self.not_linearizable += usize::from(!is_linearizable);
            }
            Some(violation) => {
                self.violated += 1;
                self.would_be_explained += usize::from(violation.happened_after_all().is_some());
                self.minimal += usize::from(check_explanation::<O>(history, &violation));
            }
        }
    }

    fn assert_both_kinds(&self) {
        assert!(
            self.sequential >= AT_LEAST && self.violated >= AT_LEAST && self.not_linearizable > 100,
            "{self:?}"
        );
        assert!(self.minimal * 100 >= self.violated * 99, "{self:?}");
    }
}

fn verdict<O: Object>(history: &ObjectHistory<O>) -> Option<Violation> {
    let translated = history.translate(
        |operation| Some(operation.clone()),
        |_, response| response.clone(),
    );
    match translated.sequential(O::model()) {
        Ok(()) => None,
        Err(SequentialError::Violated(violation)) => Some(violation),
        Err(SequentialError::Undecided(undecided)) => panic!("{undecided}\n{history:#?}"),
    }
}

/// Some calls as they were; of the others, those that may write are excused, and those that only read are left out.
fn others_excused<O: Object>(
    history: &ObjectHistory<O>,
    is_kept: impl Fn(&Part<O>) -> bool,
) -> Vec<Part<O>> {
    let mut all = parts::<O>(history);
    all.retain(|part| is_kept(part) || !O::only_reads(&part.operation, part.answer.as_ref()));
    all.iter_mut()
        .filter(|part| !is_kept(part))
        .for_each(Part::excuse);
    all
}

/// Returns whether every call that is shown has to be.
fn check_explanation<O: Object>(history: &ObjectHistory<O>, violation: &Violation) -> bool {
    let text = violation.to_string();
    assert!(
        text.lines().count() <= 10 && text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let context = || format!("{text}\n{violation:#?}\n{history:#?}");
    let all = parts::<O>(history);
    let place = violation.unexplained();
    let unexplained = all.iter().find(|part| part.place == place);
    let unexplained = unexplained.expect("only calls that took effect need an explanation");
    let at = unexplained
        .answered
        .expect("only answers need an explanation");

    // Nothing explains it, and without it everything that was answered before is explained.
    let is_over = |part: &Part<O>| {
        part.answered
            .is_some_and(|end| (end, part.place) <= (at, place))
    };
    assert!(
        !is_sequential(&others_excused::<O>(history, is_over)),
        "{}",
        context()
    );
    let is_earlier = |part: &Part<O>| is_over(part) && part.place != place;
    assert!(
        is_sequential(&others_excused::<O>(history, is_earlier)),
        "{}",
        context()
    );

    // It could have been given exactly these answers.
    let mut until_then = others_excused::<O>(history, is_over);
    let index = until_then.iter().position(|part| part.place == place);
    let index = index.expect("it is kept");
    let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
    for _ in 0..8 {
        let answer = O::random_answer(&until_then[index].operation, &mut random);
        let is_listed = violation
            .possible_answers()
            .contains(&format!("{answer:?}"));
        until_then[index].answer = Some(answer);
        assert_eq!(is_sequential(&until_then), is_listed, "{}", context());
    }

    // The calls that are shown are impossible whatever the others did, and by themselves.
    let enough = violation.enough();
    assert!(
        enough.contains(&place) && enough.is_sorted(),
        "{}",
        context()
    );
    let is_enough = |part: &Part<O>| enough.contains(&part.place);
    assert!(
        !is_sequential(&others_excused::<O>(history, is_enough)),
        "{}",
        context()
    );
    let mut alone = parts::<O>(history);
    alone.retain(is_enough);
    assert!(!is_sequential(&alone), "{}", context());
    // Nearly always, none can be left out: it is needed, or explains what the others were answered.
    let mut is_minimal = true;
    for one in alone.iter().filter(|part| is_over(part)) {
        let is_kept = |part: &Part<O>| is_enough(part) && is_over(part) && part.place != one.place;
        let is_needed = is_sequential(&others_excused::<O>(history, is_kept));
        let mut the_rest = parts::<O>(history);
        the_rest.retain(|part| is_enough(part) && ![one.place, place].contains(&part.place));
        let explains_the_rest = !is_sequential(&the_rest);
        is_minimal &= is_needed || explains_the_rest;
    }

    // The refused call explains it.
    if let Some(place) = violation.happened_after_all() {
        let call = history
            .calls()
            .nth(place)
            .expect("it is a place in the history");
        let mut with_it = others_excused::<O>(history, is_over);
        with_it.push(Part {
            place,
            client: call.client,
            called: call.called,
            answered: None,
            operation: call.request.clone(),
            answer: None,
        });
        assert!(is_sequential(&with_it), "{}", context());
    }
    is_minimal
}

/// The same history with the calls of each client moved in time, all of them by the same: what one client learns of the
/// others may come late now, or early.
fn moved_in_time<O: Object>(
    random: &mut Xoshiro256PlusPlus,
    history: &ObjectHistory<O>,
) -> ObjectHistory<O> {
    let offsets: Vec<u64> = (0..4).map(|_| random.random_range(0..20)).collect();
    let calls = history.calls().map(|call| {
        let mut call = call.clone();
        let later = |time: Time| Time::from_micros(time.as_micros() + offsets[call.client]);
        call.called = later(call.called);
        if let simulator::history::CallOutcome::Answered { at, .. } = &mut call.outcome {
            *at = later(*at);
        }
        call
    });
    History::new(calls.collect())
}

fn check<O: Object>(seed: u64) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut at_random = Tally::default();
    let mut after_a_change = Tally::default();
    for _ in 0..HISTORIES {
        let shape = small(&mut random, Times::MayBeEqual);
        at_random.judge::<O>(&answered_at_random::<O>(&mut random, shape));

        let shape = small(&mut random, Times::AllDiffer);
        let history = executed::<O>(&mut random, shape);
        let history = moved_in_time::<O>(&mut random, &history);
        if let Some(violation) = verdict::<O>(&history) {
            panic!("an object really did this, but for the time:\n{history:#?}\n{violation}");
        }
        after_a_change.judge::<O>(&with_one_answer_changed::<O>(&mut random, &history));
    }
    at_random.assert_both_kinds();
    after_a_change.assert_both_kinds();
    assert!(
        at_random.would_be_explained + after_a_change.would_be_explained > 20,
        "{at_random:?}"
    );
}

#[test]
fn registers_agree_with_trying_every_order() {
    check::<SmallRegister>(11);
}

#[test]
fn maps_agree_with_trying_every_order() {
    check::<SmallMap>(12);
}

#[test]
fn counters_agree_with_trying_every_order() {
    check::<SmallCounter>(13);
}
