//! How hash-ring is graded. It asks who holds which keys, and compares; it knows no place on any circle, so whoever
//! keeps the promises passes, with a ring or without.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use hash_ring::Ring;
use hash_ring::api::{MachineId, hash};
use serde::{Deserialize, Serialize};
use simulator::{Random, cases};

/// Who may be a member. One name is the beginning of another on purpose.
const MACHINES: [u64; 9] = [1, 2, 3, 10, 11, 12, 20, 21, 112];
/// How many may be members at a time.
const MOST: usize = 6;
/// Keys that are looked at after every step.
const KEYS: u64 = 160;
/// The same for keys with the smallest and the largest hash of many: they lie where a circle closes.
const EDGE: usize = 24;
const CANDIDATES: u64 = 40_000;
/// Keys that are counted for shares.
const COUNTED: u64 = 4_000;

/// What happens next. A step that is not possible does nothing: so a list makes sense whichever of its steps are left
/// out.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Step {
    /// The machine joins with this capacity, unless it is a member or too many are.
    Join(MachineId, u64),
    /// The machine leaves, if it is a member.
    Leave(MachineId),
}

/// What has happened to a member.
enum Change {
    Joined(MachineId),
    Left(MachineId),
    Nothing,
}

/// A ring, and who its members are.
struct Fleet {
    ring: Ring,
    members: BTreeMap<MachineId, u64>,
}

impl Fleet {
    fn new() -> Fleet {
        Fleet {
            ring: Ring::new(),
            members: BTreeMap::new(),
        }
    }

    fn take(&mut self, step: Step) -> Change {
        match step {
            Step::Join(machine, capacity) => {
                if self.members.contains_key(&machine) || self.members.len() == MOST {
                    return Change::Nothing;
                }
                self.members.insert(machine, capacity);
                self.ring.join(machine, capacity);
                Change::Joined(machine)
            }
            Step::Leave(machine) => {
                if self.members.remove(&machine).is_none() {
                    return Change::Nothing;
                }
                self.ring.leave(machine);
                Change::Left(machine)
            }
        }
    }

    /// All members in the order in which they hold the key.
    fn order(&self, key: &str) -> Vec<MachineId> {
        self.ring.holders(key, self.members.len())
    }

    /// The owner, who must be a member, if there is any.
    fn owner(&self, key: &str) -> Option<MachineId> {
        let owner = self.ring.owner(key);
        match owner {
            Some(owner) => assert!(
                self.members.contains_key(&owner),
                "{key} is owned by {owner}, which is no member\n{self}"
            ),
            None => assert!(
                self.members.is_empty(),
                "nobody owns {key}, though there are members\n{self}"
            ),
        }
        owner
    }

    /// How many of the counted keys each member owns.
    fn owned(&self) -> BTreeMap<MachineId, u64> {
        let mut owned: BTreeMap<MachineId, u64> =
            self.members.keys().map(|machine| (*machine, 0)).collect();
        for key in (0..COUNTED).map(name) {
            if let Some(count) = self.owner(&key).and_then(|owner| owned.get_mut(&owner)) {
                *count += 1;
            }
        }
        owned
    }

    /// Where one machine has everything, no promise about machines means anything.
    fn assert_not_all_in_one_place(&self) {
        let mut owners = (0..COUNTED).map(|number| self.owner(&name(number)));
        let Some(first) = owners.next().flatten() else {
            return;
        };
        assert!(
            self.members.len() < 2 || owners.any(|owner| owner != Some(first)),
            "all of {COUNTED} keys are owned by {first}\n{self}"
        );
    }
}

impl fmt::Display for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Members:")?;
        for (index, (machine, capacity)) in self.members.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma} {machine} with capacity {capacity}")?;
        }
        if self.members.is_empty() {
            write!(f, " none")?;
        }
        Ok(())
    }
}

fn name(number: u64) -> String {
    format!("user-{number}")
}

/// Some keys, and those at which a circle closes.
fn keys() -> Vec<String> {
    let mut keys: Vec<String> = (0..CANDIDATES).map(name).collect();
    keys.sort_by_cached_key(|key| hash(key));
    let smallest = keys[..EDGE].to_vec();
    let largest = keys[keys.len() - EDGE..].to_vec();
    let usual = (0..KEYS).map(name);
    largest.into_iter().chain(smallest).chain(usual).collect()
}

/// A list of machines, as a reader would write it.
fn list(machines: &[MachineId]) -> String {
    match machines {
        [] => "nobody".to_owned(),
        machines => machines
            .iter()
            .map(MachineId::to_string)
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// Whether lists change by more than the machine that has come or gone.
fn assert_others_keep_their_order(
    key: &str,
    before: &[MachineId],
    after: &[MachineId],
    changed: MachineId,
    how: &str,
    fleet: &Fleet,
) {
    let others = |list: &[MachineId]| -> Vec<MachineId> {
        list.iter()
            .copied()
            .filter(|machine| *machine != changed)
            .collect()
    };
    let (old, new) = (others(before), others(after));
    assert!(
        old == new,
        "{changed} {how}, and the holders of {key}, which were {}, are now {}: apart from {changed} they should be \
         the same in the same order\n{fleet}",
        list(before),
        list(after),
    );
}

/// Joins, and as many of each hundred steps leaves as are asked for. The first is a join.
fn steps(random: &mut Random, length: usize, leaves: u64) -> Vec<Step> {
    (0..length)
        .map(|number| {
            let machine = MachineId(*random.pick(&MACHINES));
            let capacity = random.within(1..4);
            match number > 0 && random.below(100) < leaves {
                true => Step::Leave(machine),
                false => Step::Join(machine, capacity),
            }
        })
        .collect()
}

#[test]
fn every_key_has_one_owner() {
    let keys = keys();
    cases(|random, size| steps(random, size, 20))
        .promise("as long as there is a machine, every key is owned by one, and not all keys by the same")
        .steps(1, 8)
        .seeds(100)
        .check(move |steps| {
            let mut fleet = Fleet::new();
            for step in steps {
                fleet.take(*step);
                for key in &keys {
                    assert!(
                        fleet.owner(key) == fleet.owner(key),
                        "{key} has another owner when it is asked for again\n{fleet}"
                    );
                }
            }
            fleet.assert_not_all_in_one_place();
        });
}

#[test]
fn copies_are_on_different_machines() {
    let keys = keys();
    cases(|random, size| steps(random, size, 20))
        .promise("the copies of a key are on different machines, as many as asked for if there are so many, and the owner has the first")
        .steps(1, 8)
        .seeds(100)
        .check(move |steps| {
            let mut fleet = Fleet::new();
            for step in steps {
                fleet.take(*step);
            }
            // Whoever asks for more copies than there are machines sends a ring all the way around.
            for key in &keys[..3 * EDGE] {
                let mut fewer: Vec<MachineId> = fleet.owner(key).into_iter().collect();
                for copies in 1..=fleet.members.len() + 1 {
                    let holders = fleet.ring.holders(key, copies);
                    assert_holders(&fleet, key, copies, &holders);
                    assert!(
                        holders.starts_with(&fewer),
                        "{key} is held by {} if one copy more is asked for, but without that by {}\n{fleet}",
                        list(&holders),
                        list(&fewer),
                    );
                    fewer = holders;
                }
            }
            fleet.assert_not_all_in_one_place();
        });
}

/// Different members, and as many as there should be.
fn assert_holders(fleet: &Fleet, key: &str, copies: usize, holders: &[MachineId]) {
    let expected = copies.min(fleet.members.len());
    let asked = || format!("{copies} copies of {key} are held by {}", list(holders));
    for (index, machine) in holders.iter().enumerate() {
        assert!(
            fleet.members.contains_key(machine),
            "{}, but {machine} is no member\n{fleet}",
            asked()
        );
        assert!(
            !holders[..index].contains(machine),
            "{}: {machine} twice\n{fleet}",
            asked()
        );
    }
    assert!(
        holders.len() == expected,
        "{}, and should be by {expected}\n{fleet}",
        asked()
    );
}

#[test]
fn a_newcomer_takes_only_for_itself() {
    let keys = keys();
    cases(|random, size| steps(random, size, 0))
        .promise(
            "when a machine joins, keys move to it and to nobody else, and so do the other copies",
        )
        .steps(1, 7)
        .seeds(100)
        .check(move |steps| check_changes(steps, &keys));
}

#[test]
fn who_leaves_gives_to_the_next() {
    let keys = keys();
    cases(|random, size| steps(random, size, 40))
        .promise(
            "when a machine leaves, only its keys move, each to the machine that held the next copy",
        )
        .steps(2, 10)
        .seeds(100)
        .check(move |steps| check_changes(steps, &keys));
}

/// Whoever comes or goes, the others keep what they have.
fn check_changes(steps: &[Step], keys: &[String]) {
    let mut fleet = Fleet::new();
    let mut before: Vec<Vec<MachineId>> = vec![Vec::new(); keys.len()];
    for step in steps {
        let change = fleet.take(*step);
        for (key, before) in keys.iter().zip(&mut before) {
            let owner = fleet.owner(key);
            let now = fleet.order(key);
            let was = before.first().copied();
            let (changed, how) = match change {
                Change::Joined(newcomer) => {
                    assert!(
                        owner == was || owner == Some(newcomer),
                        "{newcomer} joined, and {key} moved from {} to {}\n{fleet}",
                        list(was.as_slice()),
                        list(owner.as_slice()),
                    );
                    (newcomer, "joined")
                }
                Change::Left(gone) => {
                    assert!(
                        owner == was || was == Some(gone),
                        "{gone} left, and {key} moved from {} to {}\n{fleet}",
                        list(was.as_slice()),
                        list(owner.as_slice()),
                    );
                    (gone, "left")
                }
                Change::Nothing => continue,
            };
            assert_holders(&fleet, key, fleet.members.len(), &now);
            assert_others_keep_their_order(key, before, &now, changed, how, &fleet);
            *before = now;
        }
    }
    fleet.assert_not_all_in_one_place();
}

#[test]
fn only_the_members_count() {
    let keys = keys();
    cases(|random, size| steps(random, size, 35))
        .promise("who holds what depends on who is a member now, with what capacity, and on nothing that was before")
        .steps(2, 12)
        .seeds(100)
        .check(move |steps| {
            let mut fleet = Fleet::new();
            for step in steps {
                fleet.take(*step);
            }
            let mut anew: Vec<(MachineId, u64)> = fleet.members.clone().into_iter().collect();
            // One order of joining that is not the order of numbers, nor likely the one of the steps.
            anew.sort_by_key(|(machine, _)| Reverse(machine.0));
            let mut other = Ring::new();
            for (machine, capacity) in &anew {
                other.join(*machine, *capacity);
            }
            for key in &keys {
                fleet.owner(key);
                let (here, there) = (fleet.order(key), other.holders(key, anew.len()));
                assert_holders(&fleet, key, anew.len(), &here);
                assert!(
                    here == there,
                    "{key} is held by {} after these steps, but by {} where the same members joined in the order {}\n{fleet}",
                    list(&here),
                    list(&there),
                    list(&anew.iter().map(|(machine, _)| *machine).collect::<Vec<_>>()),
                );
            }
            fleet.assert_not_all_in_one_place();
        });
}

#[test]
fn shares_are_fair() {
    cases(|random, size| steps(random, size, 20))
        .promise("every machine owns at least half and at most twice its fair share of the keys")
        .steps(1, 8)
        .seeds(150)
        .check(move |steps| {
            let mut fleet = Fleet::new();
            for step in steps {
                fleet.take(*step);
            }
            let total: u64 = fleet.members.values().sum();
            for (machine, owned) in fleet.owned() {
                let fair = COUNTED * fleet.members[&machine] / total;
                assert!(
                    (fair / 2..=fair * 2).contains(&owned),
                    "{machine} owns {owned} of {COUNTED} keys; its fair share is {fair}\n{fleet}"
                );
            }
        });
}
