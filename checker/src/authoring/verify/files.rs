//! What can be seen from the files of an exercise and its solution alone.

use std::fs;
use std::path::Path;

use super::check::{Checks, failed, holds, line, reasons};
use super::variant::{Kind, Source as Variant};
use crate::authoring::{markers, patch};
use crate::course::model::{self, Course, Exercise};
use crate::error::Error;
use crate::problem::{Code, Problem};
use crate::source::{Source, TEXT_LIMIT};
use crate::text::count;

/// The fewest wrong implementations that show that a suite can tell right from wrong.
const WRONG: usize = 5;
/// The fewest other right designs.
const RIGHT: usize = 1;
/// What must earn nothing: for every exercise, and for nodes.
const NOTHING: &str = "nothing";
const REFUSAL: &str = "refusal";

/// Checks the files and returns the sources of all variants that can be built.
pub fn check<'c>(course: &Course, exercise: &'c Exercise, checks: &mut Checks<'c>) -> Vec<Variant> {
    checks.lines.push(holds(
        "manifest",
        format!(
            "{}, {}, {}",
            count(exercise.points(), "point"),
            count(exercise.scenarios.len() as u64, "scenario"),
            count(exercise.hints.len() as u64, "hint")
        ),
    ));
    check_page(course, exercise, checks);

    let path = exercise.solution_file();
    let solution = match Source::read(&path, &exercise.relative(&course.root, &path), TEXT_LIMIT) {
        Ok(solution) => solution,
        Err(problem) => {
            checks.lines.push(failed("solution", problem.to_string()));
            return Vec::new();
        }
    };
    let mut variants = stub(course, exercise, &solution, checks);
    variants.push(Variant {
        kind: Kind::Solution,
        slug: "solution".to_owned(),
        code: solution.text.to_string(),
    });
    variants.extend(wrong(course, exercise, &solution, checks));
    variants.extend(designs(course, exercise, "right", Kind::Right, checks));
    variants.extend(designs(course, exercise, "zero", Kind::Zero, checks));
    variants
}

fn check_page<'c>(course: &Course, exercise: &'c Exercise, checks: &mut Checks<'c>) {
    let Some(page) = &exercise.page else { return };
    let pages = course.root.join("book").join("src");
    if !course.root.join("book").exists() {
        return;
    }
    let name = format!("book/src/{}", page.display()).replace('\\', "/");
    checks.lines.push(if pages.join(page).is_file() {
        holds("page", format!("`{name}` is there"))
    } else {
        failed(
            "page",
            format!("`{name}` does not exist; write it, or correct `page` in `exercise.toml`"),
        )
    });
}

fn stub<'c>(
    course: &Course,
    exercise: &'c Exercise,
    solution: &Source,
    checks: &mut Checks<'c>,
) -> Vec<Variant> {
    let stub = match markers::stub(solution) {
        Ok(stub) => stub,
        Err(problems) => {
            checks.lines.push(line(
                "stub file",
                problems.iter().map(Problem::to_string).collect(),
                "",
            ));
            return Vec::new();
        }
    };
    let path = exercise.learner_file();
    let name = exercise.relative(&course.root, &path);
    checks.lines.push(match Source::read(&path, &name, TEXT_LIMIT) {
        Ok(committed) => match first_difference(&committed.text, &stub) {
            None => holds("stub file", "equals what the solution's markers say"),
            Some(number) => failed("stub file", format!(
                "`{name}` differs from what the solution's markers say, first in line {number}; \
                 run `cargo checker stub {}`",
                exercise.id
            )),
        },
        Err(problem) if problem.code == Code::FileMissing => {
            let reason = format!("`{name}` does not exist; run `cargo checker stub {}`", exercise.id);
            failed("stub file", reason)
        }
        Err(problem) => failed("stub file", problem.to_string()),
    });
    vec![Variant {
        kind: Kind::Stub,
        slug: "stub".to_owned(),
        code: stub,
    }]
}

fn first_difference(committed: &str, stub: &str) -> Option<usize> {
    let committed = committed.replace("\r\n", "\n");
    if committed == stub {
        return None;
    }
    let same = committed
        .lines()
        .zip(stub.lines())
        .take_while(|(committed, stub)| committed == stub)
        .count();
    Some(same + 1)
}

fn wrong<'c>(
    course: &Course,
    exercise: &'c Exercise,
    solution: &Source,
    checks: &mut Checks<'c>,
) -> Vec<Variant> {
    let mut variants = Vec::new();
    let files = listed(course, exercise, "wrong", "patch", checks);
    for (slug, source) in &files {
        let parsed =
            patch::parse(source).and_then(|patch| match patch.unknown_scenarios(exercise) {
                unknown if unknown.is_empty() => {
                    let code = patch.apply(solution).map_err(|problem| vec![problem])?;
                    Ok((patch, code))
                }
                unknown => Err(unknown),
            });
        match parsed {
            Ok((patch, code)) => variants.push(Variant {
                kind: Kind::Wrong(patch),
                slug: slug.clone(),
                code,
            }),
            Err(problems) => {
                let error = Error::Problems(problems);
                checks
                    .lines
                    .push(line(format!("wrong/{slug}"), reasons(&error), ""));
            }
        }
    }
    checks.lines.push(enough(
        "wrong",
        files.len(),
        WRONG,
        "wrong implementation",
        "a suite is trusted for what it catches; write more patches",
    ));
    variants
}

fn designs<'c>(
    course: &Course,
    exercise: &'c Exercise,
    folder: &str,
    kind: Kind,
    checks: &mut Checks<'c>,
) -> Vec<Variant> {
    let files = listed(course, exercise, folder, "rs", checks);
    if matches!(kind, Kind::Right) {
        checks.lines.push(enough(
            "right",
            files.len(),
            RIGHT,
            "other right design",
            "a suite must not insist on the solution's own; write one that is built differently",
        ));
    } else {
        let needed: &[&str] = match exercise.kind {
            model::Kind::Node => &[NOTHING, REFUSAL],
            model::Kind::Function | model::Kind::BreakIt => &[NOTHING],
        };
        let missing = needed
            .iter()
            .filter(|needed| files.iter().all(|(slug, _)| slug != *needed));
        let reasons = missing.map(|slug| {
            format!(
                "`zero/{slug}.rs` is missing; write an implementation that earns nothing by {}",
                if *slug == NOTHING {
                    "doing nothing"
                } else {
                    "refusing everything"
                }
            )
        });
        let there = format!(
            "{} that must earn nothing",
            count(files.len() as u64, "implementation")
        );
        checks.lines.push(line("zero", reasons.collect(), there));
    }
    let variant = |(slug, source): (String, Source)| Variant {
        kind: kind.clone(),
        slug,
        code: source.text.to_string(),
    };
    files.into_iter().map(variant).collect()
}

fn enough(name: &str, found: usize, needed: usize, noun: &str, advice: &str) -> super::check::Line {
    let found_words = count(found as u64, noun);
    if found >= needed {
        return holds(name, found_words);
    }
    failed(
        name,
        format!("{found_words}, but at least {needed} needed: {advice}"),
    )
}

/// The files with this extension in a folder of the solution, by name.
fn listed<'c>(
    course: &Course,
    exercise: &'c Exercise,
    folder: &str,
    extension: &str,
    checks: &mut Checks<'c>,
) -> Vec<(String, Source)> {
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(exercise.solution.join(folder)) else {
        return files;
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = exercise.relative(&course.root, &path);
        let slug = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let check = format!(
            "{folder}/{}",
            path.file_name().unwrap_or_default().to_string_lossy()
        );
        if !has_extension(&path, extension) {
            if !slug.starts_with('.') {
                let reason = format!("only `.{extension}` files belong here; move it away");
                checks.lines.push(failed(check, reason));
            }
            continue;
        }
        if !crate::course::id::is_kebab_case(&slug) {
            checks.lines.push(failed(
                check,
                "its name is not in kebab-case: small letters, digits, single hyphens",
            ));
            continue;
        }
        match Source::read(&path, &name, TEXT_LIMIT) {
            Ok(source) => files.push((slug, source)),
            Err(problem) => checks.lines.push(failed(check, problem.to_string())),
        }
    }
    files
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}
