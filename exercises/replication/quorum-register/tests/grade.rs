//! How quorum-register is graded. It sees what clients ask and are answered, never a message between nodes, so any
//! design that keeps the promises passes.

use quorum_register::Replica;
use quorum_register::api::{Request, Response};
use simulator::history::{Meaning, Register, register};
use simulator::{Faults, NodeId, Scenario, Scope, Simulation, Workload, ms, scenario, secs};

const N0: NodeId = NodeId::new(0);
const N1: NodeId = NodeId::new(1);
const N2: NodeId = NodeId::new(2);
const N3: NodeId = NodeId::new(3);
const THREE: [NodeId; 3] = [N0, N1, N2];
const FIVE: [NodeId; 5] = [N0, N1, N2, N3, NodeId::new(4)];

/// Scenarios in which what is read matters also have this witness: a node that takes every write and shows none is one
/// register, too, if nobody looks.
fn replicas() -> Scenario<Replica> {
    scenario(Replica::new)
        .client_patience(secs(5))
        .witness("a write was acknowledged", |sim| {
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

/// The answers are those of a single register, whatever became of the calls that were not answered.
fn together_they_are_one_register(sim: &mut Simulation<Replica>) {
    let history = sim.history();
    for (call, response, _) in history.answered() {
        match (call.request, response) {
            (Request::Write(_), Response::Value(_)) => {
                panic!("{} answered a Write with {response:?}", call.node)
            }
            (Request::Read, Response::Written) => {
                panic!("{} answered a Read with Written", call.node)
            }
            _ => {}
        }
    }
    let verdict = history
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
        .linearizable(Register::starting_with(0));
    if let Err(problem) = verdict {
        panic!("{problem}");
    }
}

/// Every call must have been answered: for scenarios in which no node that is asked crashes.
fn all_answered(sim: &mut Simulation<Replica>) {
    for call in sim.history().calls() {
        assert!(
            call.outcome.response().is_some(),
            "{:?}, asked of {} at {}, was never answered",
            call.request,
            call.node,
            call.called
        );
    }
}

/// Once nothing is wrong any more, these nodes can be read.
fn healed_nodes_can_be_read(sim: &mut Simulation<Replica>, nodes: &[NodeId]) {
    sim.heal();
    for &node in nodes {
        let answer = sim.ask(node, Request::Read, secs(2));
        assert!(
            answer.is_ok(),
            "Read, asked of {node} when nothing was wrong any more, was never answered"
        );
    }
}

#[test]
fn what_is_written_can_be_read_anywhere() {
    replicas()
        .promise("on a network that works, every node takes writes, and every node shows them")
        .workload(writes_and_reads(2, &THREE))
        .operations(1, 24)
        .seeds(150)
        // Asking two others, and having them store the outcome, takes eight messages.
        .messages_per_operation(16.0)
        // The value, its version, and what is needed to tell operations apart take less than half of this.
        .state_size(600)
        .check(|sim| {
            all_answered(sim);
            healed_nodes_can_be_read(sim, &THREE);
            together_they_are_one_register(sim);
        });
}

#[test]
fn a_majority_is_enough() {
    replicas()
        .promise("calls are answered while one of three nodes is down, even if messages are lost")
        .workload(writes_and_reads(2, &[N0, N1]))
        .faults(
            Faults::none()
                .loss(0.15)
                .crashes_of(1, [N2])
                .down_for(secs(20)..secs(30)),
        )
        .operations(1, 5)
        .check(|sim| {
            all_answered(sim);
            together_they_are_one_register(sim);
        });
}

#[test]
fn half_of_the_nodes_are_not_enough() {
    replicas()
        .nodes(4)
        .promise("two of four nodes are no majority: they answer nothing while they cannot reach the others")
        .faults(Faults::none().duplication(0.3))
        .schedules(100)
        .seeds(50)
        .check(|sim| {
            sim.partition(&[N0, N1], &[N2, N3]);
            let write = sim.request(N0, Request::Write(1));
            sim.run_for(secs(1));
            let read = sim.request(N2, Request::Read);
            sim.run_for(secs(1));
            for (call, request, node) in [(write, "Write(1)", N0), (read, "Read", N2)] {
                let answer = sim.response(call);
                assert!(
                    answer.is_none(),
                    "{request}, asked of {node}, was answered {answer:?}, while n0 and n1 could not reach n2 and n3"
                );
            }
            sim.heal();
            for (call, request, node) in [(write, "Write(1)", N0), (read, "Read", N2)] {
                let answered = sim.run_until(|sim| sim.response(call).is_some(), secs(2));
                assert!(
                    answered.is_ok(),
                    "{request}, asked of {node}, was never answered, though all can reach one another again"
                );
            }
            together_they_are_one_register(sim);
        });
}

#[test]
fn what_was_read_stays_read() {
    replicas()
        .promise("once a value was read, nobody reads an older one")
        .workload(|w| {
            w.ask(0, N0, Request::Write(1));
            w.ask(1, N1, Request::Read);
            w.ask(1, N2, Request::Read);
        })
        .operations(1, 1)
        .explore(Scope::new().states(30_000))
        .check(together_they_are_one_register);
}

#[test]
fn what_comes_late_or_twice_counts_for_nothing() {
    replicas()
        .nodes(5)
        .promise("answers that come late or twice count neither for another operation nor for another node")
        .workload(writes_and_reads(3, &FIVE))
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.3)
                .delay(ms(1)..ms(60))
                .partitions(1)
                .partition_for(ms(100)..ms(800)),
        )
        .operations(2, 7)
        .check(|sim| {
            all_answered(sim);
            together_they_are_one_register(sim);
        });
}

#[test]
fn acknowledged_writes_survive_crashes() {
    let random = writes_and_reads(2, &[N0, N1]);
    replicas()
        .promise("a node that crashes and starts again has what others count on, and confuses nothing with what was before")
        .workload(move |w| match w.size() {
            // Small enough to try every order of events, and a crash anywhere.
            1 => {
                w.ask(0, N0, Request::Write(1));
                w.ask(0, N1, Request::Read);
            }
            _ => random(w),
        })
        .faults(
            Faults::none()
                .crashes(2)
                .down_for(ms(1)..ms(20))
                .lose_unsynced()
                .loss(0.1)
                .delay(ms(5)..ms(60)),
        )
        .operations(1, 8)
        .explore(Scope::new().faults(1).states(60_000))
        .check(|sim| {
            healed_nodes_can_be_read(sim, &[N0, N1]);
            together_they_are_one_register(sim);
        });
}

#[test]
fn what_was_before_a_crash_is_over() {
    let random = writes_and_reads(2, &[N0, N1]);
    replicas()
        .promise("a node that starts again takes no old answer for a new one, and gives no two values the same version")
        .workload(move |w| match w.size() {
            // Small enough to try every order of events, and a crash of n0 anywhere.
            1 => {
                w.ask(0, N0, Request::Write(1));
                w.ask(0, N0, Request::Write(2));
                w.ask(0, N1, Request::Read);
            }
            _ => random(w),
        })
        .faults(
            Faults::none()
                .crashes_of(1, [N0])
                .down_for(ms(1)..ms(20))
                .delay(ms(5)..ms(60)),
        )
        .operations(1, 8)
        .explore(Scope::new().faults(1).states(80_000))
        .check(|sim| {
            healed_nodes_can_be_read(sim, &[N0, N1]);
            together_they_are_one_register(sim);
        });
}

#[test]
fn five_nodes_are_one_register() {
    replicas()
        .nodes(5)
        .promise("whatever goes wrong, five nodes answer as one register would")
        .workload(writes_and_reads(3, &FIVE))
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.1)
                .delay(ms(5)..ms(60))
                .partitions(1)
                .one_way_partitions(1)
                .crashes(1)
                .lose_unsynced()
                .skew(ms(30)),
        )
        .operations(2, 8)
        .check(|sim| {
            healed_nodes_can_be_read(sim, &[N0, N2]);
            together_they_are_one_register(sim);
        });
}
