//! How log-shipping is graded. It sees what clients ask and are answered, never a message between nodes, so any design
//! that keeps the promises passes.

use std::time::Duration;

use log_shipping::api::{Change, Request, Response};
use log_shipping::{LEADER, Replica};
use simulator::{Faults, NodeId, Scenario, Simulation, Time, Workload, ms, scenario, secs};

const FOLLOWERS: [NodeId; 2] = [NodeId::new(1), NodeId::new(2)];

fn replicas() -> Scenario<Replica> {
    assert_eq!(LEADER, NodeId::new(0));
    scenario(Replica::new)
        .client_patience(secs(2))
        .witness("a follower applied a change", |sim| {
            reads(sim).iter().any(|read| read.position > 0)
        })
}

/// Changes that tell what became of them: whoever misses one, applies one twice or swaps two gets another number.
fn changes(w: &mut Workload<Request>) -> Vec<Change> {
    (0..w.size())
        .map(|place| match w.random().chance(0.25) {
            true => Change::Set(1_000 * (place as u64 + 1)),
            false => Change::Add(1 << place),
        })
        .collect()
}

/// A client that writes, and two that read from the followers what is there.
fn writes_and_reads(w: &mut Workload<Request>) {
    reads_of(w, |_, _| 0);
}

/// A client that writes, and two that read from the followers and want to see some of the writes, if not all.
fn writes_and_reads_of_them(w: &mut Workload<Request>) {
    reads_of(w, |random, written| random.within(0..written + 1));
}

fn reads_of(w: &mut Workload<Request>, at_least: impl Fn(&mut simulator::Random, u64) -> u64) {
    let mut written = 0;
    for change in changes(w) {
        if written == 0 || w.random().chance(0.6) {
            w.ask(0, LEADER, Request::Write(change));
            written += 1;
        } else {
            let follower = *w.random().pick(&FOLLOWERS);
            let at_least = at_least(w.random(), written);
            let client = 1 + w.random().below(2) as usize;
            w.ask(client, follower, Request::Read { at_least });
        }
    }
}

/// The log, by what clients were answered. Every write must have been answered at once.
fn log(sim: &Simulation<Replica>) -> Vec<(Time, Change)> {
    let mut log = Vec::new();
    for call in sim.history().calls() {
        let Request::Write(change) = call.request else {
            continue;
        };
        match call.outcome.response() {
            Some(Response::Written { position }) => log.push((*position, call.called, change)),
            Some(other) => panic!("{LEADER} answered a Write with {other:?}"),
            None => panic!("a write at {} was never answered", call.called),
        }
        assert!(
            call.outcome.answered_at() == Some(call.called),
            "a write at {} was not answered at once",
            call.called
        );
    }
    log.sort_by_key(|(position, ..)| *position);
    for (place, (position, called, _)) in log.iter().enumerate() {
        assert!(
            *position == place as u64 + 1,
            "the write at {called} was given position {position}, but it is number {} in the log",
            place + 1
        );
    }
    log.into_iter()
        .map(|(_, called, change)| (called, change))
        .collect()
}

/// A read, as its client saw it.
struct Answer {
    node: NodeId,
    at: Time,
    at_least: u64,
    number: u64,
    position: u64,
}

/// All answers to reads, in the order in which they were given.
fn reads(sim: &Simulation<Replica>) -> Vec<Answer> {
    let history = sim.history();
    let mut reads = Vec::new();
    for (call, response, at) in history.answered() {
        let Request::Read { at_least } = call.request else {
            continue;
        };
        let node = call.node;
        match *response {
            Response::Number { number, position } => reads.push(Answer {
                node,
                at,
                at_least,
                number,
                position,
            }),
            other => panic!("{node} answered a Read with {other:?}"),
        }
    }
    reads.sort_by_key(|read| read.at);
    reads
}

/// What followers have shown was in the log like that, and they never went back.
fn what_was_read_was_so(sim: &mut Simulation<Replica>) {
    let log = log(sim);
    let reads = reads(sim);
    for Answer {
        node,
        at,
        number,
        position,
        ..
    } in &reads
    {
        let known = log.iter().filter(|(called, _)| called <= at).count() as u64;
        assert!(
            *position <= known,
            "{node} says at {at} that it has applied {position} changes; there were {known}"
        );
        let right = log[..*position as usize]
            .iter()
            .fold(0, |number, (_, change)| change.apply(number));
        assert!(
            *number == right,
            "{node} has {number} at {at} and says that this is position {position}, where it was {right}"
        );
    }
    for node in FOLLOWERS {
        let mut furthest: Option<&Answer> = None;
        for read in reads.iter().filter(|read| read.node == node) {
            if let Some(before) = furthest
                && before.position > read.position
                && before.at < read.at
            {
                panic!(
                    "{node} was at position {} at {} and is at {} at {}",
                    before.position, before.at, read.position, read.at
                );
            }
            if furthest.is_none_or(|before| before.position < read.position) {
                furthest = Some(read);
            }
        }
    }
}

/// No read was answered with less than it asked for.
fn no_read_was_answered_too_early(sim: &mut Simulation<Replica>) {
    for read in reads(sim) {
        assert!(
            read.position >= read.at_least,
            "{} was asked for position {} or later, and answered at {} with {}",
            read.node,
            read.at_least,
            read.at,
            read.position
        );
    }
}

/// Reads that want nothing that is not there have been answered.
fn no_read_still_waits(sim: &mut Simulation<Replica>) {
    let length = log(sim).len() as u64;
    for call in sim.history().calls() {
        if let Request::Read { at_least } = call.request
            && at_least <= length
        {
            assert!(
                call.outcome.response().is_some(),
                "the read at {} for position {at_least} was never answered by {}, although the log has {length} changes",
                call.called,
                call.node
            );
        }
    }
}

/// How far this follower is at this moment.
fn position(sim: &mut Simulation<Replica>, follower: NodeId) -> u64 {
    match sim.ask(follower, Request::Read { at_least: 0 }, Duration::ZERO) {
        Ok(Response::Number { position, .. }) => position,
        Ok(other) => panic!("{follower} answered a Read with {other:?}"),
        Err(_) => panic!("{follower} did not answer a read for position 0 at once"),
    }
}

/// Looks at a follower at this moment.
fn look(sim: &mut Simulation<Replica>, follower: NodeId) {
    position(sim, follower);
    what_was_read_was_so(sim);
}

/// Looks at the followers whenever one has just started again, for some time.
fn look_after_restarts(sim: &mut Simulation<Replica>, within: Duration) {
    let end = sim.now() + within;
    let left = |sim: &Simulation<Replica>| end.since(sim.now());
    let is_down = |sim: &Simulation<Replica>| FOLLOWERS.iter().any(|node| !sim.is_up(*node));
    loop {
        for node in FOLLOWERS {
            if sim.is_up(node) {
                look(sim, node);
            }
        }
        if sim.run_until(is_down, left(sim)).is_err()
            || sim.run_until(|sim| !is_down(sim), left(sim)).is_err()
        {
            return;
        }
    }
}

/// When nothing is wrong any more, followers soon have the whole log.
fn followers_catch_up(sim: &mut Simulation<Replica>) {
    sim.heal();
    sim.run_for(secs(1));
    let length = log(sim).len() as u64;
    for follower in FOLLOWERS {
        let position = position(sim, follower);
        assert!(
            position == length,
            "a second after all was well again, {follower} is at position {position}; the log has {length} changes"
        );
    }
    what_was_read_was_so(sim);
}

/// What the leader says about a follower now.
fn lag(sim: &mut Simulation<Replica>, follower: NodeId) -> u64 {
    match sim.ask(LEADER, Request::Lag { follower }, Duration::ZERO) {
        Ok(Response::Lag(lag)) => lag,
        Ok(other) => panic!("{LEADER} answered Lag with {other:?}"),
        Err(_) => panic!("{LEADER} did not answer Lag at once"),
    }
}

/// The leader must not take a follower for being further than it is.
fn no_lag_is_too_small(sim: &mut Simulation<Replica>) {
    let length = log(sim).len() as u64;
    for follower in FOLLOWERS {
        if !sim.is_up(follower) {
            continue;
        }
        let lag = lag(sim, follower);
        let position = position(sim, follower);
        assert!(
            position + lag >= length,
            "{LEADER} says at {} that {follower} lacks {lag} of {length} changes, but it is at position {position}",
            sim.now()
        );
        assert!(
            lag <= length,
            "{LEADER} says that {follower} lacks {lag} changes; there are {length}"
        );
    }
}

#[test]
fn followers_apply_the_log() {
    replicas()
        .promise("on a network that works, followers soon have every change, in order")
        .workload(writes_and_reads)
        .operations(1, 8)
        .seeds(100)
        // Two messages to the followers and two back; reads cost none and count as well. Twice that is enough.
        .messages_per_operation(5.0)
        .check(|sim| {
            what_was_read_was_so(sim);
            followers_catch_up(sim);
        });
}

#[test]
fn a_write_waits_for_nobody() {
    replicas()
        .promise("a write is answered at once, and in the end every follower has it, whatever was lost on the way")
        .workload(writes_and_reads)
        .faults(
            Faults::none()
                .loss(0.2)
                .partitions(1)
                .partition_for(ms(20)..ms(500))
                .crashes_of(1, FOLLOWERS),
        )
        .operations(1, 8)
        .check(followers_catch_up);
}

#[test]
fn what_followers_show_was_so() {
    replicas()
        .promise("what a follower shows is what the leader had at that position, and a follower never goes back")
        .workload(writes_and_reads)
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.2)
                .delay(ms(2)..ms(80)),
        )
        .operations(2, 8)
        .check(|sim| {
            for _ in 0..4 {
                for follower in FOLLOWERS {
                    look(sim, follower);
                }
                sim.run_for(ms(20));
            }
        });
}

#[test]
fn a_restarted_follower_goes_on_where_it_was() {
    replicas()
        .promise(
            "a follower that starts again has what it has shown, and misses and repeats nothing",
        )
        .workload(writes_and_reads)
        .faults(
            Faults::none()
                .crashes_of(2, FOLLOWERS)
                .down_for(ms(5)..ms(200))
                .lose_unsynced()
                .loss(0.05),
        )
        .operations(1, 8)
        .check(|sim| {
            look_after_restarts(sim, ms(500));
            followers_catch_up(sim);
        });
}

#[test]
fn a_read_waits_for_its_position() {
    replicas()
        .promise("a read for a position is answered when the follower has applied that much, not earlier and not never")
        .workload(writes_and_reads_of_them)
        .faults(Faults::none().loss(0.2).delay(ms(2)..ms(60)))
        .operations(2, 8)
        .spacing(ms(3))
        .check(|sim| {
            followers_catch_up(sim);
            no_read_was_answered_too_early(sim);
            no_read_still_waits(sim);
        });
}

#[test]
fn the_lag_is_never_too_small() {
    replicas()
        .promise("the leader takes no follower for being further than it is, and once all is well, for being behind")
        .workload(writes_and_reads)
        .faults(
            Faults::none()
                .loss(0.15)
                .duplication(0.1)
                .delay(ms(2)..ms(60))
                .crashes_of(1, FOLLOWERS)
                .down_for(ms(2)..ms(30))
                .lose_unsynced(),
        )
        .operations(1, 8)
        .check(|sim| {
            for _ in 0..5 {
                no_lag_is_too_small(sim);
                sim.run_for(ms(13));
            }
            followers_catch_up(sim);
            sim.run_for(secs(1));
            for follower in FOLLOWERS {
                let lag = lag(sim, follower);
                assert!(
                    lag == 0,
                    "{follower} has the whole log, and {LEADER} still says that it lacks {lag} changes"
                );
            }
        });
}
