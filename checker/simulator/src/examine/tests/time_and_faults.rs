//! What faults do to nodes, one by one, in scripts.

use serde::{Deserialize, Serialize};

use super::verdict;
use crate::record::Verdict;
use crate::{Call, Context, Node, NodeId, Simulation, Time, ms, scenario};

/// Reports what reached it and when, by its own clock.
#[derive(Debug, Default)]
struct Witness {
    starts: u64,
    seen: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Request {
    /// Send this to that node.
    Send(NodeId, u64),
    /// Set a timer of so many milliseconds.
    Wait(u64),
    /// What was seen?
    Tell,
}

impl Node for Witness {
    type Message = u64;
    type Timer = u64;
    type Request = Request;
    type Response = Vec<String>;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.starts = ctx.disk().read("starts").unwrap_or(0) + 1;
        let starts = self.starts;
        ctx.disk().write("starts", &starts);
        ctx.disk().sync();
        ctx.disk().write("scratch", &starts);
        let scratch: Option<u64> = ctx.disk().read("scratch");
        self.seen.push(format!("start {starts} {scratch:?}"));
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        match request {
            Request::Send(to, message) => ctx.send(to, message),
            Request::Wait(time) => ctx.set_timer(ms(time), time),
            Request::Tell => return ctx.reply(call, self.seen.clone()),
        }
        ctx.reply(call, Vec::new());
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: u64) {
        self.seen
            .push(format!("{message} from {from} at {}", ctx.now()));
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: u64) {
        self.seen.push(format!("timer {timer} at {}", ctx.now()));
    }
}

const A: NodeId = NodeId::new(0);
const B: NodeId = NodeId::new(1);

/// Runs a script with two nodes; an assertion in it that fails, fails the test.
fn script(script: impl Fn(&mut Simulation<Witness>) + 'static) {
    let experiment = scenario(|_| Witness::default()).nodes(2).ready(script);
    let verdict = verdict(&experiment).0;
    assert!(verdict == Verdict::Passed, "{verdict}");
}

fn ask(sim: &mut Simulation<Witness>, node: NodeId, request: Request) -> Vec<String> {
    sim.ask(node, request, ms(1))
        .expect("a witness answers at once")
}

#[test]
fn a_message_takes_a_millisecond() {
    script(|sim| {
        ask(sim, A, Request::Send(B, 7));
        sim.run_for(ms(5));
        assert_eq!(
            ask(sim, B, Request::Tell),
            ["start 1 Some(1)", "7 from n0 at 1 ms"]
        );
        assert_eq!(sim.now(), Time::ZERO + ms(5));
    });
}

#[test]
fn a_partition_cuts_both_ways_and_a_cut_only_one() {
    script(|sim| {
        sim.partition(&[A], &[B]);
        ask(sim, A, Request::Send(B, 1));
        ask(sim, B, Request::Send(A, 2));
        sim.run_for(ms(5));
        sim.mend();
        sim.cut(&[A], &[B]);
        ask(sim, A, Request::Send(B, 3));
        ask(sim, B, Request::Send(A, 4));
        sim.run_for(ms(5));
        assert_eq!(
            ask(sim, A, Request::Tell),
            ["start 1 Some(1)", "4 from n1 at 6 ms"]
        );
        assert_eq!(ask(sim, B, Request::Tell), ["start 1 Some(1)"]);
    });
}

#[test]
fn what_is_under_way_when_a_partition_begins_is_lost() {
    script(|sim| {
        ask(sim, A, Request::Send(B, 1));
        sim.partition(&[A], &[B]);
        sim.run_for(ms(5));
        assert_eq!(ask(sim, B, Request::Tell), ["start 1 Some(1)"]);
    });
}

#[test]
fn a_crash_takes_memory_and_timers_and_leaves_the_disk() {
    script(|sim| {
        ask(sim, B, Request::Wait(3));
        sim.crash(B);
        ask(sim, A, Request::Send(B, 1));
        assert!(
            sim.ask(B, Request::Tell, ms(1)).is_err(),
            "a node that is down answers nobody"
        );
        sim.run_for(ms(5));
        sim.restart(B);
        sim.run_for(ms(5));
        assert_eq!(ask(sim, B, Request::Tell), ["start 2 Some(2)"]);
    });
}

#[test]
fn only_a_crash_that_loses_it_loses_what_was_not_synced() {
    script(|sim| {
        sim.crash_losing_unsynced(A);
        sim.crash(B);
        sim.restart(A);
        sim.restart(B);
        let state =
            |sim: &Simulation<Witness>, node| sim.node(node).map(|node: &Witness| node.starts);
        assert_eq!((state(sim, A), state(sim, B)), (Some(2), Some(2)));
    });
}

#[test]
fn a_paused_node_gets_everything_later_and_its_timers_wait() {
    script(|sim| {
        ask(sim, B, Request::Wait(2));
        sim.pause(B);
        ask(sim, A, Request::Send(B, 1));
        sim.run_for(ms(10));
        sim.resume(B);
        sim.run_for(ms(1));
        assert_eq!(
            ask(sim, B, Request::Tell),
            ["start 1 Some(1)", "1 from n0 at 10 ms", "timer 2 at 10 ms"]
        );
    });
}

#[test]
fn a_skewed_clock_shows_another_time_and_a_drifting_one_waits_another() {
    script(|sim| {
        sim.skew(A, 40_000, 0);
        sim.skew(B, 0, 250_000);
        ask(sim, A, Request::Wait(8));
        ask(sim, B, Request::Wait(10));
        sim.run_for(ms(9));
        assert_eq!(ask(sim, A, Request::Tell)[1..], ["timer 8 at 48 ms"]);
        assert_eq!(ask(sim, B, Request::Tell)[1..], ["timer 10 at 10 ms"]);
    });
}

#[test]
fn healing_ends_everything() {
    script(|sim| {
        sim.partition(&[A], &[B]);
        sim.crash(B);
        sim.pause(A);
        sim.heal();
        assert!(sim.is_up(B));
        ask(sim, A, Request::Send(B, 1));
        sim.run_for(ms(2));
        assert_eq!(
            ask(sim, B, Request::Tell),
            ["start 2 Some(2)", "1 from n0 at 1 ms"]
        );
    });
}

#[test]
fn setting_a_timer_again_starts_it_anew() {
    script(|sim| {
        ask(sim, A, Request::Wait(4));
        sim.run_for(ms(3));
        ask(sim, A, Request::Wait(4));
        sim.run_for(ms(10));
        assert_eq!(ask(sim, A, Request::Tell)[1..], ["timer 4 at 7 ms"]);
    });
}
