//! A plan means the same wherever it is run.

use std::collections::BTreeSet;

use super::nodes::{Bug, Copier, PRIMARY, Request};
use super::seeded;
use crate::examine::experiment::{Experiment, FaultChoice, Input, Watch};
use crate::examine::{Order, Which, trace};
use crate::plan::{Fault, MessageKey};
use crate::scenario::Ready;
use crate::{Faults, ms, scenario};

fn rough() -> Ready<Copier> {
    let faults = Faults::none()
        .loss(0.1)
        .duplication(0.1)
        .delay(ms(1)..ms(40))
        .partitions(1)
        .one_way_partitions(1)
        .crashes(2)
        .lose_unsynced()
        .pauses(1)
        .skew(ms(50))
        .drift(1_000);
    scenario(Copier::with(Bug::None))
        .faults(faults)
        .workload(|w| {
            for number in 0..w.size() {
                w.ask(number % 2, PRIMARY, Request::Write(number as u64 + 1));
            }
        })
        .ready(|sim| sim.run_for(ms(300)))
}

#[test]
fn what_a_seed_draws_can_be_repeated_as_a_plan() {
    let experiment = rough();
    let mut faults = 0;
    for seed in 1..=300 {
        let (input, drawn) = seeded(&experiment, seed);
        faults += drawn.happened.len();
        let planned = Input {
            faults: FaultChoice::Given(drawn.happened.clone()),
            ..input
        };
        let again = experiment.run(
            &planned,
            Watch {
                faults: true,
                trace: true,
                ..Watch::default()
            },
        );
        assert_eq!(again.fingerprint, drawn.fingerprint, "seed {seed}");
        assert_eq!(again.messages, drawn.messages, "seed {seed}");
    }
    assert!(
        faults > 1_000,
        "only {faults} faults were drawn: too few to say anything"
    );
}

#[test]
fn leaving_out_an_operation_leaves_the_fates_of_other_messages_alone() {
    let experiment = rough();
    let (mut same, mut other) = (0, 0);
    for seed in 1..=200 {
        let (input, whole) = seeded(&experiment, seed);
        if input.operations.len() < 3 {
            continue;
        }
        let mut fewer = input.clone();
        fewer.operations.pop();
        let without = experiment.run(
            &fewer,
            Watch {
                faults: true,
                ..Watch::default()
            },
        );
        let (whole, without) = (lost(&whole.happened), lost(&without.happened));
        same += without.intersection(&whole).count();
        other += without.difference(&whole).count();
    }
    // What the nodes then say differently has other fates; what they say as before has the same.
    assert!(
        same > 4 * other.max(5),
        "{same} losses stayed, {other} are new"
    );
}

fn lost(faults: &[Fault]) -> BTreeSet<MessageKey> {
    let lost = faults.iter().filter_map(|fault| match fault {
        Fault::Lose { message } => Some(*message),
        _ => None,
    });
    lost.collect()
}

#[test]
fn a_run_that_is_written_down_is_the_same_run() {
    let experiment = rough();
    for seed in 1..=50 {
        let (input, quiet) = seeded(&experiment, seed);
        let traced = experiment.run(
            &input,
            Watch {
                trace: true,
                eventful: true,
                ..Watch::default()
            },
        );
        assert_eq!(traced.fingerprint, quiet.fingerprint, "seed {seed}");
        let trace = traced.trace.expect("a trace was asked for");
        let json = serde_json::to_string(&trace).expect("a trace is JSON");
        assert_eq!(
            serde_json::from_str::<crate::trace::Trace>(&json).expect("and back"),
            trace
        );
    }
}

#[test]
fn the_run_that_is_repeated_can_be_seen_though_it_passes() {
    let experiment = rough();
    let seen = |which: Which| {
        let order = Order { which, salt: 1 };
        trace(&experiment, &order).expect("nodes leave a trace")
    };
    let third = seen(Which::Seed(3));
    assert_eq!(third, seen(Which::Seed(3)));
    assert_ne!(third, seen(Which::Seed(4)));
    assert!(!third.calls.is_empty() && third.violation.is_none());
    assert_eq!(seen(Which::All { seeds: None }), seen(Which::Seed(1)));
    let plan = |request| crate::plan::Plan {
        format: crate::plan::PLAN_FORMAT,
        scenario: String::new(),
        random: 1,
        operations: vec![crate::plan::PlannedOperation {
            client: 0,
            node: PRIMARY,
            at: crate::Time::ZERO,
            request,
        }],
        faults: Vec::new(),
    };
    let planned = seen(Which::Plan(plan(serde_json::json!({ "Write": 9 }))));
    assert_eq!(planned.calls.len(), 1);
    assert!(planned.calls[0].request.contains('9'));
    let order = Order {
        which: Which::Plan(plan(serde_json::json!("Nothing of the kind"))),
        salt: 1,
    };
    assert_eq!(trace(&experiment, &order), None);
}
