//! How scatter-gather is graded. It sees what clients ask and are answered, and what workers say they have counted, never
//! a message between nodes, so any design that keeps the promises passes.

use std::time::Duration;

use scatter_gather::api::{LIMIT, Lines, Request, Response, Text, Words, Worker};
use scatter_gather::{COORDINATOR, Machine};
use simulator::{Faults, NodeId, Scenario, Simulation, Workload, ms, scenario, secs};

const WORKERS: [NodeId; 3] = [NodeId::new(1), NodeId::new(2), NodeId::new(3)];

/// One word for each line, which occurs nowhere else and so shows how often the line was counted.
const FIRST_WORDS: [&str; 12] = [
    "anchor", "beacon", "canvas", "deck", "ebb", "fathom", "gale", "harbour", "island", "jetty",
    "keel", "lagoon",
];

/// A text in which each line also has words that others have.
fn text() -> Text {
    let common = ["and sea", "and", "sea and and"].into_iter().cycle();
    let lines = FIRST_WORDS.iter().zip(common);
    Text::new(lines.map(|(first, others)| format!("{first} {others}")))
}

fn machines() -> Scenario<Machine> {
    assert_eq!(COORDINATOR, NodeId::new(0));
    let text = text();
    let machine = move |id| match id {
        COORDINATOR => Machine::coordinator(),
        _ => Machine::worker(Worker::new(text.clone())),
    };
    scenario(machine)
        .names(&["coordinator", "worker-1", "worker-2", "worker-3"])
        .operation_is_a("count")
        .client_patience(secs(20))
        .workload(counts)
        .witness("a count was answered", |sim| {
            sim.history().answered().count() > 0
        })
}

/// Two clients that want some lines counted, sometimes at once.
fn counts(w: &mut Workload<Request>) {
    let last = FIRST_WORDS.len() as u64;
    for _ in 0..w.size() {
        let client = w.random().below(2) as usize;
        let start = w.random().below(last);
        let end = w.random().within(start + 1..last + 1);
        w.ask(client, COORDINATOR, Request::Count(Lines { start, end }));
    }
}

/// What was asked for.
fn lines(Request::Count(lines): &Request) -> Lines {
    *lines
}

fn contains(lines: Lines, line: u64) -> bool {
    (lines.start..lines.end).contains(&line)
}

/// What was asked, in words.
fn in_words(request: &Request) -> String {
    format!("the count of lines {:?}", lines(request))
}

/// Every answer counts each of the lines once, and nothing else.
fn every_answer_is_right(sim: &Simulation<Machine>) {
    for (call, Response::Counted(words), _) in sim.history().answered() {
        assert_counted_once(lines(&call.request), words);
    }
}

fn assert_counted_once(lines: Lines, words: &Words) {
    for (line, first_word) in FIRST_WORDS.iter().enumerate() {
        let times = words.get(*first_word).copied().unwrap_or(0);
        let is_asked_for = contains(lines, line as u64);
        assert!(
            is_asked_for || times == 0,
            "lines {lines:?} were asked for, but line {line} was counted as well"
        );
        assert!(
            !is_asked_for || times > 0,
            "lines {lines:?} were asked for, but line {line} was not counted"
        );
        assert!(
            !is_asked_for || times == 1,
            "lines {lines:?} were asked for, and line {line} was counted {times} times"
        );
    }
    let right = text().count(lines);
    for word in words.keys().chain(right.keys()) {
        let [said, occurs] = [words, &right].map(|words| words.get(word).copied().unwrap_or(0));
        assert!(
            said == occurs,
            "in lines {lines:?}, `{word}` occurs {occurs} times, but {said} were counted"
        );
    }
}

/// Every count must be answered, at the latest some time after everything works again.
fn every_count_is_answered(sim: &mut Simulation<Machine>) {
    sim.heal();
    sim.run_for(secs(1));
    let history = sim.history();
    let mut waiting = history
        .calls()
        .filter(|call| call.outcome.response().is_none());
    if let Some(call) = waiting.next() {
        panic!("{} was never answered", in_words(&call.request));
    }
}

/// Every count that was made at least so long ago was answered in this time.
fn every_count_is_answered_within(sim: &mut Simulation<Machine>, limit: Duration) {
    sim.run_for(limit);
    for call in sim.history().calls() {
        let words = in_words(&call.request);
        match call.outcome.answered_at() {
            Some(at) => assert!(
                at - call.called <= limit,
                "{words} took {} ms; the limit is {}",
                (at - call.called).as_millis(),
                limit.as_millis()
            ),
            None => panic!(
                "{words} is not answered after {} ms; the limit is {}",
                (sim.now() - call.called).as_millis(),
                limit.as_millis()
            ),
        }
    }
}

/// What this worker has counted since it started.
fn counted(sim: &Simulation<Machine>, worker: NodeId) -> &[Lines] {
    let worker = sim.node(worker).and_then(Machine::as_worker);
    worker.map_or(&[], Worker::counted)
}

/// How often this worker has counted this line since it started.
fn times(sim: &Simulation<Machine>, worker: NodeId, line: u64) -> u64 {
    let parts = counted(sim, worker).iter();
    parts.filter(|part| contains(**part, line)).count() as u64
}

/// How often clients asked for this line.
fn asked(sim: &Simulation<Machine>, line: u64) -> u64 {
    let history = sim.history();
    let calls = history
        .calls()
        .filter(|call| contains(lines(&call.request), line));
    calls.count() as u64
}

/// Of a count of as many lines as there are workers, each has had some, and none too many.
fn every_worker_had_its_share(sim: &Simulation<Machine>) {
    let workers = WORKERS.len() as u64;
    for call in sim.history().calls() {
        let lines = lines(&call.request);
        if lines.count() < workers {
            continue;
        }
        let share = lines.count().div_ceil(workers);
        for worker in WORKERS {
            let counted: u64 = counted(sim, worker).iter().map(|part| part.count()).sum();
            let name = sim.name(worker);
            assert!(
                counted > 0,
                "lines {lines:?} were asked for, but {name} had nothing to do"
            );
            assert!(
                counted <= 2 * share,
                "lines {lines:?} were asked for, and {name} alone counted {counted} of them; its share is {share}"
            );
        }
    }
}

#[test]
fn every_line_is_counted_once() {
    machines()
        .promise("on a network that works, every count is answered, and every line is in it once")
        .operations(1, 8)
        .spacing(ms(2))
        .seeds(200)
        // When no count waits any more there is next to nothing to keep, and less than this in any design.
        .state_size(400)
        .check(|sim| {
            every_answer_is_right(sim);
            every_count_is_answered(sim);
            every_answer_is_right(sim);
        });
}

#[test]
fn the_work_is_spread() {
    machines()
        .promise("each worker counts a part of the lines, and none more than twice its share")
        .operations(1, 1)
        .seeds(100)
        .check(|sim| {
            every_count_is_answered(sim);
            every_answer_is_right(sim);
            every_worker_had_its_share(sim);
        });
}

#[test]
fn a_crashed_worker_is_replaced() {
    machines()
        .promise("if a worker crashes, others count its lines, and the answer comes in time")
        .faults(
            Faults::none()
                .crashes_of(3, WORKERS)
                .down_for(ms(20)..ms(800)),
        )
        .operations(1, 6)
        .spacing(ms(100))
        .check(|sim| {
            every_answer_is_right(sim);
            every_count_is_answered_within(sim, LIMIT);
        });
}

#[test]
fn a_slow_worker_holds_nobody_up() {
    machines()
        .promise("if a worker stands still, others count its lines, and the answer comes in time")
        .faults(
            Faults::none()
                .pauses_of(1, WORKERS)
                .pause_for(ms(10)..secs(2)),
        )
        .operations(1, 5)
        .check(|sim| {
            every_answer_is_right(sim);
            every_count_is_answered_within(sim, LIMIT);
        });
}

#[test]
fn late_results_change_nothing() {
    machines()
        .promise("whatever is lost, repeated or late, every line is in the answer once")
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.2)
                .delay(ms(10)..ms(200))
                .pauses_of(1, WORKERS),
        )
        .operations(1, 6)
        .check(|sim| {
            every_answer_is_right(sim);
            every_count_is_answered(sim);
            every_answer_is_right(sim);
        });
}

#[test]
fn only_what_is_missing_is_done_again() {
    const SLOW: NodeId = WORKERS[0];
    machines()
        .promise("a line that one worker has counted at once is given to no other")
        .faults(
            Faults::none()
                .pauses_of(1, [SLOW])
                .pause_for(ms(50)..secs(2)),
        )
        .operations(1, 5)
        .check(|sim| {
            every_count_is_answered_within(sim, LIMIT);
            every_answer_is_right(sim);
            for line in 0..FIRST_WORDS.len() as u64 {
                let others = WORKERS.iter().filter(|worker| **worker != SLOW);
                let times: u64 = others.map(|worker| times(sim, *worker, line)).sum();
                let asked = asked(sim, line);
                assert!(
                    times <= asked,
                    "line {line} was asked for {asked} times, but workers that answer at once counted it {times} times"
                );
            }
        });
}
