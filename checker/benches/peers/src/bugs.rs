//! How long it takes to find a planted bug, and how small what is found is.

use std::collections::BTreeMap;

use crate::compile::Programs;
use crate::cost::{Result, median};
use crate::program::{Answer, Profile, Tool};
use crate::table::{Section, ahead_of_us, thousands};

const NOT_FOUND: &str = "not in";
const ROUNDS: usize = 3;
/// The names that the programs know, and what is wrong.
const BUGS: [(&str, &str); 5] = [
    ("no-retransmission", "never sends again"),
    ("early-answer", "answers before both have it"),
    ("double-count", "counts one backup twice"),
    ("repeated-put", "stores an old request again"),
    ("stale-overwrite", "old copy overwrites newer value"),
];

/// Measures it.
///
/// # Errors
/// If a program fails.
pub fn measure(programs: &Programs) -> Result<Section> {
    let mut found: BTreeMap<(usize, Tool), (Vec<f64>, String)> = BTreeMap::new();
    for round in 1..=ROUNDS {
        eprintln!("looking for bugs, {round} of {ROUNDS}");
        for (index, (bug, _)) in BUGS.iter().enumerate() {
            for tool in Tool::ALL {
                let profile = match tool {
                    Tool::Faultline => Profile::Learner,
                    _ => Profile::Release,
                };
                let answer = programs[&(tool, profile)].ask(&["bug", bug], &[])?;
                let told = tell(tool, &answer);
                let (times, last) = found.entry((index, tool)).or_default();
                times.push(answer.took.as_secs_f64());
                *last = told;
            }
        }
    }
    let rows = BUGS.iter().enumerate().map(|(index, (_, what))| {
        let cells = Tool::ALL.map(|tool| {
            let (times, told) = &found[&(index, tool)];
            let took = median(times.clone()).unwrap_or(0.0) * 1e3;
            format!("{took:.0} ms: {told}")
        });
        std::iter::once((*what).to_owned()).chain(cells).collect()
    });
    let head = Tool::ALL.map(|tool| tool.name().to_owned());
    Ok(Section {
        title: "Planted bugs: time to a failing run, and its size".to_owned(),
        head: std::iter::once(String::new()).chain(head).collect(),
        rows: rows.collect(),
        notes: vec![
            NOTES.to_owned(),
            ahead(&found, |told| !told.starts_with(NOT_FOUND)),
        ],
    })
}

fn tell(tool: Tool, answer: &Answer) -> String {
    let number = |name| answer.number(name);
    if number("found") == 0.0 {
        return format!("{NOT_FOUND} {} seeds", thousands(number("seeds")));
    }
    if tool == Tool::Faultline {
        let runs = number("schedules") + number("seeds") + number("shrinks");
        let plural = |count: f64, noun: &str| {
            let s = if count == 1.0 { "" } else { "s" };
            format!("{count} {noun}{s}")
        };
        let (faults, writes) = (
            plural(number("faults"), "fault"),
            plural(number("operations"), "write"),
        );
        return format!("{faults}, {writes} after {}", plural(runs, "run"));
    }
    let (seeds, messages) = (number("seeds"), number("messages"));
    format!("seed {seeds}, {messages} messages")
}

/// Which of the others found which bug in less time.
fn ahead(
    found: &BTreeMap<(usize, Tool), (Vec<f64>, String)>,
    detected: impl Fn(&str) -> bool,
) -> String {
    let middle = |index, tool| median(found[&(index, tool)].0.clone()).unwrap_or(0.0);
    let mut leads = Vec::new();
    for (index, (_, what)) in BUGS.iter().enumerate() {
        let ours = middle(index, Tool::Faultline);
        let faster = Tool::ALL
            .into_iter()
            .filter(|tool| detected(&found[&(index, *tool)].1) && middle(index, *tool) < ours);
        let faster: Vec<&str> = faster.map(Tool::name).collect();
        if !faster.is_empty() {
            leads.push(format!("{} at \"{what}\"", faster.join(", ")));
        }
    }
    ahead_of_us(&leads)
}

const NOTES: &str = "The same protocol with 5 writes to one key, and messages that take up to 100 ms, so that some are \
                     overtaken by what is sent again. Faultline in the learner's profile, with its usual search, \
                     shrinking and story included; the others in release. None of them shrinks: what they find is a \
                     seed and its whole run, of all five writes. Faultline chooses smaller workloads by itself. The \
                     start of the process is included.";
