//! `exercise.toml`: what an exercise is graded by, and its hints.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::form::{Form, Value, optional, required};
use super::model::{Kind, Scenario};
use super::table::{At, Keys, Reader, Table};
use super::unique::check_unique;
use crate::problem::{Code, Problem, did_you_mean};
use crate::source::Source;

/// The fewest hints that make a ladder: a nudge, an idea, a sketch.
pub const HINTS: usize = 3;

const KINDS: [(&str, Kind); 3] = [
    ("node", Kind::Node),
    ("function", Kind::Function),
    ("break-it", Kind::BreakIt),
];
const KIND_NAMES: [&str; 3] = [KINDS[0].0, KINDS[1].0, KINDS[2].0];

const MINUTES: RangeInclusive<u64> = 1..=6_000;
const POINTS: RangeInclusive<u64> = 1..=1_000;

/// What `exercise.toml` may hold.
pub static EXERCISE: Form = Form {
    keys: &[
        required("title", Value::Text, "Its title."),
        required("summary", Value::Text, "One sentence: what is to be built."),
        required(
            "kind",
            Value::Word(&KIND_NAMES),
            "What the learner writes: `node`, an actor under faults; `function`, functions and types, tried with \
             generated inputs; `break-it`, a plan of faults that breaks a given design.",
        ),
        required(
            "minutes",
            Value::Number(MINUTES),
            "How many minutes it takes, roughly.",
        ),
        optional(
            "page",
            Value::Like("^[^:\\\\]+\\.md$"),
            "Its page, from `book/src`: \"why-distribute/request-reply.md\".",
        ),
        required(
            "scenario",
            Value::Tables(1, &SCENARIO),
            "What it is graded by, in the order in which it is told. Each has a test in `tests/grade.rs`.",
        ),
        required(
            "hint",
            Value::Tables(HINTS as u64, &HINT),
            "The ladder of hints: a nudge, an idea, a sketch.",
        ),
    ],
};

static SCENARIO: Form = Form {
    keys: &[
        required(
            "test",
            Value::Like("^[a-z_][A-Za-z0-9_]*$"),
            "The name of its `#[test] fn` in `tests/grade.rs`.",
        ),
        required("title", Value::Text, "What it checks, in words."),
        required("points", Value::Number(POINTS), "What it is worth."),
        required(
            "hint",
            Value::Text,
            "The hint that is shown with its failure. It does not give the answer away.",
        ),
    ],
};

static HINT: Form = Form {
    keys: &[required(
        "text",
        Value::Text,
        "The hint, in Markdown. The first is a nudge, the last a sketch.",
    )],
};

/// `exercise.toml` as it stands.
pub struct ExerciseManifest {
    /// Its title.
    pub title: String,
    /// One sentence: what is to be built.
    pub summary: String,
    /// What kind of exercise it is.
    pub kind: Kind,
    /// How long it takes, roughly.
    pub minutes: u32,
    /// Its page, relative to `book/src`.
    pub page: Option<PathBuf>,
    /// Each with the place where its test is named.
    pub scenarios: Vec<At<Scenario>>,
    /// The ladder of hints.
    pub hints: Vec<String>,
}

/// Reads `exercise.toml`.
///
/// # Errors
/// All problems that can be seen without looking into other files.
pub fn parse(source: &Source) -> Result<ExerciseManifest, Vec<Problem>> {
    Reader::parse(source, Keys::Of(&EXERCISE), |top| {
        let title = top.text("title");
        let summary = top.text("summary");
        let kind = kind(top);
        let minutes = top.number("minutes", MINUTES);
        let page = page(top);
        let scenarios = top.tables("scenario", "[[scenario]]", Keys::Of(&SCENARIO), scenario);
        if !top.has("scenario") {
            let problem = Problem::new(Code::MissingKey, "the exercise has no scenario");
            let advice = "add a [[scenario]] with `test`, `title`, `points` and `hint`";
            top.report(problem.in_file(&*source.name).help(advice));
        }
        check_duplicates(top, &scenarios);
        let hints = hints(top);
        Some(ExerciseManifest {
            title: title?.0,
            summary: summary?.0,
            kind: kind?,
            minutes: u32::try_from(minutes?.0).unwrap_or(u32::MAX),
            page: page?,
            scenarios,
            hints: hints?,
        })
    })
}

fn kind(top: &Table) -> Option<Kind> {
    let (written, span) = top.text("kind")?;
    let kind = KINDS
        .iter()
        .find(|(name, _)| *name == written)
        .map(|(_, kind)| *kind);
    if kind.is_none() {
        let problem = Problem::new(
            Code::BadValue,
            format!("unknown kind `{}`", written.escape_debug()),
        );
        let advice = did_you_mean(&written, KIND_NAMES)
            .unwrap_or_else(|| "write `node`, `function` or `break-it`".to_owned());
        top.report(problem.at(top.source(), span, "").help(advice));
    }
    kind
}

/// `None` after a complaint, `Some(None)` where there is no page.
fn page(top: &Table) -> Option<Option<PathBuf>> {
    if !top.has("page") {
        return Some(None);
    }
    let (page, span) = top.optional_text("page")?;
    let inside = page
        .split('/')
        .all(|part| !part.is_empty() && part != "." && part != "..");
    if !inside || page.contains(['\\', ':', '\0']) || !page.ends_with(".md") {
        let problem = Problem::new(Code::BadValue, "`page` is not a page of the book");
        let advice = "write its path from `book/src`, like \"why-distribute/request-reply.md\"";
        top.report(problem.at(top.source(), span, "").help(advice));
        return None;
    }
    Some(Some(PathBuf::from(page)))
}

fn scenario(table: &Table) -> Option<At<Scenario>> {
    let test = table.text("test").and_then(|(test, span)| {
        if is_function_name(&test) {
            return Some((test, span));
        }
        let problem = Problem::new(
            Code::BadValue,
            format!("`{}` cannot be a test function", test.escape_debug()),
        );
        table.report(
            problem
                .at(table.source(), span, "")
                .help("write the name of a `#[test] fn` in tests/grade.rs"),
        );
        None
    });
    let title = table.text("title");
    let points = table.number("points", POINTS);
    let hint = table.text("hint");
    let (test, span) = test?;
    let points = u32::try_from(points?.0).unwrap_or(u32::MAX);
    Some((
        Scenario {
            test,
            title: title?.0,
            points,
            hint: hint?.0,
        },
        span,
    ))
}

fn is_function_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || char == '_')
}

fn check_duplicates(top: &Table, scenarios: &[At<Scenario>]) {
    let tests = scenarios
        .iter()
        .map(|(scenario, span)| (scenario.test.as_str(), span));
    let message = |test: &str| format!("a second scenario runs `{test}`");
    check_unique(
        top,
        tests,
        message,
        "remove one of them, or name another test",
    );
}

/// `None` after a complaint.
fn hints(top: &Table) -> Option<Vec<String>> {
    let found = top.tables("hint", "[[hint]]", Keys::Of(&HINT), |table| {
        Some((table.text("text"), table.span()))
    });
    if found.len() < HINTS {
        let message = format!(
            "the ladder of hints has {} of at least {HINTS} steps",
            found.len()
        );
        let problem = Problem::new(Code::FewHints, message);
        let problem = match found.last() {
            Some((_, span)) => problem.at(top.source(), span.clone(), "the last one"),
            None => problem.in_file(&*top.source().name),
        };
        top.report(problem.help("add [[hint]] tables: a nudge, an idea, a sketch"));
        return None;
    }
    found
        .into_iter()
        .map(|(text, _)| text.map(|(text, _)| text))
        .collect()
}
