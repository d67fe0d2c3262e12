//! How or-set is graded. The type is held against what the contract says, written down in the plainest way: which adds
//! a copy knows of, and which of them were taken back. Of nodes, only what clients ask and are answered is seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use or_set::api::{MESSAGES_IN_A_SECOND, NODES, Request, Response};
use or_set::{Member, OrSet};
use serde::{Deserialize, Serialize};
use simulator::{
    Faults, NodeId, Random, Scenario, Simulation, Time, Workload, cases, ms, scenario, secs,
};

const EVERYONE: [NodeId; NODES] = [NodeId::new(0), NodeId::new(1), NodeId::new(2)];
const GOODS: [&str; 3] = ["milk", "eggs", "rice"];

// The type, without a network.

/// What happens next to three copies. A step makes sense whichever of the others are left out.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Step {
    /// Somebody adds this at this copy.
    Add { at: NodeId, what: Goods },
    /// Somebody removes it there.
    Remove { at: NodeId, what: Goods },
    /// This copy, as it is, is merged into that one.
    Merge { from: NodeId, into: NodeId },
    /// This copy, as it was before its latest so many changes, is merged into that one.
    MergeOld {
        from: NodeId,
        into: NodeId,
        changes_ago: usize,
    },
}

/// As stories tell it: copies have the names of their nodes.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Add { at, what } => write!(f, "{} is added at {at}", what.name()),
            Step::Remove { at, what } => write!(f, "{} is removed at {at}", what.name()),
            Step::Merge { from, into } => {
                write!(f, "the copy of {from} is merged into that of {into}")
            }
            Step::MergeOld {
                from,
                into,
                changes_ago,
            } => {
                let changes = if *changes_ago == 1 {
                    "change"
                } else {
                    "changes"
                };
                write!(
                    f,
                    "an old copy of {from} ({changes_ago} {changes} ago) is merged into that of {into}"
                )
            }
        }
    }
}

/// Something that one may need.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Goods {
    Milk,
    Eggs,
}

impl Goods {
    fn name(self) -> &'static str {
        match self {
            Goods::Milk => GOODS[0],
            Goods::Eggs => GOODS[1],
        }
    }
}

/// A copy, with the truth about it: the adds that it knows of, by number, and those of them that were taken back.
#[derive(Clone)]
struct Copy {
    set: OrSet,
    adds: BTreeMap<usize, &'static str>,
    taken_back: BTreeSet<usize>,
}

impl Copy {
    fn new(node: NodeId) -> Copy {
        Copy {
            set: OrSet::new(node),
            adds: BTreeMap::new(),
            taken_back: BTreeSet::new(),
        }
    }

    fn merge(&mut self, other: &Copy) {
        self.set.merge(&other.set);
        self.adds.extend(&other.adds);
        self.taken_back.extend(&other.taken_back);
    }

    fn should_hold(&self) -> BTreeSet<String> {
        let left = self
            .adds
            .iter()
            .filter(|(add, _)| !self.taken_back.contains(add));
        left.map(|(_, what)| (*what).to_owned()).collect()
    }
}

/// Three copies, each with all its earlier states.
struct Copies(Vec<Vec<Copy>>);

impl Copies {
    fn new() -> Copies {
        Copies(EVERYONE.map(|node| vec![Copy::new(node)]).to_vec())
    }

    fn latest(&self, node: NodeId) -> &Copy {
        self.before(node, 0)
    }

    fn before(&self, node: NodeId, changes_ago: usize) -> &Copy {
        let states = &self.0[node.index()];
        &states[states.len().saturating_sub(1 + changes_ago)]
    }

    /// Takes a step, and returns the copy that was changed.
    fn take(&mut self, number: usize, step: Step) -> NodeId {
        let (node, copy) = match step {
            Step::Add { at, what } => {
                let mut copy = self.latest(at).clone();
                copy.set.add(what.name());
                copy.adds.insert(number, what.name());
                (at, copy)
            }
            Step::Remove { at, what } => {
                let mut copy = self.latest(at).clone();
                copy.set.remove(what.name());
                let seen = copy.adds.iter().filter(|(_, other)| **other == what.name());
                copy.taken_back.extend(seen.map(|(add, _)| *add));
                (at, copy)
            }
            Step::Merge { from, into } => {
                let mut copy = self.latest(into).clone();
                copy.merge(self.latest(from));
                (into, copy)
            }
            Step::MergeOld {
                from,
                into,
                changes_ago,
            } => {
                let mut copy = self.latest(into).clone();
                copy.merge(self.before(from, changes_ago));
                (into, copy)
            }
        };
        self.0[node.index()].push(copy);
        node
    }
}

fn steps(random: &mut Random, size: usize, nodes: &[NodeId], goods: &[Goods]) -> Vec<Step> {
    let step = |random: &mut Random| {
        let (at, what) = (*random.pick(nodes), *random.pick(goods));
        let other = *random.pick(nodes);
        match random.below(8) {
            0..3 => Step::Add { at, what },
            3..5 => Step::Remove { at, what },
            5..7 => Step::Merge {
                from: other,
                into: at,
            },
            _ => Step::MergeOld {
                from: other,
                into: at,
                changes_ago: 1 + random.below(3) as usize,
            },
        }
    };
    (0..size).map(|_| step(random)).collect()
}

/// What is missing from a copy, or too much in it, after each step.
fn differences(
    steps: &[Step],
    mut found: impl FnMut(usize, NodeId, &Copy, BTreeSet<String>, BTreeSet<String>),
) {
    let mut copies = Copies::new();
    for (number, step) in steps.iter().enumerate() {
        let node = copies.take(number, *step);
        let copy = copies.latest(node);
        let (is, should) = (copy.set.elements(), copy.should_hold());
        let missing = should.difference(&is).cloned().collect();
        let too_much = is.difference(&should).cloned().collect();
        found(number + 1, node, copy, missing, too_much);
    }
}

fn nothing_is_missing(steps: &[Step]) {
    differences(steps, |number, node, copy, missing, _| {
        if let Some(what) = missing.first() {
            let adds: Vec<usize> = copy
                .adds
                .iter()
                .filter(|(add, other)| *other == what && !copy.taken_back.contains(add))
                .map(|(add, _)| add + 1)
                .collect();
            panic!(
                "after step {number}, {what} is not in the copy of {node}, although it knows of the add in step {}, \
                 which no remove that it knows of has seen",
                adds[0]
            )
        }
    });
}

fn nothing_is_too_much(steps: &[Step]) {
    differences(steps, |number, node, copy, _, too_much| {
        if let Some(what) = too_much.first() {
            assert!(
                copy.adds.values().any(|other| other == what),
                "after step {number}, {what} is in the copy of {node}, which knows of no add of it"
            );
            panic!(
                "after step {number}, {what} is in the copy of {node}, although removes that it knows of have taken \
                 back every add of it that it knows of"
            )
        }
    });
}

/// Whoever does nothing keeps every law, and takes back nothing too little: so something has to be there as well.
fn something_is_there() {
    let (mut one, other) = (OrSet::new(EVERYONE[0]), OrSet::new(EVERYONE[1]));
    one.add(GOODS[0]);
    assert!(
        merged(&other, &one).elements().contains(GOODS[0]),
        "{} was added to the copy of n0, and is missing when that is merged into the copy of n1",
        GOODS[0]
    );
}

/// What of two copies differs, if something does that can be seen now, or when more happens to them.
fn difference(one: &OrSet, other: &OrSet, states: &[&Copy]) -> Option<String> {
    let seen = |when: String, one: &OrSet, other: &OrSet| {
        let (one, other) = (one.elements(), other.elements());
        (one != other).then(|| format!("{when} one holds {one:?} and the other {other:?}"))
    };
    let now = seen(String::new(), one, other);
    let with_more = states.iter().enumerate().find_map(|(number, state)| {
        let (mut one, mut other) = (one.clone(), other.clone());
        one.merge(&state.set);
        other.merge(&state.set);
        let when = format!("when state {number} of the copies is merged into both, ");
        seen(when, &one, &other)
    });
    let emptied = || {
        GOODS.iter().find_map(|what| {
            let (mut one, mut other) = (one.clone(), other.clone());
            one.remove(what);
            other.remove(what);
            seen(format!("when {what} is removed from both, "), &one, &other)
        })
    };
    now.or(with_more).or_else(emptied)
}

fn merged(one: &OrSet, other: &OrSet) -> OrSet {
    let mut merged = one.clone();
    merged.merge(other);
    merged
}

#[test]
fn a_copy_that_is_alone_is_a_set() {
    cases(|random, size| {
        let all = steps(
            random,
            3 * size,
            &EVERYONE[..1],
            &[Goods::Milk, Goods::Eggs],
        );
        let own = |step: &Step| matches!(step, Step::Add { .. } | Step::Remove { .. });
        all.into_iter().filter(own).take(size).collect()
    })
    .promise("what is added is there, what is removed is gone, and may be added again")
    .steps(1, 8)
    .seeds(300)
    .check(|steps| {
        nothing_is_missing(steps);
        nothing_is_too_much(steps);
    });
}

#[test]
fn a_remove_takes_back_only_what_it_has_seen() {
    cases(|random, size| steps(random, size, &EVERYONE, &[Goods::Milk]))
        .promise(
            "an add that a remove has not seen wins over it, wherever and whenever the two meet",
        )
        .steps(1, 14)
        .seeds(2_000)
        .check(nothing_is_missing);
}

#[test]
fn what_was_taken_back_stays_away() {
    cases(|random, size| steps(random, size, &EVERYONE, &[Goods::Milk, Goods::Eggs]))
        .promise("what a remove has seen does not come back, whoever still has it")
        .steps(1, 14)
        .seeds(2_000)
        .check(|steps| {
            nothing_is_too_much(steps);
            something_is_there();
        });
}

#[test]
fn copies_are_merged_in_any_order_and_any_number_of_times() {
    cases(|random, size| steps(random, size, &EVERYONE, &[Goods::Milk, Goods::Eggs]))
        .promise("merging is commutative, associative and idempotent")
        .steps(1, 10)
        .seeds(500)
        .check(|steps| {
            something_is_there();
            let mut copies = Copies::new();
            for (number, step) in steps.iter().enumerate() {
                copies.take(number, *step);
            }
            let [a, b, c] = EVERYONE.map(|node| &copies.latest(node).set);
            let states: Vec<&Copy> = copies.0.iter().flatten().collect();
            let laws = [
                (
                    "merging n1 into n0 is not the same as merging n0 into n1",
                    merged(a, b),
                    merged(b, a),
                ),
                (
                    "merging n1 and n2 first, and then that into n0, is not the same as one after the other",
                    merged(a, &merged(b, c)),
                    merged(&merged(a, b), c),
                ),
                (
                    "merging n1 into n0 twice is not the same as once",
                    merged(&merged(a, b), b),
                    merged(a, b),
                ),
                (
                    "merging n0 into itself changes it",
                    merged(a, a),
                    a.clone(),
                ),
            ];
            for (law, one, other) in &laws {
                if let Some(difference) = difference(one, other, &states) {
                    panic!("{law}: {difference}")
                }
            }
        });
}

// The nodes.

fn members() -> Scenario<Member> {
    scenario(Member::new)
        .nodes(NODES)
        .witness("a node listed what was added at another", |sim| {
            let history = sim.history();
            let added = |what: &String, elsewhere: NodeId| {
                let mut calls = history.calls();
                calls.any(|call| {
                    call.request == Request::Add(what.clone()) && call.node != elsewhere
                })
            };
            history
                .answered()
                .any(|(call, response, _)| match response {
                    Response::List(list) => list.iter().any(|what| added(what, call.node)),
                    Response::Done => false,
                })
        })
}

/// A client at each node. Nobody removes what nobody has added.
fn shopping(w: &mut Workload<Request>) {
    let mut added: Vec<String> = Vec::new();
    for number in 0..w.size() {
        let (node, what) = (
            *w.random().pick(&EVERYONE),
            w.random().pick(&GOODS).to_string(),
        );
        let request = match w.random().below(10) {
            _ if number == 0 => Request::Add(what),
            0..5 => Request::Add(what),
            5..8 => Request::Remove(w.random().pick(&added).clone()),
            _ => Request::List,
        };
        if let Request::Add(what) = &request {
            added.push(what.clone());
        }
        w.ask(node.index(), node, request);
    }
}

/// An Add or a Remove.
struct Change {
    node: NodeId,
    at: Time,
    what: String,
    is_add: bool,
}

/// A list that a node has answered with.
struct List {
    node: NodeId,
    at: Time,
    /// How many changes there had been by then, anywhere.
    changes: usize,
    holds: BTreeSet<String>,
}

/// What clients asked and were answered, in order. Everything must have been answered at once, and fittingly.
fn seen(sim: &Simulation<Member>) -> (Vec<Change>, Vec<List>) {
    let (mut changes, mut lists) = (Vec::new(), Vec::new());
    for call in sim.history().calls() {
        let (node, at) = (call.node, call.called);
        let response = call.outcome.response();
        assert!(
            call.outcome.answered_at() == Some(at),
            "{node} did not answer {:?} at {at} at once",
            call.request
        );
        let mut change = |what: &String, is_add| {
            let what = what.clone();
            changes.push(Change {
                node,
                at,
                what,
                is_add,
            });
        };
        match (&call.request, response) {
            (Request::Add(what), Some(Response::Done)) => change(what, true),
            (Request::Remove(what), Some(Response::Done)) => change(what, false),
            (Request::List, Some(Response::List(holds))) => lists.push(List {
                node,
                at,
                changes: changes.len(),
                holds: holds.clone(),
            }),
            (request, response) => panic!("{node} answered {request:?} with {response:?}"),
        }
    }
    (changes, lists)
}

/// Whether the remove has surely seen the add: it came later at the same node.
fn has_seen(changes: &[Change], remove: usize, add: usize) -> bool {
    let (remove_at, add_at) = (&changes[remove], &changes[add]);
    add < remove && remove_at.node == add_at.node && remove_at.what == add_at.what
}

/// Whether the remove may have seen the add: it came later, and nothing takes no time to get to another node.
fn may_have_seen(changes: &[Change], remove: usize, add: usize) -> bool {
    let (remove_at, add_at) = (&changes[remove], &changes[add]);
    has_seen(changes, remove, add) || (remove_at.what == add_at.what && add_at.at < remove_at.at)
}

fn numbers(changes: &[Change], is_add: bool) -> impl Iterator<Item = usize> {
    (0..changes.len()).filter(move |number| changes[*number].is_add == is_add)
}

/// What each list must hold: of what was added there, all that nobody can have seen and removed. What it must not hold:
/// what nobody had added, and what was surely removed there.
fn lists_are_what_they_must_be(changes: &[Change], lists: &[List]) {
    for list in lists {
        let (node, at) = (list.node, list.at);
        let known = &changes[..list.changes];
        for add in numbers(known, true).filter(|add| known[*add].node == node) {
            let what = &known[add].what;
            let removed = numbers(known, false).any(|remove| may_have_seen(known, remove, add));
            assert!(
                removed || list.holds.contains(what),
                "{node} says at {at} that {what} is not on its list, although it was added there at {}, and nobody can \
                 have seen that and removed it",
                known[add].at
            );
        }
        for what in &list.holds {
            let here = |remove: &usize| known[*remove].node == node;
            let is_left = |add: usize| {
                let mut removes = numbers(known, false).filter(here);
                known[add].what == *what && !removes.any(|remove| has_seen(known, remove, add))
            };
            assert!(
                numbers(known, true).any(is_left),
                "{node} says at {at} that {what} is on its list, although all that was added of it was removed there"
            );
        }
    }
}

/// Asks everybody for the list.
fn look(sim: &mut Simulation<Member>) -> Vec<BTreeSet<String>> {
    let list = |node| match sim.ask(node, Request::List, Duration::ZERO) {
        Ok(Response::List(list)) => list,
        Ok(other) => panic!("{node} answered List with {other:?}"),
        Err(_) => panic!("{node} did not answer List at once"),
    };
    EVERYONE.map(list).to_vec()
}

/// A second after everything is well, all copies hold the same, and that is what they must hold.
fn all_hold_the_same(sim: &mut Simulation<Member>) {
    sim.heal();
    let before = sim.messages();
    sim.run_for(secs(1));
    let sent = sim.messages() - before;
    let lists = look(sim);
    let (changes, all) = seen(sim);
    lists_are_what_they_must_be(&changes, &all);
    for (node, list) in EVERYONE.iter().zip(&lists) {
        assert!(
            *list == lists[0],
            "a second after all was well, n0 holds {:?}, and {node} holds {list:?}",
            lists[0]
        );
    }
    assert!(
        sent <= MESSAGES_IN_A_SECOND,
        "in the second after all was well, the nodes sent {sent} messages; at most {MESSAGES_IN_A_SECOND} are allowed"
    );
    let taken_back = |add: usize, seen: fn(&[Change], usize, usize) -> bool| {
        numbers(&changes, false).any(|remove| seen(&changes, remove, add))
    };
    for add in numbers(&changes, true) {
        let Change { node, at, what, .. } = &changes[add];
        assert!(
            taken_back(add, may_have_seen) || lists[0].contains(what),
            "a second after all was well, {what} is on no list; nobody can have seen the Add at {at} at {node} and \
             removed it"
        );
    }
    for what in &lists[0] {
        let is_left = |add: usize| changes[add].what == *what && !taken_back(add, has_seen);
        assert!(
            numbers(&changes, true).any(is_left),
            "a second after all was well, {what} is on every list, although every Add of it was removed where it was made"
        );
    }
}

/// What happens to a node right after it has answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    GoesOn,
    Crashes,
}

/// All goods are removed, and one is added again: everybody knows everything, so it is clear what is left.
fn the_list_can_be_cleared(sim: &mut Simulation<Member>, then: Then) {
    let [n0, n1, _] = EVERYONE;
    let (cleared, added) = match then {
        Then::GoesOn => ("", ""),
        Then::Crashes => (" (which crashed right after that)", " (which crashed, too)"),
    };
    let crash = |sim: &mut Simulation<Member>, node| {
        if then == Then::Crashes {
            sim.crash_losing_unsynced(node);
            sim.restart(node);
        }
    };
    for what in GOODS {
        sim.ask(n0, Request::Remove(what.to_owned()), Duration::ZERO)
            .unwrap_or_else(|_| panic!("{n0} did not answer Remove at once"));
    }
    crash(sim, n0);
    sim.run_for(secs(1));
    let (now, lists) = (sim.now(), look(sim));
    for (node, list) in EVERYONE.iter().zip(&lists) {
        assert!(
            list.is_empty(),
            "everything was removed at {n0}{cleared}, when it knew of all Adds; a second later, at {now}, {node} holds {list:?}"
        );
    }
    sim.ask(n1, Request::Add(GOODS[0].to_owned()), Duration::ZERO)
        .unwrap_or_else(|_| panic!("{n1} did not answer Add at once"));
    crash(sim, n1);
    sim.run_for(secs(1));
    let (now, lists) = (sim.now(), look(sim));
    for (node, list) in EVERYONE.iter().zip(&lists) {
        assert!(
            list.iter().eq([GOODS[0]]),
            "everything was removed at {n0}{cleared}, and then {} added again at {n1}{added}; a second later, at {now}, {node} holds {list:?}",
            GOODS[0]
        );
    }
}

#[test]
fn everybody_hears_of_everything() {
    members()
        .promise("every node answers at once, and in the end all hold the same, whatever messages are lost")
        .workload(shopping)
        .faults(
            Faults::none()
                .loss(0.2)
                .duplication(0.1)
                .delay(ms(1)..ms(80))
                .partitions(1)
                .partition_for(ms(50)..secs(2)),
        )
        .operations(1, 8)
        .spacing(ms(30))
        .seeds(200)
        .schedules(400)
        .check(|sim| {
            all_hold_the_same(sim);
            the_list_can_be_cleared(sim, Then::GoesOn);
        });
}

#[test]
fn two_sides_of_a_cut_are_merged() {
    let [n0, n1, n2] = EVERYONE;
    members()
        .promise("what one side of a cut adds stays when the other, which has not seen that, removes it")
        .check(move |sim| {
            let ask = |sim: &mut Simulation<Member>, node, request: Request| {
                sim.ask(node, request.clone(), Duration::ZERO)
                    .unwrap_or_else(|_| panic!("{node} did not answer {request:?} at once"))
            };
            let milk = || GOODS[0].to_owned();
            ask(sim, n0, Request::Add(milk()));
            sim.run_for(secs(1));
            sim.partition(&[n0, n1], &[n2]);
            // n2 has seen the first Add of milk and not the second, which is made although milk is there.
            ask(sim, n2, Request::Remove(milk()));
            ask(sim, n0, Request::Add(milk()));
            sim.run_for(secs(1));
            sim.heal();
            sim.run_for(secs(1));
            for node in [n2, n0, n1] {
                let list = ask(sim, node, Request::List);
                assert!(
                    list == Response::List(BTreeSet::from([milk()])),
                    "a second after the cut was over, {node} answered {list:?}; n2 had removed milk without having seen \
                     that it was added again"
                );
            }
        });
}

#[test]
fn a_crash_takes_nothing_that_was_done() {
    members()
        .promise("what was answered with Done is done for good, also if the node crashes")
        .workload(shopping)
        .faults(
            Faults::none()
                .crashes(2)
                .down_for(ms(5)..ms(120))
                .lose_unsynced()
                .loss(0.1)
                .delay(ms(1)..ms(80)),
        )
        .operations(1, 8)
        .spacing(ms(30))
        .seeds(300)
        .schedules(500)
        .check(|sim| {
            all_hold_the_same(sim);
            the_list_can_be_cleared(sim, Then::Crashes);
        });
}
