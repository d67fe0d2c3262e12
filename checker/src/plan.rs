//! Saved plans: reading one that a person may have edited.

use std::path::Path;

use serde::Deserialize;
use serde_json::error::Category;
use simulator::plan::{PLAN_FORMAT, Plan};

use crate::course::model::Exercise;
use crate::problem::{Code, Problem, did_you_mean};
use crate::source::Source;

/// The most that a saved plan may hold, in bytes.
const PLAN_LIMIT: u64 = 16 * 1024 * 1024;

/// Reads the plan saved in `path`; problems call it `name`.
///
/// # Errors
/// The first problem of the file.
pub fn read(path: &Path, name: &str) -> Result<Plan, Problem> {
    parse(
        &Source::read(path, name, PLAN_LIMIT).map_err(|mut problem| {
            problem.help = vec![
                "name another file after `--plan`, or let `cargo checker run` save one".to_owned(),
            ];
            problem
        })?,
    )
}

/// Reads a saved plan.
///
/// # Errors
/// The first problem: not JSON, another format, or not a plan.
pub fn parse(source: &Source) -> Result<Plan, Problem> {
    /// All that every version has in common.
    #[derive(Deserialize)]
    struct Head {
        format: u64,
    }
    if let Ok(Head { format }) = serde_json::from_str(&source.text)
        && format != u64::from(PLAN_FORMAT)
    {
        let message =
            format!("format {format} is not supported; this checker reads format {PLAN_FORMAT}");
        let start = source.text.find("\"format\"").unwrap_or(0);
        let advice = if format > u64::from(PLAN_FORMAT) {
            "update the checker: a newer one saved this plan"
        } else {
            "save the plan again with `cargo checker run`"
        };
        let span = start..start + "\"format\"".len();
        return Err(Problem::new(Code::Format, message)
            .at(source, span, "")
            .help(advice));
    }
    serde_json::from_str(&source.text).map_err(|error| {
        let what = match error.classify() {
            Category::Data => "this is not a plan",
            Category::Syntax | Category::Eof | Category::Io => "this is not JSON",
        };
        let words = error.to_string();
        let words = words
            .rsplit_once(" at line ")
            .map_or(words.as_str(), |(words, _)| words);
        let start = source.line_span(error.line()).start + error.column().saturating_sub(1);
        let problem = Problem::new(Code::Json, format!("{what}: {words}"));
        problem
            .at(source, start..start + 1, "")
            .help("correct it here, or save the plan again with `cargo checker run`")
    })
}

/// Complains unless the plan is for a scenario of this exercise.
///
/// # Errors
/// It is for another.
pub fn check_scenario(plan: &Plan, exercise: &Exercise, name: &str) -> Result<(), Problem> {
    let tests = || {
        exercise
            .scenarios
            .iter()
            .map(|scenario| scenario.test.as_str())
    };
    if tests().any(|test| test == plan.scenario) {
        return Ok(());
    }
    let message = format!(
        "this plan is for `{}`, no scenario of `{}`",
        plan.scenario.escape_debug(),
        exercise.id
    );
    let advice = did_you_mean(&plan.scenario, tests()).unwrap_or_else(|| {
        format!(
            "name another plan; the scenarios are {}",
            tests().collect::<Vec<_>>().join(", ")
        )
    });
    Err(Problem::new(Code::DanglingId, message)
        .in_file(name)
        .help(advice))
}
