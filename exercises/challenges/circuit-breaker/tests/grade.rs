//! How circuit-breaker is graded. It keeps its own books, and looks at nothing but which calls are let through, so any way
//! to remember calls passes.

use std::collections::VecDeque;
use std::fmt;

use circuit_breaker::api::{Outcome, Policy};
use circuit_breaker::{Breaker, Permit};
use serde::{Deserialize, Serialize};
use simulator::{Cases, Random, Time, cases, ms};

/// What happens next. A step about a call where none is under way does nothing, so that a list makes sense whichever of its
/// steps are left out.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Step {
    /// So many calls are asked for, one after the other; those that are let through succeed at once.
    Succeed(u32),
    /// So many calls are asked for, one after the other; those that are let through fail at once.
    Fail(u32),
    /// So many calls are asked for, and those that are let through are under way.
    Begin(u32),
    /// The call that has been under way for the longest time ends.
    OldestEnds(Outcome),
    /// The call that was begun last, of those under way, ends.
    NewestEnds(Outcome),
    /// So many milliseconds pass.
    Pass(u64),
    /// So many calls are asked for, and 40 ms pass after each; those that are let through end at once.
    Slowly(u32, Outcome),
    /// Ten calls are asked for, and those that are let through fail at once; then the wait passes.
    Outage,
}

/// As stories tell it, to readers who do not have this file before them.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = |count| if count == 1 { "call" } else { "calls" };
        let done = |outcome| match outcome {
            Outcome::Succeeded => "succeeds",
            Outcome::Failed => "fails",
        };
        match *self {
            Step::Succeed(count) => write!(f, "{count} {} that would succeed", calls(count)),
            Step::Fail(count) => write!(f, "{count} {} that would fail", calls(count)),
            Step::Begin(count) => write!(f, "{count} {} that would take long", calls(count)),
            Step::OldestEnds(outcome) => {
                write!(f, "the oldest of those that take long {}", done(outcome))
            }
            Step::NewestEnds(outcome) => {
                write!(f, "the newest of those that take long {}", done(outcome))
            }
            Step::Pass(time) => write!(f, "{time} ms pass"),
            Step::Slowly(count, Outcome::Succeeded) => {
                write!(
                    f,
                    "{count} {} that would succeed, one every 40 ms",
                    calls(count)
                )
            }
            Step::Slowly(count, Outcome::Failed) => {
                write!(
                    f,
                    "{count} {} that would fail, one every 40 ms",
                    calls(count)
                )
            }
            Step::Outage => write!(f, "10 calls that would fail, then the wait"),
        }
    }
}

/// What the contract says that the breaker is.
#[derive(Debug)]
enum State {
    Closed(Vec<(Time, Outcome)>),
    Open { since: Time },
    HalfOpen { tried: u32, succeeded: u32 },
}

/// A breaker, and the truth about it.
struct Client {
    policy: Policy,
    breaker: Breaker,
    state: State,
    changes: u32,
    now: Time,
    /// The calls under way, and how often the state had changed when they were let through.
    under_way: VecDeque<(Permit, u32)>,
}

impl Client {
    fn new(policy: Policy) -> Client {
        Client {
            policy,
            breaker: Breaker::new(policy),
            state: State::Closed(Vec::new()),
            changes: 0,
            now: Time::ZERO,
            under_way: VecDeque::new(),
        }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Succeed(count) => (0..count).for_each(|_| self.call(Outcome::Succeeded)),
            Step::Fail(count) => (0..count).for_each(|_| self.call(Outcome::Failed)),
            Step::Begin(count) => {
                for _ in 0..count {
                    let begun = self.ask();
                    self.under_way.extend(begun);
                }
            }
            Step::OldestEnds(outcome) => {
                if let Some((permit, changes)) = self.under_way.pop_front() {
                    self.end(permit, changes, outcome);
                }
            }
            Step::NewestEnds(outcome) => {
                if let Some((permit, changes)) = self.under_way.pop_back() {
                    self.end(permit, changes, outcome);
                }
            }
            Step::Pass(time) => self.now = self.now + ms(time),
            Step::Slowly(count, outcome) => {
                for _ in 0..count {
                    self.call(outcome);
                    self.now = self.now + ms(40);
                }
            }
            Step::Outage => {
                self.take(Step::Fail(10));
                self.now = self.now + self.policy.wait;
            }
        }
    }

    fn call(&mut self, outcome: Outcome) {
        if let Some((permit, changes)) = self.ask() {
            self.end(permit, changes, outcome);
        }
    }

    fn change(&mut self, state: State) {
        self.state = state;
        self.changes += 1;
    }

    fn ask(&mut self) -> Option<(Permit, u32)> {
        if let State::Open { since } = self.state
            && self.now - since >= self.policy.wait
        {
            self.change(State::HalfOpen {
                tried: 0,
                succeeded: 0,
            });
        }
        let state = self.told();
        let through = match &mut self.state {
            State::Closed(_) => true,
            State::Open { .. } => false,
            State::HalfOpen { tried, .. } => {
                let through = *tried < self.policy.probes;
                *tried += u32::from(through);
                through
            }
        };
        let permit = self.breaker.ask(self.now);
        let now = self.now;
        let policy = self.policy;
        match (&permit, through) {
            (Some(_), false) => {
                panic!("a call was let through at {now}, but the breaker {state}\n{policy:?}")
            }
            (None, true) => {
                panic!("no call was let through at {now}, but the breaker {state}\n{policy:?}")
            }
            _ => {}
        }
        permit.map(|permit| (permit, self.changes))
    }

    fn end(&mut self, permit: Permit, changes: u32, outcome: Outcome) {
        let (now, policy) = (self.now, self.policy);
        self.breaker.ended(permit, outcome, now);
        if changes != self.changes {
            return;
        }
        match (&mut self.state, outcome) {
            (State::Closed(ended), _) => {
                ended.push((now, outcome));
                ended.retain(|(at, _)| now - *at < policy.window);
                let (calls, failed) = count(ended);
                if outcome == Outcome::Failed
                    && calls >= policy.fewest
                    && failed * 100 >= calls * policy.percent
                {
                    self.change(State::Open { since: now });
                }
            }
            (State::HalfOpen { .. }, Outcome::Failed) => self.change(State::Open { since: now }),
            (State::HalfOpen { succeeded, .. }, Outcome::Succeeded) => {
                *succeeded += 1;
                if *succeeded == policy.probes {
                    self.change(State::Closed(Vec::new()));
                }
            }
            (State::Open { .. }, _) => {}
        }
    }

    /// The state, in words.
    fn told(&self) -> String {
        match &self.state {
            State::Closed(ended) => {
                let (calls, failed) = count(ended);
                format!(
                    "is closed: when a call ended last, {calls} counted, and {failed} of them had failed"
                )
            }
            State::Open { since } => {
                format!("opened at {since} and stays so for {:?}", self.policy.wait)
            }
            State::HalfOpen { tried, succeeded } => format!(
                "is half-open and has let through {tried} of its {} tries, of which {succeeded} have succeeded",
                self.policy.probes
            ),
        }
    }
}

/// How many calls there are, and how many of them have failed.
fn count(ended: &[(Time, Outcome)]) -> (u32, u32) {
    let failed = ended
        .iter()
        .filter(|(_, outcome)| *outcome == Outcome::Failed);
    (ended.len() as u32, failed.count() as u32)
}

fn policies() -> [Policy; 4] {
    let policy = |fewest, percent, probes| Policy {
        window: ms(100),
        fewest,
        percent,
        wait: ms(50),
        probes,
    };
    [
        policy(1, 100, 1),
        policy(4, 50, 2),
        policy(3, 34, 1),
        policy(10, 20, 3),
    ]
}

/// Lists of steps, each drawn by `step`, under all policies. At the end somebody asks once more, in case the last step has
/// done harm.
fn clients(
    step: impl Fn(&mut Random) -> Step + 'static,
    check: impl Fn(Policy) -> Policy + 'static,
) -> (Cases<Step>, impl Fn(&[Step])) {
    let generate = move |random: &mut Random, size| (0..size).map(|_| step(random)).collect();
    let run = move |steps: &[Step]| {
        for policy in policies() {
            let mut client = Client::new(check(policy));
            for step in steps {
                client.take(*step);
            }
            if !steps.is_empty() {
                client.take(Step::Begin(1));
            }
        }
    };
    (cases(generate), run)
}

fn outcome(random: &mut Random) -> Outcome {
    *random.pick(&[Outcome::Succeeded, Outcome::Failed])
}

fn results(random: &mut Random) -> Step {
    let count = 1 + random.below(5) as u32;
    match random.chance(0.5) {
        true => Step::Succeed(count),
        false => Step::Fail(count),
    }
}

#[test]
fn it_opens_when_too_many_fail() {
    let (cases, run) = clients(results, |policy| policy);
    cases
        .promise("it opens when a call fails and so many of the recent ones have, and not before")
        .check(run);
}

#[test]
fn old_results_do_not_count() {
    let step = |random: &mut Random| match random.below(6) {
        0 | 1 => Step::Pass(*random.pick(&[1, 20, 50, 99, 100, 101])),
        2 => Step::Slowly(1 + random.below(4) as u32, outcome(random)),
        _ => results(random),
    };
    // Once open, it stays so: what counts is whether it opens.
    let for_good = |policy| Policy {
        wait: ms(3_600_000),
        ..policy
    };
    let (cases, run) = clients(step, for_good);
    cases
        .promise(
            "what has ended longer ago than the window counts no more, and everything else does",
        )
        .check(run);
}

#[test]
fn it_tries_again_after_a_while() {
    let step = |random: &mut Random| match random.below(6) {
        0 | 1 => Step::Pass(*random.pick(&[1, 25, 49, 50, 51])),
        2 => Step::Outage,
        _ => results(random),
    };
    let (cases, run) = clients(step, |policy| policy);
    cases
        .promise("after the wait it tries the server, and closes or waits again")
        .check(run);
}

#[test]
fn no_crowd_is_let_through() {
    let step = |random: &mut Random| match random.below(7) {
        0 => Step::Pass(*random.pick(&[20, 50])),
        1 => Step::Fail(1 + random.below(5) as u32),
        6 => Step::Outage,
        2 | 3 => Step::Begin(1 + random.below(4) as u32),
        _ => Step::NewestEnds(outcome(random)),
    };
    let (cases, run) = clients(step, |policy| policy);
    cases
        .promise("while it tries the server, no more calls are let through than it may try, however many ask")
        .check(run);
}

#[test]
fn late_results_count_for_nothing() {
    let step = |random: &mut Random| match random.below(10) {
        0 | 1 => Step::Pass(*random.pick(&[10, 50, 60])),
        8 | 9 => Step::Outage,
        2 => results(random),
        3 | 4 => Step::Begin(1 + random.below(3) as u32),
        5 | 6 => Step::OldestEnds(outcome(random)),
        _ => Step::NewestEnds(outcome(random)),
    };
    let (cases, run) = clients(step, |policy| policy);
    cases
        .promise("how a call ends counts only in the state in which it was let through")
        .steps(1, 30)
        .seeds(1_000)
        .check(run);
}
