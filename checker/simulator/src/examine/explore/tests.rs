//! Every path of steps is a run of the simulator: the plan that it is turned into gives the same run.

use std::cell::RefCell;
use std::rc::Rc;

use super::progress::{Progress, ignore, settle};
use super::realize::realize;
use super::steps::{Step, steps, take};
use crate::examine::tests::quorum::{Bug, Register, Request};
use crate::examine::{Experiment, Input, Watch};
use crate::random::{Random, combine};
use crate::scenario::Ready;
use crate::{Faults, NodeId, Scope, ms, scenario, secs};

/// What the check of a run saw.
type Seen = Rc<RefCell<Vec<String>>>;

/// Three clients, everything that can go wrong, and a check that goes on for some time and writes down what it sees.
fn registers(seen: &Seen) -> Ready<Register> {
    let seen = Rc::clone(seen);
    scenario(Register::with(Bug::None))
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.1)
                .crashes(2)
                .lose_unsynced(),
        )
        .workload(|w| {
            for number in 0..w.size() {
                let (client, node) = (number % 3, NodeId::new(w.random().below(3) as usize));
                let request = match w.random().chance(0.5) {
                    true => Request::Write(number as u64),
                    false => Request::Read,
                };
                w.ask(client, node, request);
            }
        })
        .client_patience(ms(45))
        .explore(Scope::new().faults(3).timeouts(4))
        .ready(move |sim| {
            let mut seen = seen.borrow_mut();
            seen.push(format!("{} {:?}", sim.now(), sim.history()));
            sim.run_for(ms(100));
            seen.push(format!("{:?}", sim.history()));
            sim.heal();
            let read = sim.ask(NodeId::new(0), Request::Read, secs(1));
            seen.push(format!("{} {read:?} {}", sim.now(), sim.messages()));
        })
}

/// Random steps until the run has ended, or as many as this.
fn random_path(ready: &Ready<Register>, input: &Input, seed: u64, longest: u64) -> Vec<Step> {
    let explorable = ready.explorable().expect("it is to be explored");
    let (mut world, mut progress) = (
        explorable.world(input, Watch::default()),
        Progress::default(),
    );
    let mut random = Random::from_seed(seed);
    let mut path = Vec::new();
    explorable.start(&mut world, input);
    for _ in 0..random.below(longest) {
        let steps = steps(&world, &progress, &explorable.scope(), ready.settings());
        if steps.is_empty() || !world.has_unfinished_calls() {
            break;
        }
        let step = *random.pick(&steps);
        path.push(step);
        take(&mut world, &mut progress, step, &mut ignore);
    }
    settle(&mut world, &progress, &mut ignore);
    let (_, failure) = explorable.conclude(world);
    assert!(failure.is_none());
    path
}

#[test]
fn a_path_is_a_run() {
    let seen = Seen::default();
    let ready = registers(&seen);
    let (mut late, mut longest) = (0, 0);
    for seed in 0..3_000 {
        let input = Input {
            random: seed,
            operations: ready.draw(1 + seed as usize % 5, combine(seed, 1)),
            faults: crate::examine::FaultChoice::Given(Vec::new()),
        };
        let path = random_path(&ready, &input, combine(seed, 2), 80);
        let explored = seen.take();
        let explorable = ready.explorable().expect("it is to be explored");
        let realized = realize(&*explorable, &ready.settings().suite, &input, &path);
        let outcome = ready.run(&realized, Watch::default());
        assert!(outcome.failure.is_none());
        let run = seen.take();
        assert_eq!(explored, run, "seed {seed}: {path:?} {:?}", realized.faults);
        late += u64::from(outcome.kinds.has(crate::world::Kinds::DELAY));
        longest = longest.max(path.len());
    }
    assert!(late > 1_000 && longest > 60, "{late} {longest}");
}
