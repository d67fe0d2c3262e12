//! Every outcome there is, for the reason there is for it.

use super::nodes::{Bug, Copier, PRIMARY, Request, Response};
use super::{broken, replay, verdict, verdict_of_seeds};
use crate::history::{Access, Causality};
use crate::record::{Run, Verdict};
use crate::scenario::Ready;
use crate::trace::TraceEventKind;
use crate::{Call, Context, Faults, Node, NodeId, Scenario, Simulation, cases, ms, scenario, secs};

pub(super) fn copier(bug: Bug) -> Scenario<Copier> {
    scenario(Copier::with(bug))
        .promise("a written value is on every node")
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.1)
                .delay(ms(1)..ms(20)),
        )
        .seeds(100)
        .workload(|w| {
            for number in 0..w.size() {
                w.ask(0, PRIMARY, Request::Write(number as u64 + 1));
            }
        })
        .witness("a value was written", |sim| {
            sim.history().answered().count() > 0
        })
}

fn everywhere(bug: Bug) -> Ready<Copier> {
    copier(bug).ready(value_is_everywhere)
}

pub(super) fn value_is_everywhere(sim: &mut Simulation<Copier>) {
    let history = sim.history();
    let written = history
        .answered()
        .filter_map(|(call, _, _)| match call.request {
            Request::Write(value) => Some(value),
            Request::Read => None,
        });
    let Some(newest) = written.max() else { return };
    for node in sim.nodes() {
        if sim.is_up(node) {
            let held = sim
                .ask(node, Request::Read, ms(1))
                .expect("a node that is up answers reads");
            assert!(
                !older(&held, newest),
                "{node} holds {held:?}, but {newest} was written"
            );
        }
    }
}

fn older(held: &Response, than: u64) -> bool {
    matches!(held, Response::Value(held) if *held < than)
}

#[test]
fn a_right_node_passes() {
    let (verdict, effort) = verdict(&everywhere(Bug::None));
    assert_eq!(verdict, Verdict::Passed);
    assert_eq!((effort.seeds, effort.shrinks), (100, 0));
    assert_eq!(effort.schedules, 1_500);
}

#[test]
fn a_broken_promise_is_shrunk_to_one_fault_and_one_operation() {
    let story = broken(&everywhere(Bug::AnswersEarly));
    assert_eq!(story.promise, "a written value is on every node");
    assert!(
        story.broken.ends_with("holds Value(0), but 1 was written"),
        "{}",
        story.broken
    );
    assert_eq!(
        (story.faults.len(), story.operations.len()),
        (0, 1),
        "{story}"
    );
    assert!(
        story
            .diagram
            .iter()
            .all(|line| line.chars().count() <= crate::diagram::WIDTH)
    );
}

#[test]
fn the_same_story_is_told_twice_and_by_its_plan() {
    let experiment = everywhere(Bug::AnswersEarly);
    let story = broken(&experiment);
    assert_eq!(story, broken(&experiment));
    let plan = serde_json::to_string(&story.plan).expect("a plan is JSON");
    match replay(&experiment, serde_json::from_str(&plan).expect("and back")) {
        Verdict::Broken(again) => {
            assert_eq!(again.run, Run::Plan);
            assert_eq!(
                (again.broken, again.diagram, again.trace),
                (story.broken, story.diagram, story.trace)
            );
        }
        other => panic!("the plan gave {other}"),
    }
}

#[test]
fn a_panic_of_the_learners_code_is_a_crash_with_its_place() {
    match verdict(&everywhere(Bug::Panics)).0 {
        Verdict::Crashed(story) => {
            assert!(
                story.broken.starts_with("index out of bounds"),
                "{}",
                story.broken
            );
            assert!(
                story
                    .place
                    .is_some_and(|place| place.file.ends_with("nodes.rs"))
            );
            assert_eq!((story.faults.len(), story.operations.len()), (1, 1));
        }
        other => panic!("it was {other}"),
    }
}

#[test]
fn a_todo_is_no_failure() {
    match verdict(&everywhere(Bug::Todo)).0 {
        Verdict::NotImplemented(place) => assert_eq!(place.text, "send again what was lost"),
        other => panic!("it was {other}"),
    }
}

#[test]
fn storms_are_named() {
    match verdict(&everywhere(Bug::Breeds)).0 {
        Verdict::Storm(story) => {
            assert!(story.broken.contains("50000 events"), "{}", story.broken);
            assert!(
                story.faults.is_empty() && story.operations.len() <= 2,
                "{story}"
            );
        }
        other => panic!("it was {other}"),
    }
    match verdict(&everywhere(Bug::Floods)).0 {
        Verdict::Storm(story) => assert!(
            story.broken.contains("a single callback"),
            "{}",
            story.broken
        ),
        other => panic!("it was {other}"),
    }
}

#[test]
fn hash_order_is_not_deterministic() {
    match verdict(&everywhere(Bug::HashOrder)).0 {
        Verdict::NotDeterministic(difference) => assert_ne!(difference.first, difference.second),
        other => panic!("it was {other}"),
    }
}

#[test]
fn who_does_nothing_does_not_pass() {
    let story = broken(&everywhere(Bug::Idle));
    assert_eq!(
        story.broken,
        "nothing to judge: \"a value was written\" held in 0 of 104 runs"
    );
}

fn declares_what_never_happens() -> Ready<Copier> {
    scenario(Copier::with(Bug::None))
        .faults(
            Faults::none()
                .pauses_of(1, [NodeId::new(2)])
                .pause_for(ms(1)..ms(2)),
        )
        .seeds(5)
        .schedules(5)
        .workload(|w| w.ask(0, PRIMARY, Request::Read))
        .ready(|_| {})
}

#[test]
fn a_fault_that_never_happens_is_the_suites_fault() {
    match verdict(&declares_what_never_happens()).0 {
        Verdict::SuiteFault(text) => assert!(text.contains("declares pauses"), "{text}"),
        other => panic!("it was {other}"),
    }
}

#[test]
fn whoever_asks_for_fewer_seeds_does_not_expect_every_fault_in_them() {
    let experiment = declares_what_never_happens();
    assert_eq!(verdict_of_seeds(&experiment, 4), Verdict::Passed);
    assert!(matches!(
        verdict_of_seeds(&experiment, 5),
        Verdict::SuiteFault(_)
    ));
    // The witness is still asked for.
    assert!(matches!(
        verdict_of_seeds(&everywhere(Bug::Idle), 4),
        Verdict::Broken(_)
    ));
}

#[test]
fn unsynced_writes_are_lost() {
    let durable = |bug| {
        copier(bug)
            .faults(
                Faults::none()
                    .crashes_of(1, [NodeId::new(1)])
                    .lose_unsynced(),
            )
            .ready(|sim| {
                sim.heal();
                sim.run_for(ms(100));
                value_is_everywhere(sim);
            })
    };
    assert_eq!(verdict(&durable(Bug::None)).0, Verdict::Passed);
    let story = broken(&durable(Bug::NeverSyncs));
    assert_eq!(
        (story.faults.len(), story.operations.len()),
        (2, 1),
        "{story}"
    );
    assert!(
        story.faults[1].contains("loses what was written but not synced"),
        "{:?}",
        story.faults
    );
}

#[test]
fn what_must_always_hold_is_seen_at_once() {
    let monotone = copier(Bug::None)
        .always("no node holds 2", |sim| {
            match sim
                .nodes()
                .iter()
                .find(|node| sim.node(**node).is_some_and(holds_two))
            {
                Some(node) => Err(format!("{node} holds it")),
                None => Ok(()),
            }
        })
        .ready(|_| {});
    let story = broken(&monotone);
    assert_eq!(
        (story.promise.as_str(), story.broken.as_str()),
        ("no node holds 2", "n0 holds it")
    );
    assert_eq!(story.operations.len(), 1);
}

fn holds_two(node: &Copier) -> bool {
    format!("{node:?}").contains("value: 2")
}

#[test]
fn liveness_is_a_deadline_in_simulated_time() {
    let stuck = scenario(Copier::with(Bug::Idle))
        .faults(Faults::none())
        .ready(|sim| {
            let call = sim.request(PRIMARY, Request::Read);
            let answered = sim.run_until(|sim| sim.response(call).is_some(), secs(2));
            assert!(answered.is_ok(), "no answer: {}", answered.unwrap_err());
        });
    let story = broken(&stuck);
    assert_eq!(
        story.broken,
        "no answer: it did not happen within 2 s of simulated time"
    );
    assert_eq!(
        (story.run, story.operations),
        (
            Run::Script,
            vec!["`Read` is asked of n0 at 0 ms".to_owned()]
        )
    );
}

#[test]
fn inputs_of_functions_are_shrunk() {
    let sum = cases(|random, size| (0..size).map(|_| random.below(50)).collect::<Vec<u64>>())
        .promise("sums stay below 60")
        .ready(|numbers| {
            let sum: u64 = numbers.iter().sum();
            assert!(sum < 60, "{sum}");
        });
    let story = broken(&sum);
    assert!(story.operations.len() <= 3, "{:?}", story.operations);
    assert!(story.diagram.is_empty() && story.trace.is_none());
    match replay(&sum, story.plan.clone()) {
        Verdict::Broken(again) => assert_eq!(again.broken, story.broken),
        other => panic!("the plan gave {other}"),
    }
}

#[test]
fn a_check_that_cannot_judge_is_the_fault_of_the_suite() {
    let undecided = copier(Bug::None).ready(|sim| {
        // Everybody writes the same value: nobody can say which write was read.
        let history = sim.history();
        let accesses = history.accesses(|_, _| Some(Access::Write { key: (), value: 1 }));
        accesses.assert_causal(Causality::Plain);
    });
    match verdict(&undecided).0 {
        Verdict::SuiteFault(text) => {
            assert!(text.contains("both write 1"), "{text}")
        }
        other => panic!("it should have been the suite's fault, but was: {other}"),
    }
}

#[test]
fn a_panic_about_the_disk_is_blamed_on_the_line_that_used_it() {
    let place = std::panic::catch_unwind(|| {
        let mut disk = crate::Disk::new();
        disk.write("a", "text");
        crate::panics::catch(|| disk.read::<u64>("a")).err()
    });
    let caught = place.ok().flatten().expect("it is another type");
    assert!(
        caught.place.file.ends_with("tests/outcomes.rs"),
        "{}",
        caught.place.file
    );
}

#[test]
fn how_a_long_run_ends_is_in_its_trace() {
    /// Does something every millisecond, for ever.
    #[derive(Debug)]
    struct Ticking;

    impl Node for Ticking {
        type Message = ();
        type Timer = ();
        type Request = ();
        type Response = ();

        fn on_start(&mut self, ctx: &mut Context<Self>) {
            ctx.set_timer(ms(1), ());
        }

        fn on_request(&mut self, _: &mut Context<Self>, _: Call, (): ()) {}

        fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, (): ()) {}

        fn on_timer(&mut self, ctx: &mut Context<Self>, (): ()) {
            ctx.set_timer(ms(1), ());
        }
    }

    let story = broken(&scenario(|_| Ticking).nodes(1).ready(|sim| {
        sim.run_for(secs(9));
        sim.heal();
        panic!("nothing came of it");
    }));
    let trace = story.trace.expect("it has a trace");
    let ends = trace.events.iter().rev().take(2).map(|event| &event.what);
    let ends: Vec<&TraceEventKind> = ends.collect();
    assert!(
        matches!(
            ends[..],
            [TraceEventKind::Violation { .. }, TraceEventKind::Heal]
        ),
        "{ends:?}"
    );
}

#[test]
fn a_story_does_not_tell_what_a_check_looks_at() {
    let looks = |seen: bool| {
        let check = move |sim: &mut Simulation<Copier>| {
            for _ in 0..3 {
                let _ = match seen {
                    true => sim.ask(PRIMARY, Request::Read, ms(0)).ok(),
                    false => sim.peek(PRIMARY, Request::Read),
                };
            }
            panic!("enough");
        };
        let story = broken(&scenario(Copier::with(Bug::None)).ready(check));
        let trace = story.trace.expect("a story has a trace");
        (
            story.operations.len(),
            trace.calls.len(),
            trace.events.len(),
        )
    };
    let ((asked, calls, events), peeked) = (looks(true), looks(false));
    assert_eq!((asked, calls), (3, 3));
    // A request and a reply each.
    assert_eq!(peeked, (0, 0, events - 6));
}
