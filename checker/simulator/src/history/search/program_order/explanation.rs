//! Why there is no order that keeps each client's own, in as few calls as possible.
//!
//! As for linearizability, a call that may write cannot simply be left out, but it can be *excused*: treated as if nobody
//! knew whether it took effect. Here calls can be explained by later ones, so the excused include those made
//! later. The answer that is marked is the first, by time, at which excusing all calls that were not yet answered does not
//! help.

use std::cmp::Reverse;

use super::super::super::fewest::fewest;
use super::super::Explanation;
use super::super::explanation::{STEPS_FOR_ALL, STEPS_PER_ATTEMPT, excuse};
use super::super::problem::Call;
use super::super::transitions::{Steps, Transitions};
use super::clients::Clients;
use super::depth_first::{self, Outcome};

/// Steps to find out with which answer it became impossible.
const STEPS_TO_LOCATE: u64 = 1_000_000;
/// More answers than this are not tried one by one.
const MOST_ANSWERS: usize = 64;

/// Explains why these calls have no order.
pub(super) fn explain(
    calls: &[Call],
    refused: &[Call],
    transitions: &mut Transitions<'_>,
) -> Explanation {
    let mut attempts = Attempts {
        calls,
        transitions,
        steps: Steps::at_most(STEPS_TO_LOCATE),
    };
    let mut answered: Vec<usize> = (0..calls.len())
        .filter(|&call| calls[call].returned.is_some())
        .collect();
    answered.sort_by_key(|&call| (calls[call].returned, call));
    let until = attempts.first_impossible(&answered);
    let answered = &answered[..until];
    attempts.steps = Steps::at_most(STEPS_FOR_ALL);
    let (unexplained, enough) = attempts.enough(answered);
    let possible = attempts.possible_answers(answered, unexplained);
    let happened_after_all = attempts.happened_after_all(answered, refused);
    Explanation {
        unexplained,
        possible,
        enough,
        happened_after_all,
    }
}

fn last_answered(calls: &[Call], these: &[usize]) -> usize {
    let last = these
        .iter()
        .max_by_key(|&&call| (calls[call].returned, call));
    *last.expect("calls without answers have an order")
}

struct Attempts<'a, 'o> {
    calls: &'a [Call],
    transitions: &'a mut Transitions<'o>,
    steps: Steps,
}

impl Attempts<'_, '_> {
    /// How many of the calls, which are given by the time of their answers, it takes until there is no order. The longer, the
    /// harder: so it is looked for from the beginning, in growing strides.
    fn first_impossible(&mut self, answered: &[usize]) -> usize {
        let (mut possible, mut impossible) = (0, answered.len());
        let mut stride = 1;
        while possible + 1 < impossible {
            let next = (possible + stride).min(possible.midpoint(impossible));
            if self.is_impossible(&answered[..next]) {
                impossible = next;
                stride = 1;
            } else {
                possible = next;
                stride *= 2;
            }
        }
        impossible
    }

    /// The unexplained call, and the calls that suffice, itself included, in the order in which they were made.
    fn enough(&mut self, answered: &[usize]) -> (usize, Vec<usize>) {
        let last = last_answered(self.calls, answered);
        let mut candidates = answered.to_vec();
        // Those that stand first are kept with preference: what makes the last answer right, what its client did to the same
        // part, what others did to it, and what happened last.
        candidates.sort_by_cached_key(|&call| {
            let makes_right = self.makes_right(call, last);
            let (details, last_details) = (&self.calls[call], &self.calls[last]);
            let is_about_it = details.part == last_details.part;
            let is_own = is_about_it && details.client == last_details.client;
            let returned = Reverse(details.returned);
            (
                call != last,
                !makes_right,
                !is_own,
                !is_about_it,
                returned,
                call,
            )
        });
        let mut enough = self.enough_of(&candidates);
        loop {
            // What explains the others may itself suffice instead of them.
            let (first, others): (Vec<usize>, Vec<usize>) = enough
                .all()
                .partition(|call| enough.relied_on.contains(call));
            let candidates: Vec<usize> = first
                .into_iter()
                .chain(others)
                // A later answer may suffice as well, but is not the one to be explained.
                .filter(|call| answered.contains(call))
                .collect();
            let next = self.enough_of(&candidates);
            if next.all().count() >= enough.all().count() {
                break;
            }
            enough = next;
        }
        let mut all: Vec<usize> = enough.all().collect();
        all.sort_unstable();
        (last_answered(self.calls, &enough.impossible), all)
    }

    fn enough_of(&mut self, candidates: &[usize]) -> Enough {
        let impossible = fewest(candidates, &mut |these| self.is_impossible(these));
        let unexplained = last_answered(self.calls, &impossible);
        let relied_on = self.relied_on(&impossible, unexplained);
        Enough {
            impossible,
            relied_on,
        }
    }

    /// Whether the unexplained call is answered right when this call comes just before it, and nothing else.
    fn makes_right(&mut self, call: usize, unexplained: usize) -> bool {
        let last = &self.calls[unexplained];
        let state = self.transitions.step(0, self.calls[call].operation).state;
        state != 0 && last.answer == Some(self.transitions.step(state, last.operation).answer)
    }

    /// What the unexplained call could have been answered if all of these were answered as they were. Every answer that
    /// it is given anywhere was seen when all orders were tried.
    fn possible_answers(&mut self, these: &[usize], unexplained: usize) -> Vec<u32> {
        let answers = self.transitions.answers(self.calls[unexplained].operation);
        if answers.len() > MOST_ANSWERS {
            return Vec::new();
        }
        let mut possible = Vec::new();
        for answer in answers {
            let attempt = self.attempt(these, &[], Some((unexplained, Some(answer))));
            match self.search(&attempt.calls) {
                Outcome::Explained(_) => possible.push(answer),
                Outcome::Impossible => {}
                Outcome::OutOfSteps => return Vec::new(),
            }
        }
        possible
    }

    /// The calls with an unknown outcome, or excused, without which not even the other answers have an order.
    fn relied_on(&mut self, enough: &[usize], unexplained: usize) -> Vec<usize> {
        let attempt = self.attempt(enough, &[], Some((unexplained, None)));
        let Outcome::Explained(order) = self.search(&attempt.calls) else {
            return Vec::new();
        };
        let is_answered = |call: &usize| attempt.calls[*call].returned.is_some();
        let helpers: Vec<usize> = order
            .into_iter()
            .filter(|call| !is_answered(call))
            .collect();
        let needed = fewest(&helpers, &mut |these| {
            let some: Vec<Call> = (0..attempt.calls.len())
                .filter(|call| is_answered(call) || these.contains(call))
                .map(|call| attempt.calls[call])
                .collect();
            matches!(self.search(&some), Outcome::Explained(_))
        });
        needed.iter().map(|&call| attempt.numbers[call]).collect()
    }

    /// The refused call that would explain everything until there if it had happened.
    fn happened_after_all(&mut self, these: &[usize], refused: &[Call]) -> Option<usize> {
        let mut helps = |some: &[Call]| {
            let attempt = self.attempt(these, some, None);
            matches!(self.search(&attempt.calls), Outcome::Explained(_))
        };
        if refused.is_empty() || !helps(refused) {
            return None;
        }
        (0..refused.len()).find(|&index| helps(&refused[index..=index]))
    }

    /// Whether it is proven that these calls have no order, all others excused.
    fn is_impossible(&mut self, these: &[usize]) -> bool {
        let attempt = self.attempt(these, &[], None);
        self.search(&attempt.calls) == Outcome::Impossible
    }

    fn search(&mut self, calls: &[Call]) -> Outcome {
        let mut steps = Steps::at_most(STEPS_PER_ATTEMPT.min(self.steps.left()));
        let outcome = depth_first::search(&Clients::new(calls), self.transitions, &mut steps);
        self.steps.spend(steps.taken());
        outcome
    }

    /// These calls as they were, one of them with another answer perhaps, the others and the additional ones excused.
    fn attempt(
        &self,
        these: &[usize],
        additional: &[Call],
        answered: Option<(usize, Option<u32>)>,
    ) -> Attempt {
        let mut kept = vec![false; self.calls.len()];
        for &call in these {
            kept[call] = true;
        }
        let mut calls = Vec::new();
        let mut numbers = Vec::new();
        for (call, details) in self.calls.iter().enumerate() {
            if kept[call] {
                calls.push(*details);
                numbers.push(call);
            } else if !details.only_reads {
                calls.push(excuse(details));
                numbers.push(call);
            }
        }
        if let Some((call, answer)) = answered
            && let Some(place) = numbers.iter().position(|&number| number == call)
        {
            calls[place].answer = answer;
            calls[place].only_reads = false;
        }
        calls.extend(additional.iter().map(excuse));
        // A client's calls are told apart by the order in which they were made.
        let mut order: Vec<usize> = (0..calls.len()).collect();
        order.sort_by_key(|&call| calls[call].called);
        numbers.resize(calls.len(), usize::MAX);
        Attempt {
            calls: order.iter().map(|&call| calls[call]).collect(),
            numbers: order.iter().map(|&call| numbers[call]).collect(),
        }
    }
}

/// Some calls as they were, the others excused.
struct Attempt {
    calls: Vec<Call>,
    /// Which calls they were before.
    numbers: Vec<usize>,
}

/// Calls that suffice to show that there is no order.
struct Enough {
    /// All others excused, these have no order.
    impossible: Vec<usize>,
    /// Excused, but without them nobody would understand what the others were answered.
    relied_on: Vec<usize>,
}

impl Enough {
    fn all(&self) -> impl Iterator<Item = usize> {
        self.impossible.iter().chain(&self.relied_on).copied()
    }
}
