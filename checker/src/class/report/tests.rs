//! Every finding in every report, and hostile text in all of them.

extern crate self as checker;

mod schema;

#[path = "../../../examples/class/sample.rs"]
mod sample;

use insta::assert_snapshot;
use serde_json::Value;

use super::shown::LONGEST;
use super::*;
use crate::class::line::{Basis, Finding, LINE_FORMAT, Level, Scenario};

const CHECKS: [(&str, &str, u32); 2] = [
    ("writes_survive", "acknowledged writes survive a crash", 4),
    ("copies_agree", "copies agree", 2),
];

fn about(submissions: usize) -> About {
    let asked = |id: &str, title: &str, page: Option<&str>| Asked {
        id: id.to_owned(),
        title: title.to_owned(),
        page: page.map(str::to_owned),
        checks: CHECKS
            .iter()
            .map(|(test, title, possible)| Check {
                test: (*test).to_owned(),
                title: (*title).to_owned(),
                possible: *possible,
            })
            .collect(),
    };
    About {
        course: "Faultline".to_owned(),
        exercises: vec![
            asked(
                "primary-backup",
                "Primary and backups",
                Some("replication/primary-backup.md"),
            ),
            asked("hash-ring", "Consistent hashing", None),
        ],
        level: Level::Sandbox,
        submissions,
    }
}

fn line(student: &str, exercise: &str, finding: Finding) -> Line {
    let points = match &finding {
        Finding::Ran { scenarios } => scenarios.iter().map(|scenario| scenario.points).sum(),
        _ => 0,
    };
    Line {
        format: LINE_FORMAT,
        student: student.to_owned(),
        exercise: exercise.to_owned(),
        basis: Basis {
            file: Some("f".repeat(64)),
            course: "c".repeat(64),
            checker: "0.1.0".to_owned(),
            compiler: "rustc 1.89.0".to_owned(),
            seeds: "5".repeat(64),
            level: Level::Sandbox,
        },
        finding,
        points,
        possible: 6,
        ignored: Vec::new(),
        fingerprint: Vec::new(),
        seal: "0".repeat(64),
    }
}

/// What the two scenarios found: outcomes with what is told of them.
fn ran(outcomes: [(&str, &str); 2]) -> Finding {
    let scenarios =
        CHECKS
            .iter()
            .zip(outcomes)
            .map(|((test, title, possible), (outcome, told))| Scenario {
                test: (*test).to_owned(),
                title: (*title).to_owned(),
                points: if outcome == "passed" { *possible } else { 0 },
                possible: *possible,
                outcome: outcome.to_owned(),
                told: told.to_owned(),
                counterexample: (outcome == "broken").then(|| "1 loss, 2 operations".to_owned()),
            });
    Finding::Ran {
        scenarios: scenarios.collect(),
    }
}

/// A small class with every finding.
fn class() -> Vec<Line> {
    let broken = "  Promise   writes survive\n  Broken    x=1 is lost";
    let mut lines = vec![
        line("ada", "hash-ring", ran([("passed", ""), ("passed", "")])),
        line(
            "ada",
            "primary-backup",
            ran([("broken", broken), ("passed", "")]),
        ),
        line("barbara", "hash-ring", Finding::Missing),
        line(
            "barbara",
            "primary-backup",
            Finding::Refused {
                reason: "src/lib.rs is a link".to_owned(),
            },
        ),
        line(
            "edsger",
            "hash-ring",
            Finding::DoesNotCompile {
                messages: "error: expected `;`\n --> src/lib.rs:3:5".to_owned(),
            },
        ),
        line(
            "edsger",
            "primary-backup",
            Finding::NoVerdict {
                reason: "the build was killed".to_owned(),
            },
        ),
        line(
            "grace",
            "hash-ring",
            ran([("no-verdict", "the suite fell silent"), ("passed", "")]),
        ),
        line(
            "grace",
            "primary-backup",
            ran([
                ("crashed", "  Panic     out of bounds"),
                ("of-a-later-version", "?"),
            ]),
        ),
    ];
    lines[1].ignored = vec!["build.rs".to_owned()];
    lines
}

#[test]
fn every_finding_in_gradescope() {
    let lines = class();
    let results: Vec<String> = students(&lines)
        .map(|(_, lines)| gradescope(lines, &about(4)))
        .collect();
    assert_snapshot!("gradescope", results.join("\n"));
}

#[test]
fn every_finding_in_junit() {
    assert_snapshot!("junit", junit(&class(), &about(4)));
}

#[test]
fn every_finding_in_the_gradebook() {
    let text = csv(&class(), &about(4));
    assert!(text.lines().count() == 6 && text.matches("\r\n").count() == 6);
    assert_snapshot!("csv", text.replace("\r\n", "\n"));
}

/// The page without its style and script.
fn body(page: &str) -> &str {
    let from = page.find("<main>").unwrap();
    let to = page.rfind("</main>").unwrap();
    &page[from..to]
}

#[test]
fn every_finding_on_the_page() {
    assert_snapshot!("html", body(&html(&class(), &about(4))));
}

#[test]
fn what_is_not_the_whole_class_says_so() {
    let lines = class();
    let page = html(&lines[1..], &about(7));
    assert!(page.contains(
        "nothing is known of 3 submissions, and 1 exercise of a student has not been graded"
    ));
    assert!(html(&[], &about(0)).contains("<p>Nothing.</p>"));
    assert!(csv(&lines[1..], &about(7)).contains("\nada,2,,\r\n"));
}

#[test]
fn those_who_copied_are_on_the_page_as_a_group() {
    let mut lines = class();
    for line in &mut lines {
        line.fingerprint = (0..100).collect();
    }
    lines[0].basis.file = Some("another".to_owned());
    let page = html(&lines, &about(4));
    assert!(
        page.contains("<h3>Alike <small>2</small></h3>"),
        "{}",
        body(&page)
    );
    assert!(page.contains("<a href=\"#s1-e1\"><bdi>barbara</bdi></a>, <a href=\"#s2-e1\">"));
    assert!(page.contains("<td>100 %</td>") && page.contains("<td>the same file</td>"));
}

/// Everything that the sample's hostile students can say.
fn assert_harmless(text: &str) {
    for letter in text.chars() {
        assert!(
            letter == '\n' || letter == '\r' || !letter.is_control(),
            "{letter:?}"
        );
        assert!(!('\u{202a}'..='\u{202e}').contains(&letter), "{letter:?}");
    }
}

#[test]
fn nothing_that_a_submission_says_becomes_markup() {
    let (lines, about) = (sample::lines(40), sample::about(40));
    let page = html(&lines, &about);
    assert_harmless(&page);
    assert_eq!(page.matches("<script").count(), 1);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    let mut open: Vec<&str> = Vec::new();
    let style = page.find("<style>").unwrap()..page.find("</style>").unwrap();
    let without_style = page.replace(&page[style], "<style>");
    let script = without_style.find("<script>").unwrap()..without_style.find("</script>").unwrap();
    let markup = without_style.replace(&without_style[script], "<script>");
    for tag in markup.split('<').skip(2) {
        let name = tag.split([' ', '>', '\n']).next().unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{tag}"),
            None if ["meta", "link", "wbr"].contains(&name) => {}
            None => open.push(name),
        }
    }
    assert_eq!(open, [""; 0]);

    assert_harmless(&junit(&lines, &about));
    assert_harmless(&csv(&lines, &about));
    for (_, lines) in students(&lines) {
        assert_harmless(&gradescope(lines, &about));
    }
}

#[test]
fn a_message_of_a_megabyte_is_cut() {
    let told = "<&\u{202e}".repeat(200 << 10);
    let lines = [line(
        "ada",
        "hash-ring",
        ran([("crashed", &told), ("passed", "")]),
    )];
    let about = about(1);
    let note = "more bytes left out]";
    for text in [
        html(&lines, &about),
        junit(&lines, &about),
        gradescope(&lines, &about),
    ] {
        assert!(
            text.contains(note) && text.len() < 8 * LONGEST,
            "{}",
            text.len()
        );
    }
    // Many such messages fill no page.
    let many: Vec<Line> = (0..1500)
        .map(|student| {
            line(
                &format!("s{student:04}"),
                "hash-ring",
                ran([("crashed", &"&".repeat(LONGEST)), ("passed", "")]),
            )
        })
        .collect();
    let page = html(&many, &about);
    assert!(
        page.contains("Left out: the page is full.") && page.len() < 28 << 20,
        "{}",
        page.len()
    );
}

#[test]
fn the_same_lines_give_the_same_bytes() {
    let (lines, about) = (sample::lines(20), sample::about(20));
    for report in [html, junit, csv] {
        assert_eq!(
            report(&lines, &about),
            report(&lines.clone(), &about.clone())
        );
    }
}

#[test]
fn junit_is_xml_and_counts_what_it_says() {
    let text = junit(&sample::lines(40), &sample::about(40));
    let mut reader = quick_xml::Reader::from_str(&text);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            _ => continue,
        }
    }
    let count = |start: &str| text.matches(start).count();
    let head = format!(
        "<testsuites name=\"faultline\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        count("<testcase "),
        count("<failure "),
        count("<error ")
    );
    assert!(text.contains(&head), "{head}");
}

#[test]
fn results_are_what_gradescope_documents() {
    let schema: Value =
        serde_json::from_str(include_str!("../../../tests/schemas/gradescope.json")).unwrap();
    let (lines, about) = (sample::lines(60), sample::about(60));
    for (student, lines) in students(&lines) {
        let results: Value = serde_json::from_str(&gradescope(lines, &about)).unwrap();
        assert_eq!(schema::errors(&schema, &results), [""; 0], "{student}");
        let scores: u64 = results["tests"]
            .as_array()
            .unwrap()
            .iter()
            .map(|test| test["score"].as_u64().unwrap())
            .sum();
        assert_eq!(results["score"].as_u64(), Some(scores));
    }
    // The schema can refuse.
    let mut wrong: Value = serde_json::from_str(&gradescope(&lines[..1], &about)).unwrap();
    wrong["tests"][0]["status"] = "broken".into();
    wrong["tests"][0]["score"] = "1".into();
    wrong["grade"] = 1.into();
    wrong["tests"][0]["tags"] = vec![1].into();
    assert_eq!(
        schema::errors(&schema, &wrong),
        [
            "$.grade: is not allowed",
            "$.tests[0].score: is no number",
            "$.tests[0].status: is none of [\"passed\",\"failed\"]",
            "$.tests[0].tags[0]: is no string",
        ]
    );
}
