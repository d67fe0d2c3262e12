//! Attacks on the grader: wrong implementations that would get points, or what is not theirs, if the attack worked.
//!
//! Each is graded at every level of isolation. In the sandbox none gets anything; what works at lower levels is the
//! table in `SECURITY.md`, which has to be what was seen here.

// The sandbox is Linux's.
#![cfg(target_os = "linux")]

mod support;

#[path = "attacks/list.rs"]
mod list;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::{LazyLock, Mutex, MutexGuard};

use list::{ATTACKS, Attack, Danger};
use serde_json::Value;
use support::Course;

const LEVELS: [&str; 3] = ["sandbox", "limits", "process"];

/// What only the grader and another student know.
const HIDDEN: &str = "known-to-nobody-else";

/// What tells that somebody has read what he was not to read.
const TOLD: [&str; 3] = [HIDDEN, "root:x:0", "How request-reply is graded"];

/// What a student may call himself, to be carried out by what shows it.
const NAMES: [&str; 5] = [
    "<script>alert(1)<",
    "\u{1b}[31mred",
    "\u{202e}backwards",
    "=HYPERLINK(\"x\")",
    "+1,2\"\r\n3",
];

/// The course is built once, and one test at a time uses it.
static CLASS: LazyLock<Mutex<Class>> = LazyLock::new(|| Mutex::new(Class::new()));

fn class() -> MutexGuard<'static, Class> {
    CLASS
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[test]
fn no_attack_works_in_the_sandbox() {
    let class = class();
    let found: Vec<BTreeMap<&str, Found>> =
        LEVELS.iter().map(|level| class.graded(level)).collect();
    let mut wrong = String::new();
    for attack in ATTACKS {
        let Found {
            gained,
            status,
            text,
        } = &found[0][attack.slug];
        if gained != "stopped" || status != attack.expected {
            let text: String = text.chars().take(1500).collect();
            wrong.push_str(&format!("{}: {gained}, {status}\n  {text}\n", attack.slug));
        }
    }
    assert!(wrong.is_empty(), "not as expected in the sandbox:\n{wrong}");
    let security = fs::read_to_string(class.checker.join("../SECURITY.md")).unwrap();
    let table = table(&found);
    assert!(
        security.contains(&table),
        "the table of attacks in SECURITY.md is not what was seen:\n{table}"
    );
}

/// Packages of the same name, built at the same time, must not be taken for one another: of each pair one is right, and no two
/// files are the same.
#[test]
fn nobody_gets_what_another_has_earned() {
    const PAIRS: usize = 25;
    let class = class();
    let base = class.folder.path().join("swap");
    let mut expected = BTreeMap::new();
    for pair in 0..PAIRS {
        for (place, right) in [("a", pair % 2 == 0), ("b", pair % 2 == 1)] {
            let student = format!("{pair:02}-{place}");
            let right_file = include_str!("attacks/echo-right.txt");
            let text = match right {
                true => right_file.to_owned(),
                false => right_file.replace("word.to_owned()", "word.to_uppercase() + \".\""),
            };
            let file = base.join("class").join(&student).join("echo.rs");
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, format!("{text}\n// {student}\n")).unwrap();
            expected.insert(student, u64::from(right));
        }
    }
    let (lines, _) = class.run("sandbox", "echo", &base);
    let found: BTreeMap<String, u64> = lines
        .into_iter()
        .map(|(student, line)| (student, line_of(&line)["points"].as_u64().unwrap()))
        .collect();
    assert_eq!(found, expected);
}

/// What was gained by each attack, at each level.
fn table(found: &[BTreeMap<&str, Found>]) -> String {
    let mut table =
        "| attack | what it tries | sandbox | limits | process |\n|---|---|---|---|---|\n"
            .to_owned();
    for attack in ATTACKS {
        let about = attack.about.trim_end_matches('.');
        table.push_str(&format!("| `{}` | {about} |", attack.slug));
        for level in found {
            let gained = level
                .get(attack.slug)
                .map_or("not tried", |found| &found.gained);
            table.push_str(&format!(" {gained} |"));
        }
        table.push('\n');
    }
    table
}

/// What came of an attack.
struct Found {
    /// `stopped`, or what it gained.
    gained: String,
    /// The finding's status; where the suite ran, what its scenarios found.
    status: String,
    /// The whole line.
    text: String,
}

/// A course with two exercises, and a folder in which the attacks are the submissions.
struct Class {
    course: Course,
    checker: PathBuf,
    folder: tempfile::TempDir,
}

impl Class {
    fn new() -> Class {
        let checker = Path::new(env!("CARGO_MANIFEST_DIR")).to_owned();
        let class = Class {
            course: course(&checker),
            checker,
            folder: tempfile::tempdir().unwrap(),
        };
        // Verdicts are kept from run to run, which is not what is to be seen here.
        let _ = fs::remove_dir_all(class.course.path("target/faultline/class/verdicts"));
        fs::write(class.other(), format!("//! {HIDDEN}\n\npub mod api;\n")).unwrap();
        class
    }

    /// Another student's file.
    fn other(&self) -> PathBuf {
        self.folder.path().join("another.rs")
    }

    /// Grades all attacks at a level.
    fn graded(&self, level: &str) -> BTreeMap<&'static str, Found> {
        let mut found = BTreeMap::new();
        for exercise in ["request-reply", "echo"] {
            let tried = |attack: &&Attack| {
                let of = if attack.slug.starts_with("echo") {
                    "echo"
                } else {
                    "request-reply"
                };
                of == exercise && (level != "process" || attack.danger != Danger::Unlimited)
            };
            // What may take the grader down is graded alone, where it can.
            let alone = |attack: &&Attack| attack.danger == Danger::Grader && level != "sandbox";
            let (lonely, together): (Vec<_>, Vec<_>) =
                ATTACKS.iter().filter(tried).partition(alone);
            self.grade(level, exercise, &together, &mut found);
            for attack in lonely {
                self.grade(level, exercise, &[attack], &mut found);
            }
        }
        found
    }

    fn grade(
        &self,
        level: &str,
        exercise: &str,
        attacks: &[&'static Attack],
        found: &mut BTreeMap<&'static str, Found>,
    ) {
        let base = self
            .folder
            .path()
            .join(format!("{level}-{exercise}-{}", attacks.len()));
        let submissions = base.join("class");
        for attack in attacks {
            self.hand_in(
                attack,
                &submissions.join(attack.slug),
                &base.join(attack.slug),
            );
        }
        let together = attacks.len() > 2;
        if together {
            for name in NAMES {
                self.hand_in(
                    attack("markup"),
                    &submissions.join(name),
                    &base.join("markup"),
                );
            }
        }
        let (lines, output) = self.run(level, exercise, &base);
        if let [attack] = attacks
            && output.status.code().is_none()
        {
            let gained = "ends the grader".to_owned();
            let (status, text) = (String::new(), String::new());
            found.insert(
                attack.slug,
                Found {
                    gained,
                    status,
                    text,
                },
            );
            return;
        }
        for attack in attacks {
            let line = &lines[attack.slug];
            found.insert(attack.slug, looked_at(line, &base.join(attack.slug)));
        }
        if together {
            nothing_is_carried_out(&base.join("grades"), &output, lines.len());
        }
    }

    /// Grades what is in `class` of the folder, two at a time; the lines by student. A grader that was ended leaves none.
    fn run(&self, level: &str, exercise: &str, base: &Path) -> (BTreeMap<String, String>, Output) {
        let (submissions, out) = (base.join("class"), base.join("grades"));
        let mut arguments: Vec<PathBuf> = [
            "grade",
            "--isolation",
            level,
            "--exercise",
            exercise,
            "--jobs",
            "2",
            "--course-secret",
            "secret",
            "--out",
        ]
        .map(PathBuf::from)
        .to_vec();
        arguments.push(out.clone());
        let mut paths: Vec<PathBuf> = fs::read_dir(&submissions)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        arguments.extend(paths);
        let output = self
            .course
            .command(&arguments)
            .env("FAULTLINE_ATTACKED", HIDDEN)
            .env("RUSTC_BOOTSTRAP", "1")
            .output()
            .unwrap();
        if output.status.code().is_none() {
            return (BTreeMap::new(), output);
        }
        let lines = fs::read_to_string(out.join("grades.jsonl"))
            .unwrap_or_else(|error| panic!("{error}: {}", self.course.told(&output)));
        let lines = lines
            .lines()
            .map(|line| (text(&line_of(line)["student"]), line.to_owned()))
            .collect();
        (lines, output)
    }

    fn hand_in(&self, attack: &Attack, folder: &Path, left: &Path) {
        let inside = folder.join("src/lib.rs");
        fs::create_dir_all(inside.parent().unwrap()).unwrap();
        let source = attack
            .source
            .replace(
                "// + server\n",
                "pub const SERVER: NodeId = NodeId::new(0);\n",
            )
            .replace("// + node\n", include_str!("attacks/node.txt"))
            .replace(
                "// + brackets\n",
                &format!("{0}{1}", "(".repeat(120 << 10), ")".repeat(120 << 10)),
            )
            .replace("{left}", &left.to_string_lossy())
            .replace("{secret}", &self.other().to_string_lossy());
        fs::write(&inside, source).unwrap();
        (attack.beside)(folder, &self.other());
        // What was given along has to do its harm where this can see it.
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let text = fs::read_to_string(&path).unwrap();
                fs::write(&path, text.replace("{left}", &left.to_string_lossy())).unwrap();
            }
        }
    }
}

fn attack(slug: &str) -> &'static Attack {
    ATTACKS.iter().find(|attack| attack.slug == slug).unwrap()
}

fn line_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn looked_at(line: &str, left: &Path) -> Found {
    let value = line_of(line);
    let finding = &value["finding"];
    let status = match finding["scenarios"].as_array() {
        None => text(&finding["status"]),
        Some(scenarios) => {
            let mut kinds: Vec<String> = scenarios
                .iter()
                .map(|scenario| text(&scenario["outcome"]))
                .collect();
            kinds.dedup();
            kinds.join(", ")
        }
    };
    let points = value["points"].as_u64().unwrap();
    let mut gained = Vec::new();
    if points > 0 {
        gained.push(format!("{points} of {} points", value["possible"]));
    }
    if TOLD.iter().any(|told| line.contains(told)) {
        gained.push("reads it".to_owned());
    }
    if left.exists() {
        gained.push("writes a file".to_owned());
    }
    let gained = match gained.is_empty() {
        true => "stopped".to_owned(),
        false => gained.join(", "),
    };
    let text = line.to_owned();
    Found {
        gained,
        status,
        text,
    }
}

/// Reports and terminal show what students wrote, and carry none of it out.
fn nothing_is_carried_out(out: &Path, output: &Output, lines: usize) {
    let html = fs::read_to_string(out.join("class.html")).unwrap();
    assert!(
        !html.contains("<script>alert"),
        "a script of a student is in the page"
    );
    let csv = fs::read_to_string(out.join("grades.csv")).unwrap();
    for field in csv.lines().flat_map(|line| line.split(',')) {
        let field = field.trim_start_matches('"');
        assert!(
            !field.starts_with(['=', '@', '\t']),
            "a formula is in {field:?}"
        );
    }
    let junit = fs::read_to_string(out.join("junit.xml")).unwrap();
    let said = [&*output.stdout, &*output.stderr].concat();
    for text in [&html, &csv, &junit, &String::from_utf8(said).unwrap()] {
        assert!(
            !text.contains(['\u{1b}', '\u{202e}', '\0']),
            "something changes how the rest is shown"
        );
    }
    let files = fs::read_dir(out.join("gradescope")).unwrap().count();
    assert_eq!(files, lines, "one file for each student");
}

/// Two exercises: one under faults, and one whose suite compares what it was given in the way that a name can change.
fn course(checker: &Path) -> Course {
    let course = Course::kept("attacks");
    let root = checker.join("..");
    course
        .write(
            "Cargo.toml",
            format!(
                "[workspace]\nresolver = \"3\"\nmembers = [\"exercises/*/*\", \"solutions/*/*\"]\n\n\
                 [workspace.package]\nversion = \"0.1.0\"\nedition = \"2024\"\nrust-version = \"1.89\"\n\
                 license = \"MIT\"\npublish = false\n\n\
                 [workspace.dependencies]\nserde = {{ version = \"1\", features = [\"derive\"] }}\n\
                 simulator = {{ path = {:?} }}\n\n[profile.dev]\ndebug = 0\n\n\
                 [profile.dev.package.simulator]\nopt-level = 2\ndebug-assertions = false\n",
                checker.join("simulator").to_string_lossy()
            ),
        )
        .write("Cargo.lock", fs::read(root.join("Cargo.lock")).unwrap())
        .write("course.toml", include_str!("attacks/course.toml"))
        .write("secret", "not a secret, but long enough to be one\n");
    for file in [
        "exercises/why-distribute/request-reply/Cargo.toml",
        "exercises/why-distribute/request-reply/src/api.rs",
        "exercises/why-distribute/request-reply/src/lib.rs",
        "exercises/why-distribute/request-reply/tests/grade.rs",
        "solutions/why-distribute/request-reply/Cargo.toml",
        "solutions/why-distribute/request-reply/src/lib.rs",
    ] {
        course.write(file, fs::read(root.join(file)).unwrap());
    }
    // Two scenarios are enough, one with faults and one without.
    for test in [
        "a_lost_message_is_sent_again",
        "late_copies_change_nothing",
        "a_broken_connection_is_survived",
    ] {
        course.replace(
            "exercises/why-distribute/request-reply/tests/grade.rs",
            &format!("#[test]\nfn {test}"),
            &format!("fn {test}"),
        );
    }
    course.write(
        "exercises/why-distribute/request-reply/exercise.toml",
        include_str!("attacks/request-reply.toml"),
    );
    let echo = "exercises/why-distribute/echo";
    let manifest = course.read("exercises/why-distribute/request-reply/Cargo.toml");
    course
        .write(
            &format!("{echo}/Cargo.toml"),
            manifest.replace("request-reply", "echo"),
        )
        .write(
            &format!("{echo}/exercise.toml"),
            include_str!("attacks/echo.toml"),
        )
        .write(
            &format!("{echo}/src/api.rs"),
            include_str!("attacks/echo-api.txt"),
        )
        .write(
            &format!("{echo}/src/lib.rs"),
            include_str!("attacks/echo-right.txt"),
        )
        .write(
            &format!("{echo}/tests/grade.rs"),
            include_str!("attacks/echo-suite.txt"),
        );
    let manifest = course.read("solutions/why-distribute/request-reply/Cargo.toml");
    course
        .write("solutions/why-distribute/echo/Cargo.toml", manifest.replace("request-reply", "echo"))
        .write(
            "solutions/why-distribute/echo/src/lib.rs",
            include_str!("attacks/echo-right.txt")
                .replace(
                    "pub mod api;",
                    "#[path = \"../../../../exercises/why-distribute/echo/src/api.rs\"]\npub mod api;",
                )
                .replace(
                    "    Answer(word.to_owned())\n",
                    "    // BEGIN SOLUTION say it again\n    Answer(word.to_owned())\n    // END SOLUTION\n",
                ),
        );
    course
}
