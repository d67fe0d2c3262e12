//! How raft-election is graded. It sees what clients ask and are answered, and the status that the contract asks for,
//! never a message between nodes, so any design that keeps the promises passes.

use std::collections::BTreeMap;
use std::time::Duration;

use raft_election::Server;
use raft_election::api::{Request, Response, Role, Status};
use simulator::{Faults, NodeId, Scenario, Scope, Simulation, Time, Workload, ms, scenario, secs};

const N0: NodeId = NodeId::new(0);
const N1: NodeId = NodeId::new(1);
const N2: NodeId = NodeId::new(2);
const N3: NodeId = NodeId::new(3);
const N4: NodeId = NodeId::new(4);

/// Within this time of a moment from which on nothing is wrong, or only a minority is missing, there is a leader.
const SOON: Duration = secs(2);
/// For so long it must then stay quiet.
const QUIET: Duration = ms(500);
/// The same as `SOON` while messages are lost or late now and then.
const LATER: Duration = secs(5);

fn servers() -> Scenario<Server> {
    scenario(Server::new)
        .operation_is_a("question")
        .client_patience(secs(5))
        .witness("a node leads in the end", somebody_leads)
}

/// What the nodes that are up say of themselves.
fn statuses(sim: &Simulation<Server>) -> impl Iterator<Item = (NodeId, Status)> {
    let nodes = sim.nodes().into_iter();
    nodes.filter_map(|node| Some((node, sim.node(node)?.status())))
}

/// What the nodes that are up say of themselves, for a reader.
fn in_words(sim: &Simulation<Server>) -> String {
    let each: Vec<String> = statuses(sim)
        .map(|(node, Status { role, term })| match role {
            Role::Follower => format!("{node} follows in term {term}"),
            Role::Candidate => format!("{node} is a candidate in term {term}"),
            Role::Leader => format!("{node} leads in term {term}"),
        })
        .collect();
    each.join(", ")
}

/// What was seen in a run so far: nobody may contradict it later.
#[derive(Default)]
struct Record {
    /// Who led in which term, and since when.
    leaders: BTreeMap<u64, (NodeId, Time)>,
    /// The term that each node has shown last.
    terms: BTreeMap<NodeId, u64>,
}

impl Record {
    /// Looks at all nodes, after something has happened.
    fn look(&mut self, sim: &Simulation<Server>) {
        for (node, Status { role, term }) in statuses(sim) {
            let shown = self.terms.insert(node, term).unwrap_or_default();
            assert!(
                term >= shown,
                "{node} shows term {term}, and had shown term {shown} before: its term went back"
            );
            if role != Role::Leader {
                continue;
            }
            assert!(term > 0, "{node} leads in term 0");
            let (leader, since) = *self.leaders.entry(term).or_insert((node, sim.now()));
            assert!(
                leader == node,
                "term {term} has two leaders: {leader}, since {since}, and now {node}"
            );
        }
    }

    /// Lets time pass, and looks at the nodes after everything that happens.
    fn watch(&mut self, sim: &mut Simulation<Server>, duration: Duration) {
        let _ = self.watch_until(sim, duration, |_| false);
    }

    /// The same, until `condition` holds. Whether it did, in this time.
    fn watch_until(
        &mut self,
        sim: &mut Simulation<Server>,
        within: Duration,
        condition: impl Fn(&Simulation<Server>) -> bool,
    ) -> bool {
        let happened = sim.run_until(
            |sim| {
                self.look(sim);
                condition(sim)
            },
            within,
        );
        happened.is_ok()
    }

    /// Waits for one of these nodes to lead in a term after this one.
    fn await_leader(
        &mut self,
        sim: &mut Simulation<Server>,
        among: &[NodeId],
        after: u64,
        within: Duration,
    ) -> (NodeId, u64) {
        let led = |sim: &Simulation<Server>| {
            statuses(sim).find(|(node, status)| {
                among.contains(node) && status.role == Role::Leader && status.term > after
            })
        };
        let began = sim.now();
        self.watch_until(sim, within, |sim| led(sim).is_some());
        let Some((leader, status)) = led(sim) else {
            panic!(
                "from {began} to {}, none of {} became leader in a term after {after}: {}",
                sim.now(),
                list(among),
                in_words(sim)
            );
        };
        (leader, status.term)
    }

    /// Whoever is to be believed that it elects has to do it again: the leader crashes, and another one is elected.
    fn elects_another(&mut self, sim: &mut Simulation<Server>) {
        sim.heal();
        let agree = self.watch_until(sim, SOON, everybody_follows_one_leader);
        assert!(
            agree,
            "two seconds after everything was well, not everybody follows one leader: {}",
            in_words(sim)
        );
        let (leader, term) = self.await_leader(sim, &sim.nodes(), 0, SOON);
        sim.crash(leader);
        self.await_leader(sim, &others(sim, leader), term, SOON);
    }

    /// Ends all that is wrong. Soon after, everybody must follow one leader, and go on doing so.
    fn becomes_quiet(&mut self, sim: &mut Simulation<Server>) {
        sim.heal();
        let healed = sim.now();
        let deadline = healed + SOON;
        loop {
            let agree = self.watch_until(sim, deadline - sim.now(), everybody_follows_one_leader);
            assert!(
                agree,
                "nothing was wrong since {healed}, and at {} not everybody follows one leader: {}",
                sim.now(),
                in_words(sim)
            );
            let agreed: Vec<(NodeId, Status)> = statuses(sim).collect();
            let changed = self.watch_until(sim, QUIET, |sim| !statuses(sim).eq(agreed.clone()));
            if !changed {
                return;
            }
            assert!(
                sim.now() < deadline,
                "nothing was wrong since {healed}, and at {} it is still not quiet: {}",
                sim.now(),
                in_words(sim)
            );
        }
    }
}

/// Whether all have the same term, one of them leads, and all others follow.
fn everybody_follows_one_leader(sim: &Simulation<Server>) -> bool {
    let mut leaders = 0;
    let mut terms = statuses(sim).map(|(_, status)| status.term);
    let first = terms.next();
    terms.all(|term| Some(term) == first)
        && statuses(sim).all(|(_, status)| {
            leaders += usize::from(status.role == Role::Leader);
            status.role != Role::Candidate
        })
        && leaders == 1
}

/// Whether there is a leader.
fn somebody_leads(sim: &Simulation<Server>) -> bool {
    statuses(sim).any(|(_, status)| status.role == Role::Leader)
}

/// Nodes, for a reader.
fn list(nodes: &[NodeId]) -> String {
    let names: Vec<String> = nodes.iter().map(NodeId::to_string).collect();
    names.join(", ")
}

/// All nodes but this one.
fn others(sim: &Simulation<Server>, node: NodeId) -> Vec<NodeId> {
    let nodes = sim.nodes().into_iter();
    nodes.filter(|other| *other != node).collect()
}

/// What the nodes say of themselves now, and what clients were told before, must fit together. It needs no memory of
/// its own, so that it can be asked in any order of events.
fn one_leader_a_term(sim: &Simulation<Server>) -> Result<(), String> {
    let history = sim.history();
    let told: Vec<(NodeId, Response)> = history
        .answered()
        .map(|(call, response, _)| (call.node, *response))
        .collect();
    let led = statuses(sim).filter(|(_, status)| status.role == Role::Leader);
    let mut leaders: BTreeMap<u64, NodeId> = BTreeMap::new();
    for (node, Status { term, .. }) in led {
        if let Some(other) = leaders.insert(term, node) {
            return Err(format!("{other} and {node} both lead in term {term}"));
        }
    }
    for (index, (node, Response { term, leader })) in told.iter().enumerate() {
        match leaders.get(term) {
            Some(now) if now != leader => {
                return Err(format!(
                    "{node} answered that {leader} leads in term {term}, but {now} does"
                ));
            }
            _ => {}
        }
        for (earlier, other) in &told[..index] {
            if other.term == *term && other.leader != *leader {
                return Err(format!(
                    "{earlier} answered that {} leads in term {term}, and {node} that {leader} does",
                    other.leader
                ));
            }
        }
        if let Some(server) = sim.node(*node) {
            let now = server.status().term;
            if now < *term {
                return Err(format!(
                    "{node} answered a client in term {term}, and now it is in term {now}: its term went back"
                ));
            }
        }
    }
    Ok(())
}

#[test]
fn the_first_leader_stays() {
    servers()
        .nodes(5)
        .promise("on a network that works, a leader is elected, every node knows it, and it stays")
        .workload(|w| {
            let nodes: Vec<NodeId> = (0..5).map(NodeId::new).collect();
            for client in 0..w.size() {
                let node = *w.random().pick(&nodes);
                w.ask(client, node, Request::Leader { after: 0 });
            }
        })
        .operations(1, 5)
        .spacing(ms(100))
        .seeds(400)
        .always("a term has one leader", one_leader_a_term)
        .check(|sim| {
            let history = sim.history();
            let mut first: Option<Response> = None;
            for call in history.calls() {
                let Some(response) = call.outcome.response() else {
                    panic!(
                        "{:?}, asked of {} at {}, was not answered in five seconds: {}",
                        call.request,
                        call.node,
                        call.called,
                        in_words(sim)
                    );
                };
                let first = *first.get_or_insert(*response);
                assert!(
                    first == *response,
                    "nothing went wrong, and yet clients were told of two leaders, {first:?} and {response:?}"
                );
            }
            let Some(Response { term, leader }) = first else {
                return;
            };
            let leads = Status {
                role: Role::Leader,
                term,
            };
            let mut record = Record::default();
            let replaced = record.watch_until(sim, secs(1), |sim| {
                sim.node(leader).map(Server::status) != Some(leads)
            });
            assert!(
                !replaced,
                "{leader} led in term {term} and nothing went wrong, but at {} it does not lead any more: {}",
                sim.now(),
                in_words(sim)
            );
            assert!(
                everybody_follows_one_leader(sim),
                "{leader} leads since a second, and nothing went wrong, but not everybody follows it: {}",
                in_words(sim)
            );
            record.elects_another(sim);
        });
}

#[test]
fn a_majority_is_enough() {
    servers()
        .nodes(5)
        .promise("while three of five nodes are up, one of them leads, even if messages are lost")
        .faults(Faults::none().loss(0.1))
        .schedules(300)
        .seeds(200)
        .check(|sim| {
            let mut record = Record::default();
            let mut up = sim.nodes();
            let mut term = 0;
            for _ in 0..2 {
                let (leader, led) = record.await_leader(sim, &up, term, LATER);
                sim.crash(leader);
                up.retain(|node| *node != leader);
                term = led;
            }
            record.await_leader(sim, &up, term, LATER);
            record.becomes_quiet(sim);
            record.elects_another(sim);
        });
}

#[test]
fn half_of_the_nodes_elect_nobody() {
    servers()
        .nodes(4)
        .promise("two of four nodes are no majority, however often their messages arrive")
        .faults(Faults::none().duplication(0.3).delay(ms(1)..ms(100)))
        .schedules(300)
        .seeds(200)
        .check(|sim| {
            let mut record = Record::default();
            for other in [N1, N2, N3] {
                let mut rest = others(sim, N0);
                rest.retain(|node| *node != other);
                sim.mend();
                sim.partition(&[N0, other], &rest);
                let elected = record.watch_until(sim, ms(400), somebody_leads);
                assert!(
                    !elected,
                    "n0 and {other} cannot reach {}, but at {} there is a leader: {}",
                    list(&rest),
                    sim.now(),
                    in_words(sim)
                );
                // For a while each is alone, so that what was under way is over before the groups change.
                sim.partition(&[N0], &[other]);
                sim.partition(&rest[..1], &rest[1..]);
                let elected = record.watch_until(sim, ms(400), somebody_leads);
                assert!(
                    !elected,
                    "nobody can reach anybody, but at {} there is a leader: {}",
                    sim.now(),
                    in_words(sim)
                );
            }
            record.becomes_quiet(sim);
            record.elects_another(sim);
        });
}

#[test]
fn a_leader_that_is_cut_off_is_replaced() {
    servers()
        .promise("a leader that reaches nobody is replaced, and gives up when it is reached again")
        .faults(Faults::none().delay(ms(1)..ms(30)))
        .schedules(300)
        .seeds(200)
        .check(|sim| {
            let mut record = Record::default();
            let (leader, term) = record.await_leader(sim, &sim.nodes(), 0, LATER);
            let others = others(sim, leader);
            sim.partition(&[leader], &others);
            record.await_leader(sim, &others, term, LATER);
            record.becomes_quiet(sim);
            record.elects_another(sim);
        });
}

#[test]
fn a_leader_that_is_not_heard_gives_up() {
    servers()
        .promise("a leader whose messages are all lost is replaced, and gives up, because it hears the others")
        .faults(Faults::none().delay(ms(1)..ms(30)))
        .schedules(300)
        .seeds(200)
        .check(|sim| {
            let mut record = Record::default();
            let (leader, term) = record.await_leader(sim, &sim.nodes(), 0, LATER);
            let others = others(sim, leader);
            sim.cut(&[leader], &others);
            let cut = sim.now();
            record.await_leader(sim, &others, term, LATER);
            let gave_up = record.watch_until(sim, SOON, |sim| {
                sim.node(leader).map(|server| server.status().role) != Some(Role::Leader)
            });
            assert!(
                gave_up,
                "nobody has heard {leader} since {cut}, and another one leads; {leader} hears that, and yet: {}",
                in_words(sim)
            );
            record.becomes_quiet(sim);
            record.elects_another(sim);
        });
}

#[test]
fn who_was_away_is_taken_back() {
    servers()
        .promise("a node that was cut off for a while comes back, and soon everybody follows one leader again")
        .faults(Faults::none().delay(ms(1)..ms(30)))
        .schedules(300)
        .seeds(200)
        .check(|sim| {
            let mut record = Record::default();
            let (leader, _) = record.await_leader(sim, &sim.nodes(), 0, LATER);
            let away = others(sim, leader)[0];
            sim.partition(&[away], &others(sim, away));
            record.watch(sim, secs(1));
            record.becomes_quiet(sim);
            record.elects_another(sim);
        });
}

/// Two clients; the second one keeps the run going, and is told of no leader before the third term.
fn one_and_another_term(w: &mut Workload<Request>) {
    w.ask(0, N0, Request::Leader { after: 0 });
    w.ask(1, N1, Request::Leader { after: 2 });
}

#[test]
fn votes_survive_crashes() {
    servers()
        .promise("whoever crashes and starts again votes for nobody else in the same term")
        .workload(one_and_another_term)
        .operations(1, 1)
        .client_patience(secs(1))
        .faults(
            Faults::none()
                .crashes_of(1, [N0, N2])
                .down_for(ms(1)..ms(20))
                .lose_unsynced(),
        )
        .explore(Scope::new().faults(1).timeouts(2).states(60_000))
        .always("a term has one leader", one_leader_a_term)
        .check(|sim| {
            Record::default().elects_another(sim);
        });
}

#[test]
fn late_votes_count_for_nothing() {
    servers()
        .promise("a vote counts in its own term only, however late it comes")
        .faults(Faults::none().delay(ms(50)..ms(250)))
        .schedules(300)
        .seeds(200)
        .check(|sim| {
            let mut record = Record::default();
            let runs = |sim: &Simulation<Server>| {
                statuses(sim).find(|(_, status)| status.role == Role::Candidate)
            };
            record.watch_until(sim, SOON, |sim| runs(sim).is_some());
            if let Some((candidate, Status { term, .. })) = runs(sim) {
                // Its questions are on their way. Only the last node can answer, and soon no further question gets out.
                let others = others(sim, candidate);
                sim.partition(&[candidate], &others[..1]);
                record.watch(sim, Duration::from_micros(1_500));
                sim.cut(&[candidate], &others);
                let cut = sim.now();
                let elected = record.watch_until(sim, ms(400), |sim| {
                    let status = sim.node(candidate).map(Server::status);
                    status.is_some_and(|now| now.role == Role::Leader && now.term > term)
                });
                assert!(
                    !elected,
                    "{candidate} asked for votes in term {term} and is not heard since {cut}; nobody can have voted for it in \
                     a later term, but at {} it leads: {}",
                    sim.now(),
                    in_words(sim)
                );
            }
            record.becomes_quiet(sim);
            record.elects_another(sim);
        });
}

/// Whether n4 wants to lead in a term in which n0 or n1 leads; then which of them, and in which term.
fn n4_is_second(sim: &Simulation<Server>) -> Option<(NodeId, u64)> {
    let wanted = sim.node(N4)?.status();
    let led = Status {
        role: Role::Leader,
        ..wanted
    };
    let leader = [N0, N1]
        .into_iter()
        .find(|node| sim.node(*node).map(Server::status) == Some(led))?;
    (wanted.role == Role::Candidate).then_some((leader, wanted.term))
}

#[test]
fn late_questions_get_no_vote() {
    servers()
        .nodes(5)
        .promise("whoever is in a newer term votes in no older one, however late it is asked")
        // Nobody asks. But nodes draw other numbers in each workload, and in some of them n0 or n1 is elected.
        .workload(|_| {})
        .faults(Faults::none().delay(ms(60)..ms(300)))
        .schedules(800)
        .seeds(200)
        .check(|sim| {
            let mut record = Record::default();
            // n4 takes its time, also to try again.
            sim.skew(N4, 0, -700_000);
            sim.crash(N3);
            sim.cut(&[N0, N1], &[N4]);
            record.watch_until(sim, SOON, |sim| n4_is_second(sim).is_some());
            if let Some((leader, term)) = n4_is_second(sim) {
                // n3 has not voted yet, and may vote for n4. One more vote in this term, and it would have two leaders.
                sim.restart(N3);
                sim.crash(leader);
                sim.restart(leader);
                sim.crash(N2);
                // The next term has its leader before n2 is back. So n2 will be in that term without having voted in it.
                record.watch_until(sim, SOON, |sim| {
                    statuses(sim).any(|(_, now)| now.role == Role::Leader && now.term > term)
                });
                sim.restart(N2);
                record.watch(sim, ms(400));
            }
            sim.skew(N4, 0, 0);
            record.becomes_quiet(sim);
            record.elects_another(sim);
        });
}

#[test]
fn a_term_has_one_leader_whatever_goes_wrong() {
    servers()
        .nodes(5)
        .promise("whatever goes wrong, a term has one leader, terms do not go back, and it becomes quiet in the end")
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.1)
                .delay(ms(1)..ms(150))
                .partitions(1)
                .one_way_partitions(1)
                .crashes(2)
                .lose_unsynced()
                .pauses(1)
                .drift(200),
        )
        .schedules(800)
        .check(|sim| {
            let mut record = Record::default();
            record.watch(sim, ms(600));
            record.becomes_quiet(sim);
            record.elects_another(sim);
        });
}
