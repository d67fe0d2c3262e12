//! The two `Cargo.toml`s: grading finds packages by their names, and both crates are graded by one suite.

use std::path::Path;

use toml_edit::{DocumentMut, Item};

use super::check::{Checks, line};
use crate::course::model::{Course, Exercise};
use crate::source::{Source, TEXT_LIMIT};

/// Checks the manifests of both packages.
pub fn check<'c>(course: &Course, exercise: &'c Exercise, checks: &mut Checks<'c>) {
    let id = &exercise.id;
    let library = id.replace('-', "_");
    let suite = format!(
        "../../../exercises/{}/{id}/tests/grade.rs",
        exercise.chapter
    );
    let mut reasons = Vec::new();
    reasons.extend(manifest(
        course,
        exercise,
        &exercise.folder,
        &[
            (&["package", "name"], Wanted::Text(id)),
            (&["lib", "name"], Wanted::TextOrAbsent(&library)),
            (&["lib", "test"], Wanted::No),
            (&["lib", "doctest"], Wanted::No),
            (&["test", "name"], Wanted::Text("grade")),
        ],
    ));
    reasons.extend(manifest(
        course,
        exercise,
        &exercise.solution,
        &[
            (
                &["package", "name"],
                Wanted::Text(&format!("{id}-solution")),
            ),
            (&["lib", "name"], Wanted::Text(&library)),
            (&["test", "name"], Wanted::Text("grade")),
            (&["test", "path"], Wanted::Text(&suite)),
        ],
    ));
    checks.lines.push(line(
        "packages",
        reasons,
        "named for the exercise, graded by one suite",
    ));
}

enum Wanted<'w> {
    Text(&'w str),
    /// Cargo's default is the same.
    TextOrAbsent(&'w str),
    No,
}

fn manifest(
    course: &Course,
    exercise: &Exercise,
    folder: &Path,
    wanted: &[(&[&str], Wanted)],
) -> Vec<String> {
    let path = folder.join("Cargo.toml");
    let name = exercise.relative(&course.root, &path);
    let source = match Source::read(&path, &name, TEXT_LIMIT) {
        Ok(source) => source,
        Err(problem) => return vec![problem.to_string()],
    };
    let document: DocumentMut = match source.text.parse() {
        Ok(document) => document,
        Err(error) => return vec![format!("{name}: {error}")],
    };
    wanted
        .iter()
        .filter_map(|(keys, wanted)| complaint(&name, &document, keys, wanted))
        .collect()
}

fn complaint(name: &str, document: &DocumentMut, keys: &[&str], wanted: &Wanted) -> Option<String> {
    let found = keys
        .iter()
        .try_fold(document.as_item(), |item, key| match item {
            // `[[test]]`: an exercise has one.
            Item::ArrayOfTables(tables) => tables.get(0)?.get(key),
            _ => item.get(key),
        });
    let good = match wanted {
        Wanted::Text(text) => found.and_then(Item::as_str) == Some(*text),
        Wanted::TextOrAbsent(text) => found.is_none_or(|found| found.as_str() == Some(*text)),
        Wanted::No => found.and_then(Item::as_bool) == Some(false),
    };
    if good {
        return None;
    }
    let value = match wanted {
        Wanted::Text(text) | Wanted::TextOrAbsent(text) => format!("\"{text}\""),
        Wanted::No => "false".to_owned(),
    };
    let table = if keys[0] == "test" {
        "[[test]]".to_owned()
    } else {
        format!("[{}]", keys[0])
    };
    Some(format!(
        "`{name}`: write `{} = {value}` under {table}",
        keys[1]
    ))
}
