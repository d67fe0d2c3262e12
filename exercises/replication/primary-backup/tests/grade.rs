//! How primary-backup is graded. It sees what clients ask and are answered, never a message between nodes, so any
//! design that keeps the promises passes.

use std::collections::BTreeSet;
use std::time::Duration;

use primary_backup::api::{Request, Response};
use primary_backup::{PRIMARY, Replica};
use simulator::{Faults, NodeId, Random, Scenario, Simulation, Time, Workload, ms, scenario, secs};

const BACKUPS: [NodeId; 2] = [NodeId::new(1), NodeId::new(2)];
/// Backups first: they are the ones that lag behind, and a story ends with the first stale copy that is found.
const NODES: [NodeId; 3] = [BACKUPS[0], BACKUPS[1], PRIMARY];

fn replicas() -> Scenario<Replica> {
    assert_eq!(PRIMARY, NodeId::new(0));
    scenario(Replica::new)
        .client_patience(secs(20))
        .witness("a write was acknowledged", |sim| {
            writes(sim).iter().any(|write| write.acknowledged.is_some())
        })
}

/// Two clients that write to the primary, each under a key of its own, and read anywhere. A client waits for each
/// answer, so there is never more than one write to a key under way.
fn each_its_own_key(w: &mut Workload<Request>) {
    reads_and_writes(w, |client, _| ["x", "y"][client]);
}

/// Two clients that write to the primary, mostly under the same key, and read anywhere.
fn all_the_same_keys(w: &mut Workload<Request>) {
    reads_and_writes(w, |_, random| *random.pick::<&str>(&["x", "x", "x", "y"]));
}

/// No value is written twice, so that a value shows which write it came from; later values are not larger, so that
/// a size shows nothing.
fn reads_and_writes(w: &mut Workload<Request>, key: impl Fn(usize, &mut Random) -> &'static str) {
    let mut values: Vec<u64> = (1..=w.size() as u64).collect();
    w.random().shuffle(&mut values);
    for (number, value) in values.into_iter().enumerate() {
        let client = number % 2;
        let key = key(client, w.random()).to_owned();
        if number == 0 || w.random().chance(0.7) {
            w.ask(client, PRIMARY, Request::Put { key, value });
        } else {
            let node = *w.random().pick(&NODES);
            w.ask(client, node, Request::Get { key });
        }
    }
}

/// A write, as its client saw it.
struct Write {
    key: String,
    value: u64,
    called: Time,
    acknowledged: Option<Time>,
}

/// All writes, in the order in which the primary got them.
fn writes(sim: &Simulation<Replica>) -> Vec<Write> {
    let history = sim.history();
    let write = |call: &simulator::history::CallRecord<Request, Response>| match &call.request {
        Request::Put { key, value } => Some(Write {
            key: key.clone(),
            value: *value,
            called: call.called,
            acknowledged: call.outcome.answered_at(),
        }),
        Request::Get { .. } => None,
    };
    history.calls().filter_map(write).collect()
}

/// What `node` says it has.
fn value(node: NodeId, response: Response) -> Option<u64> {
    match response {
        Response::Value(value) => Some(value),
        Response::Nothing => None,
        Response::Stored => panic!("{node} answered a Get with Stored"),
    }
}

/// What `node` has under `key` at this moment.
fn read(sim: &mut Simulation<Replica>, node: NodeId, key: &str) -> Option<u64> {
    let get = Request::Get {
        key: key.to_owned(),
    };
    match sim.ask(node, get, Duration::ZERO) {
        Ok(response) => value(node, response),
        Err(_) => panic!("{node} did not answer a Get at once"),
    }
}

/// What a node has under `key` must not be older than a write that was acknowledged by then.
fn assert_fresh(writes: &[Write], node: NodeId, key: &str, value: Option<u64>, at: Time) {
    let of_key = || {
        writes
            .iter()
            .filter(|write| write.key == key && write.called <= at)
    };
    let source = value.map(|value| {
        let source = of_key().find(|write| write.value == value);
        source.unwrap_or_else(|| panic!("{node} has {key}={value} at {at}, which nobody wrote"))
    });
    // Two writes that reached the primary at the same moment may have come in either order.
    let newer = |write: &&Write| source.is_none_or(|source| source.called < write.called);
    let acknowledged = |write: &Write| {
        write
            .acknowledged
            .filter(|acknowledged| *acknowledged <= at)
    };
    let mut missed = of_key()
        .filter(newer)
        .filter_map(|write| Some((write.value, acknowledged(write)?)));
    if let Some((missing, since)) = missed.next_back() {
        match source {
            Some(Write { value, .. }) => {
                panic!(
                    "{node} has {key}={value} at {at}, but the newer {key}={missing} was acknowledged at {since}"
                )
            }
            None => panic!(
                "{node} has no {key} at {at}, but {key}={missing} was acknowledged at {since}"
            ),
        }
    }
}

/// What clients read was never older than what was acknowledged by then, and nobody had to wait for it.
fn every_read_was_fresh(sim: &mut Simulation<Replica>) {
    let writes = writes(sim);
    for call in sim.history().calls() {
        let Request::Get { key } = &call.request else {
            continue;
        };
        let node = call.node;
        match call.outcome.response() {
            Some(response) if call.outcome.answered_at() == Some(call.called) => {
                assert_fresh(&writes, node, key, value(node, *response), call.called);
            }
            _ => panic!("{node} did not answer a Get at once"),
        }
    }
}

/// The keys that somebody wrote.
fn keys(sim: &Simulation<Replica>) -> BTreeSet<String> {
    writes(sim).into_iter().map(|write| write.key).collect()
}

/// Every node that is up has every acknowledged write now, or a newer one.
fn every_copy_is_fresh(sim: &mut Simulation<Replica>) {
    for key in keys(sim) {
        for node in NODES {
            if sim.is_up(node) {
                let value = read(sim, node, &key);
                assert_fresh(&writes(sim), node, &key, value, sim.now());
            }
        }
    }
}

/// All nodes have the same values now.
fn every_copy_is_the_same(sim: &mut Simulation<Replica>) {
    let in_words =
        |value: Option<u64>| value.map_or("nothing".to_owned(), |value| value.to_string());
    for key in keys(sim) {
        let primary = read(sim, PRIMARY, &key);
        for backup in BACKUPS {
            let copy = read(sim, backup, &key);
            let (one, other) = (in_words(copy), in_words(primary));
            assert!(
                copy == primary,
                "under {key}, {backup} has {one} and {PRIMARY} has {other}"
            );
        }
    }
}

/// Where nothing goes wrong, a write takes one message to each backup and one back; twice that is enough.
fn no_message_is_wasted(sim: &mut Simulation<Replica>) {
    let (writes, messages) = (writes(sim).len() as u64, sim.messages());
    let enough = 2 * 2 * BACKUPS.len() as u64 * writes;
    assert!(
        messages <= enough,
        "{messages} messages were sent; {enough} are enough for what was written"
    );
}

/// Looks at a backup whenever it has just started again, for some time: what it lost in its crash, nobody has sent it
/// again yet.
fn every_copy_is_fresh_after_a_restart(sim: &mut Simulation<Replica>, within: Duration) {
    let end = sim.now() + within;
    let left = |sim: &Simulation<Replica>| end.since(sim.now());
    let is_down = |sim: &Simulation<Replica>| BACKUPS.iter().any(|backup| !sim.is_up(*backup));
    while sim.run_until(is_down, left(sim)).is_ok()
        && sim.run_until(|sim| !is_down(sim), left(sim)).is_ok()
    {
        every_copy_is_fresh(sim);
    }
}

/// Every write must be acknowledged: whatever was lost, sooner or later something gets through.
fn every_write_is_acknowledged(sim: &mut Simulation<Replica>) {
    sim.heal();
    sim.run_for(secs(1));
    let writes = writes(sim);
    let unanswered = writes.iter().filter(|write| write.acknowledged.is_none());
    let unanswered: Vec<String> = unanswered
        .map(|write| format!("{}={}", write.key, write.value))
        .collect();
    assert!(
        unanswered.is_empty(),
        "never acknowledged: {}",
        unanswered.join(", ")
    );
}

#[test]
fn a_write_reaches_every_copy() {
    replicas()
        .promise(
            "on a network that works, every write is acknowledged, and can be read from every node",
        )
        .workload(each_its_own_key)
        .operations(1, 6)
        .seeds(100)
        .check(|sim| {
            no_message_is_wasted(sim);
            every_copy_is_fresh(sim);
            every_read_was_fresh(sim);
            every_write_is_acknowledged(sim);
            every_copy_is_fresh(sim);
        });
}

#[test]
fn acknowledged_means_everywhere() {
    replicas()
        .promise("at the moment a write is acknowledged, every node has it")
        .workload(each_its_own_key)
        .faults(
            Faults::none()
                .loss(0.2)
                .partitions(1)
                .partition_for(ms(50)..secs(3)),
        )
        .operations(2, 6)
        .check(|sim| {
            every_copy_is_fresh(sim);
            every_read_was_fresh(sim);
        });
}

#[test]
fn a_lost_message_is_sent_again() {
    replicas()
        .promise("every write is acknowledged in the end, even if messages are lost, and is everywhere then")
        .workload(each_its_own_key)
        .faults(Faults::none().loss(0.25))
        .operations(1, 5)
        .check(|sim| {
            every_write_is_acknowledged(sim);
            every_copy_is_fresh(sim);
        });
}

#[test]
fn late_copies_change_nothing() {
    replicas()
        .promise("a message that arrives late neither brings back an older value nor counts twice")
        .workload(all_the_same_keys)
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.2)
                .delay(ms(20)..ms(400)),
        )
        .operations(2, 8)
        .spacing(ms(60))
        .check(|sim| {
            every_read_was_fresh(sim);
            every_copy_is_fresh(sim);
            sim.run_for(secs(1));
            every_copy_is_fresh(sim);
        });
}

#[test]
fn acknowledged_writes_survive_a_crash() {
    replicas()
        .promise("a backup that crashes and starts again has every write that was acknowledged")
        .workload(each_its_own_key)
        .faults(
            Faults::none()
                .crashes_of(2, BACKUPS)
                .down_for(ms(5)..ms(1_500))
                .lose_unsynced()
                .loss(0.1),
        )
        .operations(1, 6)
        .check(|sim| {
            every_copy_is_fresh_after_a_restart(sim, secs(2));
            every_copy_is_fresh(sim);
            every_read_was_fresh(sim);
        });
}

#[test]
fn copies_agree_once_healed() {
    let faults = Faults::none()
        .loss(0.1)
        .duplication(0.1)
        .delay(ms(20)..ms(200))
        .partitions(1)
        .crashes_of(1, BACKUPS)
        .lose_unsynced();
    replicas()
        .promise("whatever went wrong, all nodes have the same values in the end: the last that were written")
        .workload(all_the_same_keys)
        .faults(faults)
        .operations(2, 8)
        // Twice what it takes to send again every 20 ms. Reads cost no message and count as well: a write alone may
        // cost more.
        .messages_per_operation(13.4)
        .check(|sim| {
            every_write_is_acknowledged(sim);
            every_copy_is_fresh(sim);
            every_copy_is_the_same(sim);
        });
}
