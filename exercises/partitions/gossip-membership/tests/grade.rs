//! How gossip-membership is graded. It sees what clients ask and are answered, never a message between nodes, so any
//! design that keeps the promises passes.

use std::collections::BTreeSet;
use std::time::Duration;

use gossip_membership::Member;
use gossip_membership::api::{
    DETECTED, FORGIVEN, HEALED, JOINED, MESSAGES_A_SECOND, Request, Response,
};
use simulator::{Faults, NodeId, Scenario, Simulation, ms, scenario, secs};

const N0: NodeId = NodeId::new(0);
const N1: NodeId = NodeId::new(1);
const N2: NodeId = NodeId::new(2);
const N3: NodeId = NodeId::new(3);

fn members(nodes: usize) -> Scenario<Member> {
    scenario(Member::new).nodes(nodes)
}

/// Who is on the list of this node at this moment.
fn list(sim: &mut Simulation<Member>, node: NodeId) -> BTreeSet<NodeId> {
    let Some(Response::Members(list)) = sim.peek(node, Request::Members) else {
        panic!("{node} did not say at once who is on its list")
    };
    assert!(
        list.contains(&node),
        "{node} is not on its own list at {}",
        sim.now()
    );
    list
}

/// The nodes that are up.
fn running(sim: &Simulation<Member>) -> Vec<NodeId> {
    let nodes = sim.nodes().into_iter();
    nodes.filter(|node| sim.is_up(*node)).collect()
}

/// At each of these nodes, all of them are on the list, and nobody else.
fn assert_lists(sim: &mut Simulation<Member>, nodes: &[NodeId]) {
    for &node in nodes {
        let list = list(sim, node);
        let now = sim.now();
        for other in nodes {
            assert!(
                list.contains(other),
                "{other}, which runs, is not on the list of {node} at {now}"
            );
        }
        for other in list {
            assert!(
                nodes.contains(&other),
                "{other}, which has crashed or cannot be reached, is on the list of {node} at {now}"
            );
        }
    }
}

/// From now on, for so long, the lists have all nodes that run, and nobody else.
fn lists_stay_right(sim: &mut Simulation<Member>, how_long: Duration) {
    let end = sim.now() + how_long;
    while sim.now() < end {
        let nodes = running(sim);
        assert_lists(sim, &nodes);
        sim.run_for(ms(250));
    }
}

/// For so long, everybody who runs is on the lists of these nodes.
fn nobody_is_missed(sim: &mut Simulation<Member>, by: &[NodeId], how_long: Duration) {
    let end = sim.now() + how_long;
    while sim.now() < end {
        for &node in by {
            let list = list(sim, node);
            let now = sim.now();
            for other in running(sim) {
                assert!(
                    list.contains(&other),
                    "{other}, which runs, is not on the list of {node} at {now}"
                );
            }
        }
        sim.run_for(ms(100));
    }
}

/// Lets time pass, and counts what is sent meanwhile.
fn few_messages(sim: &mut Simulation<Member>, how_long: Duration) {
    let before = sim.messages();
    sim.run_for(how_long);
    let sent = sim.messages() - before;
    let nodes = sim.nodes().len() as u64;
    let enough = nodes * MESSAGES_A_SECOND * how_long.as_millis() as u64 / 1_000;
    assert!(
        sent <= enough,
        "{sent} messages were sent in {how_long:?} by {nodes} nodes; {enough} are enough"
    );
}

/// Whoever takes everybody for running loses nobody. So in the end a node crashes.
fn a_crash_is_noticed(sim: &mut Simulation<Member>, node: NodeId) {
    sim.crash(node);
    sim.run_for(DETECTED);
    lists_stay_right(sim, ms(1_000));
}

#[test]
fn everyone_finds_everyone() {
    members(16)
        .promise("sixteen nodes that start soon have each other on their lists, with few messages")
        .check(|sim| {
            sim.run_for(JOINED);
            few_messages(sim, secs(2));
            a_crash_is_noticed(sim, N3);
        });
}

#[test]
fn whoever_crashes_leaves_every_list() {
    members(5)
        .promise(
            "a node that crashes is soon on no list, and does not come back; everybody else stays",
        )
        .faults(
            Faults::none()
                .crashes(1)
                .down_for(secs(40)..secs(41))
                .loss(0.02),
        )
        .schedules(60)
        .seeds(50)
        .check(|sim| {
            sim.run_for(JOINED);
            if running(sim).len() == 5 {
                a_crash_is_noticed(sim, N1);
            } else {
                sim.run_for(DETECTED);
            }
            let before = running(sim);
            for _ in 0..8 {
                if running(sim) == before {
                    assert_lists(sim, &before);
                }
                sim.run_for(ms(250));
            }
        });
}

#[test]
fn whoever_was_silent_can_deny_it() {
    members(5)
        .promise("a node that stood still or was cut off for a moment stays on every list, though messages are lost")
        .faults(Faults::none().loss(0.05))
        .schedules(20)
        .seeds(60)
        .check(|sim| {
            sim.run_for(JOINED);
            let nodes = sim.nodes();
            sim.pause(N1);
            nobody_is_missed(sim, &[N0, N2, N3], FORGIVEN);
            sim.resume(N1);
            nobody_is_missed(sim, &nodes, ms(3_500));
            sim.partition(&[N2], &[N0, N1, N3, NodeId::new(4)]);
            nobody_is_missed(sim, &nodes, FORGIVEN);
            sim.mend();
            nobody_is_missed(sim, &nodes, ms(3_500));
            sim.heal();
            a_crash_is_noticed(sim, N3);
        });
}

#[test]
fn whoever_is_back_is_on_every_list_again() {
    members(5)
        .promise("a node that starts again after a crash is soon on every list, and everybody is on its own")
        .faults(Faults::none().loss(0.02))
        .schedules(10)
        .seeds(40)
        .check(|sim| {
            sim.run_for(JOINED);
            // Once for long, and once so shortly that nobody may have noticed.
            for (node, down) in [(N1, DETECTED), (N0, ms(300)), (N1, ms(1_500))] {
                sim.crash(node);
                sim.run_for(down);
                sim.restart(node);
                sim.run_for(JOINED);
                lists_stay_right(sim, ms(3_000));
            }
            a_crash_is_noticed(sim, N1);
        });
}

#[test]
fn nobody_comes_back_from_the_dead() {
    members(4)
        .promise("a crashed node is on no list, whatever comes late from it or about it")
        .faults(Faults::none().delay(secs(9)..secs(16)))
        .schedules(30)
        .seeds(40)
        .check(|sim| {
            sim.run_for(ms(1_500));
            // From here on nothing more is late; but what is late already still comes.
            sim.heal();
            sim.run_for(HEALED);
            lists_stay_right(sim, ms(500));
            a_crash_is_noticed(sim, N1);
            lists_stay_right(sim, secs(5));
        });
}

#[test]
fn two_sides_find_each_other_again() {
    members(7)
        .promise("the two sides of a cut do without each other, and find each other again when it is mended")
        .faults(Faults::none().loss(0.02))
        .schedules(10)
        .seeds(40)
        .check(|sim| {
            sim.run_for(JOINED);
            // Whoever is always asked first is not there.
            sim.crash(N0);
            let nodes = running(sim);
            let (one, other) = nodes.split_at(2);
            sim.partition(one, other);
            sim.run_for(DETECTED);
            assert_lists(sim, one);
            assert_lists(sim, other);
            sim.mend();
            sim.run_for(HEALED);
            lists_stay_right(sim, ms(3_000));
            sim.heal();
            a_crash_is_noticed(sim, N3);
        });
}

#[test]
fn news_spread_like_a_rumour() {
    members(48)
        .promise("48 nodes hear of one that has started in the same two seconds as five, with no more messages each")
        .check(|sim| {
            sim.run_for(JOINED);
            sim.crash(N1);
            sim.run_for(DETECTED);
            let nodes = running(sim);
            assert_lists(sim, &nodes);
            sim.restart(N1);
            few_messages(sim, JOINED);
            let nodes = running(sim);
            assert_lists(sim, &nodes);
        });
}
