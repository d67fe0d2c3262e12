//! Progress survives whatever happens to the process that writes it.
//!
//! The writer is this test program itself, started again with a variable set.

mod support;

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use checker::course;
use checker::progress::{self, Progress};
use support::Course;

const COURSE: &str = "FAULTLINE_TEST_COURSE";
const UPDATES: &str = "FAULTLINE_TEST_UPDATES";

/// How often the writer is killed.
const KILLS: usize = 200;

/// No test of its own: counts attempts upwards as fast as it can and prints each number once it is written.
#[test]
fn writer() {
    let Some(root) = env::var_os(COURSE) else {
        return;
    };
    let updates = env::var(UPDATES).map_or(u64::MAX, |updates| updates.parse().unwrap());
    for _ in 0..updates {
        let attempts = update(Path::new(&root));
        println!("written {attempts}");
    }
}

fn update(root: &Path) -> u64 {
    let (_, attempts) = progress::update(root, |progress| {
        let record = progress.exercises.entry("doubling".to_owned()).or_default();
        record.attempts += 1;
        record.attempts
    })
    .unwrap();
    attempts
}

fn start_writer(course: &Course, updates: Option<u64>) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", "writer", "--nocapture"])
        .env(COURSE, course.path(""));
    if let Some(updates) = updates {
        command.env(UPDATES, updates.to_string());
    }
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn attempts(progress: &Progress) -> u64 {
    progress.record("doubling").attempts
}

/// The file always parses, and holds the last number that was said to be written or the one after it.
#[test]
fn killing_the_writer_at_any_moment_loses_nothing() {
    let course = Course::new();
    let mut written = 0;
    for _ in 0..KILLS {
        let mut child = start_writer(&course, None);
        let pipe = child.stdout.take().unwrap();
        // Wait for a few numbers, then for an instant more: the kill comes anywhere within the next write.
        let enough = rand::random_range(1..=5);
        let (said_enough, enough_said) = mpsc::channel();
        let reader = thread::spawn(move || {
            let mut last = None;
            let mut seen = 0;
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                // A line may have been cut off by the kill; then it has no number that can be read, or a shorter one.
                if let Some(number) = line
                    .rsplit_once("written ")
                    .and_then(|(_, number)| number.parse::<u64>().ok())
                {
                    last = last.max(Some(number));
                    seen += 1;
                    if seen == enough {
                        // Only a writer that was not waited for is not listened to.
                        let _ = said_enough.send(());
                    }
                }
            }
            last
        });
        enough_said.recv().expect("the writer writes");
        thread::sleep(Duration::from_micros(rand::random_range(0..3_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        let said = reader.join().unwrap();
        let now = attempts(&progress::read(&course.path("")).unwrap());
        let at_least = said.unwrap_or(written).max(written);
        assert!(
            now == at_least || now == at_least + 1,
            "{now} after {at_least} was said to be written"
        );
        assert!(now > written, "the writer wrote nothing");
        written = now;
    }
    // The next writer clears up after them.
    update(&course.path(""));
    let files = std::fs::read_dir(course.path(".faultline")).unwrap();
    let mut names: Vec<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["lock", "progress.toml"]);
}

#[test]
fn no_update_of_several_checkers_is_lost() {
    let course = Course::new();
    let mut writers: Vec<Child> = (0..4).map(|_| start_writer(&course, Some(50))).collect();
    for writer in &mut writers {
        // Or it would wait for somebody to read.
        std::io::copy(&mut writer.stdout.take().unwrap(), &mut std::io::sink()).unwrap();
        assert!(writer.wait().unwrap().success());
    }
    assert_eq!(attempts(&progress::read(&course.path("")).unwrap()), 200);
}

#[test]
fn exercises_may_come_and_go() {
    let course = Course::new();
    let text = "format = 1\ncurrent = \"gone\"\n\n[exercise.gone]\nattempts = 7\npassed-at = 2026-01-31T12:00:00Z\n\n\
                [exercise.doubling]\nattempts = 1\nbest = 5\npassed-at = 2026-01-31T12:00:00Z\n\n\
                [quiz]\ngone = { due = 2026-01-31 } # kept\n";
    course.write(".faultline/progress.toml", text);
    let read = course::read(&course.path("")).unwrap();
    let progress = progress::read(&course.path("")).unwrap();
    assert_eq!(progress.current(&read).unwrap().id, "doubts");

    update(&course.path(""));
    let updated = course.read(".faultline/progress.toml");
    for kept in [
        "current = \"gone\"",
        "[exercise.gone]\nattempts = 7\n",
        "[quiz]\ngone = { due = 2026-01-31 } # kept\n",
    ] {
        assert!(updated.contains(kept), "{kept:?} is missing in\n{updated}");
    }
    assert!(
        updated.contains("[exercise.doubling]\nattempts = 2\n"),
        "{updated}"
    );
}

#[test]
fn a_malformed_file_is_never_overwritten() {
    let course = Course::new();
    let text = "format = 1\n[exercise.doubling]\nattempts = \"many\"\n";
    course.write(".faultline/progress.toml", text);
    for command in [
        ["hint", "doubling"],
        ["list", "--color=never"],
        ["run", "doubling"],
    ] {
        assert!(
            course.run(&command).starts_with("exit code 4\n"),
            "{command:?}"
        );
    }
    assert_eq!(course.read(".faultline/progress.toml"), text);
}
