//! What a journal is told, so that a callback that never returns can be named, and no other.

use std::cell::RefCell;
use std::rc::Rc;

use super::nodes::{Bug, Copier, PRIMARY, Request};
use crate::examine::experiment::{Experiment, FaultChoice, Input, Journaling, Watch};
use crate::world::Announcement;
use crate::{cases, scenario};

/// What the journal of the smallest run is told.
fn told(experiment: &dyn Experiment) -> Vec<String> {
    let told = Rc::new(RefCell::new(Vec::new()));
    let journal = {
        let told = Rc::clone(&told);
        move |announcement: Announcement<'_>| {
            told.borrow_mut().push(match announcement {
                Announcement::Entering { node, callback, .. } => format!("{node} {callback}"),
                Announcement::Left => "left".to_owned(),
            })
        }
    };
    let input = Input {
        random: 1,
        operations: experiment.draw(1, 1),
        faults: FaultChoice::Given(Vec::new()),
    };
    let journal = Journaling::To(Rc::new(journal));
    let watch = Watch {
        journal,
        ..Watch::default()
    };
    experiment.run(&input, watch);
    told.take()
}

fn asked(bug: Bug, request: Request) -> Vec<String> {
    let asking = scenario(Copier::with(bug))
        .nodes(2)
        .workload(move |w| w.ask(0, PRIMARY, request.clone()))
        .ready(|_| {});
    told(&asking)
}

const STARTS: [&str; 4] = ["n0 on_start", "left", "n1 on_start", "left"];

#[test]
fn every_callback_that_returns_is_left() {
    let told = asked(Bug::None, Request::Read);
    assert_eq!(told[..4], STARTS);
    assert_eq!(told[4..], ["n0 on_request", "left"]);
}

#[test]
fn a_callback_that_does_not_return_is_not_left() {
    let told = asked(Bug::Floods, Request::Write(1));
    assert_eq!(told[..4], STARTS);
    assert_eq!(told[4..], ["n0 on_request"]);
}

#[test]
fn a_function_is_left_if_it_returns() {
    let checking = |limit| cases(|_, _| vec![7]).ready(move |numbers| assert!(numbers[0] < limit));
    assert_eq!(told(&checking(8)), [" the function under test", "left"]);
    assert_eq!(told(&checking(7)), [" the function under test"]);
}
