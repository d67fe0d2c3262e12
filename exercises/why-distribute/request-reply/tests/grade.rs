//! How request-reply is graded. It sees what callers ask and are answered, never a message between nodes, so any
//! design that keeps the promises passes.

use request_reply::api::{Request, Response};
use request_reply::{Peer, SERVER};
use simulator::history::{Counter, Meaning, counter};
use simulator::{Faults, NodeId, Scenario, Simulation, Workload, ms, scenario, secs};

const STUB_A: NodeId = NodeId::new(1);
const STUB_B: NodeId = NodeId::new(2);

fn peers() -> Scenario<Peer> {
    assert_eq!(SERVER, NodeId::new(0));
    scenario(Peer::new)
        .names(&["server", "stub-a", "stub-b"])
        .operation_is_a("call")
        .client_patience(secs(20))
        .workload(additions)
        .witness("a call was answered", |sim| {
            sim.history().answered().count() > 0
        })
}

/// Two callers, each with a stub of its own. Amounts are powers of two, so that a total shows what was counted in;
/// some are asked for again, because equal requests need not be the same call.
fn additions(w: &mut Workload<Request>) {
    let mut amount = 1;
    for _ in 0..w.size() {
        let caller = w.random().below(2) as usize;
        let stub = [STUB_A, STUB_B][caller];
        w.ask(caller, stub, Request::Add(amount));
        if w.random().chance(0.7) {
            amount *= 2;
        }
    }
}

/// Every call must be answered, at the latest some time after everything works again.
fn every_call_is_answered(sim: &mut Simulation<Peer>) {
    sim.heal();
    sim.run_for(secs(1));
    let history = sim.history();
    let waiting = history
        .calls()
        .filter(|call| call.outcome.response().is_none());
    let waiting: Vec<String> = waiting
        .map(|call| format!("{:?} at {}", call.request, sim.name(call.node)))
        .collect();
    assert!(waiting.is_empty(), "never answered: {}", waiting.join(", "));
}

/// The totals must come from the server: they hold what was added before, though perhaps more than once.
fn every_call_is_counted(sim: &mut Simulation<Peer>) {
    let history = sim.history();
    for (call, Response::Total(total), _) in history.answered() {
        let earlier = history
            .answered()
            .filter(|(_, _, answered)| *answered < call.called);
        let earlier: u64 = earlier.map(|(earlier, _, _)| amount(earlier.request)).sum();
        let added = earlier + amount(call.request);
        let (request, name) = (call.request, sim.name(call.node));
        assert!(
            *total >= added,
            "{request:?} at {name} was answered Total({total}), but {added} were added by then"
        );
        // What is carried out twice was asked twice.
        let most: u64 = history.calls().map(|call| amount(call.request)).sum();
        assert!(
            *total <= most.saturating_mul(sim.messages()),
            "{request:?} at {name} was answered Total({total}), but only {most} were ever added"
        );
    }
}

/// How much a call adds.
fn amount(Request::Add(amount): Request) -> u64 {
    amount
}

/// One more call, that adds nothing: its answer shows what was counted in since the last.
fn ask_for_the_total(sim: &mut Simulation<Peer>) {
    // Whether it is answered is not the question here: an answer that never comes cannot be wrong.
    let _ = sim.ask(STUB_A, Request::Add(0), secs(20));
}

/// The totals must be those of one counter to which every amount is added once.
fn every_call_is_counted_once(sim: &mut Simulation<Peer>) {
    sim.history()
        .translate(
            |Request::Add(amount)| {
                Some(counter::Operation::Add(
                    i64::try_from(*amount).unwrap_or(i64::MAX),
                ))
            },
            |_, Response::Total(total)| {
                Meaning::Answered(i64::try_from(*total).unwrap_or(i64::MAX))
            },
        )
        .assert_linearizable(Counter::starting_with(0));
}

#[test]
fn a_call_is_answered() {
    peers()
        .promise("on a network that works, every call is answered with the total")
        .operations(1, 6)
        .seeds(100)
        // Twice one message there and one back.
        .messages_per_operation(4.0)
        .check(|sim| {
            every_call_is_answered(sim);
            every_call_is_counted_once(sim);
        });
}

#[test]
fn a_lost_message_is_sent_again() {
    peers()
        .promise("every call is answered, even if messages are lost")
        .faults(Faults::none().loss(0.25))
        .operations(1, 5)
        .check(|sim| {
            every_call_is_answered(sim);
            every_call_is_counted(sim);
        });
}

#[test]
fn a_call_is_carried_out_once() {
    peers()
        .promise("every call is carried out exactly once")
        .faults(
            Faults::none()
                .loss(0.2)
                .duplication(0.1)
                .delay(ms(1)..ms(30)),
        )
        .operations(1, 6)
        .check(|sim| {
            sim.run_for(ms(200));
            ask_for_the_total(sim);
            every_call_is_counted_once(sim);
        });
}

#[test]
fn late_copies_change_nothing() {
    peers()
        .promise(
            "a copy that arrives late is neither carried out again nor taken for another answer",
        )
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.2)
                .delay(ms(20)..ms(400)),
        )
        .operations(2, 8)
        .spacing(ms(60))
        .check(|sim| {
            sim.run_for(secs(1));
            ask_for_the_total(sim);
            every_call_is_counted_once(sim);
        });
}

#[test]
fn a_broken_connection_is_survived() {
    peers()
        .promise(
            "calls outlive a broken connection: all are answered, and each is carried out once",
        )
        .faults(
            Faults::none()
                .partitions(2)
                .one_way_partitions(1)
                .partition_for(ms(50)..ms(600)),
        )
        .operations(1, 5)
        // Twice what it takes to ask again every 20 ms while the connection is broken.
        .messages_per_operation(37.0)
        .check(|sim| {
            every_call_is_answered(sim);
            every_call_is_counted_once(sim);
        });
}
