//! Files spoilt at random, and every parser that may be given one.

use std::panic::{self, AssertUnwindSafe};

use checker::authoring::{markers, patch};
use checker::course::{exercise, manifest, suite};
use checker::problem::Problem;
use checker::source::Source;
use checker::{plan, progress, quiz};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// What kind of file it was before it was spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Course,
    Exercise,
    Progress,
    Patch,
    Plan,
    Solution,
    Suite,
    Quiz,
}

/// A spoilt file.
pub struct Case {
    pub kind: Kind,
    pub text: String,
}

/// What a parser made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Accepted,
    Refused,
}

const SOLUTION: &str = include_str!("../fixtures/course/solutions/basics/doubling/src/lib.rs");
const PROGRESS: &str = "format = 1\ncurrent = \"doubling\"\n\n[exercise.doubling]\nattempts = 2\nbest = 2\n\
                        passed-at = 2026-01-31T12:00:00Z\nhints = 1\n\n[quiz]\n\
                        retried = { box = 2, due = 2026-02-03, answered = 3, right = 2, question = \"51d1\" }\n";
const PLAN: &str = r#"{ "format": 1, "scenario": "small_numbers", "random": 7,
  "operations": [{ "client": 0, "node": 1, "at": 1000, "request": { "Put": 2 } }],
  "faults": [{ "fault": "crash", "node": 0, "at": 40000, "down": null },
    { "fault": "lose", "message": { "from": 0, "to": 1, "contents": 99, "copy": 0 } }] }
"#;

const KINDS: [(Kind, &str); 8] = [
    (Kind::Course, include_str!("../fixtures/course/course.toml")),
    (
        Kind::Exercise,
        include_str!("../fixtures/course/exercises/basics/doubling/exercise.toml"),
    ),
    (Kind::Progress, PROGRESS),
    (
        Kind::Patch,
        include_str!("../fixtures/course/solutions/basics/doubling/wrong/adds.patch"),
    ),
    (Kind::Plan, PLAN),
    (Kind::Solution, SOLUTION),
    (
        Kind::Suite,
        include_str!("../fixtures/course/exercises/basics/doubling/tests/grade.rs"),
    ),
    (Kind::Quiz, include_str!("../fixtures/quiz/every-kind.toml")),
];

/// What is put in at random: whatever means something in one of the formats, and what is awkward to show.
const TOKENS: &[&str] = &[
    "\"",
    "'",
    "\"\"\"",
    "[",
    "]",
    "[[",
    "{",
    "}",
    "=",
    ",",
    ".",
    "#",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\0",
    "\u{feff}",
    "é",
    "一",
    "👩‍💻",
    "\u{202e}",
    "\u{301}",
    "\u{7f}",
    "\u{1b}[31m",
    "-1",
    "0x",
    "1e999",
    "18446744073709551616",
    "9223372036854775808",
    "1979-05-27T07:32:00Z",
    "nan",
    "[exercise]\n",
    "[quiz]\n",
    "exercise = {}\n",
    "format = 1\n",
    "format = 2\n",
    "// BEGIN SOLUTION x\n",
    "// END SOLUTION\n",
    "// STUB: x\n",
    "//! SOLUTION: x\n",
    "@@ -1,1 +1,1 @@\n",
    "@@ -0,0 +1,9 @@\n",
    "--- a/src/lib.rs\n",
    "+++ b/src/lib.rs\n",
    "Bug: x\n",
    "Caught-by: a, b\n",
    "\\ No newline at end of file\n",
    "+x\n",
    "-x\n",
    " x\n",
    "#[test]\n",
    "fn é() {}\n",
    "r#\"",
    "/*",
    "*/",
    "b'",
    "null",
    "{\"format\":3}",
    "```\n",
    "1. ",
    "- ",
    "**",
    "](",
    "<script>",
    "why.\"a\" = \"b\"\n",
    "prompt.prompt = \"\"\n",
    "answerIndex",
    "[[questions]]\n",
];

/// The file that this seed makes.
pub fn case(seed: u64) -> Case {
    let mut random = StdRng::seed_from_u64(seed);
    let (kind, sound) = KINDS[random.random_range(0..KINDS.len())];
    let mut bytes = sound.as_bytes().to_vec();
    for _ in 0..random.random_range(1..=3) {
        spoil(&mut bytes, &mut random);
    }
    Case {
        kind,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

fn spoil(bytes: &mut Vec<u8>, random: &mut StdRng) {
    let start = random.random_range(0..=bytes.len());
    let end = (start + random.random_range(0..40)).min(bytes.len());
    match random.random_range(0..7) {
        0 => bytes.truncate(start),
        1 => drop(bytes.drain(start..end)),
        2 => {
            let copied = bytes[start..end].to_vec();
            let to = random.random_range(0..=bytes.len());
            bytes.splice(to..to, copied);
        }
        3 => {
            if let Some(byte) = bytes.get_mut(start) {
                *byte ^= 1 << random.random_range(0..8);
            }
        }
        4 => {
            let (_, other) = KINDS[random.random_range(0..KINDS.len())];
            let other = other.as_bytes();
            let from = random.random_range(0..other.len());
            let to = (from + random.random_range(0..80)).min(other.len());
            bytes.splice(start..start, other[from..to].iter().copied());
        }
        5 => {
            let token = TOKENS[random.random_range(0..TOKENS.len())];
            let times = if random.random_range(0..20) == 0 {
                500
            } else {
                1
            };
            bytes.splice(start..start, token.repeat(times).into_bytes());
        }
        _ => {
            let token = TOKENS[random.random_range(0..TOKENS.len())];
            bytes.splice(start..end, token.bytes());
        }
    }
}

/// What the parser makes of the file.
///
/// # Errors
/// What it panicked with, or what should have held and did not.
pub fn survives(case: &Case) -> Result<Verdict, String> {
    panic::catch_unwind(AssertUnwindSafe(|| parse(case))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        Err(text
            .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
            .unwrap_or_default())
    })
}

fn parse(case: &Case) -> Result<Verdict, String> {
    let source = Source::new("spoilt", &case.text);
    let problems = match case.kind {
        Kind::Course => manifest::parse(&source).err(),
        Kind::Exercise => exercise::parse(&source).err(),
        Kind::Progress => match progress::parse(&source) {
            Ok(read) => {
                edit_keeps(&source, read)?;
                None
            }
            Err(problems) => Some(problems),
        },
        Kind::Patch => match patch::parse(&source) {
            Ok(patch) => patch
                .apply(&Source::new("src/lib.rs", SOLUTION))
                .err()
                .map(|problem| vec![problem]),
            Err(problems) => Some(problems),
        },
        Kind::Quiz => match quiz::parse(&source) {
            Ok(draft) => {
                let questions = draft.questions.into_iter();
                let quiz = quiz::Quiz {
                    chapter: "basics".to_owned(),
                    title: "Basics".to_owned(),
                    questions: questions.map(|drafted| drafted.question).collect(),
                };
                stands_in_markdown(&quiz::html(&quiz))?;
                None
            }
            Err(problems) => Some(problems),
        },
        Kind::Plan => plan::parse(&source).err().map(|problem| vec![problem]),
        Kind::Solution => markers::stub(&source).err(),
        Kind::Suite => {
            for (name, span) in suite::tests(&source.text) {
                if source.text[span] != name {
                    return Err(format!("`{name}` is not where it was said to be"));
                }
            }
            None
        }
    };
    problems.map_or(Ok(Verdict::Accepted), |problems| shown(&problems))
}

/// A file that can be read can be written, and then says the same.
fn edit_keeps(source: &Source, mut read: progress::Progress) -> Result<(), String> {
    read.exercises
        .entry("tripling".to_owned())
        .or_default()
        .attempts += 1;
    let edited = progress::edit(&source.text, &read)
        .map_err(|error| format!("it cannot be edited: {error}"))?;
    match progress::parse(&Source::new("edited", &edited)) {
        Ok(again) if again == read => Ok(()),
        Ok(_) => Err(format!("after editing it says something else:\n{edited}")),
        Err(problems) => Err(format!(
            "after editing it cannot be read: {}\n{edited}",
            problems[0]
        )),
    }
}

/// The page of a quiz has no empty line, which would end the HTML.
fn stands_in_markdown(page: &str) -> Result<(), String> {
    match page.lines().find(|line| !line.starts_with('<')) {
        Some(line) => Err(format!("a line of the page begins with no tag: {line:?}")),
        None => Ok(()),
    }
}

/// There is a problem at least, and each can be shown.
fn shown(problems: &[Problem]) -> Result<Verdict, String> {
    if problems.is_empty() {
        return Err("it was refused without a word".to_owned());
    }
    for problem in problems {
        if problem.help.is_empty() {
            return Err(format!("no advice: {problem}"));
        }
        let (plain, coloured) = (problem.render(false), problem.render(true));
        if plain.is_empty() || coloured.is_empty() {
            return Err("it was shown as nothing".to_owned());
        }
    }
    Ok(Verdict::Refused)
}
