//! How fast all states of a small model are looked at, and how much memory that takes.

use std::collections::BTreeMap;

use crate::compile::build_register;
use crate::cost::{Result, median};
use crate::program::{Answer, Profile, Tool};
use crate::table::{Section, ahead_of_us, thousands};
use crate::workspace::Workspace;

const ROUNDS: usize = 3;
/// AnySystem stops after so many states: it would run out of memory.
const MOST: &str = "20000";

struct Contender {
    name: &'static str,
    tool: Tool,
    profile: Profile,
    more: &'static [&'static str],
}

const CONTENDERS: [Contender; 6] = [
    Contender {
        name: "Faultline, learner's profile",
        tool: Tool::Faultline,
        profile: Profile::Learner,
        more: &[],
    },
    Contender {
        name: "Faultline, release",
        tool: Tool::Faultline,
        profile: Profile::Release,
        more: &[],
    },
    Contender {
        name: "stateright, learner's profile",
        tool: Tool::Stateright,
        profile: Profile::Learner,
        more: &[],
    },
    Contender {
        name: "stateright, release",
        tool: Tool::Stateright,
        profile: Profile::Release,
        more: &[],
    },
    Contender {
        name: "stateright, release, no-ops ignored",
        tool: Tool::Stateright,
        profile: Profile::Release,
        more: &["ignoring"],
    },
    Contender {
        name: "AnySystem, release",
        tool: Tool::AnySystem,
        profile: Profile::Release,
        more: &[MOST],
    },
];

/// Measures it.
///
/// # Errors
/// If a program does not build or fails.
pub fn measure(workspace: &Workspace) -> Result<Section> {
    let mut programs = BTreeMap::new();
    for contender in &CONTENDERS {
        let key = (contender.tool, contender.profile);
        if let std::collections::btree_map::Entry::Vacant(entry) = programs.entry(key) {
            let (tool, profile) = key;
            entry.insert(build_register(workspace, tool, profile)?);
        }
    }
    let mut right: Vec<Vec<Answer>> = CONTENDERS.iter().map(|_| Vec::new()).collect();
    let mut wrong: Vec<Vec<Answer>> = CONTENDERS.iter().map(|_| Vec::new()).collect();
    for round in 1..=ROUNDS {
        eprintln!("exploring, {round} of {ROUNDS}");
        for (index, contender) in CONTENDERS.iter().enumerate() {
            let program = &programs[&(contender.tool, contender.profile)];
            let ask = |what| program.ask(&[&[what], contender.more].concat(), &[]);
            right[index].push(ask("right")?);
            wrong[index].push(ask("no-write-back")?);
        }
    }
    let rows = CONTENDERS.iter().enumerate().map(|(index, contender)| {
        let speed = |answers: &[Answer], of: fn(&Answer) -> f64| {
            median(answers.iter().map(of).collect()).unwrap_or(0.0)
        };
        let took = |answer: &Answer| answer.took.as_secs_f64();
        let Some((first, bug)) = right[index].first().zip(wrong[index].first()) else {
            return Vec::new();
        };
        let states = thousands(first.number("states"));
        let everything = first.number("everything") > 0.0;
        let found = if bug.number("found") > 0.0 {
            let steps = bug.number("steps");
            format!(
                "{} states, {:.2} s, {steps} steps",
                thousands(bug.number("states")),
                speed(&wrong[index], took)
            )
        } else {
            "not found by then".to_owned()
        };
        vec![
            contender.name.to_owned(),
            if everything {
                states
            } else {
                format!("stopped at {states}")
            },
            format!("{:.2} s", speed(&right[index], took)),
            thousands(speed(&right[index], |answer| {
                answer.number("states") / answer.took.as_secs_f64()
            })),
            format!(
                "{:.0} MB",
                speed(&right[index], |answer| answer.number("memory")) / 1e6
            ),
            found,
        ]
    });
    Ok(Section {
        title: "Exhaustive exploration of a quorum register".to_owned(),
        head: [
            "",
            "states",
            "CPU",
            "states/s",
            "peak memory",
            "planted bug",
        ]
        .map(str::to_owned)
        .to_vec(),
        rows: rows.collect(),
        notes: vec![NOTES.to_owned(), ahead(&right)],
    })
}

/// In what a peer is ahead of the simulator, compiled alike.
fn ahead(right: &[Vec<Answer>]) -> String {
    let middle = |index: usize, of: fn(&Answer) -> f64| {
        median(right[index].iter().map(of).collect()).unwrap_or(0.0)
    };
    let everything = |answer: &Answer| answer.number("everything");
    let took = |answer: &Answer| answer.took.as_secs_f64();
    let speed = |answer: &Answer| answer.number("states") / answer.took.as_secs_f64();
    let memory = |answer: &Answer| answer.number("memory");
    let mut leads = Vec::new();
    for (index, contender) in CONTENDERS.iter().enumerate() {
        let ours = CONTENDERS
            .iter()
            .position(|other| other.tool == Tool::Faultline && other.profile == contender.profile);
        let Some(ours) = ours.filter(|ours| *ours != index) else {
            continue;
        };
        let mut lead = Vec::new();
        if middle(index, speed) > middle(ours, speed) {
            lead.push("states a second");
        }
        if middle(index, everything) > 0.0 && middle(index, took) < middle(ours, took) {
            lead.push("time for the whole proof");
        }
        if middle(index, everything) > 0.0 && middle(index, memory) < middle(ours, memory) {
            lead.push("memory");
        }
        if !lead.is_empty() {
            leads.push(format!("{}: {}", contender.name, lead.join(", ")));
        }
    }
    ahead_of_us(&leads)
}

const NOTES: &str = "Three nodes, one write, and a client that reads from one node and then from another; no faults, \
                     no timers; breadth first, one thread. The bug: a read does not write back what it answers. \
                     Faultline runs the nodes themselves and judges with its general linearizability checker; an answer \
                     and a request of the same moment are concurrent to it and ordered in the model, hence its \
                     greater number of states. \
                     stateright's model has the same nodes and messages, its unordered network without \
                     duplication, and a hand-written test of linearizability for these three calls, asked when all \
                     are answered; answers stay in its network as messages that nobody receives. \"No-ops ignored\" \
                     is stateright's usual way: a message that changes nothing is never delivered, and fewer states \
                     prove the same; Faultline has nothing like it. AnySystem tells states apart by the numbers of \
                     waiting messages and keeps the whole trace with each, so it is stopped; its promise is only \
                     that the second read is not older than the first.";
