//! What runs may cost.

use super::nodes::{Bug, Copier, PRIMARY, Request};
use super::outcomes::{copier, value_is_everywhere};
use super::{broken, replay, verdict, verdict_of_seed};
use crate::record::{Run, Verdict};
use crate::scenario::Ready;
use crate::{Faults, ms, scenario};

fn within(bug: Bug, messages: f64) -> Ready<Copier> {
    copier(bug)
        .operation_is_a("write")
        .messages_per_operation(messages)
        .ready(value_is_everywhere)
}

fn keeping(bug: Bug, bytes: usize) -> Ready<Copier> {
    copier(bug)
        .operations(4, 40)
        .state_size(bytes)
        .ready(value_is_everywhere)
}

#[test]
fn what_the_solution_takes_is_not_too_much() {
    assert_eq!(verdict(&within(Bug::None, 10.0)).0, Verdict::Passed);
    assert_eq!(verdict(&keeping(Bug::None, 120)).0, Verdict::Passed);
}

#[test]
fn too_many_messages_are_told_without_a_fault_if_none_is_needed() {
    let experiment = within(Bug::None, 2.0);
    let story = broken(&experiment);
    assert_eq!(story.promise, "no more messages are sent than are needed");
    assert_eq!(
        story.broken,
        "4.9 messages were sent for each answered write; 2 are enough\n\
         (the average of 1472 runs; in this one: 4 messages, 1 answered)"
    );
    assert_eq!(
        (story.faults.len(), story.operations.len()),
        (0, 1),
        "{story}"
    );
    match replay(&experiment, story.plan) {
        Verdict::Broken(again) => assert_eq!(
            again.broken,
            "4.0 messages were sent for each answered write; 2 are enough\n(in this run: 4 messages, 1 answered)"
        ),
        other => panic!("the plan gave {other}"),
    }
}

#[test]
fn too_many_messages_after_a_fault_are_told_with_that_fault() {
    let experiment = within(Bug::Impatient, 10.0);
    let story = broken(&experiment);
    assert_eq!(
        story.broken,
        "12.4 messages were sent for each answered write; 10 are enough\n\
         (the average of 1472 runs; in this one: 24 messages, 1 answered)"
    );
    assert_eq!(
        (story.faults.len(), story.operations.len()),
        (1, 1),
        "{story}"
    );
    // The right node exceeds the average in this run as well, for a reason: that alone breaks no budget.
    assert_eq!(replay(&experiment, story.plan), Verdict::Passed);
}

#[test]
fn messages_of_the_check_are_not_counted() {
    let experiment = copier(Bug::None)
        .faults(Faults::none())
        .messages_per_operation(4.0)
        .ready(|sim| {
            sim.run_for(ms(50));
            for value in 0..50 {
                // Each takes the place of the one before, which is never answered.
                sim.request(PRIMARY, Request::Write(value));
            }
            sim.run_for(ms(50));
        });
    assert_eq!(verdict(&experiment).0, Verdict::Passed);
}

#[test]
fn messages_per_operation_need_operations() {
    let script = scenario(Copier::with(Bug::None))
        .messages_per_operation(4.0)
        .ready(|_| {});
    match verdict(&script).0 {
        Verdict::SuiteFault(text) => assert!(text.contains("give it a workload"), "{text}"),
        other => panic!("it was {other}"),
    }
}

#[test]
fn what_is_never_forgotten_is_too_much() {
    let experiment = keeping(Bug::ForgetsNothing, 120);
    let story = broken(&experiment);
    assert_eq!(story.promise, "no node keeps more than it needs");
    assert_eq!(
        story.broken,
        "n0 keeps 123 bytes at the end of a run; 120 are enough\n\
         (counted are its state as `Debug` shows it, and its disk)"
    );
    assert_eq!(
        (story.faults.len(), story.operations.len()),
        (0, 12),
        "{story}"
    );
    let Run::Seed { seed, .. } = story.run else {
        panic!("it was found by {:?}", story.run)
    };
    for again in [
        verdict_of_seed(&experiment, seed),
        replay(&experiment, story.plan),
    ] {
        match again {
            Verdict::Broken(again) => assert_eq!(again.broken, story.broken),
            other => panic!("it gave {other}"),
        }
    }
}

#[test]
fn a_disk_counts_as_well() {
    let script = |bytes| {
        scenario(Copier::with(Bug::None))
            .nodes(2)
            .state_size(bytes)
            .ready(|sim| {
                let stored = sim.ask(PRIMARY, Request::Write(7), ms(10));
                assert!(stored.is_ok());
            })
    };
    let in_memory = "Copier { bug: None, value: 7, version: 1, waiting: None, old: [] }".len();
    let on_disk = "copy".len() + "[1,7]".len();
    assert_eq!(verdict(&script(in_memory + on_disk)).0, Verdict::Passed);
    let story = broken(&script(in_memory + on_disk - 1));
    assert!(story.broken.starts_with("n1 keeps "), "{}", story.broken);
    assert_eq!(story.run, Run::Script);
}
