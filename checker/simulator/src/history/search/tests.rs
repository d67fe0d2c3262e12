//! Each of the two searches, by itself, against trying every order.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::problem::{Call, Problem};
use super::transitions::{Object, Step, Steps, Transitions};
use super::{just_in_time, wing_gong_lowe};
use crate::Time;

const VALUES: u32 = 3;
const READ: u32 = VALUES;
const SWAPS: u32 = READ + 1;
const OPERATIONS: u32 = SWAPS + VALUES * VALUES;
const DONE: u32 = VALUES;
const SWAPPED: u32 = VALUES + 1;
const NOT_SWAPPED: u32 = VALUES + 2;

/// A register of three values: writes, a read, and every compare-and-set.
struct SmallRegister;

impl Object for SmallRegister {
    fn step(&mut self, state: u32, operation: u32) -> Step {
        if operation < VALUES {
            return Step {
                state: operation,
                answer: DONE,
            };
        }
        if operation == READ {
            return Step {
                state,
                answer: state,
            };
        }
        let (expected, new) = ((operation - SWAPS) / VALUES, (operation - SWAPS) % VALUES);
        if state == expected {
            Step {
                state: new,
                answer: SWAPPED,
            }
        } else {
            Step {
                state,
                answer: NOT_SWAPPED,
            }
        }
    }
}

/// Whether one call comes before another by the rule that the module's documentation states.
fn precedes(calls: &[Call], earlier: usize, later: usize) -> bool {
    let Some(returned) = calls[earlier].returned else {
        return false;
    };
    let called = calls[later].called;
    returned < called
        || returned == called && earlier < later && calls[earlier].client == calls[later].client
}

fn every_order_fails(calls: &[Call], done: &mut Vec<bool>, state: u32) -> bool {
    if (0..calls.len()).all(|call| done[call] || calls[call].returned.is_none()) {
        return false;
    }
    for call in 0..calls.len() {
        if done[call] || (0..calls.len()).any(|other| !done[other] && precedes(calls, other, call))
        {
            continue;
        }
        let step = SmallRegister.step(state, calls[call].operation);
        if calls[call]
            .answer
            .is_some_and(|answer| answer != step.answer)
        {
            continue;
        }
        done[call] = true;
        let fails = every_order_fails(calls, done, step.state);
        done[call] = false;
        if !fails {
            return false;
        }
    }
    true
}

fn random_calls(
    random: &mut Xoshiro256PlusPlus,
    calls: usize,
    clients: usize,
    unknown: f64,
) -> Vec<Call> {
    let mut free = vec![0; clients];
    // Few moments for some histories, so that many things happen at the same one.
    let longest = *[1, 3, 9].get(random.random_range(0..3)).unwrap_or(&1);
    let mut made: Vec<Call> = (0..calls)
        .map(|_| {
            let client = random.random_range(0..clients);
            let called = free[client] + random.random_range(0..=1);
            let returned = called + random.random_range(0..=longest);
            free[client] = returned;
            let operation = match random.random_range(0..4) {
                0 | 1 => READ,
                2 => random.random_range(0..VALUES),
                _ => random.random_range(SWAPS..OPERATIONS),
            };
            let answer = match operation {
                READ => random.random_range(0..VALUES),
                write if write < VALUES => DONE,
                _ => random.random_range(SWAPPED..=NOT_SWAPPED),
            };
            let is_unknown = random.random_bool(unknown);
            let answer = (!is_unknown && random.random_bool(0.9)).then_some(answer);
            let only_reads = operation == READ || answer == Some(NOT_SWAPPED);
            Call {
                client,
                called: Time::from_micros(called),
                returned: (!is_unknown).then_some(Time::from_micros(returned)),
                part: 0,
                operation,
                answer,
                only_reads,
                overwrites: operation < VALUES,
            }
        })
        .collect();
    made.sort_by_key(|call| call.called);
    made
}

fn both(calls: &[Call]) -> (wing_gong_lowe::Outcome, just_in_time::Outcome) {
    let problem = Problem::new(calls.to_vec());
    let mut object = SmallRegister;
    let mut transitions = Transitions::new(&mut object);
    let depth_first =
        wing_gong_lowe::search(&problem, &mut transitions, &mut Steps::at_most(u64::MAX));
    let breadth_first =
        just_in_time::search(&problem, &mut transitions, &mut Steps::at_most(u64::MAX));
    (depth_first, breadth_first)
}

#[test]
fn each_search_agrees_with_trying_every_order() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let (mut explained, mut impossible) = (0, 0);
    for _ in 0..40_000 {
        let size = random.random_range(1..=7);
        let clients = random.random_range(1..=4);
        let calls = random_calls(&mut random, size, clients, 0.2);
        let fails = every_order_fails(&calls, &mut vec![false; size], 0);
        let (depth_first, breadth_first) = both(&calls);
        if fails {
            impossible += 1;
            assert_eq!(
                depth_first,
                wing_gong_lowe::Outcome::Impossible,
                "{calls:#?}"
            );
            assert!(
                matches!(breadth_first, just_in_time::Outcome::Stuck(_)),
                "{calls:#?}"
            );
        } else {
            explained += 1;
            assert_eq!(
                depth_first,
                wing_gong_lowe::Outcome::Explained,
                "{calls:#?}"
            );
            assert_eq!(
                breadth_first,
                just_in_time::Outcome::Explained,
                "{calls:#?}"
            );
        }
    }
    assert!(
        explained > 10_000 && impossible > 10_000,
        "{explained} explained, {impossible} impossible"
    );
}

#[test]
fn the_searches_agree_on_longer_histories() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(2);
    let (mut explained, mut impossible) = (0, 0);
    for _ in 0..20_000 {
        let size = random.random_range(8..=16);
        let clients = random.random_range(2..=8);
        let calls = random_calls(&mut random, size, clients, 0.4);
        let (depth_first, breadth_first) = both(&calls);
        match depth_first {
            wing_gong_lowe::Outcome::Explained => {
                explained += 1;
                assert_eq!(
                    breadth_first,
                    just_in_time::Outcome::Explained,
                    "{calls:#?}"
                );
            }
            wing_gong_lowe::Outcome::Impossible => {
                impossible += 1;
                assert!(
                    matches!(breadth_first, just_in_time::Outcome::Stuck(_)),
                    "{calls:#?}"
                );
            }
            wing_gong_lowe::Outcome::OutOfSteps => unreachable!("there was no limit"),
        }
    }
    assert!(
        explained > 3_000 && impossible > 3_000,
        "{explained} explained, {impossible} impossible"
    );
}

#[test]
fn equal_writes_that_end_at_one_moment_are_not_interchangeable() {
    let call = |client, (called, returned), operation, answer| Call {
        client,
        called: Time::from_micros(called),
        returned: Some(Time::from_micros(returned)),
        part: 0,
        operation,
        answer: Some(answer),
        only_reads: operation == READ,
        overwrites: operation < VALUES,
    };
    let swap_1_for_2 = SWAPS + VALUES + 2;
    // Only client 1's own write must come before its swap; the read says that the other one came after it.
    for first_writer in [0, 1] {
        let calls = [
            call(first_writer, (0, 5), 1, DONE),
            call(1 - first_writer, (0, 5), 1, DONE),
            call(1, (5, 6), swap_1_for_2, SWAPPED),
            call(2, (7, 8), READ, 1),
        ];
        let explained = (
            wing_gong_lowe::Outcome::Explained,
            just_in_time::Outcome::Explained,
        );
        assert_eq!(both(&calls), explained);
    }
}
