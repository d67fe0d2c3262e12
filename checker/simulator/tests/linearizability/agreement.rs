//! Verdicts, and every statement in an explanation, against trying every order.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use simulator::history::{LinearizabilityError, Violation};

use crate::brute_force::{Part, is_linearizable, is_linearizable_by_part, parts, precedes};
use crate::generate::{
    ObjectHistory, Times, answered_at_random, executed, small, with_one_answer_changed,
};
use crate::objects::{Object, SmallCounter, SmallMap, SmallRegister};

/// Histories of each kind and model.
const HISTORIES: usize = 10_000;
/// At least so many of them must be linearizable, and at least so many must not.
const AT_LEAST: usize = 1_500;

#[derive(Default, Debug)]
struct Tally {
    linearizable: usize,
    violated: usize,
    would_be_explained: usize,
}

impl Tally {
    fn judge<O: Object>(&mut self, history: &ObjectHistory<O>, times: Times) {
        let verdict = verdict::<O>(history);
        let expected = match times {
            // Calls to different keys at one moment are in no order, so each key stands for itself.
            Times::MayBeEqual => is_linearizable_by_part::<O>(history),
            Times::AllDiffer => is_linearizable(&parts::<O>(history)),
        };
        assert_eq!(verdict.is_none(), expected, "{history:#?}");
        match verdict {
            None => self.linearizable += 1,
            Some(violation) => {
                self.violated += 1;
                self.would_be_explained += usize::from(violation.happened_after_all().is_some());
                check_explanation::<O>(history, &violation);
            }
        }
    }

    fn assert_both_kinds(&self) {
        assert!(
            self.linearizable >= AT_LEAST && self.violated >= AT_LEAST,
            "{self:?}"
        );
    }
}

fn verdict<O: Object>(history: &ObjectHistory<O>) -> Option<Violation> {
    let translated = history.translate(
        |operation| Some(operation.clone()),
        |_, response| response.clone(),
    );
    match translated.linearizable(O::model()) {
        Ok(()) => None,
        Err(LinearizabilityError::Violated(violation)) => Some(violation),
        Err(LinearizabilityError::Undecided(undecided)) => panic!("{undecided}\n{history:#?}"),
    }
}

/// Calls to the same part of the object as the unexplained one, as they stood when that was answered.
fn until_the_unexplained<O: Object>(
    history: &ObjectHistory<O>,
    violation: &Violation,
) -> Vec<Part<O>> {
    let mut parts = parts::<O>(history);
    let unexplained = parts
        .iter()
        .find(|part| part.place == violation.unexplained())
        .expect("only calls that took effect need an explanation");
    let (number, at) = (O::part(&unexplained.operation), unexplained.returned);
    let at = at.expect("only answered calls need an explanation");
    let place = unexplained.place;
    parts.retain(|part| O::part(&part.operation) == number && part.called <= at);
    // A read of which nothing is known says nothing.
    parts.retain(|part| part.answer.is_some() || !O::only_reads(&part.operation, None));
    let is_over = |part: &Part<O>| {
        part.returned
            .is_some_and(|returned| (returned, part.place) <= (at, place))
    };
    // A client's next call is made only after it was answered.
    let waiting: Vec<usize> = parts
        .iter()
        .filter(|part| {
            parts
                .iter()
                .any(|other| !is_over(other) && precedes(other, part))
        })
        .map(|part| part.place)
        .collect();
    parts.retain(|part| !waiting.contains(&part.place));
    parts
        .iter_mut()
        .filter(|part| !is_over(part))
        .for_each(excuse);
    parts
}

fn excuse<O: Object>(part: &mut Part<O>) {
    part.returned = None;
    part.answer = None;
}

fn check_explanation<O: Object>(history: &ObjectHistory<O>, violation: &Violation) {
    let text = violation.to_string();
    assert!(
        text.lines().count() <= 9 && text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let context = || format!("{text}\n{violation:#?}\n{history:#?}");
    let position = |parts: &[Part<O>]| {
        parts
            .iter()
            .position(|part| part.place == violation.unexplained())
            .expect("it takes part")
    };

    // Nothing explains it, and without it everything before is explained.
    let mut prefix = until_the_unexplained::<O>(history, violation);
    assert!(!is_linearizable(&prefix), "{}", context());
    let unexplained = position(&prefix);
    prefix[unexplained].answer = None;
    assert!(is_linearizable(&prefix), "{}", context());

    // It could have been given exactly these answers.
    let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
    for _ in 0..8 {
        let answer = O::random_answer(&prefix[unexplained].operation, &mut random);
        let is_listed = violation
            .possible_answers()
            .contains(&format!("{answer:?}"));
        prefix[unexplained].answer = Some(answer);
        assert_eq!(is_linearizable(&prefix), is_listed, "{}", context());
    }

    // The calls that are shown are impossible by themselves, and whatever the others did.
    let mut alone = until_the_unexplained::<O>(history, violation);
    alone.retain(|part| violation.enough().contains(&part.place));
    assert!(!is_linearizable(&alone), "{}", context());
    let mut excused = until_the_unexplained::<O>(history, violation);
    let is_enough = |part: &Part<O>| violation.enough().contains(&part.place);
    excused.retain(|part| is_enough(part) || !O::only_reads(&part.operation, part.answer.as_ref()));
    excused
        .iter_mut()
        .filter(|part| !is_enough(part))
        .for_each(excuse);
    assert!(!is_linearizable(&excused), "{}", context());
    assert!(
        violation.enough().contains(&violation.unexplained()),
        "{}",
        context()
    );
    assert!(violation.enough().is_sorted(), "{}", context());

    // The refused call explains it.
    if let Some(place) = violation.happened_after_all() {
        let call = history
            .calls()
            .nth(place)
            .expect("it is a place in the history");
        let (client, called, operation) = (call.client, call.called, call.request.clone());
        let mut with_it = until_the_unexplained::<O>(history, violation);
        with_it.push(Part {
            place,
            client,
            called,
            returned: None,
            operation,
            answer: None,
        });
        assert!(is_linearizable(&with_it), "{}", context());
    }
}

fn check<O: Object>(seed: u64) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut at_random = Tally::default();
    let mut after_a_change = Tally::default();
    for number in 0..HISTORIES {
        let times = if number % 2 == 0 {
            Times::MayBeEqual
        } else {
            Times::AllDiffer
        };
        let shape = small(&mut random, times);
        at_random.judge::<O>(&answered_at_random::<O>(&mut random, shape), times);

        let shape = small(&mut random, times);
        let history = executed::<O>(&mut random, shape);
        if let Some(violation) = verdict::<O>(&history) {
            panic!("an object really did this:\n{history:#?}\n{violation}");
        }
        after_a_change.judge::<O>(&with_one_answer_changed::<O>(&mut random, &history), times);
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
    check::<SmallRegister>(1);
}

#[test]
fn maps_agree_with_trying_every_order() {
    check::<SmallMap>(2);
}

#[test]
fn counters_agree_with_trying_every_order() {
    check::<SmallCounter>(3);
}
