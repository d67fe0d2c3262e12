//! How __EXERCISE__ is graded. It sees what clients ask and are answered, never a message between nodes, so any design
//! that keeps the promises passes.

use __CRATE__::Replica;
use __CRATE__::api::{Request, Response};
use simulator::{Faults, NodeId, Scenario, Simulation, Workload, ms, scenario, secs};

const THREE: [NodeId; 3] = [NodeId::new(0), NodeId::new(1), NodeId::new(2)];

/// A promise that doing nothing would keep is worth nothing without a witness that something was done.
fn replicas() -> Scenario<Replica> {
    scenario(Replica::new)
        .workload(numbers)
        .witness("a number was noted", |sim| {
            let history = sim.history();
            history.answered().any(|(_, response, _)| *response == Response::Noted)
        })
}

/// Two clients that tell numbers to any of the nodes. No number is told twice.
fn numbers(w: &mut Workload<Request>) {
    let mut numbers: Vec<u64> = (1..=w.size() as u64).collect();
    w.random().shuffle(&mut numbers);
    for number in numbers {
        let client = w.random().below(2) as usize;
        let node = *w.random().pick(&THREE);
        w.ask(client, node, Request::Tell(number));
    }
}

/// Once nothing is wrong any more, and after the time that the contract gives, every node knows the largest number.
fn all_know_the_largest(sim: &mut Simulation<Replica>) {
    sim.heal();
    sim.run_for(secs(2));
    let history = sim.history();
    let told = history.calls().filter_map(|call| match call.request {
        Request::Tell(number) => Some(number),
        Request::Ask => None,
    });
    let largest = told.max().unwrap_or(0);
    for node in THREE {
        let answer = sim.ask(node, Request::Ask, secs(1));
        assert!(
            answer == Ok(Response::Largest(largest)),
            "the largest number that was told is {largest}, but {node} says {answer:?}"
        );
    }
}

#[test]
fn every_node_learns_the_largest() {
    replicas()
        .promise("on a network that works, every node learns the largest number")
        .operations(1, 12)
        .seeds(100)
        .check(all_know_the_largest);
}

#[test]
fn what_is_lost_or_late_changes_nothing() {
    replicas()
        .promise("messages that are lost, late or repeated change nothing in the end")
        .faults(Faults::none().loss(0.2).duplication(0.1).delay(ms(1)..ms(60)))
        .operations(1, 6)
        .check(all_know_the_largest);
}
