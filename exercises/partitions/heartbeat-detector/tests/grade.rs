//! How heartbeat-detector is graded. It sees what clients ask and are answered, never a message between nodes, so any
//! design that keeps the promises passes.

use std::collections::BTreeSet;
use std::time::Duration;

use heartbeat_detector::Detector;
use heartbeat_detector::api::{
    DETECTED, DETECTED_AT_THE_LATEST, FORGIVEN, MESSAGES_A_SECOND, MISTAKES, PAUSE, Request,
    Response, TRUSTED,
};
use simulator::{Faults, NodeId, Scenario, Simulation, ms, scenario, secs};

const N0: NodeId = NodeId::new(0);
const N1: NodeId = NodeId::new(1);
const N2: NodeId = NodeId::new(2);
/// How often nodes are asked whom they suspect.
const LOOK: Duration = ms(50);

fn detectors() -> Scenario<Detector> {
    scenario(Detector::new)
}

/// Whom this node suspects at this moment.
fn suspects(sim: &mut Simulation<Detector>, node: NodeId) -> BTreeSet<NodeId> {
    let answer = sim.peek(node, Request::Suspects);
    let Some(Response::Suspects(suspects)) = answer else {
        panic!("{node} did not say at once whom it suspects")
    };
    assert!(
        !suspects.contains(&node),
        "{node} suspects itself at {}",
        sim.now()
    );
    suspects
}

/// A node that is up suspects these, and nobody else.
fn assert_suspects(sim: &mut Simulation<Detector>, node: NodeId, expected: &[NodeId], why: &str) {
    let suspects = suspects(sim, node);
    let now = sim.now();
    for peer in expected {
        assert!(
            suspects.contains(peer),
            "{node} does not suspect {peer} at {now}: {why}"
        );
    }
    for peer in suspects {
        assert!(
            expected.contains(&peer) || !sim.is_up(peer),
            "{node} suspects {peer} at {now}, which is no longer silent, or never was long enough"
        );
    }
}

/// For so long, nobody of these suspects anybody.
fn nobody_is_suspected(sim: &mut Simulation<Detector>, by: &[NodeId], how_long: Duration) {
    let end = sim.now() + how_long;
    loop {
        for node in by {
            assert_suspects(sim, *node, &[], "");
        }
        if sim.now() >= end {
            return;
        }
        sim.run_for(LOOK.min(end.since(sim.now())));
    }
}

/// These nodes suspect those that are silent `within` this time after now, and go on to do so.
fn suspected(sim: &mut Simulation<Detector>, silent: &[NodeId], by: &[NodeId], within: Duration) {
    let since = sim.now();
    sim.run_for(within);
    for _ in 0..4 {
        for node in by {
            let why = format!("it has been silent since {since}");
            assert_suspects(sim, *node, silent, &why);
        }
        sim.run_for(ms(400));
    }
}

/// Who does nothing, or trusts everybody, keeps all promises about those that are up. So in the end one crashes.
fn a_crash_is_noticed(sim: &mut Simulation<Detector>, within: Duration) {
    sim.crash(N1);
    let others: Vec<NodeId> = sim.nodes().into_iter().filter(|n| *n != N1).collect();
    suspected(sim, &[N1], &others, within);
}

/// How often one of these comes to suspect `peer` in this time.
fn mistakes_about(
    sim: &mut Simulation<Detector>,
    peer: NodeId,
    by: NodeId,
    how_long: Duration,
) -> usize {
    let end = sim.now() + how_long;
    let mut before = suspects(sim, by).contains(&peer);
    let mut mistakes = 0;
    while sim.now() < end {
        sim.run_for(LOOK);
        let now = suspects(sim, by).contains(&peer);
        mistakes += usize::from(now && !before);
        before = now;
    }
    mistakes
}

/// Which nodes are down.
fn down(sim: &Simulation<Detector>) -> Vec<NodeId> {
    let nodes = sim.nodes().into_iter();
    nodes.filter(|node| !sim.is_up(*node)).collect()
}

/// Lets time pass until a node crashes; where none does in this time, one is made to.
fn until_a_crash(sim: &mut Simulation<Detector>, within: Duration) {
    if sim.run_until(|sim| !down(sim).is_empty(), within).is_err() {
        // No other crash may follow.
        sim.heal();
        sim.crash(N1);
    }
}

#[test]
fn nobody_is_suspected_on_a_network_that_works() {
    detectors()
        .promise("where nothing goes wrong, nobody is suspected, and few messages are sent")
        .check(|sim| {
            let nodes = sim.nodes();
            nobody_is_suspected(sim, &nodes, secs(1));
            let before = sim.messages();
            nobody_is_suspected(sim, &nodes, secs(2));
            let sent = sim.messages() - before;
            let enough = 2 * MESSAGES_A_SECOND * 6;
            assert!(
                sent <= enough,
                "{sent} messages were sent in two seconds, by three nodes to two others each; {enough} are enough"
            );
            a_crash_is_noticed(sim, DETECTED);
        });
}

#[test]
fn whoever_crashes_is_suspected() {
    detectors()
        .promise("whenever a node crashes, all others soon suspect it, and nobody else, until it is back")
        .faults(Faults::none().crashes(1).down_for(secs(9)..secs(10)))
        .schedules(150)
        .seeds(150)
        .check(|sim| {
            until_a_crash(sim, ms(1_500));
            let (crashed, nodes) = (down(sim), sim.nodes());
            let since = sim.now();
            sim.run_for(DETECTED);
            for _ in 0..4 {
                let still_down: Vec<NodeId> = (crashed.iter().copied())
                    .filter(|node| !sim.is_up(*node))
                    .collect();
                let why = format!("it is down since {since}");
                for node in nodes.iter().filter(|node| !crashed.contains(node)) {
                    if sim.is_up(*node) {
                        assert_suspects(sim, *node, &still_down, &why);
                    }
                }
                sim.run_for(ms(400));
            }
        });
}

#[test]
fn whoever_was_never_heard_is_suspected() {
    detectors()
        .promise(
            "a node that has not been heard since this one started is suspected like any other",
        )
        .check(|sim| {
            sim.partition(&[N2], &[N0, N1]);
            suspected(sim, &[N2], &[N0, N1], DETECTED);
            assert_suspects(sim, N2, &[N0, N1], "neither was heard since the beginning");
            sim.crash(N0);
            sim.run_for(ms(100));
            sim.restart(N0);
            suspected(sim, &[N2], &[N0], DETECTED);
        });
}

#[test]
fn a_short_silence_is_forgiven() {
    detectors()
        .promise("a node that was silent for a moment is not suspected")
        // Two that follow one another are one silence.
        .faults(
            Faults::none()
                .partitions(1)
                .partition_for(ms(50)..FORGIVEN / 2),
        )
        .schedules(150)
        .seeds(150)
        .check(|sim| {
            let nodes = sim.nodes();
            nobody_is_suspected(sim, &nodes, ms(2_000));
            sim.heal();
            sim.run_for(TRUSTED);
            sim.partition(&[N0], &[N1, N2]);
            nobody_is_suspected(sim, &nodes, FORGIVEN);
            sim.mend();
            nobody_is_suspected(sim, &nodes, TRUSTED);
            sim.pause(N1);
            nobody_is_suspected(sim, &[N0, N2], FORGIVEN);
            sim.resume(N1);
            nobody_is_suspected(sim, &nodes, ms(500));
            a_crash_is_noticed(sim, DETECTED);
        });
}

#[test]
fn a_lost_message_is_no_reason() {
    detectors()
        .promise("that a message is lost, or two, makes nobody suspect anybody")
        .faults(Faults::none().loss(0.005))
        .schedules(300)
        .seeds(100)
        .check(|sim| {
            let nodes = sim.nodes();
            nobody_is_suspected(sim, &nodes, ms(2_000));
            sim.heal();
            a_crash_is_noticed(sim, DETECTED);
        });
}

#[test]
fn whoever_is_heard_again_is_trusted_again() {
    detectors()
        .promise("when nobody is silent any more, nobody is suspected any more; and whoever crashes then, is")
        .faults(
            Faults::none()
                .loss(0.1)
                .crashes(1)
                .down_for(ms(100)..secs(2))
                .partitions(1)
                .one_way_partitions(1)
                .partition_for(ms(300)..secs(2)),
        )
        .schedules(150)
        .seeds(200)
        .check(|sim| {
            sim.run_for(ms(1_500));
            sim.heal();
            sim.run_for(TRUSTED);
            let nodes = sim.nodes();
            nobody_is_suspected(sim, &nodes, ms(1_000));
            a_crash_is_noticed(sim, DETECTED_AT_THE_LATEST);
        });
}

#[test]
fn a_restarted_node_is_a_node_like_any_other() {
    detectors()
        .promise("a node that crashes and starts again is suspected while it is down, and trusted when it is back")
        .check(|sim| {
            let nodes = sim.nodes();
            nobody_is_suspected(sim, &nodes, secs(4));
            for within in [DETECTED, DETECTED_AT_THE_LATEST] {
                sim.crash_losing_unsynced(N1);
                suspected(sim, &[N1], &[N0, N2], within);
                sim.restart(N1);
                sim.run_for(TRUSTED);
                nobody_is_suspected(sim, &nodes, ms(1_500));
            }
        });
}

#[test]
fn clocks_may_disagree() {
    detectors()
        .promise("whatever the clocks of others show, whoever is up is trusted, and whoever crashes is suspected")
        .faults(Faults::none().skew(secs(10)).drift(20_000))
        .schedules(0)
        .seeds(60)
        .check(|sim| {
            let nodes = sim.nodes();
            nobody_is_suspected(sim, &nodes, secs(2));
            a_crash_is_noticed(sim, DETECTED);
            sim.restart(N1);
            sim.run_for(TRUSTED);
            nobody_is_suspected(sim, &nodes, secs(1));
        });
}

#[test]
fn what_comes_late_is_no_sign_of_life() {
    detectors()
        .nodes(2)
        .promise("once something newer was heard, an old message from a node that has crashed does not make it trusted")
        .faults(
            Faults::none()
                .delay(secs(3)..secs(6))
                .crashes_of(1, [N1])
                .down_for(ms(50)..ms(300)),
        )
        .schedules(150)
        .seeds(150)
        .check(|sim| {
            let begin = sim.now();
            sim.run_for(ms(1_200));
            // From here on nothing more is late; but what is late already still comes, for up to six seconds.
            sim.heal();
            sim.run_for(TRUSTED);
            let nodes = sim.nodes();
            nobody_is_suspected(sim, &nodes, ms(200));
            sim.crash(N1);
            let since = sim.now();
            sim.run_for(DETECTED_AT_THE_LATEST);
            while sim.now().since(begin) < ms(7_400) {
                let why = format!("it is down since {since}, and what comes from it now is old");
                assert_suspects(sim, N0, &[N1], &why);
                sim.run_for(ms(100));
            }
        });
}

#[test]
fn it_learns_from_its_mistakes() {
    detectors()
        .promise("whoever often stands still for a moment is soon given the time that it needs")
        .check(|sim| {
            sim.run_for(ms(500));
            let mut mistakes = 0;
            for pause in 1..=4 {
                sim.pause(N1);
                mistakes += mistakes_about(sim, N1, N0, PAUSE);
                sim.resume(N1);
                mistakes += mistakes_about(sim, N1, N0, ms(1_000));
                assert!(
                    mistakes <= MISTAKES,
                    "{N0} has suspected {N1} {mistakes} times in {pause} pauses of {PAUSE:?}, and was wrong each time"
                );
            }
            a_crash_is_noticed(sim, DETECTED_AT_THE_LATEST);
        });
}

#[test]
fn patience_has_limits() {
    detectors()
        .promise("more patience with one node is not more with all, and never so much that a crash goes unnoticed")
        .check(|sim| {
            sim.run_for(ms(500));
            for _ in 0..3 {
                sim.pause(N1);
                sim.run_for(ms(2_900));
                sim.resume(N1);
                sim.run_for(ms(1_000));
            }
            nobody_is_suspected(sim, &[N0, N1, N2], ms(100));
            sim.crash(N2);
            suspected(sim, &[N2], &[N0], DETECTED);
            sim.crash(N1);
            suspected(sim, &[N1, N2], &[N0], DETECTED_AT_THE_LATEST);
        });
}
