//! How fenced-lock is graded. It sees what clients ask and are answered, and when, never a message between nodes, so any
//! design that keeps the promises passes.

use std::time::Duration;

use fenced_lock::api::{HANDOVER, LEASE, Request, Response};
use fenced_lock::{LOCK, Process, STORE};
use simulator::{Faults, NodeId, Scenario, Simulation, Time, Workload, ms, scenario, secs};

const W1: NodeId = NodeId::new(2);
const W2: NodeId = NodeId::new(3);
const W3: NodeId = NodeId::new(4);
const WORKERS: [NodeId; 3] = [W1, W2, W3];

fn processes() -> Scenario<Process> {
    assert_eq!((LOCK, STORE), (NodeId::new(0), NodeId::new(1)));
    scenario(Process::new)
        .names(&["lock", "store", "w1", "w2", "w3"])
        .client_patience(secs(5))
        .witness("a line was appended", |sim| {
            let history = sim.history();
            history
                .answered()
                .any(|(_, response, _)| *response == Response::Done)
        })
}

/// Lines that take one of these times, each asked of one of the workers, by the client of that worker.
fn lines(takes: &'static [u64]) -> impl Fn(&mut Workload<Request>) + 'static {
    move |w| {
        for line in 1..=w.size() as u64 {
            let client = w.random().below(3) as usize;
            let takes = ms(*w.random().pick(takes));
            w.ask(client, WORKERS[client], Request::Append { line, takes });
        }
    }
}

/// Ends all faults, and lets everything arrive that is under way, and every lease end.
fn settle(sim: &mut Simulation<Process>) {
    sim.heal();
    sim.run_for(secs(1));
}

/// A line that was asked for.
struct Append {
    worker: NodeId,
    line: u64,
    takes: Duration,
    called: Time,
    answered: Option<(Response, Time)>,
}

impl Append {
    fn at(&self) -> Option<Time> {
        self.answered.as_ref().map(|(_, at)| *at)
    }

    fn is(&self, response: Response) -> bool {
        self.answered
            .as_ref()
            .is_some_and(|(given, _)| *given == response)
    }
}

/// All lines that were asked for: first those that were answered, in the order of the answers.
fn appends(sim: &Simulation<Process>) -> Vec<Append> {
    let history = sim.history();
    let mut appends: Vec<Append> = history
        .calls()
        .filter_map(|call| {
            let Request::Append { line, takes } = call.request else {
                return None;
            };
            let response = call.outcome.response().cloned();
            if let Some(Response::Document(_)) = response {
                panic!(
                    "{} answered an Append with {response:?}",
                    sim.name(call.node)
                );
            }
            Some(Append {
                worker: call.node,
                line,
                takes,
                called: call.called,
                answered: response.zip(call.outcome.answered_at()),
            })
        })
        .collect();
    appends.sort_by_key(|append| append.at().unwrap_or(Time::MAX));
    appends
}

/// What the document says. Everything works.
fn document(sim: &mut Simulation<Process>) -> Vec<u64> {
    match sim.ask(STORE, Request::Show, secs(2)) {
        Ok(Response::Document(lines)) => lines,
        Ok(other) => panic!("the store answered Show with {other:?}"),
        Err(_) => {
            panic!("Show, asked of the store when nothing was wrong any more, was never answered")
        }
    }
}

/// The document has every line that it must have, once and in order, and no other.
fn no_line_is_lost(sim: &mut Simulation<Process>) {
    let document = document(sim);
    let appends = appends(sim);
    for line in &document {
        assert!(
            appends.iter().any(|append| append.line == *line),
            "the document is {document:?}, but nobody asked for line {line}"
        );
    }
    let place = |append: &Append| document.iter().position(|line| *line == append.line);
    for append in &appends {
        let line = append.line;
        let worker = sim.name(append.worker);
        let times = document.iter().filter(|other| **other == line).count();
        assert!(
            times <= 1,
            "line {line} is in the document {times} times: {document:?}"
        );
        match &append.answered {
            Some((Response::Done, at)) => assert!(
                times == 1,
                "{worker} answered Done for line {line} at {at}, but it is not in the document, which is {document:?}"
            ),
            Some((_, at)) => assert!(
                times == 0,
                "{worker} answered Lost for line {line} at {at}, but it is in the document, which is {document:?}"
            ),
            None => {}
        }
    }
    for before in &appends {
        for after in &appends {
            let (Some(first), Some(second)) = (place(before), place(after)) else {
                continue;
            };
            let in_order = before.at().is_none_or(|at| at >= after.called) || first < second;
            assert!(
                in_order,
                "line {} was done before line {} was asked for, but comes after it: {document:?}",
                before.line, after.line
            );
        }
    }
}

/// Every call that was asked of these workers has been answered: they did not crash.
fn all_are_answered(sim: &Simulation<Process>, workers: &[NodeId]) {
    for append in appends(sim) {
        assert!(
            append.answered.is_some() || !workers.contains(&append.worker),
            "line {}, asked of {} at {}, was never answered",
            append.line,
            sim.name(append.worker),
            append.called
        );
    }
}

/// Of two pieces of work, one begins when the other has ended.
fn nobody_works_beside_another(sim: &Simulation<Process>) {
    nobody_of_these_works_beside_another(sim, appends(sim));
}

fn nobody_of_these_works_beside_another(sim: &Simulation<Process>, appends: Vec<Append>) {
    let done: Vec<Append> = appends
        .into_iter()
        .filter(|append| append.is(Response::Done))
        .collect();
    for pair in done.windows(2) {
        let [first, second] = pair else { continue };
        let (Some(earlier), Some(later)) = (first.at(), second.at()) else {
            continue;
        };
        assert!(
            later - earlier >= second.takes,
            "line {} of {} was done at {earlier}, and line {} of {}, which takes {:?}, at {later}: they worked at the same \
             time",
            first.line,
            sim.name(first.worker),
            second.line,
            sim.name(second.worker),
            second.takes,
        );
    }
}

/// Whoever needs half of a lease or less is done.
fn quick_work_is_done(sim: &Simulation<Process>) {
    for append in appends(sim) {
        assert!(
            !append.is(Response::Lost) || append.takes > LEASE / 2,
            "{} answered Lost for line {}, which takes only {:?} of a lease of {LEASE:?}",
            sim.name(append.worker),
            append.line,
            append.takes,
        );
    }
}

/// Whether somebody waited too long for the lock, of the workers that did not crash themselves. One may have crashed, or
/// stood still, so many times.
fn the_lock_is_passed_on(sim: &Simulation<Process>, workers: &[NodeId], disturbances: u32) {
    let mut before = Time::ZERO;
    for append in appends(sim) {
        let Some(at) = append.at() else { continue };
        let since = before.max(append.called);
        before = at;
        let limit = append.takes + HANDOVER + disturbances * (LEASE + HANDOVER);
        assert!(
            at - since <= limit || !workers.contains(&append.worker),
            "line {} takes {:?}, and nobody else was answered from {since} on, but {} answered at {at}, {:?} later; {limit:?} \
             are enough",
            append.line,
            append.takes,
            sim.name(append.worker),
            at - since,
        );
    }
}

/// Once everything works, the workers take turns: all are asked at the same time, and all get it done, one after the
/// other.
fn they_take_turns_afterwards(sim: &mut Simulation<Process>) {
    const FIRST: u64 = 1001;
    let takes = ms(30);
    for (worker, line) in WORKERS.into_iter().zip(FIRST..) {
        sim.request(worker, Request::Append { line, takes });
    }
    let these = |sim: &Simulation<Process>| -> Vec<Append> {
        let mut appends = appends(sim);
        appends.retain(|append| append.line >= FIRST);
        appends
    };
    let all = |sim: &Simulation<Process>| {
        let these = these(sim);
        let answered = these.iter().filter(|append| append.answered.is_some());
        answered.count() == WORKERS.len()
    };
    // Whether they were in time is seen right after.
    let _ = sim.run_until(all, secs(2));
    for append in these(sim) {
        let worker = sim.name(append.worker);
        match append.answered {
            Some((Response::Done, _)) => {}
            Some(_) => panic!(
                "{worker} answered Lost for work that takes {takes:?}, when nothing was wrong any more"
            ),
            None => panic!(
                "{worker}, asked at {} when nothing was wrong any more, never answered",
                append.called
            ),
        }
    }
    nobody_of_these_works_beside_another(sim, these(sim));
}

#[test]
fn a_line_is_appended() {
    processes()
        .promise("workers that are asked one after the other append their lines")
        .workload(|w| {
            for line in 1..=w.size() as u64 {
                let worker = *w.random().pick(&WORKERS);
                let takes = ms(*w.random().pick(&[5, 10, 100]));
                w.ask(0, worker, Request::Append { line, takes });
            }
        })
        .operations(1, 8)
        .seeds(100)
        // Two to get the lock, two to read, two to write, one to give it back; twice that.
        .messages_per_operation(14.0)
        .check(|sim| {
            sim.run_for(ms(100));
            all_are_answered(sim, &WORKERS);
            quick_work_is_done(sim);
            the_lock_is_passed_on(sim, &WORKERS, 0);
            no_line_is_lost(sim);
        });
}

#[test]
fn workers_take_turns() {
    processes()
        .promise("of workers that are asked at the same time one works after the other, and none waits long for its turn")
        .workload(lines(&[5, 20, 100]))
        .faults(Faults::none().skew(secs(1)))
        .operations(1, 6)
        .spacing(ms(30))
        .messages_per_operation(40.0)
        .check(|sim| {
            settle(sim);
            all_are_answered(sim, &WORKERS);
            nobody_works_beside_another(sim);
            quick_work_is_done(sim);
            the_lock_is_passed_on(sim, &WORKERS, 0);
            no_line_is_lost(sim);
        });
}

#[test]
fn copies_change_nothing() {
    processes()
        .promise("a message that arrives twice takes the lock from nobody, and gives it to nobody")
        .workload(lines(&[5, 20, 100]))
        .faults(Faults::none().duplication(0.2).skew(secs(1)))
        .operations(1, 6)
        .check(|sim| {
            settle(sim);
            all_are_answered(sim, &WORKERS);
            nobody_works_beside_another(sim);
            quick_work_is_done(sim);
            the_lock_is_passed_on(sim, &WORKERS, 0);
            no_line_is_lost(sim);
        });
}

#[test]
fn a_lost_holder_blocks_nobody() {
    processes()
        .promise("a worker that crashes with the lock in its hands keeps it from the others for a lease, and no longer")
        .workload(lines(&[5, 20, 100]))
        .faults(
            Faults::none()
                .crashes_of(1, [W1])
                .down_for(ms(5)..secs(2))
                .skew(secs(1)),
        )
        .operations(1, 6)
        .check(|sim| {
            all_are_answered(sim, &[W2, W3]);
            nobody_works_beside_another(sim);
            quick_work_is_done(sim);
            the_lock_is_passed_on(sim, &[W2, W3], 1);
            settle(sim);
            no_line_is_lost(sim);
            they_take_turns_afterwards(sim);
        });
}

#[test]
fn a_sleeper_overwrites_nothing() {
    processes()
        .promise("whoever stands still or is slow until others have had the lock overwrites nothing of theirs")
        .workload(lines(&[5, 50, 150, 300]))
        .faults(
            Faults::none()
                .pauses_of(2, WORKERS)
                .pause_for(ms(100)..ms(500))
                .partitions(1)
                .partition_for(ms(50)..ms(500))
                .duplication(0.1)
                .skew(secs(1)),
        )
        .operations(1, 6)
        .spacing(ms(60))
        .check(|sim| {
            settle(sim);
            all_are_answered(sim, &WORKERS);
            no_line_is_lost(sim);
            they_take_turns_afterwards(sim);
        });
}

#[test]
fn the_lock_may_crash() {
    processes()
        .promise("a lock that starts again ends no lease and gives no token twice")
        .workload(lines(&[5, 20, 100]))
        .faults(
            Faults::none()
                .crashes_of(2, [LOCK])
                .down_for(ms(1)..ms(120))
                .lose_unsynced()
                .skew(secs(1)),
        )
        .operations(2, 6)
        .spacing(ms(40))
        .check(|sim| {
            settle(sim);
            all_are_answered(sim, &WORKERS);
            nobody_works_beside_another(sim);
            quick_work_is_done(sim);
            no_line_is_lost(sim);
            they_take_turns_afterwards(sim);
        });
}

#[test]
fn the_store_may_crash() {
    processes()
        .promise("a store that starts again has what was written, and knows whom it may take nothing from")
        .workload(lines(&[5, 50, 150, 300]))
        .faults(
            Faults::none()
                .crashes_of(2, [STORE])
                .down_for(ms(1)..ms(120))
                .lose_unsynced()
                .partitions(1)
                .partition_for(ms(50)..ms(500))
                .skew(secs(1)),
        )
        .operations(2, 5)
        .spacing(ms(60))
        .seeds(1_000)
        .check(|sim| {
            settle(sim);
            all_are_answered(sim, &WORKERS);
            no_line_is_lost(sim);
            they_take_turns_afterwards(sim);
        });
}

#[test]
fn anything_may_go_wrong() {
    processes()
        .promise("whatever goes wrong, what was answered is true")
        .workload(lines(&[5, 50, 150, 300]))
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.2)
                .delay(ms(1)..ms(250))
                .partitions(1)
                .one_way_partitions(1)
                .partition_for(ms(50)..ms(500))
                .crashes(2)
                .down_for(ms(1)..ms(400))
                .lose_unsynced()
                .pauses(1)
                .pause_for(ms(50)..ms(400))
                .skew(secs(1))
                .drift(200),
        )
        .operations(1, 6)
        .spacing(ms(40))
        .check(|sim| {
            settle(sim);
            no_line_is_lost(sim);
            they_take_turns_afterwards(sim);
            no_line_is_lost(sim);
        });
}
