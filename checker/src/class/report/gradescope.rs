//! What Gradescope shows a student: `results.json`, as "Autograder Specifications, Output format" describes it
//! (<https://gradescope-autograders.readthedocs.io/en/latest/specs/>).

use serde::Serialize;
use serde_json::{Value, json};

use super::FORMAT;
use super::about::About;
use super::shown::name;
use super::verdict::{Verdict, rows};
use crate::class::line::Line;

/// The whole result of a class of one: what is written to `results.json`.
#[derive(Serialize)]
struct Results {
    score: u32,
    output: String,
    output_format: &'static str,
    test_output_format: &'static str,
    test_name_format: &'static str,
    visibility: &'static str,
    /// What the grading process prints is for the instructor.
    stdout_visibility: &'static str,
    extra_data: Value,
    tests: Vec<Test>,
}

/// A scenario.
#[derive(Serialize)]
struct Test {
    number: String,
    name: String,
    score: u32,
    max_score: u32,
    status: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    output: String,
    visibility: &'static str,
    extra_data: Value,
}

const VISIBLE: &str = "visible";

/// Plain text: nothing that a submission says becomes HTML, Markdown or colour.
const TEXT: &str = "text";

/// The results of the student whose lines these are. The text ends with a line break; it is JSON with every character
/// as it is.
pub fn gradescope(lines: &[Line], about: &About) -> String {
    let mut tests = Vec::new();
    let mut basis = Vec::new();
    let ordered = about.in_order(lines);
    for (exercise, line) in ordered.iter().enumerate() {
        for (scenario, row) in rows(line, about).into_iter().enumerate() {
            let status = if row.verdict == Verdict::Passed {
                "passed"
            } else {
                "failed"
            };
            let mut output = row.shown();
            if row.verdict == Verdict::Unjudged {
                output = format!("There is no verdict, which may not be your fault.\n{output}");
            }
            tests.push(Test {
                number: format!("{}.{}", exercise + 1, scenario + 1),
                name: format!("{}: {}", line.exercise, row.title),
                score: row.points,
                max_score: row.possible,
                status,
                output,
                visibility: VISIBLE,
                extra_data: json!({"exercise": line.exercise, "test": row.test, "outcome": row.verdict.id()}),
            });
        }
        basis.push(json!({"exercise": line.exercise, "basis": line.basis}));
    }
    let results = Results {
        score: ordered.iter().map(|line| line.points).sum(),
        output: summary(&ordered, about),
        output_format: TEXT,
        test_output_format: TEXT,
        test_name_format: TEXT,
        visibility: VISIBLE,
        stdout_visibility: "hidden",
        extra_data: json!({"faultline": {"format": FORMAT, "graded": basis}}),
        tests,
    };
    // Only text, numbers and lists: nothing in it cannot be written.
    serde_json::to_string_pretty(&results).unwrap_or_default() + "\n"
}

/// A line an exercise.
fn summary(lines: &[&Line], about: &About) -> String {
    let mut text = format!("{}\n", about.course);
    for line in lines {
        let why = super::verdict::whole(line)
            .map_or(String::new(), |verdict| format!(" ({})", verdict.words()));
        text.push_str(&format!(
            "{}: {}/{} points{why}\n",
            line.exercise, line.points, line.possible
        ));
        if !line.ignored.is_empty() {
            let paths: Vec<String> = line.ignored.iter().map(|path| name(path)).collect();
            text.push_str(&format!("  not looked at: {}\n", paths.join(", ")));
        }
    }
    text
}
