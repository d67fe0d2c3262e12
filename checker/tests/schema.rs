//! The schemas for editors: up to date, accepting every manifest, refusing every misspelt key, and known to the editor.

mod judge;
mod support;

use std::fs;
use std::path::{Path, PathBuf};

use checker::course::{exercise, manifest};
use checker::quiz;
use checker::schema::{FOLDER, Schema, schemas};
use checker::source::Source;
use serde_json::Value;
use support::Course;
use toml_edit::{DocumentMut, Item, TableLike};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn schema(file: &str) -> Value {
    let schema = schemas().into_iter().find(|schema| schema.file == file);
    serde_json::from_str(&schema.expect("there is such a schema").text).unwrap()
}

/// The schema that a manifest is completed from, by its path from the course's folder.
fn schema_of(path: &str) -> Option<&'static str> {
    match path.rsplit('/').next() {
        Some("course.toml") => Some("course.json"),
        Some("exercise.toml") => Some("exercise.json"),
        Some("quiz.toml") => Some("quiz.json"),
        _ => None,
    }
}

/// Every manifest of the course, of the templates and of the course that tests use; paths from the course's folder.
fn manifests() -> Vec<String> {
    let mut found = vec!["course.toml".to_owned()];
    for folder in [
        "exercises",
        "checker/templates",
        "checker/tests/fixtures/course",
    ] {
        let files = walkdir::WalkDir::new(root().join(folder)).sort_by_file_name();
        for file in files {
            let file = file.unwrap();
            let path = file.path().strip_prefix(root()).unwrap();
            let path = path.to_string_lossy().replace('\\', "/");
            if schema_of(&path).is_some() {
                found.push(path);
            }
        }
    }
    found
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_committed_schemas_are_those_of_the_forms() {
    let mut files: Vec<String> = fs::read_dir(root().join(FOLDER))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, schemas().map(|schema| schema.file));
    for Schema { file, text } in schemas() {
        assert_eq!(
            read(&format!("{FOLDER}/{file}")),
            text,
            "run `cargo checker schema`"
        );
    }
}

#[test]
fn every_manifest_is_valid() {
    let manifests = manifests();
    let of = |name: &str| manifests.iter().filter(|path| path.ends_with(name)).count();
    assert_eq!(of("course.toml"), 2);
    assert!(of("exercise.toml") >= 22 + 2 + 3, "{manifests:#?}");
    assert!(of("quiz.toml") >= 7, "{manifests:#?}");
    for path in manifests {
        let value: Value = toml::from_str(&read(&path)).unwrap();
        let errors = judge::errors(&schema(schema_of(&path).unwrap()), &value);
        assert_eq!(errors, [""; 0], "{path}");
    }
}

/// A manifest that has every key which its form has, and how the checker reads it.
struct Sample {
    schema: &'static str,
    text: String,
    accepts: fn(&Source) -> bool,
    /// Keys that may be left out in general, but not in this file.
    bound: &'static [&'static str],
    /// Tables in which the author chooses the keys.
    free: &'static [&'static str],
}

fn samples() -> [Sample; 3] {
    let quiz = read("checker/tests/fixtures/quiz/every-kind.toml")
        .replace(
            "prompt.answerIndex = 1",
            "prompt.answerIndex = 1\nprompt.sortAnswers = false\npromptExplanation = true\n\
             trace = \"doubling/small_numbers wrong=adds\"",
        )
        .replace(
            "answer.stdout = \"7\"",
            "answer.stdout = \"7\"\nanswer.lineNumber = 2",
        );
    [
        Sample {
            schema: "course.json",
            text: read("course.toml")
                .replace(
                    "title = \"Faultline\"",
                    "title = \"Faultline\"\nedition = \"authors\"",
                )
                .replace("[grading]", "[grading]\nseeds = 10"),
            accepts: |source| manifest::parse(source).is_ok(),
            bound: &[],
            free: &[],
        },
        Sample {
            schema: "exercise.json",
            text: read("checker/templates/node/exercise/exercise.toml"),
            accepts: |source| exercise::parse(source).is_ok(),
            bound: &[],
            free: &[],
        },
        Sample {
            schema: "quiz.json",
            text: quiz,
            accepts: |source| quiz::parse(source).is_ok(),
            bound: &["multipart", "why", "stdout"],
            free: &["multipart", "why"],
        },
    ]
}

/// Where a key stands: keys of tables, and numbers of tables in lists.
type Place = Vec<String>;

/// All keys of a document, but for those that authors choose.
fn places(item: &Item, here: &Place, free: &[&str], found: &mut Vec<Place>) {
    let below = |step: &str| here.iter().cloned().chain([step.to_owned()]).collect();
    if let Some(table) = item.as_table_like() {
        if here
            .last()
            .is_some_and(|name| free.contains(&name.as_str()))
        {
            return;
        }
        for (key, item) in table.iter() {
            let place: Place = below(key);
            found.push(place.clone());
            places(item, &place, free, found);
        }
    } else if let Some(tables) = item.as_array_of_tables() {
        for (index, table) in tables.iter().enumerate() {
            places(
                &Item::Table(table.clone()),
                &below(&index.to_string()),
                free,
                found,
            );
        }
    }
}

/// The document with another key, or none, in a place.
fn changed(text: &str, place: &[String], new: Option<&str>) -> String {
    let mut document: DocumentMut = text.parse().unwrap();
    change(document.as_table_mut(), place, new);
    document.to_string()
}

fn change(table: &mut dyn TableLike, place: &[String], new: Option<&str>) {
    match place {
        [key] => {
            let value = table.remove(key).unwrap();
            if let Some(new) = new {
                table.insert(new, value);
            }
        }
        [key, rest @ ..] => {
            let item = table.get_mut(key).unwrap();
            match item.as_array_of_tables_mut() {
                Some(tables) => {
                    let index: usize = rest[0].parse().unwrap();
                    change(tables.get_mut(index).unwrap(), &rest[1..], new);
                }
                None => change(item.as_table_like_mut().unwrap(), rest, new),
            }
        }
        [] => unreachable!("a place is never empty"),
    }
}

/// What the schema and the checker say to a text.
fn verdicts(sample: &Sample, schema: &Value, text: &str) -> (bool, bool) {
    let value: Value = toml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let source = Source::new("sample.toml", text);
    (
        judge::errors(schema, &value).is_empty(),
        (sample.accepts)(&source),
    )
}

fn keys(sample: &Sample) -> Vec<Place> {
    let document: DocumentMut = sample.text.parse().unwrap();
    let mut found = Vec::new();
    places(document.as_item(), &Place::new(), sample.free, &mut found);
    found
}

#[test]
fn a_misspelt_key_is_refused_wherever_it_stands() {
    let mut tried = 0;
    for sample in samples() {
        let schema = schema(sample.schema);
        assert_eq!(verdicts(&sample, &schema, &sample.text), (true, true));
        for place in keys(&sample) {
            let misspelt = format!("{}x", place.last().unwrap());
            let text = changed(&sample.text, &place, Some(&misspelt));
            assert_eq!(
                verdicts(&sample, &schema, &text),
                (false, false),
                "{place:?}"
            );
            tried += 1;
        }
    }
    assert!(tried > 70, "{tried}");
}

#[test]
fn a_key_that_is_left_out_is_missed_by_both_or_by_neither() {
    for sample in samples() {
        let schema = schema(sample.schema);
        for place in keys(&sample) {
            let text = changed(&sample.text, &place, None);
            let (valid, accepted) = verdicts(&sample, &schema, &text);
            let key = place.last().unwrap().as_str();
            if sample.bound.contains(&key) && valid {
                continue;
            }
            assert_eq!(valid, accepted, "{}, {place:?}", sample.schema);
        }
    }
}

/// Every key of every form occurs in the samples, so that the two tests above have tried it.
#[test]
fn the_samples_have_every_key() {
    for sample in samples() {
        let schema = schema(sample.schema);
        let mut known = Vec::new();
        properties(&schema, &mut known);
        let present: Vec<String> = keys(&sample)
            .into_iter()
            .filter_map(|mut place| place.pop())
            .collect();
        known.retain(|key| !present.contains(key));
        assert_eq!(known, [""; 0], "{}", sample.schema);
    }
}

fn properties(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Object(keys)) = object.get("properties") {
                found.extend(keys.keys().cloned());
            }
            object.values().for_each(|value| properties(value, found));
        }
        Value::Array(array) => array.iter().for_each(|value| properties(value, found)),
        _ => {}
    }
}

/// `*` is any name, `**/` any folders above: as far as `.taplo.toml` uses patterns.
fn fits(pattern: &str, path: &str) -> bool {
    match pattern.strip_prefix("**/") {
        Some(pattern) => {
            let starts = std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1));
            starts.into_iter().any(|at| fits(pattern, &path[at..]))
        }
        None => {
            let (pattern, path) = (pattern.split('/'), path.split('/'));
            pattern.clone().count() == path.clone().count()
                && pattern
                    .zip(path)
                    .all(|(pattern, name)| pattern == "*" || pattern == name)
        }
    }
}

#[test]
fn editors_know_the_schema_of_every_manifest() {
    let config: Value = toml::from_str(&read(".taplo.toml")).unwrap();
    let mut manifests = manifests();
    // What `cargo checker new chapter/id` and an author of a quiz write.
    manifests.push("exercises/chapter/id/exercise.toml".to_owned());
    manifests.push("exercises/chapter/quiz.toml".to_owned());
    for path in manifests {
        let schemas: Vec<&str> = config["rule"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|rule| {
                let patterns = rule["include"].as_array().unwrap();
                patterns
                    .iter()
                    .any(|pattern| fits(pattern.as_str().unwrap(), &path))
            })
            .map(|rule| rule["schema"]["path"].as_str().unwrap())
            .collect();
        let wanted = format!("{FOLDER}/{}", schema_of(&path).unwrap());
        assert_eq!(schemas, [wanted], "{path}");
    }
    assert!(!fits("**/exercises/*/quiz.toml", "exercises/a/b/quiz.toml"));
}

#[test]
fn the_command_writes_them_and_tells_what_is_stale() {
    let course = Course::new();
    let written = course.run(&["schema"]);
    course.write("checker/schemas/quiz.json", "{}");
    let stale = course.run(&["schema", "--check"]);
    assert_eq!(course.read("checker/schemas/quiz.json"), "{}");
    let again = course.run(&["schema"]);
    let same = course.run(&["schema", "--check"]);
    insta::assert_snapshot!("schema", format!("{written}\n{stale}\n{again}\n{same}"));
}
