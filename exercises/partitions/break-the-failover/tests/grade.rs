//! How break-the-failover is graded: each plan is carried out twice, on a wrong design and on the right one. What counts
//! is what clients saw.

use std::collections::BTreeMap;

use break_the_failover::api::by_alarm::ByAlarm;
use break_the_failover::api::by_ear::ByEar;
use break_the_failover::api::by_lease::ByLease;
use break_the_failover::api::by_majority::{ByMajority, Memory};
use break_the_failover::api::by_timeout::ByTimeout;
use break_the_failover::api::{A, B, Request, Response};
use break_the_failover::{
    a_cut, a_lost_promise, a_pause, a_wrong_clock, an_uneven_cut, with_two_faults,
};
use simulator::history::History;
use simulator::{BreakIt, FaultKind, Node, NodeId, Time, break_it, ms};

/// How long a run takes, in milliseconds.
const RUN: u64 = 2_000;
/// Within any stretch of so many milliseconds, the right design hands out a ticket.
const STRETCH: u64 = 1_000;

type Seen = History<Request, Response>;

/// The wrong design made by `wrong` beside the right one, with clients that want tickets.
fn failover<W>(wrong: fn(NodeId) -> W, most: usize, kinds: &[FaultKind]) -> BreakIt<W, ByMajority>
where
    W: Node<Request = Request, Response = Response>,
{
    let described = break_it(wrong, |id| ByMajority::new(id, Memory::Disk))
        .names(&["a", "b", "w"])
        .lasting(ms(RUN))
        .most_faults(most)
        .only(kinds)
        .holds(no_ticket_twice)
        .lives(never_stops);
    let asks = (0..RUN / 200).flat_map(|round| [(A, 200 * round + 50), (B, 200 * round + 175)]);
    asks.fold(described, |described, (node, at)| {
        described.ask(Time::ZERO + ms(at), node, Request::Take)
    })
}

/// The tickets that were handed out: when, by whom, which.
fn tickets(seen: &Seen) -> Vec<(Time, NodeId, u64)> {
    let mut tickets: Vec<(Time, NodeId, u64)> = seen
        .answered()
        .filter_map(|(call, response, at)| match response {
            Response::Ticket(ticket) => Some((at, call.node, *ticket)),
            Response::NotPrimary => None,
        })
        .collect();
    tickets.sort();
    tickets
}

fn name(node: NodeId) -> &'static str {
    if node == A { "a" } else { "b" }
}

/// An error that names the ticket that was handed out twice, or what was handed out.
fn no_ticket_twice(seen: &Seen) -> Result<String, String> {
    let tickets = tickets(seen);
    let mut first: BTreeMap<u64, (Time, NodeId)> = BTreeMap::new();
    for (at, node, ticket) in &tickets {
        if let Some((before, by)) = first.insert(*ticket, (*at, *node)) {
            return Err(format!(
                "ticket {ticket} was handed out twice, by {} at {before} and by {} at {at}",
                name(by),
                name(*node)
            ));
        }
    }
    let by = |node: NodeId| {
        let of: Vec<_> = tickets.iter().filter(|(_, by, _)| *by == node).collect();
        match (of.first(), of.last()) {
            (Some((from, _, first)), Some((until, _, last))) => format!(
                "{} handed out {} tickets between {from} and {until}, from number {first} to {last}",
                name(node),
                of.len()
            ),
            _ => format!("{} handed out none", name(node)),
        }
    };
    Ok(format!(
        "no ticket was handed out twice; {}, {}",
        by(A),
        by(B)
    ))
}

/// An error that names the stretch of time in which nobody got a ticket.
fn never_stops(seen: &Seen) -> Result<(), String> {
    let mut times = vec![Time::ZERO];
    times.extend(tickets(seen).iter().map(|(at, _, _)| *at));
    times.push(Time::ZERO + ms(RUN));
    match times
        .windows(2)
        .find(|pair| pair[1].since(pair[0]) > ms(STRETCH))
    {
        Some(pair) => Err(format!(
            "between {} and {} it handed out no ticket",
            pair[0], pair[1]
        )),
        None => Ok(()),
    }
}

#[test]
fn silence_is_not_death() {
    failover(ByTimeout::new, 1, &[FaultKind::Partition])
        .promise("one cut of the network makes the design with the timeout hand out a ticket twice")
        .check(a_cut);
}

#[test]
fn an_alarm_can_ring_late() {
    failover(ByAlarm::new, 1, &[FaultKind::Pause])
        .promise("one pause makes the design with the alarm hand out a ticket twice")
        .check(a_pause);
}

#[test]
fn to_hear_is_not_to_be_heard() {
    failover(ByEar::new, 1, &[FaultKind::OneWayPartition])
        .promise("one cut in one direction makes the design that listens hand out a ticket twice")
        .check(an_uneven_cut);
}

#[test]
fn clocks_disagree() {
    failover(ByLease::new, 2, &[FaultKind::Pause, FaultKind::Skew])
        .promise("a wrong clock and a pause make the design with the lease hand out a ticket twice")
        .check(a_wrong_clock);
}

const ANY: [FaultKind; 5] = [
    FaultKind::Partition,
    FaultKind::OneWayPartition,
    FaultKind::Crash,
    FaultKind::Pause,
    FaultKind::Skew,
];

#[test]
fn promises_must_outlive_a_crash() {
    failover(|id| ByMajority::new(id, Memory::Ram), 3, &ANY)
        .promise("three faults at most make the design that forgets its promises hand out a ticket twice")
        .check(a_lost_promise);
}

#[test]
fn two_faults_are_enough() {
    failover(|id| ByMajority::new(id, Memory::Ram), 2, &ANY)
        .promise(
            "two faults at most make the design that forgets its promises hand out a ticket twice",
        )
        .check(with_two_faults);
}
