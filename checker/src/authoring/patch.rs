//! Wrong implementations: a patch against the solution, and a head that says why it is wrong and what must catch it.

use std::ops::Range;

use crate::course::model::Exercise;
use crate::course::table::At;
use crate::problem::{Code, Problem, did_you_mean};
use crate::source::Source;

const HEADERS: [&str; 2] = ["Bug", "Caught-by"];

/// The most lines that a hunk may claim; no file of a course is longer.
const LINES: usize = 1_000_000;

/// A wrong implementation.
#[derive(Clone, Debug)]
pub struct WrongPatch {
    /// The file.
    pub source: Source,
    /// Why it is wrong: one realistic mistake.
    pub bug: String,
    /// The tests that must catch it.
    pub caught_by: Vec<At<String>>,
    body: usize,
    hunks: Vec<Range<usize>>,
}

/// Reads a patch: head and unified diff.
///
/// # Errors
/// All problems of the head and the first of the diff.
pub fn parse(source: &Source) -> Result<WrongPatch, Vec<Problem>> {
    let lines = lines(source);
    let body = lines.iter().position(|(line, _)| line.starts_with("--- "));
    let mut problems = Vec::new();
    let head = head(source, &lines[..body.unwrap_or(lines.len())], &mut problems);
    let diff = match body {
        Some(body) => diff(source, &lines[body..])
            .map_err(|problem| problems.push(problem))
            .ok(),
        None => {
            let problem =
                Problem::new(Code::PatchBody, "the diff is missing").in_file(&*source.name);
            problems.push(problem.help(
                "below the head, put what `diff -u` says, beginning with `--- a/src/lib.rs`",
            ));
            None
        }
    };
    match (head, body, diff) {
        (Some((bug, caught_by)), Some(body), Some(hunks)) if problems.is_empty() => {
            Ok(WrongPatch {
                source: source.clone(),
                bug,
                caught_by,
                body: lines[body].1.start,
                hunks,
            })
        }
        _ => Err(problems),
    }
}

impl WrongPatch {
    /// The names in `Caught-by` that are no scenarios of the exercise.
    pub fn unknown_scenarios(&self, exercise: &Exercise) -> Vec<Problem> {
        let known = || {
            exercise
                .scenarios
                .iter()
                .map(|scenario| scenario.test.as_str())
        };
        let unknown = self
            .caught_by
            .iter()
            .filter(|(name, _)| known().all(|test| test != name));
        unknown
            .map(|(name, span)| {
                let message = format!("`{}` has no scenario `{name}`", exercise.id);
                let problem =
                    Problem::new(Code::DanglingId, message).at(&self.source, span.clone(), "");
                let all = || known().collect::<Vec<_>>().join(", ");
                problem.help(
                    did_you_mean(name, known()).unwrap_or_else(|| format!("it has {}", all())),
                )
            })
            .collect()
    }

    /// What the patch makes of the solution. Line numbers of the diff need not be exact, its context lines must be.
    ///
    /// # Errors
    /// A hunk that fits nowhere, or a patch that changes nothing.
    pub fn apply(&self, solution: &Source) -> Result<String, Problem> {
        let text = &self.source.text[self.body..];
        let problem = |span: Range<usize>, message: String| {
            Problem::new(Code::PatchDoesNotApply, message).at(&self.source, span, "")
        };
        let whole = self.hunks.first().cloned().unwrap_or(self.body..self.body);
        let patch = diffy::Patch::from_str(text).map_err(|error| {
            problem(whole.clone(), format!("this is not a diff: {error}")).help(REMAKE)
        })?;
        // The error says which hunk, but only in words.
        let applied = diffy::apply(&solution.text, &patch).map_err(|error| {
            let words = error.to_string();
            let digits = words.bytes().filter(u8::is_ascii_digit);
            let number = digits.fold(0usize, |number, digit| {
                number * 10 + usize::from(digit - b'0')
            });
            let hunk = self
                .hunks
                .get(number.wrapping_sub(1))
                .cloned()
                .unwrap_or(whole.clone());
            problem(
                hunk,
                format!("this part fits nowhere in `{}`", solution.name),
            )
            .help(REMAKE)
        })?;
        if applied == *solution.text {
            return Err(problem(whole, "this patch changes nothing".to_owned()).help(REMAKE));
        }
        Ok(applied)
    }
}

const REMAKE: &str = "make the diff again: change a copy of the solution, then `diff -u` the two";

type Lines<'s> = [(&'s str, Range<usize>)];

fn lines(source: &Source) -> Vec<(&str, Range<usize>)> {
    let mut start = 0;
    let line = |line: &'_ str| {
        let span = start..start + line.trim_end_matches(['\n', '\r']).len();
        start += line.len();
        span
    };
    let spans: Vec<Range<usize>> = source.text.split_inclusive('\n').map(line).collect();
    spans
        .into_iter()
        .map(|span| (&source.text[span.clone()], span))
        .collect()
}

fn head(
    source: &Source,
    lines: &Lines,
    problems: &mut Vec<Problem>,
) -> Option<(String, Vec<At<String>>)> {
    let (mut bug, mut caught_by) = (None, None);
    for (line, span) in lines {
        // What git puts above a diff.
        if line.trim().is_empty() || line.starts_with("diff ") || line.starts_with("index ") {
            continue;
        }
        let key = line.split(':').next().unwrap_or("");
        let header =
            |message: String| Problem::new(Code::PatchHeader, message).at(source, span.clone(), "");
        let value = line
            .get(key.len() + 1..)
            .map(|value| (value.trim(), span.start + key.len() + 1));
        match (key, value) {
            ("Bug" | "Caught-by", Some(("", _))) => {
                problems.push(header(format!("`{key}` is empty")).help(meaning(key)));
                *(if key == "Bug" {
                    &mut bug
                } else {
                    &mut caught_by
                }) = Some(("", 0));
            }
            ("Bug", Some(_)) if bug.is_some() => {
                problems.push(header("a second `Bug`".to_owned()).help("keep one"))
            }
            ("Caught-by", Some(_)) if caught_by.is_some() => {
                problems.push(
                    header("a second `Caught-by`".to_owned())
                        .help("write one, with commas between the tests"),
                );
            }
            ("Bug", value @ Some(_)) => bug = value,
            ("Caught-by", value @ Some(_)) => caught_by = value,
            _ => {
                let advice = did_you_mean(key, HEADERS).unwrap_or_else(|| {
                    "above the diff, write only `Bug: …` and `Caught-by: …`".to_owned()
                });
                problems
                    .push(header("unknown line in the head of the patch".to_owned()).help(advice));
            }
        }
    }
    for (key, value) in [("Bug", &bug), ("Caught-by", &caught_by)] {
        if value.is_none() {
            let problem = Problem::new(Code::PatchHeader, format!("the head has no `{key}`"))
                .in_file(&*source.name);
            problems.push(problem.help(format!("add `{key}: …`, {}", meaning(key))));
        }
    }
    let (bug, (caught_by, start)) = (bug?, caught_by?);
    Some((bug.0.to_owned(), names(source, caught_by, start, problems)))
}

fn meaning(key: &str) -> &'static str {
    match key {
        "Bug" => "one line on what is wrong with it",
        _ => "the tests that must fail, with commas between them",
    }
}

fn names(source: &Source, list: &str, from: usize, problems: &mut Vec<Problem>) -> Vec<At<String>> {
    let mut names: Vec<At<String>> = Vec::new();
    // `list` was trimmed; this is where it really starts.
    let mut start = from + source.text[from..].find(list).unwrap_or(0);
    for part in list.split(',').filter(|_| !list.is_empty()) {
        let name = part.trim();
        let at = start + (part.len() - part.trim_start().len());
        start += part.len() + 1;
        let span = at..at + name.len();
        let problem =
            |message: &str| Problem::new(Code::PatchHeader, message).at(source, span.clone(), "");
        if name.is_empty() {
            problems.push(
                problem("a name is missing here")
                    .help("write the name of a test, or remove the comma"),
            );
        } else if names.iter().any(|(other, _)| other == name) {
            problems.push(problem("this test is named twice").help("remove it here"));
        } else {
            names.push((name.to_owned(), span));
        }
    }
    names
}

/// Where the hunks are; checks what a lenient reader of diffs would let pass.
fn diff(source: &Source, lines: &Lines) -> Result<Vec<Range<usize>>, Problem> {
    let bad = |span: &Range<usize>, message: &str, advice: &str| {
        Problem::new(Code::PatchBody, message)
            .at(source, span.clone(), "")
            .help(advice)
    };
    let end = source.text.len()..source.text.len();
    for (index, prefix) in [(0, "--- "), (1, "+++ ")] {
        let (line, span) = lines
            .get(index)
            .map_or(("", &end), |(line, span)| (line, span));
        let file = line
            .strip_prefix(prefix)
            .and_then(|rest| rest.split('\t').next());
        if file.is_none_or(|file| file != "src/lib.rs" && !file.ends_with("/src/lib.rs")) {
            let side = if index == 0 { "a" } else { "b" };
            return Err(bad(
                span,
                "a patch changes the solution's `src/lib.rs` and nothing else",
                &format!("write `{prefix}{side}/src/lib.rs`"),
            ));
        }
    }
    let mut hunks = Vec::new();
    let mut rest = &lines[2..];
    while let Some((line, span)) = rest.first() {
        if line.trim().is_empty() && rest.iter().all(|(line, _)| line.trim().is_empty()) {
            break;
        }
        let Some((mut old, mut new)) = hunk_size(line) else {
            return Err(bad(
                span,
                "a part of the diff begins with a line like `@@ -10,4 +10,5 @@`",
                REMAKE,
            ));
        };
        hunks.push(span.clone());
        rest = &rest[1..];
        while old > 0 || new > 0 {
            let Some((line, span)) = rest.first() else {
                return Err(bad(
                    &hunks[hunks.len() - 1],
                    "this part of the diff is shorter than it says",
                    REMAKE,
                ));
            };
            let (less_old, less_new) = match line.bytes().next() {
                Some(b' ') | None => (1, 1),
                Some(b'-') => (1, 0),
                Some(b'+') => (0, 1),
                Some(b'\\') => (0, 0),
                Some(_) => {
                    return Err(bad(
                        span,
                        "lines of a diff begin with a space, `-` or `+`",
                        REMAKE,
                    ));
                }
            };
            if less_old > old || less_new > new {
                return Err(bad(
                    span,
                    "this part of the diff is longer than its first line says",
                    REMAKE,
                ));
            }
            (old, new) = (old - less_old, new - less_new);
            rest = &rest[1..];
        }
        while rest.first().is_some_and(|(line, _)| line.starts_with('\\')) {
            rest = &rest[1..];
        }
    }
    if hunks.is_empty() {
        return Err(bad(&lines[0].1, "the diff changes nothing", REMAKE));
    }
    Ok(hunks)
}

/// The number of old and new lines that `@@ -10,4 +10,5 @@` announces.
fn hunk_size(line: &str) -> Option<(usize, usize)> {
    let (ranges, _) = line.strip_prefix("@@ -")?.split_once(" @@")?;
    let (old, new) = ranges.split_once(" +")?;
    let size = |range: &str| {
        let (start, size) = range.split_once(',').unwrap_or((range, "1"));
        let start: usize = start.parse().ok()?;
        size.parse()
            .ok()
            .filter(|size| start <= LINES && *size <= LINES)
    };
    Some((size(old)?, size(new)?))
}
