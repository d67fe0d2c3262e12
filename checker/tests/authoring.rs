//! What authors do: a new exercise is sound, a broken solution becomes a patch, and what a suite does not notice is told.

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use support::Course;

/// A course without exercises around the real simulator. Its folder stays, because building the simulator takes longest.
fn empty_course(name: &str) -> Course {
    let course = Course::kept(name);
    let simulator = Path::new(env!("CARGO_MANIFEST_DIR")).join("simulator");
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    course
        .write(
            "Cargo.toml",
            format!(
                "[workspace]\nresolver = \"3\"\nmembers = [\"exercises/*/*\", \"solutions/*/*\"]\n\n\
                 [workspace.package]\nedition = \"2024\"\npublish = false\n\n\
                 [workspace.dependencies]\nserde = {{ version = \"1\", features = [\"derive\"] }}\n\
                 simulator = {{ path = {:?} }}\n\n[profile.dev]\ndebug = 0\n",
                simulator.to_string_lossy()
            ),
        )
        .write("Cargo.lock", fs::read(lock).unwrap())
        .write("course.toml", COURSE)
        .write("book/src/SUMMARY.md", "# Summary\n\n[Welcome](welcome.md)\n");
    course
}

const COURSE: &str = "\
# Chapters in the order in which they are taken.
format = 1
title = \"A course\"

[[chapter]]
id = \"queues\"
title = \"Queues\"
exercises = []
";

#[test]
fn a_new_exercise_is_sound() {
    let course = empty_course("new");
    insta::assert_snapshot!("new-node", course.run(&["new", "queues/outbox"]));
    let function = [
        "new",
        "logs/gaps",
        "--kind",
        "function",
        "--title",
        "Gaps in a log",
        "--new-chapter",
        "Logs",
    ];
    insta::assert_snapshot!("new-function", course.run(&function));
    let listed = [
        course.read("course.toml"),
        course.read("book/src/SUMMARY.md"),
    ]
    .concat();
    insta::assert_snapshot!("new-listed", listed);

    let told = course.run(&["verify"]);
    assert!(told.starts_with("exit code 0\n"), "{told}");
    // The solution's line counts runs and events, which are the templates' own.
    insta::assert_snapshot!("new-verified", told);
    a_broken_solution_becomes_a_patch(&course);
}

/// Goes on with the course of the other test, so that nothing has to be built twice.
fn a_broken_solution_becomes_a_patch(course: &Course) {
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
            .args(arguments);
        assert!(
            git.current_dir(course.path(""))
                .stdout(Stdio::null())
                .status()
                .unwrap()
                .success()
        );
    };
    let add = |rest: &[&str]| course.run(&[&["wrong", "add"], rest].concat());
    let told = add(&["waits", "--bug", "it waits"]);
    assert!(
        told.contains("no solution differs from what is committed"),
        "{told}"
    );
    git(&["init", "-q"]);
    git(&["add", "exercises", "solutions", "course.toml"]);
    git(&["commit", "-qm", "A course"]);
    assert_eq!(
        add(&["waits", "--bug", "it waits"]),
        "exit code 2\n----- stderr -----\nerror: no solution differs from what is committed\nBreak a solution in its \
         `src/lib.rs`, then run the command again; or name an\nedited copy of it with `--exercise EXERCISE --from FILE`.\n"
    );

    let solution = "solutions/logs/gaps/src/lib.rs";
    let committed = course.read(solution);
    course.replace(
        solution,
        "if number > self.complete {",
        "if number > self.complete + 1 {",
    );
    let told = add(&[
        "drops-the-next",
        "--bug",
        "it drops the very one that it waits for",
    ]);
    insta::assert_snapshot!("wrong-added", told);
    insta::assert_snapshot!(
        "wrong-patch",
        course.read("solutions/logs/gaps/wrong/drops-the-next.patch")
    );
    assert_eq!(course.read(solution), committed);

    // No bug: numbers that are complete are kept as well, and freed by nothing.
    course.replace(
        solution,
        "if number > self.complete {",
        "if number >= self.complete {",
    );
    insta::assert_snapshot!(
        "wrong-not-caught",
        add(&["keeps-one-more", "--bug", "it keeps one more"])
    );
    let edited = course.read(solution);
    assert_ne!(edited, committed, "an edit that is not caught stays");
    course.write(
        "elsewhere.rs",
        committed.replace("self.complete += 1;", "self.complete += one;"),
    );
    course.write(solution, &committed);
    let told = add(&[
        "one",
        "--bug",
        "one",
        "--exercise",
        "gaps",
        "--from",
        "elsewhere.rs",
    ]);
    assert!(told.starts_with("exit code 3\n"), "{told}");
    assert!(
        told.contains("✗ wrong/one: failed\n      it does not compile:"),
        "{told}"
    );
    assert!(
        told.ends_with("Nothing was written. Mend it, then run the command again.\n"),
        "{told}"
    );
    for (arguments, advice) in [
        (
            ["Waits", "--bug", "x"],
            "Use small letters, digits and single hyphens",
        ),
        (
            ["drops-the-next", "--bug", "x"],
            "Choose another name, or remove it first.",
        ),
    ] {
        course.write(solution, &edited);
        let told = add(&arguments);
        assert!(
            told.starts_with("exit code 2\n") && told.contains(advice),
            "{told}"
        );
    }
}

#[test]
fn names_that_cannot_be_are_refused_and_nothing_is_written() {
    let course = empty_course("refused");
    course.write("solutions/queues/left-over/notes.txt", "kept");
    let before = course.read("course.toml");
    let mut told = String::new();
    for arguments in [
        &["outbox"][..],
        &["queues/Outbox"],
        &["Queues/outbox"],
        &["queue/outbox"],
        &["elections/bully"],
        &["queues/outbox", "--new-chapter", "Queues"],
        &["queues/left-over"],
    ] {
        told += &format!("> new {}\n", arguments.join(" "));
        told += &course.run(&[&["new"], arguments].concat());
        told += "\n";
    }
    insta::assert_snapshot!("new-refused", told);
    assert_eq!(course.read("course.toml"), before);
    assert!(!course.path("exercises").exists());
}

#[test]
fn a_course_without_a_simulator_is_told_what_is_missing() {
    let told = Course::new().run(&["new", "basics/halving"]);
    insta::assert_snapshot!("new-without-simulator", told);
}

/// A program in the place of cargo.
#[cfg(unix)]
fn cargo(course: &Course, script: &str) -> Command {
    use std::os::unix::fs::PermissionsExt;
    let path = course.path("cargo.sh");
    fs::write(&path, format!("#!/bin/sh\n{script}")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = course.command(&["verify", "doubling", "--mutants"]);
    command.env("CARGO", path);
    command
}

#[cfg(unix)]
#[test]
fn mutants_that_survive_are_told() {
    let course = Course::new();
    // What cargo says of a word that it does not know.
    let mut missing = cargo(
        &course,
        "echo 'error: no such command: `mutants`' >&2; exit 101\n",
    );
    insta::assert_snapshot!("mutants-missing", course.told(&missing.output().unwrap()));
    // What cargo-mutants leaves behind, in the folder that it is given. Only the solution is to be mutated.
    let mut there = cargo(
        &course,
        r#"
case "$*" in
    *" --file packages/*/src/lib.rs "*) contract= ;;
    *) contract="packages/doubling--mutants/src/api.rs:3:5: replace Reply::fmt with ()" ;;
esac
while [ "$1" != --output ]; do shift; done
mkdir -p "$2/mutants.out" && cd "$2/mutants.out"
lib=packages/doubling--mutants/src/lib.rs
echo "$lib:9:5: replace multiply -> u64 with 0" > caught.txt
echo "$lib:9:5: replace multiply -> u64 with 1" >> caught.txt
echo "$lib:9:12: replace * with +" > missed.txt
test -z "$contract" || echo "$contract" >> missed.txt
echo "$lib:14:3: replace < with <=" > timeout.txt
echo "$lib:15:3: replace > with >=" >> timeout.txt
echo "$lib:9:5: replace multiply -> u64 with Default::default()" > unviable.txt
mkdir log
echo "test it_doubles ... FAILED" > log/failed.log
echo "test it_doubles ... ok" > log/slow.log
cat > outcomes.json <<END
{"outcomes": [
    {"scenario": "Baseline", "summary": "Success", "log_path": "log/baseline.log"},
    {"scenario": {"Mutant": {"name": "$lib:14:3: replace < with <="}}, "summary": "Timeout", "log_path": "log/slow.log"},
    {"scenario": {"Mutant": {"name": "$lib:15:3: replace > with >="}}, "summary": "Timeout", "log_path": "log/failed.log"}
]}
END
exit 2
"#,
    );
    insta::assert_snapshot!("mutants", course.told(&there.output().unwrap()));
}

#[test]
fn a_save_is_verified_again() {
    let course = Course::new();
    let mut command = course.command(&["verify", "doubling", "--watch"]);
    let mut running = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(running.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let mut until_it_waits = || {
        let round: Vec<String> = lines
            .by_ref()
            .take_while(|line| !line.starts_with("Waiting"))
            .collect();
        round.iter().rev().find(|line| !line.is_empty()).cloned()
    };
    assert_eq!(
        until_it_waits().as_deref(),
        Some("17 checks of 1 exercise: all hold.")
    );
    course.replace(
        "exercises/basics/doubling/exercise.toml",
        "minutes = 10",
        "minute = 10",
    );
    let told = until_it_waits().unwrap();
    assert_eq!(
        told,
        "2 problems in 1 file. Correct what is marked, then run the command again."
    );
    course.replace(
        "exercises/basics/doubling/exercise.toml",
        "minute = 10",
        "minutes = 10",
    );
    assert_eq!(
        until_it_waits().as_deref(),
        Some("17 checks of 1 exercise: all hold.")
    );
    course.replace(
        "solutions/basics/doubling/wrong/adds.patch",
        "Bug: ",
        "Bug: really, ",
    );
    assert_eq!(
        until_it_waits().as_deref(),
        Some("17 checks of 1 exercise: all hold.")
    );
    running.kill().unwrap();
    running.wait().unwrap();
}
