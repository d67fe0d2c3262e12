//! Every state of every report, whole.

use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use simulator::plan::Plan;
use simulator::record::{Difference, Effort, Explored, Extent, Place, Run, Story};
use unicode_width::UnicodeWidthStr;

use super::{Next, Report, json, junit, replay, text};
use crate::course::model::{Edition, Exercise, Kind, Scenario};
use crate::grading::outcome::{Crash, Graded, Outcome, ScenarioResult, Stuck};

const ROOT: &str = "/course";

const TESTS: [(&str, &str, u32); 3] = [
    ("one_primary", "at most one node is primary at a time", 3),
    (
        "acknowledged_writes_survive",
        "acknowledged writes survive a crash",
        4,
    ),
    (
        "reads_are_linearizable",
        "every read returns the latest write that was acknowledged, whichever node is asked",
        3,
    ),
];

fn exercise(kind: Kind) -> Exercise {
    let scenarios = TESTS.map(|(test, title, points)| Scenario {
        test: test.to_owned(),
        title: title.to_owned(),
        points,
        hint: hint().to_owned(),
    });
    Exercise {
        id: "primary-backup".to_owned(),
        chapter: "replication".to_owned(),
        title: "Primary and backup".to_owned(),
        summary: "Keep copies of a value on several nodes.".to_owned(),
        kind,
        minutes: 60,
        page: None,
        scenarios: scenarios.into(),
        hints: vec!["a".to_owned(), "b".to_owned(), "c".to_owned()],
        folder: PathBuf::from("/course/exercises/replication/primary-backup"),
        solution: PathBuf::from("/course/solutions/replication/primary-backup"),
    }
}

fn hint() -> &'static str {
    "When does the client hear `Stored`: before or after the backups have the write? Look at what happens between."
}

fn results(outcomes: [Outcome; 3]) -> Vec<ScenarioResult> {
    let results = TESTS
        .iter()
        .zip(outcomes)
        .map(|((test, title, points), outcome)| ScenarioResult {
            test: (*test).to_owned(),
            title: (*title).to_owned(),
            points: *points,
            hint: hint().to_owned(),
            picture: picture(&outcome, test),
            outcome,
            effort: Effort {
                schedules: 1200,
                seeds: 500,
                shrinks: 34,
                events: 81_000,
                messages: 9_000,
                explored: None,
            },
        });
    results.collect()
}

/// Where the picture of a failure would be; what is drawn in the report has one.
fn picture(outcome: &Outcome, test: &str) -> Option<PathBuf> {
    let (Outcome::Broken(story) | Outcome::Storm(story)) = outcome else {
        return None;
    };
    let file = format!("/course/target/faultline/primary-backup-{test}.html");
    (!story.diagram.is_empty()).then(|| file.into())
}

fn story(faults: &[&str], operations: &[&str]) -> Box<Story> {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Box::new(Story {
        promise: "a write answered `Stored` is on every live replica".to_owned(),
        broken: "n2 holds x=1, but x=2 was acknowledged at 38 ms".to_owned(),
        place: Some(Place {
            file: "exercises/replication/primary-backup/tests/grade.rs".to_owned(),
            line: 77,
            text: "assertion failed".to_owned(),
        }),
        run: Run::Seed { seed: 17, of: 500 },
        faults: owned(faults),
        operations: owned(operations),
        operation_noun: "write".to_owned(),
        diagram: vec![
            "  time  client       n0           n1           n2".to_owned(),
            "0.0 ms    ├─Put x=2──▶│            │            │".to_owned(),
            "0.0 ms    │           ├─Replicate─▶│            │".to_owned(),
        ],
        plan: Plan {
            format: 1,
            scenario: "acknowledged_writes_survive".to_owned(),
            random: 7,
            operations: Vec::new(),
            faults: Vec::new(),
        },
        trace: None,
    })
}

fn usual_story() -> Box<Story> {
    story(
        &["n0 → n2: the 2nd message is lost", "n0 crashes at 40 ms"],
        &["client 0 asks n0: Put x=1", "client 0 asks n0: Put x=2"],
    )
}

fn stuck() -> Stuck {
    Stuck {
        node: "n1".to_owned(),
        callback: "on_message".to_owned(),
        with: "Replicate { key: \"x\", value: 1 } from n0".to_owned(),
        at: "40 ms".to_owned(),
        run: "seed 17".to_owned(),
    }
}

fn not_implemented() -> Outcome {
    Outcome::NotImplemented {
        place: Place {
            file: "exercises/replication/primary-backup/src/lib.rs".to_owned(),
            line: 42,
            text: "not yet implemented: store the value, then tell the backups".to_owned(),
        },
        function: Some("Replica::on_request".to_owned()),
    }
}

/// One failure of each kind, by name.
fn failures() -> Vec<(&'static str, Outcome)> {
    let at = Some(stuck());
    let panic = Story {
        broken: "index out of bounds: the len is 3 but the index is 3".to_owned(),
        place: Some(Place {
            file: "exercises/replication/primary-backup/src/lib.rs".to_owned(),
            line: 51,
            text: String::new(),
        }),
        run: Run::Schedule { schedule: 4 },
        ..*story(&[], &["client 0 asks n0: Put x=1"])
    };
    let storm = Story {
        broken: "10,000 messages within 2 ms, and 3 more for each that arrives".to_owned(),
        place: None,
        run: Run::Script,
        ..*story(&["n0 → n1: the 1st message arrives twice"], &[])
    };
    vec![
        ("broken", Outcome::Broken(usual_story())),
        ("not-implemented", not_implemented()),
        (
            "not-deterministic",
            Outcome::NotDeterministic(Difference {
                run: "seed 1 of 500".to_owned(),
                first: "n0 sends Replicate { key: \"x\", value: 1 } to n1 at 3 ms".to_owned(),
                second: "n0 sends Replicate { key: \"y\", value: 2 } to n1 at 3 ms".to_owned(),
            }),
        ),
        ("never-returns", Outcome::NeverReturns(stuck())),
        ("storm", Outcome::Storm(Box::new(storm))),
        (
            "panicked",
            Outcome::Crashed(Crash::Panicked(Box::new(panic))),
        ),
        (
            "stack-overflow",
            Outcome::Crashed(Crash::StackOverflow(at.clone())),
        ),
        (
            "out-of-memory",
            Outcome::Crashed(Crash::OutOfMemory {
                limit: 1 << 30,
                at: at.clone(),
            }),
        ),
        (
            "exited",
            Outcome::Crashed(Crash::Exited {
                code: 0,
                at: at.clone(),
            }),
        ),
        (
            "killed",
            Outcome::Crashed(Crash::Killed {
                by: "SIGABRT".to_owned(),
                at,
            }),
        ),
        (
            "exited-nowhere",
            Outcome::Crashed(Crash::Exited { code: 7, at: None }),
        ),
        (
            "no-verdict",
            Outcome::NoVerdict {
                reason: "the suite ended without a verdict: line 3 of its record cannot be read"
                    .to_owned(),
            },
        ),
        (
            "course-fault",
            Outcome::CourseFault {
                reason: "messages may be lost, but none ever was".to_owned(),
            },
        ),
    ]
}

fn with_report<T>(graded: &Graded, kind: Kind, next: Next, render: impl Fn(&Report<'_>) -> T) -> T {
    colored::control::set_override(false);
    let exercise = exercise(kind);
    render(&Report {
        root: Path::new(ROOT),
        exercise: &exercise,
        graded,
        edition: Edition::Authors,
        next,
    })
}

fn one_failure(outcome: Outcome) -> Graded {
    Graded::Ran(results([Outcome::Passed, outcome, Outcome::Passed]))
}

/// Commands stay whole, so that they can be copied; everything else fits.
#[track_caller]
fn assert_fits(text: &str) {
    for line in text.lines().filter(|line| !line.contains("cargo checker")) {
        assert!(line.width() <= 80, "{} columns: {line}", line.width());
    }
}

#[test]
fn every_outcome_as_text() {
    for (name, outcome) in failures() {
        let text = with_report(&one_failure(outcome), Kind::Node, Next::Done, text);
        assert_fits(&text);
        assert_snapshot!(format!("text-{name}"), text);
    }
}

#[test]
fn every_outcome_as_json() {
    for (name, outcome) in failures() {
        let text = with_report(&one_failure(outcome), Kind::Node, Next::Done, json);
        assert_snapshot!(format!("json-{name}"), text);
    }
}

#[test]
fn every_outcome_as_junit() {
    for (name, outcome) in failures() {
        let text = with_report(&one_failure(outcome), Kind::Node, Next::Done, junit);
        assert_snapshot!(format!("junit-{name}"), text);
    }
}

/// Whole exercises, by name.
fn wholes() -> Vec<(&'static str, Graded)> {
    let broken = || Outcome::Broken(usual_story());
    vec![
        ("all-passed", Graded::Ran(results([Outcome::Passed, Outcome::Passed, Outcome::Passed]))),
        ("untouched", Graded::Ran(results([not_implemented(), not_implemented(), not_implemented()]))),
        ("all-broken", Graded::Ran(results([broken(), Outcome::NeverReturns(stuck()), broken()]))),
        (
            "does-not-compile",
            Graded::DoesNotCompile {
                messages: "\u{1b}[1merror[E0308]\u{1b}[0m: mismatched types\n --> src/lib.rs:3:5\n  |\n3 |     <T>\n  |     ^^^\n\n".to_owned(),
            },
        ),
    ]
}

#[test]
fn whole_exercises_as_text_json_and_junit() {
    for (name, graded) in wholes() {
        let told = with_report(&graded, Kind::Node, Next::Done, text);
        assert_fits(&told);
        assert_snapshot!(format!("text-{name}"), told);
        assert_snapshot!(
            format!("json-{name}"),
            with_report(&graded, Kind::Node, Next::Done, json)
        );
        assert_snapshot!(
            format!("junit-{name}"),
            with_report(&graded, Kind::Node, Next::Done, junit)
        );
    }
}

#[test]
fn whole_exercises_while_watching() {
    for (name, graded) in wholes() {
        let told = with_report(&graded, Kind::Node, Next::Watching, text);
        assert_fits(&told);
        assert_snapshot!(format!("watch-{name}"), told);
    }
}

#[test]
fn a_function_has_no_faults_and_no_diagram() {
    let story = Story {
        promise: "merging is commutative".to_owned(),
        broken: "merge(a, b) is not merge(b, a)".to_owned(),
        operation_noun: "step".to_owned(),
        diagram: Vec::new(),
        ..*story(&[], &["a ticks", "b receives a"])
    };
    let graded = one_failure(Outcome::Broken(Box::new(story)));
    assert_snapshot!(
        "text-function",
        with_report(&graded, Kind::Function, Next::Done, text)
    );
}

#[test]
fn a_plan_that_a_learner_wrote_has_a_task_and_is_not_said_to_be_enough() {
    let mut written = Story {
        promise: "one cut makes it hand out a ticket twice".to_owned(),
        broken: "the plan breaks nothing: a handed out 9 tickets".to_owned(),
        run: Run::Written,
        ..*story(&["a and b are cut off from each other"], &[])
    };
    let told = |story: &Story| {
        let graded = one_failure(Outcome::Broken(Box::new(story.clone())));
        with_report(&graded, Kind::BreakIt, Next::Done, text)
    };
    let text = told(&written);
    let line = |start: &str| {
        let mut lines = text.lines().map(str::trim);
        lines.find(|line| line.starts_with(start))
    };
    assert_eq!(
        (line("Task"), line("Instead"), line("The plan")),
        (
            Some("Task      one cut makes it hand out a ticket twice"),
            Some("Instead   the plan breaks nothing: a handed out 9 tickets"),
            Some("The plan has one fault:")
        ),
        "{text}"
    );
    written.faults.clear();
    assert!(told(&written).contains("The plan has no fault."));
}

#[test]
fn a_replay_tells_one_scenario_alone() {
    let graded = one_failure(Outcome::Broken(usual_story()));
    let Graded::Ran(results) = &graded else {
        unreachable!()
    };
    let told = |result: usize| {
        with_report(&graded, Kind::Node, Next::Done, |report| {
            replay(report, &results[result])
        })
    };
    assert_snapshot!("replay-broken", told(1));
    assert_snapshot!("replay-passes", told(0));
}

#[test]
fn long_texts_are_broken_and_many_items_align() {
    let faults = ["n0 → n2: the 2nd message, which tells of everything that happened in the meantime, arrives 40 ms late";
        11];
    let story = Story {
        promise: "word ".repeat(40).trim_end().to_owned(),
        run: Run::Plan,
        ..*story(&faults, &["client 0 asks n0: Put x=1"])
    };
    let told = with_report(
        &one_failure(Outcome::Broken(Box::new(story))),
        Kind::Node,
        Next::Done,
        text,
    );
    assert_fits(&told);
    assert_snapshot!("text-long", told);
}

#[test]
fn what_xml_cannot_hold_is_left_out_of_it() {
    let reason = "a \u{1b}[31mred\u{1b}[0m <tag> & \u{0} \u{8} \"quote\" \u{ffff} ]]>".to_owned();
    let told = with_report(
        &one_failure(Outcome::NoVerdict { reason }),
        Kind::Node,
        Next::Done,
        junit,
    );
    assert!(
        told.contains("a red &lt;tag&gt; &amp;   \"quote\"  ]]&gt;")
            || told.contains("a red &lt;tag&gt; &amp;   &quot;quote&quot;  ]]&gt;"),
        "{told}"
    );
    assert!(!told.contains(['\u{1b}', '\u{0}', '\u{8}', '\u{ffff}']));
}

#[test]
fn how_far_an_exploration_went_is_told() {
    let passed = |extent| {
        let mut results = results([Outcome::Passed, Outcome::Passed, Outcome::Passed]);
        results[0].effort.explored = Some(Explored {
            states: 13_792,
            steps: 25,
            extent,
        });
        let graded = Graded::Ran(results);
        with_report(&graded, Kind::Node, Next::Done, text)
    };
    let everything = passed(Extent::Everything);
    assert!(
        everything.contains("1700 runs, all 13792 states · "),
        "{everything}"
    );
    let cut_short = passed(Extent::States);
    assert!(
        cut_short.contains("1700 runs, the first 13792 states · "),
        "{cut_short}"
    );
}
