//! How cp-register is graded. It sees what clients ask and are answered, never a message between nodes, so any design
//! that keeps the promises passes.

use cp_register::Replica;
use cp_register::api::{DEADLINE, Request, Response};
use simulator::history::{Meaning, Register, register};
use simulator::{Faults, NodeId, Scenario, Scope, Simulation, Workload, ms, scenario};

const N0: NodeId = NodeId::new(0);
const N1: NodeId = NodeId::new(1);
const N2: NodeId = NodeId::new(2);
const N3: NodeId = NodeId::new(3);
const N4: NodeId = NodeId::new(4);
const THREE: [NodeId; 3] = [N0, N1, N2];
const FIVE: [NodeId; 5] = [N0, N1, N2, N3, N4];

/// A node that refuses everything breaks no other promise, so there is always something that must succeed.
fn replicas() -> Scenario<Replica> {
    scenario(Replica::new).witness("a write was acknowledged", |sim| {
        let history = sim.history();
        history
            .answered()
            .any(|(_, response, _)| *response == Response::Written)
    })
}

/// Clients that write and read at any of these nodes. Each waits for its answers, but not for the other clients. No
/// value is written twice, so that a value tells which write it came from.
fn writes_and_reads(
    clients: u64,
    nodes: &'static [NodeId],
) -> impl Fn(&mut Workload<Request>) + 'static {
    move |w| {
        let mut values: Vec<u64> = (1..=w.size() as u64).collect();
        w.random().shuffle(&mut values);
        for (number, value) in values.into_iter().enumerate() {
            let client = w.random().below(clients) as usize;
            let node = *w.random().pick(nodes);
            let write = number == 0 || w.random().chance(0.5);
            let request = match write {
                true => Request::Write(value),
                false => Request::Read,
            };
            w.ask(client, node, request);
        }
    }
}

/// Two clients, one on each side of a cut that keeps n0 from the others. `ap-register` has the same workload in a
/// scenario of the same name, so that the book can show both registers in the same cut.
fn on_both_sides(w: &mut Workload<Request>) {
    w.ask(0, N0, Request::Write(1));
    w.wait(ms(60));
    w.ask(0, N0, Request::Write(2));
    w.ask(1, N1, Request::Write(3));
    w.ask(0, N0, Request::Read);
    w.ask(1, N2, Request::Read);
}

/// The answers are those of a single register. What was refused did not happen.
fn together_they_are_one_register(sim: &Simulation<Replica>) {
    let history = sim.history();
    for (call, response, _) in history.answered() {
        let fits = match call.request {
            Request::Write(_) => !matches!(response, Response::Value(_)),
            Request::Read => matches!(response, Response::Value(_) | Response::Refused),
        };
        assert!(
            fits,
            "{} answered a {:?} with {response:?}",
            call.node, call.request
        );
    }
    let verdict = history
        .translate(
            |request| {
                Some(match request {
                    Request::Write(value) => register::Operation::Write(*value),
                    Request::Read => register::Operation::Read,
                })
            },
            |_, response| match response {
                Response::Written => Meaning::Answered(register::Answer::Done),
                Response::Value(value) => Meaning::Answered(register::Answer::Value(*value)),
                Response::Refused => Meaning::DidNotHappen,
                Response::Unknown => Meaning::MayHaveHappened,
            },
        )
        .linearizable(Register::starting_with(0));
    if let Err(problem) = verdict {
        panic!("{problem}");
    }
}

/// Every call was answered before its deadline.
fn in_time(sim: &Simulation<Replica>) {
    for call in sim.history().calls() {
        let Some(at) = call.outcome.answered_at() else {
            panic!(
                "{:?}, asked of {} at {}, was never answered",
                call.request, call.node, call.called
            );
        };
        assert!(
            at <= call.called + DEADLINE,
            "{:?}, asked of {} at {}, was answered at {at}, later than {DEADLINE:?}",
            call.request,
            call.node,
            call.called
        );
    }
}

/// Every call succeeded: for scenarios in which those that are asked can reach a majority.
fn all_succeeded(sim: &Simulation<Replica>) {
    for (call, response, at) in sim.history().answered() {
        assert!(
            matches!(response, Response::Written | Response::Value(_)),
            "{:?}, asked of {} at {}, was answered {response:?} at {at}, although a majority could be reached",
            call.request,
            call.node,
            call.called
        );
    }
}

/// Once nothing is wrong any more, all of these nodes can be read.
fn healed_nodes_can_be_read(sim: &mut Simulation<Replica>, nodes: &[NodeId]) {
    sim.heal();
    for &node in nodes {
        must_succeed(sim, node, Request::Read);
    }
}

/// Asks, and expects the answer of a node that can reach a majority.
fn must_succeed(sim: &mut Simulation<Replica>, node: NodeId, request: Request) {
    match sim.ask(node, request, DEADLINE) {
        Ok(Response::Written | Response::Value(_)) => {}
        Ok(answer) => {
            panic!("{node} can reach a majority, but answered {request:?} with {answer:?}")
        }
        Err(late) => panic!("{node} can reach a majority, but did not answer {request:?}: {late}"),
    }
}

/// Asks, and expects the answer of a node that cannot reach a majority.
fn must_be_refused(sim: &mut Simulation<Replica>, node: NodeId, request: Request) {
    match sim.ask(node, request, DEADLINE) {
        Ok(Response::Refused) => {}
        Ok(answer) => panic!(
            "{node} cannot reach a majority, so {request:?} must be Refused, but the answer was {answer:?}"
        ),
        Err(_) => panic!(
            "{node} cannot reach a majority, and did not refuse {request:?} within {DEADLINE:?}"
        ),
    }
}

#[test]
fn nothing_is_refused_on_a_calm_network() {
    replicas()
        .promise("on a network that works, every call succeeds at every node, and none is refused")
        .workload(writes_and_reads(2, &THREE))
        .operations(1, 24)
        .seeds(100)
        // The value, its version, and what is needed to tell operations apart take less than half of this.
        .state_size(600)
        .check(|sim| {
            in_time(sim);
            all_succeeded(sim);
            healed_nodes_can_be_read(sim, &THREE);
            together_they_are_one_register(sim);
        });
}

#[test]
fn a_majority_is_enough() {
    replicas()
        .promise(
            "while one of three nodes is down, and messages are lost at times, nothing is refused",
        )
        .workload(writes_and_reads(2, &[N0, N1]))
        .faults(
            Faults::none()
                .loss(0.05)
                .crashes_of(1, [N2])
                .down_for(ms(20_000)..ms(30_000)),
        )
        .operations(1, 5)
        .check(|sim| {
            in_time(sim);
            all_succeeded(sim);
            together_they_are_one_register(sim);
        });
}

#[test]
fn a_minority_refuses() {
    replicas()
        .nodes(5)
        .promise(
            "two of five nodes, cut off, refuse what they are asked, and the other three do not",
        )
        .workload(|w| w.ask(0, N4, Request::Write(1)))
        .operations(1, 1)
        .faults(Faults::none().duplication(0.2).delay(ms(1)..ms(20)))
        .seeds(100)
        .schedules(300)
        .check(|sim| {
            sim.partition(&[N0, N1], &[N2, N3, N4]);
            must_be_refused(sim, N0, Request::Write(2));
            must_be_refused(sim, N1, Request::Read);
            must_succeed(sim, N2, Request::Write(3));
            must_succeed(sim, N3, Request::Read);
            healed_nodes_can_be_read(sim, &[N0, N1]);
            together_they_are_one_register(sim);
        });
}

#[test]
fn what_was_read_stays_read() {
    replicas()
        .nodes(5)
        .promise("a value that only a minority can have is not shown")
        .check(|sim| {
            must_succeed(sim, N4, Request::Write(1));
            sim.run_for(ms(10));
            // A write has begun at n0; n0 and n1 may have it when they are cut off from the others, one after the other.
            sim.request(N0, Request::Write(2));
            sim.run_for(ms(2));
            sim.partition(&[N0], &[N2, N3, N4]);
            sim.request(N1, Request::Read);
            sim.run_for(ms(2));
            sim.partition(&[N1], &[N2, N3, N4]);
            sim.run_for(DEADLINE);
            must_succeed(sim, N3, Request::Read);
            in_time(sim);
            together_they_are_one_register(sim);
        });
}

#[test]
fn both_sides_of_a_cut() {
    replicas()
        .promise("whichever side of a cut is asked, the answers are those of one register")
        .workload(on_both_sides)
        .faults(Faults::none().partitions(1).partition_for(ms(700)..ms(701)))
        .check(|sim| {
            in_time(sim);
            healed_nodes_can_be_read(sim, &THREE);
            together_they_are_one_register(sim);
        });
}

#[test]
fn refused_means_never() {
    let random = writes_and_reads(2, &THREE);
    replicas()
        .promise("a write that was refused is never read, and whatever was read once stays read")
        .workload(move |w| match w.size() {
            // Small enough to try every order of events, with a lost message and two timers that run out anywhere in it;
            // it is read when that is over.
            1 => w.ask(0, N0, Request::Write(1)),
            _ => random(w),
        })
        .faults(
            Faults::none()
                .loss(0.1)
                .delay(ms(5)..ms(60))
                .partitions(2)
                .partition_for(ms(100)..ms(800)),
        )
        .operations(1, 7)
        .explore(Scope::new().faults(1).timeouts(2).states(30_000))
        .check(|sim| {
            healed_nodes_can_be_read(sim, &[N1, N2]);
            together_they_are_one_register(sim);
        });
}

#[test]
fn a_cut_that_ends_in_time_is_survived() {
    replicas()
        .promise("a call succeeds if the cut ends 100 ms before its deadline")
        .workload(writes_and_reads(2, &THREE))
        // One cut only, so that whoever is asked in it has half of the time left when it is over.
        .faults(Faults::none().partitions(1).partition_for(ms(20)..ms(150)))
        .operations(1, 4)
        .schedules(0)
        .check(|sim| {
            in_time(sim);
            all_succeeded(sim);
            together_they_are_one_register(sim);
        });
}

#[test]
fn every_call_ends_in_time() {
    replicas()
        .nodes(5)
        .promise("whatever becomes of the network, every call is answered in time, and truly")
        .workload(writes_and_reads(3, &FIVE))
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.1)
                .delay(ms(1)..ms(60))
                .partitions(2)
                .one_way_partitions(1)
                .partition_for(ms(100)..ms(800)),
        )
        .operations(2, 8)
        .check(|sim| {
            in_time(sim);
            healed_nodes_can_be_read(sim, &[N0, N2]);
            together_they_are_one_register(sim);
        });
}
