//! Plans that learners write, judged on a register that forgets and one that does not.

use super::verdict;
use crate::break_it::Ready;
use crate::plan::Fault;
use crate::record::{Run, Story, Verdict};
use crate::{Call, Context, FaultKind, Node, NodeId, Time, break_it, ms};

const N0: NodeId = NodeId::new(0);
const N1: NodeId = NodeId::new(1);

/// Hands out numbers and remembers the last one, if it is careful even after a crash.
#[derive(Debug)]
struct Numbers {
    careful: bool,
    last: u64,
}

impl Node for Numbers {
    type Message = ();
    type Timer = ();
    type Request = ();
    type Response = u64;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.last = ctx.disk().read("last").unwrap_or(0);
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) {
        self.last += 1;
        if self.careful {
            ctx.disk().write("last", &self.last);
            ctx.disk().sync();
        }
        ctx.reply(call, self.last);
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, (): ()) {}
}

fn numbers(careful: bool) -> impl Fn(NodeId) -> Numbers {
    move |_| Numbers { careful, last: 0 }
}

/// The plan, judged with this node as the right one.
fn judged(right_is_careful: bool, plan: Vec<Fault>) -> Ready<Numbers, Numbers> {
    break_it(numbers(false), numbers(right_is_careful))
        .nodes(2)
        .promise("the one that forgets hands out a number twice")
        .ask(Time::ZERO + ms(5), N0, ())
        .ask(Time::ZERO + ms(50), N0, ())
        .lasting(ms(100))
        .most_faults(2)
        .only(&[FaultKind::Crash, FaultKind::Pause])
        .holds(|history| {
            let numbers: Vec<u64> = history.answered().map(|(_, number, _)| *number).collect();
            match numbers[..] {
                [1, 1] => Err("1 was handed out twice".to_owned()),
                _ => Ok(format!("the numbers were {numbers:?}")),
            }
        })
        .lives(|history| match history.answered().count() {
            2 => Ok(()),
            count => Err(format!("{count} of 2 were answered")),
        })
        .ready(move || plan.clone())
}

fn crash(node: NodeId, at: u64, down: Option<u64>) -> Fault {
    Fault::Crash {
        node,
        at: Time::ZERO + ms(at),
        down: down.map(|down| down * 1_000),
    }
}

fn broken(experiment: &Ready<Numbers, Numbers>) -> Story {
    match verdict(experiment).0 {
        Verdict::Broken(story) => story,
        other => panic!("not broken, but {other:?}"),
    }
}

#[test]
fn a_plan_that_breaks_the_wrong_one_only_passes() {
    let plan = vec![crash(N0, 20, Some(5)), crash(N1, 30, None)];
    assert_eq!(verdict(&judged(true, plan)).0, Verdict::Passed);
}

#[test]
fn a_plan_that_breaks_nothing_is_told_as_it_was_written() {
    // Neither fault matters. Shrinking would leave nothing of the plan, and show the learner another run.
    let plan = vec![crash(N1, 30, Some(5)), crash(N1, 10, Some(5))];
    let story = broken(&judged(true, plan.clone()));
    assert_eq!(story.run, Run::Written);
    assert_eq!(
        story.broken,
        "the plan breaks nothing: the numbers were [1, 2]"
    );
    assert_eq!(
        story.faults,
        [
            "n1 crashes at 10 ms and restarts at 15 ms",
            "n1 crashes at 30 ms and restarts at 35 ms"
        ]
    );
    assert!(story.operations.is_empty() && story.plan.faults == plan);
    assert!(!story.diagram.is_empty() && story.trace.is_some());
    assert!(story.to_string().contains("\n  The plan:\n"), "{story}");
}

#[test]
fn the_right_one_has_to_get_something_done() {
    let starved = break_it(numbers(false), numbers(true))
        .nodes(1)
        .ask(Time::ZERO + ms(5), N0, ())
        .ask(Time::ZERO + ms(50), N0, ())
        .lasting(ms(100))
        .holds(|history| match history.answered().nth(1) {
            Some((_, 1, _)) => Err("1 was handed out twice".to_owned()),
            _ => Ok(String::new()),
        })
        .lives(|_| Err("nobody was content".to_owned()))
        .ready(|| vec![crash(N0, 20, Some(5))]);
    let story = broken(&starved);
    assert!(
        story.broken.starts_with(
            "the plan breaks the wrong design, but takes everything away from the right one, too: nobody was content"
        ),
        "{}",
        story.broken
    );
}

#[test]
fn a_right_one_that_breaks_is_the_fault_of_the_suite() {
    let plan = vec![crash(N0, 20, Some(5))];
    match verdict(&judged(false, plan)).0 {
        Verdict::SuiteFault(text) => assert_eq!(
            text,
            "the design that is given as the right one breaks, too: 1 was handed out twice"
        ),
        other => panic!("no fault of the suite, but {other:?}"),
    }
}

#[test]
fn rules_are_kept() {
    let said = |plan| broken(&judged(true, plan)).broken;
    let one = || crash(N0, 20, Some(5));
    assert_eq!(
        said(vec![one(), one(), one()]),
        "the plan has 3 faults, and may have 2 at most"
    );
    let skew = Fault::Skew {
        node: N0,
        offset: 1,
        drift: 0,
    };
    assert_eq!(
        said(vec![skew]),
        "the plan has a wrong clock, but here it may be made of this only: crash, pause"
    );
    assert_eq!(
        said(vec![crash(N0, 100, None)]),
        "a fault begins when the run is over, which takes 100 ms"
    );
    assert!(said(vec![crash(NodeId::new(7), 1, None)]).contains("does not exist"));
    let backwards = Fault::Pause {
        node: N0,
        start: Time::ZERO + ms(9),
        end: Time::ZERO + ms(4),
    };
    assert_eq!(said(vec![backwards]), "a pause ends before it has begun");
}

#[test]
fn a_plan_that_is_not_there_yet_is_not_implemented() {
    let unwritten = break_it(numbers(false), numbers(true)).ready(|| todo!("let it forget"));
    match verdict(&unwritten).0 {
        Verdict::NotImplemented(place) => assert_eq!(place.text, "let it forget"),
        other => panic!("implemented: {other:?}"),
    }
}
