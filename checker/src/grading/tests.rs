//! What suites do to the one who runs them, and what is made of it. The suite is `tests/fixtures/fake_suite.rs`.

use std::cell::RefCell;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use simulator::record::{Effort, Place, Run};

use super::attempt::Call;
use super::outcome::{Crash, Outcome, Stuck};
use super::scenario::{ScenarioRun, run};
use super::{Event, Reached, Settings, cancellable, run_recorded, runtime};
use crate::course::model::{Grading, Scenario};

const EFFORT: Effort = Effort {
    schedules: 1,
    seeds: 500,
    shrinks: 2,
    events: 3,
    messages: 4,
    explored: None,
};
const MEMORY: u64 = 256 << 20;

/// The built suite and the folder that it runs in.
fn suite() -> (&'static Path, &'static Path) {
    static BUILT: OnceLock<(PathBuf, PathBuf)> = OnceLock::new();
    let (suite, folder) = BUILT.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap().keep();
        let suite = folder.join(format!("suite{}", env::consts::EXE_SUFFIX));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/fake_suite.rs");
        let status = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into()))
            .args(["--test", "--edition", "2024", "-o"])
            .args([&suite, &source])
            .status()
            .unwrap();
        assert!(status.success());
        fs::write(
            folder.join("here.rs"),
            "impl Node for Replica {\n    fn on_request() {\n        todo!()\n    }\n}\n",
        )
        .unwrap();
        (suite, folder)
    });
    (suite, folder)
}

/// For suites that come to an end by themselves, however busy the machine is.
fn settings() -> Settings {
    Settings::new(&Grading {
        seeds: None,
        patience: Duration::from_secs(120),
        memory: MEMORY,
    })
}

/// For suites that do not.
fn impatient() -> Settings {
    Settings {
        patience: Duration::from_secs(2),
        ..settings()
    }
}

fn scenario(test: &str) -> Scenario {
    Scenario {
        test: test.to_owned(),
        title: "a title".to_owned(),
        points: 2,
        hint: "a hint".to_owned(),
    }
}

fn run_one(test: &str, settings: &Settings) -> ScenarioRun {
    let (suite, folder) = suite();
    run_recorded(suite, folder, &[scenario(test)], settings, &|_| {})
        .unwrap()
        .remove(0)
}

fn outcome(test: &str) -> Outcome {
    run_one(test, &settings()).result.outcome
}

fn outcome_of_silence(test: &str) -> Outcome {
    run_one(test, &impatient()).result.outcome
}

fn stuck() -> Stuck {
    let owned = str::to_owned;
    Stuck {
        node: owned("n1"),
        callback: owned("on_message"),
        with: owned("Put { x: 1 }"),
        at: owned("40 ms"),
        run: owned("seed 17"),
    }
}

#[track_caller]
fn assert_no_verdict(test: &str, expected: &str) {
    match outcome(test) {
        Outcome::NoVerdict { reason } => assert_eq!(reason.trim_end(), expected),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_verdict_is_taken_as_it_is_recorded() {
    let passed = run_one("passes", &settings());
    assert_eq!(
        (&passed.result.outcome, passed.result.effort),
        (&Outcome::Passed, EFFORT)
    );
    assert!(
        matches!(outcome("breaks"), Outcome::Broken(story) if story.run == Run::Seed { seed: 17, of: 500 })
    );
    assert!(matches!(
        outcome("panics_in_a_run"),
        Outcome::Crashed(Crash::Panicked(_))
    ));
    assert!(matches!(outcome("storms"), Outcome::Storm(_)));
    assert!(
        matches!(outcome("is_not_deterministic"), Outcome::NotDeterministic(found) if found.second == "n0 sends B")
    );
    assert_eq!(
        outcome("is_at_fault"),
        Outcome::CourseFault {
            reason: "no message was ever lost".to_owned()
        }
    );
}

#[test]
fn what_is_not_implemented_is_named() {
    let place = Place {
        file: "here.rs".to_owned(),
        line: 3,
        text: "answer".to_owned(),
    };
    let function = Some("Replica::on_request".to_owned());
    assert_eq!(
        outcome("is_not_implemented"),
        Outcome::NotImplemented { place, function }
    );
}

#[test]
fn what_happens_after_the_verdict_changes_nothing() {
    for test in ["passes_and_then_panics", "leaves_a_child_behind", "floods"] {
        assert_eq!(outcome(test), Outcome::Passed, "{test}");
    }
}

#[test]
fn a_verdict_counts_even_if_the_process_does_not_end() {
    assert_eq!(outcome_of_silence("passes_and_then_hangs"), Outcome::Passed);
}

#[test]
fn two_runs_leave_the_same_bytes() {
    let (first, second) = (
        run_one("breaks", &settings()),
        run_one("breaks", &settings()),
    );
    assert!(!first.record.is_empty());
    assert_eq!(first.record, second.record);
}

#[test]
fn a_callback_that_never_returns_is_named() {
    assert_eq!(outcome_of_silence("spins"), Outcome::NeverReturns(stuck()));
}

#[test]
fn a_callback_that_returned_is_not_to_blame() {
    let Outcome::NoVerdict { reason } = outcome_of_silence("spins_after_a_callback_returned")
    else {
        panic!("n1 is blamed for what happens outside of it")
    };
    assert_eq!(
        reason,
        "the suite was silent for 2 s, twice, outside of any callback"
    );
    assert_eq!(
        outcome_of_silence("spins_in_a_callback_after_another_returned"),
        Outcome::NeverReturns(stuck())
    );
    assert_eq!(
        outcome("exits_after_a_callback_returned"),
        Outcome::Crashed(Crash::Exited { code: 3, at: None })
    );
}

#[test]
fn silence_alone_is_no_verdict() {
    let Outcome::NoVerdict { reason } = outcome_of_silence("spins_outside") else {
        panic!()
    };
    assert_eq!(
        reason,
        "the suite was silent for 2 s, twice, outside of any callback"
    );
    assert_eq!(
        outcome_of_silence("spins_only_without_a_journal"),
        Outcome::Passed
    );
}

#[test]
fn a_journal_without_end_is_given_up() {
    let (suite, cwd) = suite();
    let settings = impatient();
    let scenario = scenario("never_ends_with_a_journal");
    let call = Call {
        suite,
        cwd,
        test: &scenario.test,
        settings: &settings,
    };
    let events = RefCell::new(Vec::new());
    let on_event = |event| events.borrow_mut().push(event);
    let found = runtime::block_on(run(
        call,
        &scenario,
        0,
        Duration::from_secs(2),
        &mut None,
        &on_event,
    ))
    .unwrap();
    let Outcome::NoVerdict { reason } = found.result.outcome else {
        panic!("{found:?}")
    };
    assert_eq!(
        reason,
        "the suite was silent for 2 s; looked at closely it was not, but was not done after 2 s either"
    );
    let runs = Event::Reached {
        scenario: 0,
        reached: Reached {
            done: 16,
            of: 500,
            ..Reached::default()
        },
    };
    assert_eq!(
        *events.borrow(),
        [runs.clone(), Event::LookingInto { scenario: 0 }, runs]
    );
}

#[test]
fn what_takes_the_process_down_is_told_apart() {
    let at = Some(stuck());
    assert_eq!(
        outcome("overflows"),
        Outcome::Crashed(Crash::StackOverflow(at.clone()))
    );
    assert_eq!(
        outcome("exits_with_success"),
        Outcome::Crashed(Crash::Exited {
            code: 0,
            at: at.clone()
        })
    );
    if cfg!(unix) {
        let killed = |by: &str| Crash::Killed {
            by: by.to_owned(),
            at: at.clone(),
        };
        assert_eq!(outcome("aborts"), Outcome::Crashed(killed("SIGABRT")));
        assert_eq!(
            outcome("is_killed_once"),
            Outcome::Passed,
            "whoever is killed from outside gets a second chance"
        );
        let Outcome::NoVerdict { reason } = outcome("is_killed_again") else {
            panic!("that somebody else ended it says nothing about the code");
        };
        assert!(reason.contains("from outside, by SIGKILL"), "{reason}");
    }
}

/// Elsewhere the fake suite, which has no allocator of its own, knows no limit.
#[cfg(target_os = "linux")]
#[test]
fn too_large_an_allocation_is_told_apart() {
    let at = Some(stuck());
    assert_eq!(
        outcome("allocates"),
        Outcome::Crashed(Crash::OutOfMemory { limit: MEMORY, at })
    );
}

#[test]
fn a_place_is_named_only_if_both_runs_agree() {
    assert_eq!(
        outcome("exits_differently_the_second_time"),
        Outcome::Crashed(Crash::Exited { code: 7, at: None })
    );
}

#[test]
fn a_suite_that_never_begins_gives_no_verdict() {
    assert_no_verdict(
        "exits_before_it_begins",
        "the suite ended before it began, with exit code 0",
    );
    let Outcome::NoVerdict { reason } = outcome("panics_before_it_begins") else {
        panic!()
    };
    assert!(
        reason.starts_with("the suite ended before it began, with exit code 101:\n"),
        "{reason}"
    );
    assert!(reason.ends_with("\nthe plan cannot be read"), "{reason}");
    let Outcome::NoVerdict { reason } = outcome("panics_outside_of_a_run") else {
        panic!()
    };
    assert!(
        reason.starts_with("the suite failed outside of any run:\n"),
        "{reason}"
    );
}

#[test]
fn a_record_that_is_not_whole_gives_no_verdict() {
    for (test, flaw) in [
        ("records_garbage", "line 3 of its record cannot be read"),
        ("records_twice", "its record goes on after the verdict"),
        (
            "is_cut_short",
            "its record breaks off in the middle of a line",
        ),
        (
            "forges_the_token",
            "its record was written by someone else: the token is wrong",
        ),
        (
            "has_another_format",
            "its record has format 2, this checker reads format 1: both must come from the same checkout",
        ),
    ] {
        assert_no_verdict(test, &format!("the suite ended without a verdict: {flaw}"));
    }
    assert_no_verdict(
        "records_without_end",
        "the suite was ended: its record grew beyond 256 MiB",
    );
}

#[test]
fn a_test_that_is_missing_or_records_nothing_is_the_courses_fault() {
    assert_eq!(
        outcome("is_missing"),
        Outcome::CourseFault {
            reason: "there is no test `is_missing` in the suite: `exercise.toml` names it, \
                     `tests/grade.rs` does not have it"
                .to_owned()
        }
    );
    let Outcome::CourseFault { reason } = outcome("records_nothing") else {
        panic!()
    };
    assert!(reason.starts_with("the test `records_nothing` passed without recording a verdict"));
}

#[test]
fn a_suite_that_cannot_be_started_gives_no_verdict() {
    let run = run_recorded(
        Path::new("/no/such/suite"),
        Path::new("."),
        &[scenario("a")],
        &settings(),
        &|_| {},
    );
    let Outcome::NoVerdict { reason } = &run.unwrap()[0].result.outcome else {
        panic!()
    };
    assert!(
        reason.starts_with("the suite could not be started or watched: "),
        "{reason}"
    );
}

#[test]
fn a_suite_is_told_what_it_needs_to_know() {
    let all = Settings {
        seeds: Some(5),
        seed: Some(7),
        plan: Some("plans/a.plan.json".into()),
        secret: Some("word".to_owned()),
        trace: Some("trace.json".into()),
        ..settings()
    };
    let told =
        |settings: &Settings| match run_one("checks_its_environment", settings).result.outcome {
            Outcome::CourseFault { reason } => reason,
            other => panic!("{other:?}"),
        };
    assert_eq!(
        told(&all),
        format!("5|7|a.plan.json|word|trace.json|{MEMORY}|0")
    );
    assert_eq!(told(&settings()), format!("|||||{MEMORY}|0"));
}

#[test]
fn results_come_in_the_order_that_was_asked_for() {
    let (suite, folder) = suite();
    let tests = ["spins_outside", "passes", "breaks", "passes"];
    let scenarios: Vec<Scenario> = tests.into_iter().map(scenario).collect();
    let settings = Settings {
        jobs: 4,
        ..impatient()
    };
    let finished = RefCell::new(Vec::new());
    let runs = run_recorded(suite, folder, &scenarios, &settings, &|event| {
        if let Event::Finished { scenario } = event {
            finished.borrow_mut().push(scenario);
        }
    });
    let names: Vec<String> = runs
        .unwrap()
        .into_iter()
        .map(|run| run.result.test)
        .collect();
    assert_eq!(names, tests);
    assert_eq!(
        finished.borrow().last(),
        Some(&0),
        "the slowest does not keep the others waiting"
    );
}

/// With one turn between them, the first would wait for the second until the end of its patience.
#[test]
fn who_falls_silent_no_longer_keeps_others_from_starting() {
    let (suite, folder) = suite();
    let scenarios = ["waits_for_the_other", "is_the_other"].map(scenario);
    let settings = Settings {
        jobs: 1,
        patience: Duration::from_secs(600),
        ..settings()
    };
    let runs = run_recorded(suite, folder, &scenarios, &settings, &|_| {}).unwrap();
    assert!(runs.iter().all(|run| run.result.outcome == Outcome::Passed));
}

/// The processes of a dropped grading, and theirs, are gone: nobody holds their record or their outputs open.
#[cfg(target_os = "linux")]
#[test]
fn dropping_the_future_kills_the_whole_group() {
    let (suite, folder) = suite();
    let child_file = folder.join("child");
    // Variables of this process belong to all tests at once, so the path is handed over by a script.
    let wrapper = folder.join("wrapper.sh");
    fs::write(
        &wrapper,
        format!(
            "#!/bin/sh\nCHILD_FILE={} exec {} \"$@\"\n",
            child_file.display(),
            suite.display()
        ),
    )
    .unwrap();
    let mut permissions = fs::metadata(&wrapper).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    fs::set_permissions(&wrapper, permissions).unwrap();

    let settings = Settings {
        patience: Duration::from_secs(600),
        ..settings()
    };
    let scenarios = [scenario("starts_a_child_and_hangs")];
    runtime::block_on(async {
        let started = async {
            while !fs::read_to_string(&child_file).is_ok_and(|text| !text.is_empty()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            _ = cancellable::run_recorded(&wrapper, folder, &scenarios, &settings, &|_| {}) => panic!("it hangs"),
            () = started => {}
        }
    })
    .unwrap();
    let child = fs::read_to_string(&child_file).unwrap();
    let alive = || {
        fs::read_to_string(format!("/proc/{child}/stat"))
            .is_ok_and(|stat| !stat.contains(") Z ") && !stat.contains(") X "))
    };
    // The signal has been sent; the system may need a moment to carry it out.
    let deadline = std::time::Instant::now() + Duration::from_secs(30);
    while alive() {
        assert!(
            std::time::Instant::now() < deadline,
            "process {child} is still there"
        );
        std::thread::yield_now();
    }
}
