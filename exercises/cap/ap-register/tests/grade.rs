//! How ap-register is graded. It sees what clients ask and are answered, never a message between nodes, so any design
//! that keeps the promises passes.

use std::collections::{BTreeMap, BTreeSet};

use ap_register::Replica;
use ap_register::api::{AT_ONCE, CONVERGENCE, Request, Response};
use simulator::history::{CallRecord, History};
use simulator::{Faults, NodeId, Scenario, Simulation, Workload, ms, scenario};

const N0: NodeId = NodeId::new(0);
const N1: NodeId = NodeId::new(1);
const N2: NodeId = NodeId::new(2);
const THREE: [NodeId; 3] = [N0, N1, N2];
const FIVE: [NodeId; 5] = [N0, N1, N2, NodeId::new(3), NodeId::new(4)];

fn replicas() -> Scenario<Replica> {
    scenario(Replica::new).witness("a value that was written was shown", |sim| {
        let history = sim.history();
        history
            .answered()
            .any(|(_, response, _)| matches!(response, Response::Value(1..)))
    })
}

/// Clients that write and read at any of these nodes; sometimes news has the time to spread before the next call. No
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
            let write = number == 0 || w.random().chance(0.6);
            let request = match write {
                true => Request::Write(value),
                false => Request::Read,
            };
            w.ask(client, node, request);
            if w.random().chance(0.3) {
                w.wait(ms(120));
            }
        }
    }
}

/// Two clients, one on each side of a cut that keeps n0 from the others. `cp-register` has the same workload in a
/// scenario of the same name, so that the book can show both registers in the same cut.
fn on_both_sides(w: &mut Workload<Request>) {
    w.ask(0, N0, Request::Write(1));
    w.wait(ms(60));
    w.ask(0, N0, Request::Write(2));
    w.ask(1, N1, Request::Write(3));
    w.ask(0, N0, Request::Read);
    w.ask(1, N2, Request::Read);
}

/// What is known of the writes, by the values that they wrote.
#[derive(Default)]
struct Writes {
    acknowledged: BTreeSet<u64>,
    /// For each write, those that its node had acknowledged or shown before, and those that were before these.
    earlier: BTreeMap<u64, BTreeSet<u64>>,
}

impl Writes {
    fn is_later(&self, one: u64, other: u64) -> bool {
        self.earlier
            .get(&one)
            .is_some_and(|earlier| earlier.contains(&other))
    }
}

type Asked = CallRecord<Request, Response>;

/// What a node acknowledged or showed, if it answered.
fn shown(call: &Asked) -> Option<u64> {
    match (&call.request, call.outcome.response()?) {
        (Request::Write(value), _) | (Request::Read, Response::Value(value)) => Some(*value),
        (Request::Read, Response::Written) => None,
    }
}

/// An order of a node's `calls` in which it does not go back, and shows no write before it is made. An answer may take no
/// time, so two clients may ask at the same moment, and nothing tells whom the node heard first.
fn without_going_back<'c>(seen: &[u64], calls: &[&'c Asked]) -> Option<Vec<&'c Asked>> {
    let Some(first) = calls.first() else {
        return Some(Vec::new());
    };
    let now = calls.iter().take_while(|call| call.called == first.called);
    now.enumerate().find_map(|(index, call)| {
        if calls[..index]
            .iter()
            .any(|other| other.client == call.client)
        {
            return None;
        }
        let (mut seen, mut rest) = (seen.to_vec(), calls.to_vec());
        let call = rest.remove(index);
        if let Some(value) = shown(call).filter(|value| seen.last() != Some(value)) {
            let is_yet_to_come = |other: &&Asked| other.request == Request::Write(value);
            if seen.contains(&value) || rest.iter().any(is_yet_to_come) {
                return None;
            }
            seen.push(value);
        }
        let mut order = vec![call];
        order.extend(without_going_back(&seen, &rest)?);
        Some(order)
    })
}

/// All calls in the order in which they were made; those of one moment in one that speaks for their node, if there is any.
fn in_order(history: &History<Request, Response>) -> Vec<&Asked> {
    let mut nodes: BTreeMap<NodeId, Vec<&Asked>> = BTreeMap::new();
    for call in history.calls() {
        nodes.entry(call.node).or_default().push(call);
    }
    let mut nodes: BTreeMap<NodeId, _> = nodes
        .into_iter()
        .map(|(node, calls)| {
            let order = without_going_back(&[0], &calls).unwrap_or(calls);
            (node, order.into_iter())
        })
        .collect();
    history
        .calls()
        .filter_map(|call| nodes.get_mut(&call.node)?.next())
        .collect()
}

/// Looks at what each node has acknowledged and shown, in this order: it answers at once, never goes back, and invents
/// nothing. Returns what all that says about the writes.
fn each_node_goes_on(sim: &Simulation<Replica>) -> Writes {
    let history = sim.history();
    let mut writes = Writes::default();
    let mut seen: BTreeMap<NodeId, Vec<u64>> = BTreeMap::new();
    for call in in_order(&history) {
        let node = call.node;
        let seen = seen.entry(node).or_insert_with(|| vec![0]);
        if let Request::Write(value) = call.request {
            let mut earlier: BTreeSet<u64> = seen.iter().copied().collect();
            for known in seen.iter() {
                earlier.extend(writes.earlier.get(known).into_iter().flatten());
            }
            writes.earlier.insert(value, earlier);
        }
        let (Some(response), Some(at)) = (call.outcome.response(), call.outcome.answered_at())
        else {
            continue;
        };
        assert!(
            at <= call.called + AT_ONCE,
            "{:?}, asked of {node} at {}, was answered at {at}, and not at once",
            call.request,
            call.called
        );
        let value = match (&call.request, response) {
            (Request::Write(value), Response::Written) => {
                writes.acknowledged.insert(*value);
                *value
            }
            (Request::Read, Response::Value(value)) => *value,
            (request, response) => panic!("{node} answered a {request:?} with {response:?}"),
        };
        assert!(
            value == 0 || writes.earlier.contains_key(&value),
            "{node} shows {value}, which nobody has written"
        );
        let Some(&latest) = seen.last() else { continue };
        if value == latest {
            continue;
        }
        assert!(
            !seen.contains(&value),
            "{node} goes back: it had {latest}, and at {at} it shows {value} again"
        );
        if let Some(known) = seen.iter().find(|known| writes.is_later(**known, value)) {
            panic!(
                "{node} goes back: at {at} it shows {value}, but it had {known}, which was written later"
            );
        }
        seen.push(value);
    }
    writes
}

/// Every call was answered: for scenarios in which nothing crashes.
fn all_answered(sim: &Simulation<Replica>) {
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

/// Heals everything, gives the nodes the time that they have, and reads all of them.
fn all_agree_in_the_end(sim: &mut Simulation<Replica>) {
    sim.heal();
    sim.run_for(CONVERGENCE);
    let mut shown = Vec::new();
    for node in sim.nodes() {
        match sim.ask(node, Request::Read, AT_ONCE) {
            Ok(Response::Value(value)) => shown.push((node, value)),
            Ok(Response::Written) => panic!("{node} answered a Read with Written"),
            Err(_) => panic!("{node} did not answer a Read at once, when nothing was wrong"),
        }
    }
    let Some(&(first, value)) = shown.first() else {
        return;
    };
    for (node, other) in &shown {
        assert!(
            *other == value,
            "{CONVERGENCE:?} after everything was healed, {first} shows {value}, but {node} shows {other}"
        );
    }
    let writes = each_node_goes_on(sim);
    for later in &writes.acknowledged {
        assert!(
            value == *later || !writes.is_later(*later, value),
            "in the end all show {value}, but {later} was acknowledged, and written later"
        );
    }
}

#[test]
fn a_node_alone_answers() {
    replicas()
        .promise("every node answers at once, even if it can reach nobody")
        .workload(writes_and_reads(2, &THREE))
        .faults(
            Faults::none()
                .loss(0.2)
                .partitions(2)
                .partition_for(ms(200)..ms(800)),
        )
        .operations(2, 8)
        .seeds(300)
        .check(|sim| {
            all_answered(sim);
            each_node_goes_on(sim);
            all_agree_in_the_end(sim);
        });
}

#[test]
fn both_sides_of_a_cut() {
    replicas()
        .promise("both sides of a cut take writes, and agree when it is over")
        .workload(on_both_sides)
        .faults(Faults::none().partitions(1).partition_for(ms(700)..ms(701)))
        .check(|sim| {
            all_answered(sim);
            each_node_goes_on(sim);
            all_agree_in_the_end(sim);
        });
}

#[test]
fn all_agree_whatever_was_lost() {
    replicas()
        .nodes(5)
        .promise("whatever was lost, and whoever wrote at the same time: once all is well, all show the same")
        .workload(writes_and_reads(3, &FIVE))
        .faults(
            Faults::none()
                .loss(0.3)
                .partitions(2)
                .one_way_partitions(1)
                .partition_for(ms(100)..ms(600)),
        )
        .operations(2, 8)
        .check(|sim| {
            all_answered(sim);
            all_agree_in_the_end(sim);
        });
}

#[test]
fn a_later_write_wins() {
    replicas()
        .promise(
            "a write is not lost to one that its node had seen before, whatever the clocks say",
        )
        .workload(|w| {
            // What was written at one node is seen and overwritten at another.
            for round in 1..=w.size() as u64 {
                let (one, other) = *w.random().pick(&[(N0, N1), (N1, N2), (N2, N0)]);
                w.ask(0, one, Request::Write(2 * round));
                w.wait(ms(120));
                w.ask(0, other, Request::Read);
                w.ask(0, other, Request::Write(2 * round - 1));
                w.wait(ms(120));
            }
        })
        .faults(Faults::none().skew(ms(400)))
        .operations(1, 3)
        .seeds(200)
        .check(|sim| {
            all_answered(sim);
            all_agree_in_the_end(sim);
        });
}

#[test]
fn old_news_changes_nothing() {
    replicas()
        .promise("messages that come late or twice bring no old value back")
        .workload(writes_and_reads(2, &THREE))
        .faults(Faults::none().duplication(0.3).delay(ms(1)..ms(200)))
        .operations(2, 8)
        .check(|sim| {
            all_answered(sim);
            each_node_goes_on(sim);
            all_agree_in_the_end(sim);
        });
}

#[test]
fn a_crash_loses_nothing() {
    replicas()
        .promise("what a node has acknowledged or shown survives its crashes, and the others hear of it all the same")
        .workload(writes_and_reads(2, &THREE))
        .faults(
            Faults::none()
                .crashes(2)
                .down_for(ms(1)..ms(80))
                .lose_unsynced()
                .loss(0.2)
                .partitions(1)
                .partition_for(ms(50)..ms(300)),
        )
        .operations(2, 8)
        .check(|sim| {
            each_node_goes_on(sim);
            all_agree_in_the_end(sim);
        });
}
