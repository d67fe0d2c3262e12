//! How tunable-register is graded. It sees what clients ask and are answered, never a message between nodes, so any
//! design that keeps the promises passes.

use std::collections::{BTreeMap, BTreeSet};

use simulator::history::CallRecord;
use simulator::{Faults, NodeId, Scenario, Simulation, Time, Workload, ms, scenario};
use tunable_register::Replica;
use tunable_register::api::{AT_ONCE, DEADLINE, Level, Request, Response};

const N0: NodeId = NodeId::new(0);
const N1: NodeId = NodeId::new(1);
const N2: NodeId = NodeId::new(2);
const N3: NodeId = NodeId::new(3);
const N4: NodeId = NodeId::new(4);
const THREE: [NodeId; 3] = [N0, N1, N2];
const FOUR: [NodeId; 4] = [N0, N1, N2, N3];
const FIVE: [NodeId; 5] = [N0, N1, N2, N3, N4];

fn replicas() -> Scenario<Replica> {
    scenario(Replica::new).witness("a value that was written was shown", |sim| {
        let history = sim.history();
        history
            .answered()
            .any(|(_, response, _)| matches!(response, Response::Value(1..)))
    })
}

/// Clients that write and read at any of these nodes, at levels that are drawn from `levels`: that of a write and that
/// of a read. The last thing is a read. No value is written twice, so that a value tells which write it came from.
fn writes_and_reads(
    nodes: &'static [NodeId],
    levels: &'static [(Level, Level)],
) -> impl Fn(&mut Workload<Request>) + 'static {
    move |w| {
        let mut values: Vec<u64> = (1..=w.size() as u64).collect();
        w.random().shuffle(&mut values);
        let last = values.len() - 1;
        for (number, value) in values.into_iter().enumerate() {
            let client = w.random().below(2) as usize;
            let node = *w.random().pick(nodes);
            let (write_level, read_level) = *w.random().pick(levels);
            let write = number == 0 || number != last && w.random().chance(0.5);
            let request = match write {
                true => Request::Write(value, write_level),
                false => Request::Read(read_level),
            };
            w.ask(client, node, request);
        }
    }
}

const ONE: &[(Level, Level)] = &[(Level::One, Level::One)];
const QUORUMS: &[(Level, Level)] = &[(Level::Quorum, Level::Quorum)];
const ALL: &[(Level, Level)] = &[(Level::All, Level::All)];
const ALL_AND_ONE: &[(Level, Level)] = &[(Level::All, Level::One), (Level::One, Level::All)];
const ONE_AND_QUORUM: &[(Level, Level)] =
    &[(Level::One, Level::Quorum), (Level::Quorum, Level::One)];
const ANY: &[(Level, Level)] = &[
    (Level::One, Level::One),
    (Level::One, Level::All),
    (Level::Quorum, Level::Quorum),
    (Level::All, Level::One),
    (Level::All, Level::All),
];

/// On how many of so many nodes an answer at this level rests.
fn count(level: Level, nodes: usize) -> usize {
    match level {
        Level::One => 1,
        Level::Quorum => nodes / 2 + 1,
        Level::All => nodes,
    }
}

/// A write as far as it is known.
struct Write {
    node: NodeId,
    level: Level,
    /// When it was acknowledged.
    acknowledged: Option<Time>,
    refused: bool,
    /// What its node had acknowledged or shown before, and what was earlier than that.
    earlier: BTreeSet<u64>,
}

/// When calls were answered, and what each write came after.
fn writes(sim: &Simulation<Replica>) -> BTreeMap<u64, Write> {
    let history = sim.history();
    let mut writes: BTreeMap<u64, Write> = BTreeMap::new();
    for call in history.calls() {
        let Request::Write(value, level) = call.request else {
            continue;
        };
        let mut earlier = BTreeSet::from([0]);
        for (before, response, at) in history.answered() {
            let known = match (before.request, response) {
                (Request::Write(value, _), Response::Written) => value,
                (Request::Read(_), Response::Value(value)) => *value,
                _ => continue,
            };
            if before.node == call.node && at <= call.called && before.called < call.called {
                earlier.insert(known);
                if let Some(write) = writes.get(&known) {
                    earlier.extend(&write.earlier);
                }
            }
        }
        let written = call.outcome.response() == Some(&Response::Written);
        let acknowledged = call.outcome.answered_at().filter(|_| written);
        let write = Write {
            node: call.node,
            level,
            acknowledged,
            refused: call.outcome.response() == Some(&Response::Refused),
            earlier,
        };
        writes.insert(value, write);
    }
    writes
}

/// What was read is what the levels promise.
fn levels_keep_their_promises(sim: &Simulation<Replica>) {
    let nodes = sim.nodes().len();
    let writes = writes(sim);
    for (call, response, _) in sim.history().answered() {
        let Request::Read(level) = call.request else {
            assert!(
                !matches!(response, Response::Value(_)),
                "{} answered a Write with {response:?}",
                call.node
            );
            continue;
        };
        let shown = match response {
            Response::Value(shown) => *shown,
            Response::Refused => continue,
            _ => panic!("{} answered a Read with {response:?}", call.node),
        };
        match writes.get(&shown) {
            None => assert!(
                shown == 0,
                "{} shows {shown}, which nobody has written",
                call.node
            ),
            Some(write) => assert!(
                !write.refused,
                "{} shows {shown}, but the write of it was Refused",
                call.node
            ),
        }
        for (value, write) in &writes {
            let before = write.acknowledged.is_some_and(|at| at < call.called);
            if !before || !write.earlier.contains(&shown) {
                continue;
            }
            let meet = count(level, nodes) + count(write.level, nodes) > nodes;
            assert!(
                !meet,
                "Read({level:?}) at {} shows {shown}, although {value}, which is newer, was Written at {:?} before: \
                 these levels meet in a node",
                call.node, write.level
            );
            assert!(
                write.node != call.node,
                "Read({level:?}) at {} shows {shown}, although {value}, which is newer, was Written at this very node before",
                call.node
            );
        }
    }
}

/// Every call was answered within its time.
fn in_time(sim: &Simulation<Replica>) {
    for call in sim.history().calls() {
        let (Request::Read(level) | Request::Write(_, level)) = call.request;
        let within = match level {
            Level::One => AT_ONCE,
            _ => DEADLINE,
        };
        let Some(at) = call.outcome.answered_at() else {
            panic!("{} was never answered", told(call));
        };
        assert!(
            at <= call.called + within,
            "{} was answered at {at}, later than {within:?}",
            told(call)
        );
    }
}

/// Every call succeeded: for scenarios in which enough nodes can be reached.
fn all_succeeded(sim: &Simulation<Replica>) {
    let history = sim.history();
    for (call, response, _) in history.answered() {
        assert!(
            matches!(response, Response::Written | Response::Value(_)),
            "{} was answered {response:?}, although enough nodes could be reached",
            told(call)
        );
    }
}

fn told(call: &CallRecord<Request, Response>) -> String {
    format!(
        "{:?}, asked of {} at {},",
        call.request, call.node, call.called
    )
}

#[test]
fn one_answers_alone() {
    replicas()
        .promise("at level One, a node answers at once, even if it can reach nobody")
        .workload(writes_and_reads(&THREE, ONE))
        .faults(
            Faults::none()
                .loss(0.2)
                .partitions(2)
                .partition_for(ms(200)..ms(800)),
        )
        .operations(2, 8)
        .seeds(300)
        .check(|sim| {
            in_time(sim);
            all_succeeded(sim);
            levels_keep_their_promises(sim);
        });
}

#[test]
fn quorums_meet() {
    replicas()
        .nodes(5)
        .promise("what was written at a Quorum is read at a Quorum, whichever they are, and three of five are one")
        .workload(writes_and_reads(&FIVE, QUORUMS))
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.2)
                .delay(ms(1)..ms(60))
                .partitions(2)
                .partition_for(ms(100)..ms(800)),
        )
        .operations(2, 8)
        .check(|sim| {
            in_time(sim);
            levels_keep_their_promises(sim);
            // Three of five nodes are a Quorum, whatever went wrong before.
            sim.heal();
            sim.partition(&[N0, N1, N2], &[N3, N4]);
            for request in [
                Request::Write(100, Level::Quorum),
                Request::Read(Level::Quorum),
            ] {
                let answer = sim.ask(N1, request, DEADLINE);
                assert!(
                    matches!(answer, Ok(Response::Written | Response::Value(_))),
                    "n1 can reach two of the four others, but {request:?} was answered {answer:?}"
                );
            }
        });
}

#[test]
fn all_meets_one() {
    replicas()
        .promise(
            "what was written at All is read at One, and what was written at One is read at All",
        )
        .workload(writes_and_reads(&THREE, ALL_AND_ONE))
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.2)
                .delay(ms(1)..ms(60))
                .partitions(2)
                .partition_for(ms(20)..ms(400)),
        )
        .operations(2, 8)
        .check(|sim| {
            in_time(sim);
            levels_keep_their_promises(sim);
        });
}

#[test]
fn half_is_no_quorum() {
    replicas()
        .nodes(4)
        .promise(
            "of four nodes, two are no Quorum: on both sides of a cut they would believe to be one",
        )
        .workload(writes_and_reads(&FOUR, QUORUMS))
        .faults(Faults::none().partitions(1).partition_for(ms(300)..ms(800)))
        .operations(2, 6)
        .check(|sim| {
            in_time(sim);
            levels_keep_their_promises(sim);
        });
}

#[test]
fn a_silent_node_stops_only_all() {
    replicas()
        .promise("while one of three nodes is down, calls at One and at Quorum succeed")
        .workload(move |w| match w.random().chance(0.5) {
            true => writes_and_reads(&[N0, N1], QUORUMS)(w),
            false => writes_and_reads(&[N0, N1], ONE_AND_QUORUM)(w),
        })
        .faults(
            Faults::none()
                .loss(0.05)
                .crashes_of(1, [N2])
                .down_for(ms(20_000)..ms(30_000)),
        )
        .operations(2, 6)
        .check(|sim| {
            in_time(sim);
            all_succeeded(sim);
            levels_keep_their_promises(sim);
        });
}

#[test]
fn all_is_possible() {
    replicas()
        .promise("while all nodes can be reached, calls at All succeed, even if messages are lost")
        .workload(writes_and_reads(&THREE, ALL))
        .faults(Faults::none().loss(0.05))
        .operations(2, 6)
        .check(|sim| {
            in_time(sim);
            all_succeeded(sim);
            levels_keep_their_promises(sim);
        });
}

#[test]
fn each_call_has_its_own_level() {
    replicas()
        .promise("calls at different levels, at the same time, each keep what their level promises")
        .workload(writes_and_reads(&THREE, ANY))
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.1)
                .delay(ms(1)..ms(60))
                .partitions(1)
                .one_way_partitions(1)
                .partition_for(ms(50)..ms(500)),
        )
        .operations(2, 8)
        .check(|sim| {
            in_time(sim);
            levels_keep_their_promises(sim);
        });
}
