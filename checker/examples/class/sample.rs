//! A class that was made up: every finding, hostile names and texts, and some who copied.

use super::checker::class::line::{Basis, Finding, LINE_FORMAT, Level, Line, Scenario};
use super::checker::class::report::{About, Asked, Check};
use super::checker::class::similar;

/// A test function's name, what it checks, and the points that it is worth.
type Scored = (&'static str, &'static str, u32);

const EXERCISES: [(&str, &str, &[Scored]); 6] = [
    (
        "request-reply",
        "Request and reply",
        &[
            ("a_reply_comes_back", "a reply comes back", 1),
            (
                "lost_messages_are_sent_again",
                "lost messages are sent again",
                2,
            ),
            ("nothing_is_done_twice", "nothing is done twice", 3),
        ],
    ),
    (
        "primary-backup",
        "Primary and backups",
        &[
            (
                "a_write_reaches_every_copy",
                "a write reaches every copy",
                1,
            ),
            (
                "acknowledged_means_everywhere",
                "acknowledged means everywhere",
                3,
            ),
            (
                "a_lost_message_is_sent_again",
                "a lost message is sent again",
                2,
            ),
            (
                "late_copies_change_nothing",
                "late messages change nothing",
                3,
            ),
            (
                "acknowledged_writes_survive_a_crash",
                "acknowledged writes survive a crash",
                3,
            ),
            ("copies_agree_once_healed", "copies agree once healed", 2),
        ],
    ),
    (
        "quorum-register",
        "A register that a majority keeps",
        &[
            (
                "reads_see_the_latest_write",
                "every read returns the latest write that was acknowledged",
                4,
            ),
            ("a_minority_may_fail", "a minority may fail", 3),
        ],
    ),
    (
        "hash-ring",
        "Consistent hashing",
        &[
            ("few_keys_move", "few keys move", 4),
            ("shares_are_fair", "shares are fair", 2),
        ],
    ),
    (
        "vector-clocks",
        "Vector clocks",
        &[
            ("causes_come_first", "causes come first", 3),
            ("concurrent_is_told", "what is concurrent is told", 3),
        ],
    ),
    (
        "raft-election",
        "Electing a leader",
        &[
            ("one_leader_a_term", "at most one leader a term", 5),
            ("somebody_leads", "somebody leads in the end", 3),
            ("votes_survive_crashes", "votes survive crashes", 4),
        ],
    ),
];

const FIRST: [&str; 16] = [
    "ada",
    "alan",
    "barbara",
    "edsger",
    "frances",
    "grace",
    "hedy",
    "john",
    "katherine",
    "leslie",
    "margaret",
    "niklaus",
    "radia",
    "robin",
    "tony",
    "zoë",
];
const LAST: [&str; 14] = [
    "allen", "dijkstra", "hamilton", "hoare", "hopper", "johnson", "lamport", "liskov", "lovelace",
    "milner", "perlman", "turing", "wirth", "o'neill",
];

/// Names as a folder may have them.
const HOSTILE: [&str; 4] = [
    "=cmd|'/c calc'!A1",
    "<script>alert(1)</script>",
    "a\u{202e}txt.exe\u{1b}[31m",
    "a very long name that goes on and on, because whoever made the folder wanted to see what comes of a name like this one",
];

/// Texts as a panic may have them.
const SHOUTED: &str = "</pre><script>alert('told')</script>\n\u{1b}[31mred\u{1b}[0m \u{202e}backwards ]]> \0 \"quoted\" & 'single'";

pub fn about(students: usize) -> About {
    let exercises = EXERCISES.iter().map(|(id, title, checks)| Asked {
        id: (*id).to_owned(),
        title: (*title).to_owned(),
        page: Some(format!("chapter/{id}.md")),
        checks: checks
            .iter()
            .map(|(test, title, possible)| Check {
                test: (*test).to_owned(),
                title: (*title).to_owned(),
                possible: *possible,
            })
            .collect(),
    });
    About {
        course: "Faultline".to_owned(),
        exercises: exercises.collect(),
        level: Level::Sandbox,
        submissions: students,
    }
}

/// The lines of so many students, sorted. The same number gives the same lines.
pub fn lines(students: usize) -> Vec<Line> {
    let mut names: Vec<String> = (0..students)
        .map(|student| name(student, students))
        .collect();
    names.sort();
    let mut random = Random(7);
    let mut lines: Vec<Line> = Vec::new();
    for (student, name) in names.iter().enumerate() {
        let skill = random.below(100);
        let mut own: Vec<Line> = EXERCISES
            .iter()
            .enumerate()
            .map(|(exercise, _)| line(name, student, exercise, skill, &mut random))
            .collect();
        own.sort_by(|first, second| first.exercise.cmp(&second.exercise));
        lines.extend(own);
    }
    lines
}

fn name(student: usize, students: usize) -> String {
    match HOSTILE.get(student) {
        Some(hostile) if students > 10 => (*hostile).to_owned(),
        _ => {
            let number = student / (FIRST.len() * LAST.len());
            let number = if number == 0 {
                String::new()
            } else {
                format!("-{number}")
            };
            format!(
                "{}.{}{number}",
                FIRST[student % FIRST.len()],
                LAST[student / FIRST.len() % LAST.len()]
            )
        }
    }
}

fn line(name: &str, student: usize, exercise: usize, skill: u64, random: &mut Random) -> Line {
    let (id, _, checks) = EXERCISES[exercise];
    let dice = random.below(100);
    let finding = match dice {
        0..4 => Finding::Missing,
        4..5 => Finding::Refused {
            reason: format!("src/lib.rs is a link ({SHOUTED})"),
        },
        5..9 => Finding::DoesNotCompile {
            messages: format!(
                "error[E0308]: mismatched types\n --> src/lib.rs:{dice}:5\n  |\n5 |     <T>\n  |     ^^^ {SHOUTED}\n"
            ),
        },
        9..10 => Finding::NoVerdict {
            reason: "the machine ran out of memory while the suite was built".to_owned(),
        },
        _ => Finding::Ran {
            scenarios: scenarios(checks, skill, random),
        },
    };
    let points = match &finding {
        Finding::Ran { scenarios } => scenarios.iter().map(|scenario| scenario.points).sum(),
        _ => 0,
    };
    let has_file = !matches!(finding, Finding::Missing | Finding::Refused { .. });
    // Every 17th of the class has the file of the one before.
    let author = if student % 17 == 16 {
        student - 1
    } else {
        student
    };
    Line {
        format: LINE_FORMAT,
        student: name.to_owned(),
        exercise: id.to_owned(),
        basis: Basis {
            file: has_file.then(|| format!("{:064x}", author * 100 + exercise)),
            course: format!("{:064x}", exercise + 0xc0ffee),
            checker: "0.1.0".to_owned(),
            compiler: "rustc 1.89.0".to_owned(),
            seeds: format!("{:064x}", 0x5eed_u32),
            level: if student == 3 {
                Level::Limits
            } else {
                Level::Sandbox
            },
        },
        finding,
        points,
        possible: checks.iter().map(|(_, _, possible)| possible).sum(),
        ignored: if student % 25 == 3 {
            vec!["build.rs".to_owned(), "<b>.cargo/config.toml".to_owned()]
        } else {
            Vec::new()
        },
        fingerprint: if has_file {
            similar::fingerprint(&source(author, exercise, student != author))
        } else {
            Vec::new()
        },
        seal: "0".repeat(64),
    }
}

fn scenarios(checks: &[Scored], skill: u64, random: &mut Random) -> Vec<Scenario> {
    let scenario = |(index, (test, title, possible)): (usize, &Scored)| {
        let passes = random.below(100) < skill + 25 - 5 * index.min(5) as u64;
        let (outcome, told, counterexample) = match random.below(30) {
            _ if passes => ("passed", String::new(), None),
            0..3 => (
                "not-implemented",
                "  To write  `Replica::on_request`\n  Where     src/lib.rs:42".to_owned(),
                None,
            ),
            3 => (
                "never-returns",
                "  n1 does not return from on_message.".to_owned(),
                None,
            ),
            4 => (
                "storm",
                "  Storm     10,000 messages within 2 ms".to_owned(),
                None,
            ),
            5..7 => ("crashed", format!("  Panic     {SHOUTED}"), None),
            7 => (
                "not-deterministic",
                "  Two runs of the same plan differ.".to_owned(),
                None,
            ),
            8 if index == 0 => (
                "no-verdict",
                "  The suite ended without a verdict.".to_owned(),
                None,
            ),
            dice => {
                let (losses, operations) = (dice % 3, 1 + dice % 2);
                let words = format!("{losses} losses, {operations} operations");
                (
                    "broken",
                    format!(
                        "  Promise   a write answered `Stored` is on every live replica\n  Broken    n2 holds x=1, but x=2 was \
                         acknowledged at {dice} ms\n\n  {words} are enough:\n    1. n0 → n2: the 2nd message is lost\n\n    \
                         time  client       n0           n1           n2\n  0.0 ms    ├─Put x=2──▶│            │            │\n"
                    ),
                    Some(words),
                )
            }
        };
        Scenario {
            test: (*test).to_owned(),
            title: (*title).to_owned(),
            points: if outcome == "passed" { *possible } else { 0 },
            possible: *possible,
            outcome: outcome.to_owned(),
            told,
            counterexample,
        }
    };
    checks.iter().enumerate().map(scenario).collect()
}

/// A program that nobody else would have written; as a copy, with other names and one function more.
fn source(author: usize, exercise: usize, is_copy: bool) -> String {
    let mut random = Random((author * 31 + exercise + 1) as u64);
    let prefix = if is_copy { "renamed_" } else { "f" };
    let mut text = String::new();
    for function in 0..12 {
        text.push_str(&format!(
            "fn {prefix}{function}(a: u64) -> u64 {{\n    let mut b = a;\n"
        ));
        for _ in 0..6 {
            text.push_str("    b = a");
            for _ in 0..8 {
                let operators = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"];
                text.push_str(&format!(" {} b", operators[random.below(10) as usize]));
            }
            text.push_str(";\n");
        }
        text.push_str("    b\n}\n");
    }
    if is_copy {
        text.push_str("struct More { field: Vec<Option<String>> }\n");
    }
    text
}

/// Numbers that are good enough to make up a class (Steele, Lea, Flood, *Fast Splittable Pseudorandom Number
/// Generators*, OOPSLA 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}
