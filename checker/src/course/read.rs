//! Reads all files of a course and compares them with each other and with the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::exercise::{self, ExerciseManifest};
use super::manifest::{self, ChapterManifest, CourseManifest};
use super::model::{Chapter, Course, Edition, Exercise, STUB_FILE, Scenario};
use super::root::COURSE_FILE;
use super::suite;
use super::table::At;
use crate::error::Result;
use crate::problem::{Code, Problem, closest, did_you_mean};
use crate::source::{Source, TEXT_LIMIT};

/// Reads the course in `root`.
///
/// # Errors
/// All problems of all of its manifests, ordered by file and place.
pub fn read(root: &Path) -> Result<Course> {
    let mut problems = Vec::new();
    let on_disk = folders(root);
    let mut exercises = read_exercises(root, &on_disk, &mut problems);
    let course = read_manifest(root, &mut problems);
    if let Some((source, manifest)) = &course {
        compare(root, source, manifest, &on_disk, &mut problems);
        if manifest.edition == Edition::Students {
            check_stubs(root, &on_disk, &mut problems);
        }
    }
    match course {
        Some((_, manifest)) if problems.is_empty() => Ok(assemble(root, manifest, &mut exercises)),
        _ => {
            problems.sort_by_key(Problem::key);
            Err(problems.into())
        }
    }
}

/// Reads one exercise, from its `exercise.toml` alone: whatever else is wrong with the course does not matter.
///
/// # Errors
/// All problems of that file.
pub fn read_exercise(root: &Path, chapter: &str, id: &str) -> Result<Exercise, Vec<Problem>> {
    let name = format!("exercises/{chapter}/{id}/exercise.toml");
    let source =
        Source::read(&root.join(&name), &name, TEXT_LIMIT).map_err(|problem| vec![problem])?;
    Ok(exercise(root, chapter, id, exercise::parse(&source)?))
}

/// For whom the course in `root` is; for authors, if its `course.toml` does not say so readably.
pub fn edition(root: &Path) -> Edition {
    let manifest = read_manifest(root, &mut Vec::new());
    manifest.map_or(Edition::Authors, |(_, manifest)| manifest.edition)
}

/// A chapter's folder and an exercise's folder in it.
type Folder = (String, String);

fn read_manifest(root: &Path, problems: &mut Vec<Problem>) -> Option<(Source, CourseManifest)> {
    let source = keep(
        Source::read(&root.join(COURSE_FILE), COURSE_FILE, TEXT_LIMIT),
        problems,
    )?;
    match manifest::parse(&source) {
        Ok(manifest) => Some((source, manifest)),
        Err(found) => {
            problems.extend(found);
            None
        }
    }
}

/// Every folder `exercises/<chapter>/<exercise>` that looks like an exercise.
fn folders(root: &Path) -> BTreeSet<Folder> {
    let mut found = BTreeSet::new();
    for chapter in subfolders(&root.join("exercises")) {
        for exercise in subfolders(&root.join("exercises").join(&chapter)) {
            let folder = root.join("exercises").join(&chapter).join(&exercise);
            if folder.join("exercise.toml").exists() || folder.join("Cargo.toml").exists() {
                found.insert((chapter.clone(), exercise));
            }
        }
    }
    found
}

/// Names of the folders in `folder`, without hidden ones; none if it cannot be read, which the ids that are listed but
/// not found will tell.
fn subfolders(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .collect()
}

fn read_exercises(
    root: &Path,
    on_disk: &BTreeSet<Folder>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<Folder, ExerciseManifest> {
    let mut exercises = BTreeMap::new();
    for (chapter, id) in on_disk {
        let folder = format!("exercises/{chapter}/{id}");
        let read = |file: &str| {
            let name = format!("{folder}/{file}");
            Source::read(&root.join(&name), &name, TEXT_LIMIT)
        };
        for file in ["Cargo.toml", "src/api.rs"] {
            if let Err(problem) = read(file) {
                problems.push(problem);
            }
        }
        let suite = keep(read("tests/grade.rs"), problems);
        let Some(source) = keep(read("exercise.toml"), problems) else {
            continue;
        };
        match exercise::parse(&source) {
            Ok(manifest) => {
                if let Some(suite) = &suite {
                    compare_tests(&source, &manifest.scenarios, suite, problems);
                }
                exercises.insert((chapter.clone(), id.clone()), manifest);
            }
            Err(found) => problems.extend(found),
        }
    }
    exercises
}

/// Every scenario has its test, every test its scenario.
fn compare_tests(
    source: &Source,
    scenarios: &[At<Scenario>],
    suite: &Source,
    problems: &mut Vec<Problem>,
) {
    let tests = suite::tests(&suite.text);
    for (scenario, span) in scenarios {
        if tests.iter().any(|(name, _)| *name == scenario.test) {
            continue;
        }
        let message = format!("there is no test `{}`", scenario.test);
        let problem = Problem::new(Code::ScenarioWithoutTest, message).at(source, span.clone(), "");
        let unclaimed = tests.iter().map(|(name, _)| name.as_str());
        let unclaimed =
            unclaimed.filter(|name| scenarios.iter().all(|(scenario, _)| scenario.test != *name));
        let advice = did_you_mean(&scenario.test, unclaimed).unwrap_or_else(|| {
            format!("write a `#[test] fn {}` in `{}`", scenario.test, suite.name)
        });
        problems.push(problem.help(advice));
    }
    for (test, span) in &tests {
        if scenarios.iter().any(|(scenario, _)| scenario.test == *test) {
            continue;
        }
        let problem = Problem::new(
            Code::TestWithoutScenario,
            format!("the test `{test}` earns no points"),
        );
        let advice = format!(
            "add a [[scenario]] with `test = \"{test}\"` to `{}`",
            source.name
        );
        problems.push(problem.at(suite, span.clone(), "").help(advice));
    }
}

/// In the students' edition, every exercise has its stub. That an exercise has its solution among authors is for `verify` to
/// say, which goes on with the others; whoever only learns needs none.
fn check_stubs(root: &Path, on_disk: &BTreeSet<Folder>, problems: &mut Vec<Problem>) {
    for (chapter, id) in on_disk {
        let name = format!("exercises/{chapter}/{id}/{STUB_FILE}");
        if !root.join(&name).is_file() {
            let problem = Problem::new(Code::FileMissing, format!("`{name}` does not exist"));
            let advice = "copy it again from where you got the course: `reset` puts it back";
            problems.push(problem.in_file(name).help(advice));
        }
    }
}

/// What is listed is on disk, what is on disk is listed.
fn compare(
    root: &Path,
    source: &Source,
    manifest: &CourseManifest,
    on_disk: &BTreeSet<Folder>,
    problems: &mut Vec<Problem>,
) {
    for chapter in &manifest.chapters {
        for (id, span) in &chapter.exercises {
            if !on_disk.contains(&(chapter.id.0.clone(), id.clone())) {
                problems.push(dangling(
                    root,
                    source,
                    chapter,
                    id,
                    span.clone(),
                    manifest,
                    on_disk,
                ));
            }
        }
    }
    for (chapter, id) in on_disk {
        let listed = manifest
            .chapters
            .iter()
            .find(|known| known.id.0 == *chapter);
        if listed.is_some_and(|chapter| chapter.exercises.iter().any(|(known, _)| known == id)) {
            continue;
        }
        let name = format!("exercises/{chapter}/{id}");
        let problem = Problem::new(
            Code::Unlisted,
            format!("`{name}` is not in `{COURSE_FILE}`"),
        );
        let advice = match listed {
            Some(_) => {
                format!("add \"{id}\" to the `exercises` of `{chapter}`, or move the folder away")
            }
            None => format!("add a [[chapter]] with `id = \"{chapter}\"`, or move the folder away"),
        };
        problems.push(problem.in_file(name).help(advice));
    }
}

fn dangling(
    root: &Path,
    source: &Source,
    chapter: &ChapterManifest,
    id: &str,
    span: std::ops::Range<usize>,
    manifest: &CourseManifest,
    on_disk: &BTreeSet<Folder>,
) -> Problem {
    let folder = format!("exercises/{}/{id}", chapter.id.0);
    let problem = Problem::new(
        Code::DanglingId,
        format!("there is no exercise in `{folder}`"),
    );
    let problem = problem.at(source, span, "");
    if let Some((elsewhere, _)) = on_disk.iter().find(|(_, other)| other == id) {
        return problem.help(format!(
            "it is in `exercises/{elsewhere}/{id}`: move the folder, or list it there"
        ));
    }
    let listed = |candidate: &str| {
        manifest
            .chapters
            .iter()
            .flat_map(|chapter| &chapter.exercises)
            .any(|(id, _)| id == candidate)
    };
    let unlisted = on_disk
        .iter()
        .map(|(_, other)| other.as_str())
        .filter(|other| !listed(other));
    if let Some(close) = closest(id, unlisted) {
        return problem.help(format!("did you mean `{close}`?"));
    }
    if root.join(&folder).is_dir() {
        return problem.help("the folder is there: write its `exercise.toml` and `Cargo.toml`");
    }
    problem.help("restore the folder, or remove the id from the list")
}

fn assemble(
    root: &Path,
    manifest: CourseManifest,
    exercises: &mut BTreeMap<Folder, ExerciseManifest>,
) -> Course {
    let chapters = manifest.chapters.into_iter().map(|chapter| {
        let id = chapter.id.0;
        let exercises = chapter.exercises.into_iter().filter_map(|(exercise, _)| {
            let manifest = exercises.remove(&(id.clone(), exercise.clone()))?;
            Some(self::exercise(root, &id, &exercise, manifest))
        });
        Chapter {
            exercises: exercises.collect(),
            title: chapter.title,
            id: id.clone(),
        }
    });
    Course {
        chapters: chapters.collect(),
        root: root.to_owned(),
        title: manifest.title,
        grading: manifest.grading,
        edition: manifest.edition,
    }
}

fn exercise(root: &Path, chapter: &str, id: &str, manifest: ExerciseManifest) -> Exercise {
    Exercise {
        folder: root.join("exercises").join(chapter).join(id),
        solution: root.join("solutions").join(chapter).join(id),
        id: id.to_owned(),
        chapter: chapter.to_owned(),
        title: manifest.title,
        summary: manifest.summary,
        kind: manifest.kind,
        minutes: manifest.minutes,
        page: manifest.page,
        scenarios: manifest
            .scenarios
            .into_iter()
            .map(|(scenario, _)| scenario)
            .collect(),
        hints: manifest.hints,
    }
}

fn keep<T>(result: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}
