//! What an exhaustive exploration finds, proves, and says of how far it came.

use super::quorum::{Bug, Register, Request, Response};
use super::{broken, replay, verdict};
use crate::history::{Meaning, Register as Model, register};
use crate::record::{Explored, Extent, Run, Story, Verdict};
use crate::{Faults, NodeId, Scenario, Scope, Simulation, Workload, scenario};

const N0: NodeId = NodeId::new(0);
const N1: NodeId = NodeId::new(1);
const N2: NodeId = NodeId::new(2);

fn registers(bug: Bug, workload: fn(&mut Workload<Request>)) -> Scenario<Register> {
    scenario(Register::with(bug))
        .promise("the nodes are together one register")
        .workload(workload)
        .operations(1, 1)
}

/// Somebody writes while somebody else reads twice.
fn a_write_and_two_reads(w: &mut Workload<Request>) {
    w.ask(0, N0, Request::Write(1));
    w.ask(1, N1, Request::Read);
    w.ask(1, N2, Request::Read);
}

fn a_write_and_a_read(w: &mut Workload<Request>) {
    w.ask(0, N0, Request::Write(1));
    w.ask(1, N1, Request::Read);
}

fn linearizable(sim: &mut Simulation<Register>) {
    let verdict = sim
        .history()
        .translate(
            |request| {
                Some(match request {
                    Request::Write(value) => register::Operation::Write(*value),
                    Request::Read => register::Operation::Read,
                })
            },
            |_, response| {
                Meaning::Answered(match response {
                    Response::Written => register::Answer::Done,
                    Response::Value(value) => register::Answer::Value(*value),
                })
            },
        )
        .linearizable(Model::starting_with(0));
    if let Err(error) = verdict {
        panic!("{error}");
    }
}

/// How far the exploration of a right register went.
fn explored(scope: Scope, faults: Faults, workload: fn(&mut Workload<Request>)) -> Explored {
    let scenario = registers(Bug::None, workload)
        .faults(faults)
        .seeds(20)
        .schedules(20)
        .explore(scope)
        .ready(linearizable);
    let (verdict, effort) = verdict(&scenario);
    assert!(
        !matches!(verdict, Verdict::Broken(_) | Verdict::Crashed(_)),
        "{verdict}"
    );
    effort.explored.expect("it was explored")
}

fn was_explored(story: &Story) {
    assert!(matches!(story.run, Run::Explored { .. }), "{story}");
}

#[test]
fn exploring_finds_what_500_seeds_miss() {
    let two_reads = || registers(Bug::NoWriteBack, a_write_and_two_reads);
    let random = two_reads().schedules(0).seeds(500).ready(linearizable);
    assert_eq!(verdict(&random).0, Verdict::Passed);

    let explored = two_reads().explore(Scope::new()).ready(linearizable);
    let story = broken(&explored);
    was_explored(&story);
    assert_eq!((story.faults.len(), story.operations.len()), (3, 3));
    assert!(
        story
            .broken
            .contains("could only have been answered Value(1)"),
        "{story}"
    );

    // It is a plan like any other: replayed, it is the same story.
    match replay(&explored, story.plan.clone()) {
        Verdict::Broken(again) => assert_eq!(
            (again.broken, again.faults, again.trace),
            (story.broken, story.faults, story.trace)
        ),
        other => panic!("the plan should break it again, but: {other}"),
    }
}

#[test]
fn exploring_is_the_same_every_time() {
    let explored = || {
        let scenario = registers(Bug::NoWriteBack, a_write_and_two_reads);
        broken(&scenario.explore(Scope::new()).ready(linearizable))
    };
    assert_eq!(explored(), explored());
}

#[test]
fn a_right_register_is_proved_in_its_scope() {
    let quiet = explored(Scope::new(), Faults::none(), a_write_and_a_read);
    assert_eq!(quiet.extent, Extent::Everything);
    assert!((2_000..20_000).contains(&quiet.states), "{quiet:?}");

    let lossy = Faults::none().loss(0.1);
    let lossy = explored(Scope::new().faults(1), lossy, a_write_and_a_read);
    assert_eq!(lossy.extent, Extent::Everything);
    assert!(lossy.states > quiet.states, "{lossy:?}");
}

#[test]
fn an_exploration_that_is_too_large_says_so() {
    let scope = Scope::new().states(500);
    let cut = explored(scope, Faults::none(), a_write_and_two_reads);
    assert_eq!(cut.extent, Extent::States);
    assert!((500..600).contains(&cut.states), "{cut:?}");
}

#[test]
fn what_a_crash_forgets_is_found_with_one_crash() {
    let scenario = registers(Bug::Forgets, |w| {
        w.ask(0, N0, Request::Write(1));
        w.ask(0, N1, Request::Read);
    })
    .schedules(0)
    .seeds(0)
    .faults(Faults::none().crashes(1))
    .explore(Scope::new().faults(1));
    let story = broken(&scenario.ready(linearizable));
    was_explored(&story);
    assert!(
        story.faults.iter().any(|fault| fault.contains("crashes")),
        "{story}"
    );
}

#[test]
fn what_must_always_hold_is_looked_at_in_every_state() {
    let scenario = registers(Bug::None, a_write_and_a_read)
        .schedules(0)
        .seeds(0)
        .explore(Scope::new())
        .always("no node but n0 has the value alone", |sim| {
            let holds = |node| sim.node(node).is_some_and(Register::holds_something);
            match (holds(N0), holds(N1), holds(N2)) {
                (false, _, true) | (false, true, _) => Err("n0 has nothing".to_owned()),
                (true, false, true) => Err("n2 has it before n1".to_owned()),
                _ => Ok(()),
            }
        });
    let story = broken(&scenario.ready(|_| ()));
    was_explored(&story);
    assert_eq!(story.broken, "n2 has it before n1");
    assert_eq!(story.promise, "no node but n0 has the value alone");
}
