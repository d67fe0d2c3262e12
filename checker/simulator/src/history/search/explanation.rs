//! Why there is no order, in as few calls as possible.
//!
//! Leaving a call out is a proof only if the whole history would still be impossible for the same reason. A call that
//! only reads can be left out. One that may write cannot, for its value may be what explains an answer; but it can be
//! *excused*: treated as if nobody knew whether and when it took effect. An order of all calls is an order of any part of
//! them with the rest excused, so where the part is impossible, the whole is. The smallest part is found with
//! `fewest` of the module above.

use std::cmp::Reverse;

use super::super::fewest::fewest;
use super::just_in_time::{self, Outcome, Possible};
use super::problem::{Call, Event, Problem};
use super::transitions::{Steps, Transitions};

/// Steps for one attempt to do with fewer calls, and for all of them. Where they do not suffice, more calls are shown
/// than need be; the verdict stands.
pub(super) const STEPS_PER_ATTEMPT: u64 = 300_000;
pub(super) const STEPS_FOR_ALL: u64 = 2_000_000;

/// Why there is no order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Explanation {
    /// The first call, by the time of the answer, whose answer nothing explains.
    pub(in super::super) unexplained: usize,
    /// Every answer that it could have been given.
    pub(in super::super) possible: Vec<u32>,
    /// Calls that suffice to show it, the unexplained one included, in the order in which they were made.
    pub(in super::super) enough: Vec<usize>,
    /// Index of a call among the refused ones: if it had happened, everything would be explained up to there.
    pub(in super::super) happened_after_all: Option<usize>,
}

/// Explains why the search got stuck at the return of this call.
pub(super) fn explain(
    problem: &Problem,
    refused: &[Call],
    stuck: usize,
    transitions: &mut Transitions<'_>,
) -> Explanation {
    let mut attempts = Attempts {
        problem,
        prefix: Prefix::until_return_of(stuck, problem),
        transitions,
        steps: Steps::at_most(STEPS_FOR_ALL),
    };
    attempts.find_unexplained();
    let unexplained = attempts.prefix.last;
    let all = attempts.prefix.over();
    let possible = attempts
        .possible(&all)
        .map(|possible| possible.answers)
        .unwrap_or_default();
    let mut enough = attempts.fewest();
    enough.push(unexplained);
    enough.extend(
        attempts
            .possible(&enough)
            .map(|possible| possible.relied_on)
            .unwrap_or_default(),
    );
    enough.sort_unstable();
    enough.dedup();
    let happened_after_all = attempts.happened_after_all(&all, refused);
    Explanation {
        unexplained,
        possible,
        enough,
        happened_after_all,
    }
}

/// What had happened when a call returned.
struct Prefix {
    /// The call that returned last.
    last: usize,
    /// All calls that were made, in that order.
    made: Vec<usize>,
    /// Whether each of the problem's calls had returned.
    is_over: Vec<bool>,
}

impl Prefix {
    fn until_return_of(last: usize, problem: &Problem) -> Prefix {
        let mut prefix = Prefix {
            last,
            made: Vec::new(),
            is_over: vec![false; problem.calls.len()],
        };
        for event in &problem.events {
            match *event {
                Event::Called(call) => prefix.made.push(call),
                Event::Returned(call) => prefix.is_over[call] = true,
            }
            if *event == Event::Returned(last) {
                break;
            }
        }
        // At one moment calls stand before returns, but a client asks again only after it is answered.
        let is_over = &prefix.is_over;
        let is_made = |call: &usize| {
            problem.just_after[*call]
                .iter()
                .all(|&earlier| is_over[earlier])
        };
        prefix.made.retain(is_made);
        prefix
    }

    fn over(&self) -> Vec<usize> {
        self.made
            .iter()
            .copied()
            .filter(|&call| self.is_over[call])
            .collect()
    }
}

/// As if nobody knew whether and when it took effect.
pub(super) fn excuse(call: &Call) -> Call {
    Call {
        returned: None,
        answer: None,
        only_reads: false,
        ..*call
    }
}

struct Attempts<'a, 'o> {
    problem: &'a Problem,
    prefix: Prefix,
    transitions: &'a mut Transitions<'o>,
    steps: Steps,
}

/// Some calls as they were, the others excused.
struct Attempt {
    problem: Problem,
    /// Which calls they were before.
    numbers: Vec<usize>,
}

impl Attempts<'_, '_> {
    /// Extends the prefix to the first return at which nobody could explain what had been answered until then. That
    /// may be later than where the search got stuck, for the search knows answers before they arrive.
    fn find_unexplained(&mut self) {
        let is_explained = |attempts: &mut Self| {
            let over = attempts.prefix.over();
            attempts.search(&over, &[]) == Outcome::Explained
        };
        let mut later = self.problem.events.iter().skip_while({
            let stuck = Event::Returned(self.prefix.last);
            move |event| **event != stuck
        });
        later.next();
        while is_explained(self) {
            let next = later.find_map(|event| match *event {
                Event::Returned(call) => Some(call),
                Event::Called(_) => None,
            });
            match next {
                Some(call) => self.prefix = Prefix::until_return_of(call, self.problem),
                None => return,
            }
        }
    }

    /// The calls that suffice together with the unexplained one.
    fn fewest(&mut self) -> Vec<usize> {
        let mut candidates = self.prefix.over();
        candidates.retain(|&call| call != self.prefix.last);
        // Those that stand first are kept with preference. Calls that make the answer right by themselves are likely
        // part of the reason (the rest is what stands between them and the answer); so are the last ones to end
        // before the unexplained one began.
        let began = self.problem.calls[self.prefix.last].called;
        candidates.sort_by_cached_key(|&call| {
            let returned = self.problem.calls[call].returned;
            let is_concurrent = returned.is_none_or(|returned| returned >= began);
            (
                !self.makes_right(call),
                is_concurrent,
                Reverse(returned),
                call,
            )
        });
        fewest(&candidates, &mut |these| self.is_impossible(these))
    }

    /// Whether the last call is answered right when this call comes just before it, and nothing else.
    fn makes_right(&mut self, call: usize) -> bool {
        let last = &self.problem.calls[self.prefix.last];
        let state = self
            .transitions
            .step(0, self.problem.calls[call].operation)
            .state;
        state != 0 && last.answer == Some(self.transitions.step(state, last.operation).answer)
    }

    /// Whether it is proven that these calls and the unexplained one cannot be explained, all others excused.
    fn is_impossible(&mut self, these: &[usize]) -> bool {
        let mut kept = these.to_vec();
        kept.push(self.prefix.last);
        matches!(self.search(&kept, &[]), Outcome::Stuck(_))
    }

    /// What the last call could have been answered, if these calls are as they were.
    fn possible(&mut self, these: &[usize]) -> Option<Possible> {
        let Attempt { problem, numbers } = self.attempt(these, &[]);
        let last = numbers.iter().position(|&call| call == self.prefix.last)?;
        let mut steps = Steps::at_most(STEPS_PER_ATTEMPT);
        let mut possible =
            just_in_time::possible_answers(&problem, last, self.transitions, &mut steps)?;
        for call in &mut possible.relied_on {
            *call = numbers[*call];
        }
        Some(possible)
    }

    /// The refused call that would explain the unexplained one if it had happened.
    fn happened_after_all(&mut self, all: &[usize], refused: &[Call]) -> Option<usize> {
        if refused.is_empty() || self.search(all, refused) != Outcome::Explained {
            return None;
        }
        (0..refused.len())
            .find(|&index| self.search(all, &refused[index..=index]) == Outcome::Explained)
    }

    /// Searches for an order of these calls, all others and the additional ones excused.
    fn search(&mut self, these: &[usize], additional: &[Call]) -> Outcome {
        let attempt = self.attempt(these, additional);
        let mut steps = Steps::at_most(STEPS_PER_ATTEMPT.min(self.steps.left()));
        let outcome = just_in_time::search(&attempt.problem, self.transitions, &mut steps);
        self.steps.spend(steps.taken());
        outcome
    }

    fn attempt(&self, these: &[usize], additional: &[Call]) -> Attempt {
        let mut kept = vec![false; self.problem.calls.len()];
        for &call in these {
            kept[call] = true;
        }
        let mut calls = Vec::new();
        let mut numbers = Vec::new();
        for &call in &self.prefix.made {
            let details = &self.problem.calls[call];
            if kept[call] {
                calls.push(*details);
                numbers.push(call);
            } else if !(details.only_reads && self.prefix.is_over[call]) {
                calls.push(excuse(details));
                numbers.push(call);
            }
        }
        calls.extend(additional.iter().map(excuse));
        Attempt {
            problem: Problem::new(calls),
            numbers,
        }
    }
}
