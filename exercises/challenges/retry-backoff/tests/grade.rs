//! How retry-backoff is graded. It keeps its own books on budgets, and looks at nothing but what is decided, so any way to
//! remember them passes.

use std::collections::BTreeMap;
use std::time::Duration;

use retry_backoff::Retrier;
use retry_backoff::api::{Attempt, Budget, Decision, Effect, Outcome, Policy};
use serde::{Deserialize, Serialize};
use simulator::{Random, cases, ms, secs};

/// A budget that no list of steps uses up.
const PLENTY: Budget = Budget {
    full: 1_000_000,
    answers_for_one: 10,
};

/// How many waits show how they are drawn.
const SAMPLE: usize = 400;

/// How many clients call at the same moment.
const FLEET: usize = 100;

const OUTCOMES: [Outcome; 4] = [
    Outcome::Answered,
    Outcome::Refused,
    Outcome::TimedOut,
    Outcome::Invalid,
];

fn effect(random: &mut Random) -> Effect {
    *random.pick(&[Effect::Idempotent, Effect::OnceOnly])
}

/// Whether another attempt can help, and does no harm.
fn may_help(attempt: Attempt) -> bool {
    match (attempt.outcome, attempt.effect) {
        (Outcome::Refused, _) | (Outcome::TimedOut, Effect::Idempotent) => true,
        (Outcome::Answered | Outcome::Invalid, _) | (Outcome::TimedOut, Effect::OnceOnly) => false,
    }
}

/// An attempt in words.
fn told(attempt: Attempt) -> String {
    let Attempt {
        number,
        effect,
        outcome,
    } = attempt;
    format!("attempt {number} of a call that is {effect:?} ended {outcome:?}")
}

/// The longest wait that is allowed after the attempt with this number.
fn ceiling(policy: &Policy, number: u32) -> Duration {
    let mut ceiling = policy.base.min(policy.cap);
    for _ in 1..number {
        if ceiling == policy.cap {
            break;
        }
        ceiling = (ceiling * 2).min(policy.cap);
    }
    ceiling
}

/// Policies of all kinds, without a limit to attempts.
fn policies() -> [Policy; 5] {
    let policy = |base, cap| Policy {
        base,
        cap,
        attempts: u32::MAX,
        budget: PLENTY,
    };
    [
        policy(ms(100), secs(20)),
        policy(ms(1), secs(3_600)),
        policy(ms(30), ms(100)),
        policy(ms(50), ms(50)),
        policy(ms(200), ms(20)),
    ]
}

/// Numbers of attempts: mostly small ones, some very large.
fn numbers(random: &mut Random, size: usize) -> Vec<u32> {
    let number = |random: &mut Random| match random.below(4) {
        0 => 1 + random.below(3) as u32,
        1 | 2 => 1 + random.below(16) as u32,
        _ => *random.pick(&[
            31,
            32,
            33,
            34,
            63,
            64,
            65,
            66,
            100,
            129,
            5_000,
            u32::MAX - 1,
        ]),
    };
    (0..size).map(|_| number(random)).collect()
}

/// The waits that follow many attempts with this number, one after the other.
fn waits(retrier: &mut Retrier, random: &mut Random, number: u32) -> Vec<Duration> {
    let attempt = Attempt {
        number,
        effect: Effect::Idempotent,
        outcome: Outcome::Refused,
    };
    let one = |_| match retrier.ended(attempt, random) {
        Decision::Retry(wait) => wait,
        Decision::Stop => panic!(
            "{}, and nothing speaks against a retry, but the decision was Stop",
            told(attempt)
        ),
    };
    (0..SAMPLE).map(one).collect()
}

#[test]
fn only_what_may_help_is_tried_again() {
    cases(|random, size| {
        let attempt = |_| Attempt {
            number: 1 + random.below(6) as u32,
            effect: effect(random),
            outcome: *random.pick(&OUTCOMES),
        };
        (0..size).map(attempt).collect::<Vec<_>>()
    })
    .promise("a call is tried again if that can help and does no harm, and not too often")
    .step_is_a("attempt")
    .check(|attempts| {
        for most in [1, 2, 4] {
            let policy = Policy {
                attempts: most,
                ..policies()[0]
            };
            let mut retrier = Retrier::new(policy);
            let mut random = Random::from_seed(1);
            for attempt in attempts {
                let again = may_help(*attempt) && attempt.number < most;
                match retrier.ended(*attempt, &mut random) {
                    Decision::Retry(_) => assert!(
                        again,
                        "{}, of {most} at most, and the decision was Retry",
                        told(*attempt)
                    ),
                    Decision::Stop => assert!(
                        !again,
                        "{}, of {most} at most, and the decision was Stop",
                        told(*attempt)
                    ),
                }
            }
        }
    });
}

#[test]
fn waits_double_up_to_the_cap() {
    cases(numbers)
        .promise("no wait is longer than its ceiling, which doubles with every attempt up to the cap")
        .step_is_a("attempt number")
        .steps(1, 6)
        .seeds(100)
        .check(|numbers| {
            for policy in policies() {
                let mut retrier = Retrier::new(policy);
                let mut random = Random::from_seed(2);
                for &number in numbers {
                    let ceiling = ceiling(&policy, number);
                    let longest = waits(&mut retrier, &mut random, number)
                        .into_iter()
                        .max()
                        .unwrap_or_default();
                    let Policy { base, cap, .. } = policy;
                    assert!(
                        longest <= ceiling,
                        "after attempt {number}, with a base of {base:?} and a cap of {cap:?}, a wait of {longest:?} was drawn; \
                         the ceiling is {ceiling:?}"
                    );
                    assert!(
                        longest >= ceiling / 2,
                        "after attempt {number}, with a base of {base:?} and a cap of {cap:?}, the longest of {SAMPLE} waits \
                         was {longest:?}; the ceiling is {ceiling:?}"
                    );
                }
            }
        });
}

#[test]
fn waits_are_spread_evenly() {
    cases(numbers)
        .promise("any wait from zero to the ceiling is equally likely")
        .step_is_a("attempt number")
        .steps(1, 6)
        .seeds(100)
        .check(|numbers| {
            for policy in policies() {
                let mut retrier = Retrier::new(policy);
                let mut random = Random::from_seed(3);
                for &number in numbers {
                    let ceiling = ceiling(&policy, number);
                    let mut quarters = [0; 4];
                    for wait in waits(&mut retrier, &mut random, number) {
                        let place = 4 * wait.as_nanos() / (ceiling.as_nanos() + 1);
                        quarters[place.min(3) as usize] += 1;
                    }
                    // A hundred each, give or take.
                    assert!(
                        quarters.iter().all(|count| (40..=170).contains(count)),
                        "after attempt {number}, with a ceiling of {ceiling:?}, {SAMPLE} waits fell into the four quarters of \
                         the time from zero to there like this: {quarters:?}"
                    );
                }
            }
        });
}

#[test]
fn retries_stay_within_the_budget() {
    #[derive(Clone, Copy, Debug, Serialize, Deserialize)]
    enum Step {
        /// So many attempts are answered.
        Answers(u32),
        /// An attempt ends in another way.
        Fails(Attempt),
    }
    cases(|random, size| {
        let step = |_| match random.chance(0.4) {
            true => Step::Answers(*random.pick(&[1, 2, 3, 7, 10, 25])),
            false => Step::Fails(Attempt {
                number: 1 + random.below(4) as u32,
                effect: effect(random),
                outcome: *random.pick(&[
                    Outcome::Refused,
                    Outcome::Refused,
                    Outcome::TimedOut,
                    Outcome::Invalid,
                ]),
            }),
        };
        (0..size).map(step).collect::<Vec<_>>()
    })
    .promise("every retry costs one, answers put some back, and nothing else counts")
    .steps(1, 30)
    .check(|steps| {
        for (full, answers_for_one) in [(0, 3), (1, 10), (2, 1), (3, 10), (5, 3)] {
            let budget = Budget {
                full,
                answers_for_one,
            };
            let policy = Policy {
                attempts: 4,
                budget,
                ..policies()[0]
            };
            let mut retrier = Retrier::new(policy);
            let mut random = Random::from_seed(4);
            let most = full * answers_for_one;
            let mut saved = most;
            for step in steps {
                let attempt = match step {
                    Step::Answers(count) => {
                        for _ in 0..*count {
                            let attempt = Attempt {
                                number: 1,
                                effect: Effect::Idempotent,
                                outcome: Outcome::Answered,
                            };
                            let decision = retrier.ended(attempt, &mut random);
                            assert!(
                                decision == Decision::Stop,
                                "{}, and the decision was {decision:?}",
                                told(attempt)
                            );
                            saved = (saved + 1).min(most);
                        }
                        continue;
                    }
                    Step::Fails(attempt) => *attempt,
                };
                let wanted = may_help(attempt) && attempt.number < policy.attempts;
                let again = matches!(retrier.ended(attempt, &mut random), Decision::Retry(_));
                let has = saved >= answers_for_one;
                let left = format!(
                    "the budget holds {} of {full} retries, and {} of the {answers_for_one} answers that put another one back",
                    saved / answers_for_one,
                    saved % answers_for_one
                );
                assert!(
                    !again || wanted,
                    "{}, of 4 at most, and the decision was Retry",
                    told(attempt)
                );
                assert!(
                    !again || has,
                    "{}, and the decision was Retry, but {left}",
                    told(attempt)
                );
                assert!(
                    again || !wanted || !has,
                    "{}, and the decision was Stop, but {left}",
                    told(attempt)
                );
                if again {
                    saved -= answers_for_one;
                }
            }
        }
    });
}

#[test]
fn a_fleet_does_not_march_in_step() {
    const SLOT: u64 = 100;
    let policy = Policy {
        base: ms(10),
        cap: ms(1_000),
        attempts: u32::MAX,
        budget: PLENTY,
    };
    // All clients call at the same moment, when the server has just gone down.
    cases(|random, size| (0..size).map(|_| random.within(50..3_000)).collect::<Vec<u64>>())
        .promise("clients that fail together do not come back together")
        .step_is_a("outage")
        .steps(1, 3)
        .seeds(60)
        .check(move |outages| {
            // For so many milliseconds.
            let outage: u64 = 2_500 + outages.iter().sum::<u64>();
            let mut slots: BTreeMap<u64, usize> = BTreeMap::new();
            for client in 0..FLEET {
                let mut retrier = Retrier::new(policy);
                let mut random = Random::from_seed(5 + client as u64);
                let (mut now, mut number) = (Duration::ZERO, 1);
                while now < ms(outage) {
                    assert!(
                        number < 500,
                        "a client has tried {number} times within {} ms",
                        now.as_millis()
                    );
                    let attempt = Attempt {
                        number,
                        effect: Effect::Idempotent,
                        outcome: Outcome::Refused,
                    };
                    let Decision::Retry(wait) = retrier.ended(attempt, &mut random) else {
                        panic!(
                            "{}, and nothing speaks against a retry, but the decision was Stop",
                            told(attempt)
                        );
                    };
                    now = now.saturating_add(wait);
                    number += 1;
                    let slot = u64::try_from(now.as_millis()).unwrap_or(u64::MAX) / SLOT;
                    *slots.entry(slot).or_default() += 1;
                }
            }
            // When the waits have grown.
            let later = slots.range(2_000 / SLOT..);
            let busiest = later.max_by_key(|(_, count)| **count);
            let Some((slot, count)) = busiest else {
                panic!("no client has tried again from 2 s on");
            };
            // Some twenty, if they are spread over a second.
            assert!(
                *count <= 60,
                "{FLEET} clients called at 0 s, when the server was down for {} s; {count} attempts came between {} ms and \
                 {} ms",
                outage as f64 / 1_000.0,
                slot * SLOT,
                (slot + 1) * SLOT
            );
        });
}
