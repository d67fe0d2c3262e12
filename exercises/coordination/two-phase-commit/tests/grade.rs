//! How two-phase-commit is graded. It sees what clients ask and are answered, never a message between nodes, so any
//! design that keeps the promises passes.

use std::collections::BTreeMap;
use std::time::Duration;

use simulator::{Faults, NodeId, Scenario, Scope, Simulation, Time, Workload, ms, scenario, secs};
use two_phase_commit::Site;
use two_phase_commit::api::{COORDINATOR, PARTICIPANTS, PLACES, Request, Response, Trip};

const NODES: [NodeId; 3] = [COORDINATOR, PARTICIPANTS[0], PARTICIPANTS[1]];

/// Who refuses everything keeps most promises, and so does a coordinator that tells nobody.
fn sites() -> Scenario<Site> {
    scenario(Site::new)
        .names(&["agency", "hotel", "airline"])
        .operation_is_a("request")
        .client_patience(ms(500))
        .witness("a participant knew of a committed trip", |sim| {
            sim.history().answered().any(|(call, response, _)| {
                *response == Response::Committed && PARTICIPANTS.contains(&call.node)
            })
        })
}

/// A trip that both participants have room for, or that one of them never has.
fn trip(w: &mut Workload<Request>, number: u64) -> Trip {
    let (mut rooms, mut seats) = (w.random().within(1..3), w.random().within(1..3));
    if number > 1 && w.random().chance(0.3) {
        match w.random().chance(0.5) {
            true => rooms = PLACES + 1,
            false => seats = PLACES + 1,
        }
    }
    Trip {
        number,
        rooms,
        seats,
    }
}

/// Clients that book trips, and one more that asks participants what became of them.
fn bookings(clients: u64) -> impl Fn(&mut Workload<Request>) + 'static {
    move |w| {
        let mut booked = 0;
        for _ in 0..w.size() {
            if booked == 0 || w.random().chance(0.6) {
                booked += 1;
                let (client, trip) = (w.random().below(clients), trip(w, booked));
                w.ask(client as usize, COORDINATOR, Request::Book(trip));
            } else {
                let trip = w.random().within(1..booked + 1);
                let participant = *w.random().pick(&PARTICIPANTS);
                w.ask(clients as usize, participant, Request::Outcome { trip });
            }
        }
    }
}

/// The same for exploring, where every order of events is tried: one trip, and questions that may come at any time.
fn one_trip(w: &mut Workload<Request>, rooms: u64, seats: u64) {
    let trip = Trip {
        number: 1,
        rooms,
        seats,
    };
    w.ask(0, COORDINATOR, Request::Book(trip));
    w.ask(1, PARTICIPANTS[0], Request::Outcome { trip: 1 });
    w.ask(2, PARTICIPANTS[1], Request::Outcome { trip: 1 });
}

/// An answer that says what became of a trip.
#[derive(Clone, Copy)]
struct Told {
    node: NodeId,
    at: Time,
    committed: bool,
}

/// The trips that reached the coordinator.
fn trips(sim: &Simulation<Site>) -> Vec<Trip> {
    let history = sim.history();
    let booked = history.calls().filter_map(|call| match call.request {
        Request::Book(trip) => Some(trip),
        Request::Outcome { .. } | Request::Free => None,
    });
    booked.collect()
}

/// For each trip, what was told of it, in order. An answer must fit its question, and what need not be waited for must
/// be answered at once. What a node has told, it has told for ever.
fn told(sim: &Simulation<Site>) -> BTreeMap<u64, Vec<Told>> {
    let history = sim.history();
    let mut told: BTreeMap<u64, Vec<Told>> = BTreeMap::new();
    let mut undecided = Vec::new();
    for call in history.calls() {
        let node = sim.name(call.node);
        let Some(response) = call.outcome.response() else {
            assert!(
                matches!(call.request, Request::Book(_)),
                "{node} did not answer {:?} at once",
                call.request
            );
            continue;
        };
        let at = call.outcome.answered_at().unwrap_or(call.called);
        let (number, committed) = match (call.request, response) {
            (Request::Book(Trip { number, .. }), Response::Committed) => (number, true),
            (Request::Book(Trip { number, .. }), Response::Aborted) => (number, false),
            (Request::Outcome { trip }, Response::Committed) => (trip, true),
            (Request::Outcome { trip }, Response::Aborted) => (trip, false),
            (Request::Outcome { trip }, Response::Undecided) => {
                undecided.push((trip, call.node, at));
                continue;
            }
            (Request::Free, Response::Free(_)) => continue,
            (request, response) => panic!("{node} answered {request:?} with {response:?}"),
        };
        told.entry(number).or_default().push(Told {
            node: call.node,
            at,
            committed,
        });
    }
    for answers in told.values_mut() {
        answers.sort_by_key(|told| told.at);
    }
    for (trip, node, at) in undecided {
        let before = told.get(&trip).into_iter().flatten();
        if let Some(before) = before
            .filter(|told| told.node == node)
            .find(|told| told.at < at)
        {
            panic!(
                "{} said at {} that trip {trip} is {}, and at {at} that it is undecided",
                sim.name(node),
                before.at,
                words(before.committed)
            );
        }
    }
    told
}

fn words(committed: bool) -> &'static str {
    match committed {
        true => "committed",
        false => "aborted",
    }
}

/// Whoever says what became of a trip says the same, and what is committed had everybody's yes.
fn all_say_the_same(sim: &Simulation<Site>) {
    let told = told(sim);
    for (number, answers) in &told {
        let first = answers[0];
        if let Some(other) = answers
            .iter()
            .find(|told| told.committed != first.committed)
        {
            panic!(
                "{} said at {} that trip {number} is {}, and {} said at {} that it is {}",
                sim.name(first.node),
                first.at,
                words(first.committed),
                if other.node == first.node {
                    "it"
                } else {
                    sim.name(other.node)
                },
                other.at,
                words(other.committed)
            );
        }
    }
    let committed: Vec<Trip> = trips(sim)
        .into_iter()
        .filter(|trip| told.get(&trip.number).is_some_and(|told| told[0].committed))
        .collect();
    for participant in PARTICIPANTS {
        let name = sim.name(participant);
        let places = |trip: &Trip| trip.places_at(participant);
        if let Some(trip) = committed.iter().find(|trip| places(trip) > PLACES) {
            panic!(
                "trip {} is committed, but wants {} places at the {name}, which has {PLACES} and must vote no",
                trip.number,
                places(trip)
            );
        }
        let taken: u64 = committed.iter().map(places).sum();
        assert!(
            taken <= PLACES,
            "the committed trips want {taken} places at the {name}, which has {PLACES}"
        );
    }
}

/// Asks everybody that is up about every trip.
fn look(sim: &mut Simulation<Site>) {
    for Trip { number: trip, .. } in trips(sim) {
        for node in NODES {
            if sim.is_up(node) {
                // The answer is in the history, if there is one.
                let _ = sim.ask(node, Request::Outcome { trip }, Duration::ZERO);
            }
        }
    }
    all_say_the_same(sim);
}

/// How many places are free at this participant.
fn free(sim: &mut Simulation<Site>, participant: NodeId) -> u64 {
    match sim.ask(participant, Request::Free, Duration::ZERO) {
        Ok(Response::Free(free)) => free,
        Ok(other) => panic!("{} answered Free with {other:?}", sim.name(participant)),
        Err(_) => panic!("{} did not answer Free at once", sim.name(participant)),
    }
}

/// A second after everything is well, everything is decided, and everybody knows what they need to.
fn all_is_decided(sim: &mut Simulation<Site>) {
    let long = "a second after all was well,";
    sim.heal();
    sim.run_for(secs(1));
    look(sim);
    let told = told(sim);
    let knows = |trip: &Trip, node: NodeId| {
        let mut answers = told.get(&trip.number).into_iter().flatten();
        answers.any(|told| told.node == node)
    };
    let trips = trips(sim);
    for trip in &trips {
        assert!(
            knows(trip, COORDINATOR),
            "{long} the {} has not decided on trip {}",
            sim.name(COORDINATOR),
            trip.number
        );
    }
    let is_committed = |trip: &&Trip| told[&trip.number][0].committed;
    for participant in PARTICIPANTS {
        let name = sim.name(participant).to_owned();
        for trip in trips.iter().filter(is_committed) {
            assert!(
                knows(trip, participant),
                "{long} the {name} does not know that trip {} is committed",
                trip.number
            );
        }
        let committed = trips.iter().filter(is_committed);
        let taken: u64 = committed.map(|trip| trip.places_at(participant)).sum();
        let free = free(sim, participant);
        assert!(
            free + taken == PLACES,
            "{long} {taken} of the {PLACES} places of the {name} are taken by committed trips, and it says that {free} are free"
        );
    }
}

/// Nothing goes wrong any more, so one more trip is committed if there is room for it.
fn one_more_can_be_booked(sim: &mut Simulation<Site>) {
    if trips(sim).is_empty() {
        // A story is about the trips of clients, if it can be.
        return;
    }
    let (number, rooms, seats) = (1_000, 1, 1);
    let trip = Trip {
        number,
        rooms,
        seats,
    };
    let fits = PARTICIPANTS.map(|participant| free(sim, participant) > 0) == [true, true];
    let answer = sim.ask(COORDINATOR, Request::Book(trip), secs(1));
    let expected = match fits {
        true => Response::Committed,
        false => Response::Aborted,
    };
    assert!(
        answer == Ok(expected),
        "when nothing was wrong any more, one more room and seat were booked; the answer should be {expected:?}, and is {answer:?}"
    );
    all_is_decided(sim);
}

/// Every call is answered by now: for scenarios in which the coordinator does not crash.
fn all_bookings_are_answered(sim: &Simulation<Site>) {
    for call in sim.history().calls() {
        if let Request::Book(trip) = call.request {
            assert!(
                call.outcome.response().is_some(),
                "the client that booked trip {} was never answered, although the {} was up all the time",
                trip.number,
                sim.name(call.node)
            );
        }
    }
}

/// Nobody sends anything, for a second.
fn all_are_silent(sim: &mut Simulation<Site>) {
    let before = sim.messages();
    sim.run_for(secs(1));
    let sent = sim.messages() - before;
    assert!(
        sent == 0,
        "everything is decided, but in the next second nodes sent {sent} more messages"
    );
}

#[test]
fn a_trip_is_booked_whole_or_not_at_all() {
    sites()
        .promise("when nothing goes wrong, a trip is booked if there is room at both, and else at neither")
        .operation_is_a("trip")
        .workload(|w| {
            for number in 1..=w.size() as u64 {
                let trip = trip(w, number);
                w.ask(0, COORDINATOR, Request::Book(trip));
                w.wait(ms(100));
            }
        })
        .operations(1, 6)
        .seeds(200)
        // Two questions, two votes, two decisions.
        .messages_per_operation(12.0)
        .check(|sim| {
            all_is_decided(sim);
            all_bookings_are_answered(sim);
            all_are_silent(sim);
            let told = told(sim);
            let mut free = PARTICIPANTS.map(|_| PLACES);
            for trip in trips(sim) {
                let wanted = PARTICIPANTS.map(|participant| trip.places_at(participant));
                let fits = wanted[0] <= free[0] && wanted[1] <= free[1];
                let committed = told[&trip.number][0].committed;
                assert!(
                    committed == fits,
                    "trip {} is {}; it wants {} rooms of {} and {} seats of {}",
                    trip.number,
                    words(committed),
                    wanted[0],
                    free[0],
                    wanted[1],
                    free[1]
                );
                if fits {
                    free = [free[0] - wanted[0], free[1] - wanted[1]];
                }
            }
        });
}

#[test]
fn a_trip_is_committed_only_if_all_voted_yes() {
    sites()
        .promise("a trip is committed only if both voted yes, even if votes come late or twice")
        .workload(bookings(3))
        .faults(Faults::none().duplication(0.2).delay(ms(1)..ms(100)))
        .operations(1, 7)
        .check(|sim| {
            look(sim);
            all_is_decided(sim);
            one_more_can_be_booked(sim);
            all_bookings_are_answered(sim);
        });
}

#[test]
fn what_was_lost_holds_up_nobody() {
    sites()
        .promise("every trip is decided, and everybody hears of it, even if messages are lost")
        .workload(bookings(2))
        .faults(
            Faults::none()
                .loss(0.15)
                .partitions(1)
                .partition_for(ms(50)..ms(800)),
        )
        .operations(1, 6)
        .check(|sim| {
            look(sim);
            all_is_decided(sim);
            one_more_can_be_booked(sim);
            all_bookings_are_answered(sim);
            all_are_silent(sim);
        });
}

#[test]
fn nobody_decides_alone() {
    sites()
        .promise(
            "a participant that voted yes waits for the decision, however long it hears nothing",
        )
        .workload(bookings(2))
        .faults(
            Faults::none()
                .loss(0.05)
                .partitions(1)
                .partition_for(secs(1)..secs(4))
                .crashes_of(1, [COORDINATOR])
                .down_for(secs(1)..secs(4)),
        )
        .operations(1, 5)
        .check(|sim| {
            // Long enough for whoever gives up.
            for _ in 0..4 {
                sim.run_for(ms(500));
                look(sim);
            }
            all_is_decided(sim);
            one_more_can_be_booked(sim);
        });
}

#[test]
fn the_coordinator_remembers_what_it_decided() {
    let random = bookings(2);
    sites()
        .promise("what the coordinator has told anybody holds after it has crashed, too")
        .workload(move |w| match w.size() {
            // Small enough to try every order of events, and a crash anywhere.
            1 => one_trip(w, 1, 2),
            _ => random(w),
        })
        .faults(
            Faults::none()
                .crashes_of(2, [COORDINATOR])
                .down_for(ms(5)..ms(120))
                .lose_unsynced()
                .delay(ms(5)..ms(60)),
        )
        .operations(1, 6)
        .explore(Scope::new().faults(1).timeouts(1).states(60_000))
        .check(|sim| {
            look(sim);
            sim.run_for(ms(100));
            look(sim);
            all_is_decided(sim);
            one_more_can_be_booked(sim);
        });
}

#[test]
fn participants_remember_what_they_voted() {
    let random = bookings(2);
    sites()
        .promise("a participant that crashes keeps what it has promised, and what it was told")
        .workload(move |w| match w.size() {
            1 => one_trip(w, 1, 2),
            _ => random(w),
        })
        .faults(
            Faults::none()
                .crashes_of(2, PARTICIPANTS)
                .down_for(ms(5)..ms(120))
                .lose_unsynced()
                .delay(ms(5)..ms(60)),
        )
        .operations(1, 6)
        .explore(Scope::new().faults(1).timeouts(1).states(60_000))
        .check(|sim| {
            look(sim);
            sim.run_for(ms(100));
            look(sim);
            all_is_decided(sim);
            one_more_can_be_booked(sim);
            all_bookings_are_answered(sim);
        });
}

#[test]
fn whatever_goes_wrong_all_decide_the_same() {
    sites()
        .promise("whatever goes wrong, all decide the same, nobody takes it back, and in the end all is decided")
        .workload(bookings(3))
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.1)
                .delay(ms(5)..ms(150))
                .partitions(1)
                .one_way_partitions(1)
                .crashes(2)
                .lose_unsynced(),
        )
        .operations(2, 8)
        .check(|sim| {
            look(sim);
            sim.run_for(ms(200));
            look(sim);
            all_is_decided(sim);
            one_more_can_be_booked(sim);
            all_are_silent(sim);
        });
}
