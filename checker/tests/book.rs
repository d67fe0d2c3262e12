//! The book: what directives become, everything that can be wrong with a page, and the pages of this course.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use checker::book::expand::Expansion;
use checker::book::{ASSETS, links, preprocess};
use checker::error::render_all;
use checker::source::Source;
use serde_json::json;
use support::Course;

const QUIZ: &str = include_str!("fixtures/quiz/every-kind.toml");
const TRACE: &str = r#"{"format":2,"nodes":["n0","n1"],"calls":[],"spans":[],"violation":null,"end":2000,
"events":[{"at":0,"node":0,"what":{"kind":"start"},"state":"Idle"}],
"messages":[{"from":0,"to":1,"sent":0,"fate":{"kind":"lost"},"label":"Ping","contents":"Ping","copy-of":null,"delayed":null,"cause":0}]}"#;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The small course, with a quiz and a recording.
fn course() -> Course {
    let course = Course::new();
    course.write("exercises/basics/quiz.toml", QUIZ);
    course.write("book/traces/doubling/small_numbers--adds.json", TRACE);
    course
}

fn page(text: &str) -> Source {
    Source::new("book/src/basics/page.md", text)
}

fn expand(course: &Course, text: &str) -> String {
    match Expansion::new(&course.path("")).page(&page(text)) {
        Ok(expanded) => expanded,
        Err(problems) => render_all(&problems, false),
    }
}

/// The text with pictures, which have tests of their own, left out.
fn without_pictures(text: &str) -> String {
    let (mut shown, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("<figure") {
        let (head, after) = after.split_once('>').unwrap();
        let (_, after) = after.split_once("</figure>").unwrap();
        shown.push_str(&format!("{before}<figure{head}>…</figure>"));
        rest = after;
    }
    shown + rest
}

#[test]
fn directives_become_boxes_quizzes_and_pictures() {
    let course = course();
    course.replace(
        "exercises/basics/doubling/exercise.toml",
        "Multiply, and forget nothing.",
        "Call `double`, & do not {{#forget}} <b>anything</b>.",
    );
    let text = "\
# Doubling

{{#exercise doubling}}

Words before.

{{#trace doubling/small_numbers wrong=adds}}
{{#trace doubling/small_numbers wrong=adds caption=\"What <goes> wrong\"}}

```text
{{#exercise in-code}}
```

Code `{{#quiz x}}`, an escape \\{{#quiz x}}, mdBook's own {{#include other.md}}. <!-- {{#quiz x}} -->
";
    insta::assert_snapshot!("expanded", without_pictures(&expand(&course, text)));
}

#[test]
fn a_quiz_is_the_same_as_elsewhere() {
    let course = course();
    let chapter = checker::course::model::Chapter {
        id: "basics".to_owned(),
        title: "Basics".to_owned(),
        exercises: Vec::new(),
    };
    let quiz = checker::quiz::of_chapter(&course.path(""), &chapter)
        .unwrap()
        .unwrap();
    let expanded = expand(&course, "{{#quiz basics}}\n");
    assert_eq!(expanded, checker::quiz::html(&quiz) + "\n");
}

#[test]
fn a_question_shows_its_run_with_the_same_player() {
    let course = course();
    let trace = "trace = \"doubling/small_numbers wrong=adds\"\ntags =";
    course.replace("exercises/basics/quiz.toml", "tags =", trace);
    let expanded = expand(&course, "{{#quiz basics}}");
    let (_, picture) = expanded
        .split_once("<figure class=\"fl\"")
        .expect(&expanded);
    assert!(picture.starts_with(" id=\"fl-quiz-"), "{picture}");
    assert!(!expanded.trim_end().contains("\n\n"), "{expanded}");
}

#[test]
fn pictures_hold_no_empty_line_and_have_ids_of_their_own() {
    let trace = "{{#trace doubling/small_numbers wrong=adds}}\n";
    let expanded = expand(&course(), &format!("{trace}\n{trace}"));
    let (first, second) = expanded.split_once("</figure>").unwrap();
    assert!(first.contains("id=\"fl-basics-page-md-1\"") && !first.contains("\n\n"));
    assert!(second.contains("id=\"fl-basics-page-md-2\""));
}

#[test]
fn every_error_of_a_directive_names_page_line_and_remedy() {
    let text = "\
# Errors

{{#exercise}}

{{#exercise doublign}}

{{#exercise Doubling}}

{{#exercise doubling doubts}}

{{#exercise doubling caption=\"x\"}}

{{#exercise doubling}}

{{#exercise doubling}}

{{#exercize doubling}}

{{#}}

{{#exercise doubts

{{#quiz}}

{{#quiz basic}}

{{#quiz beyond/tripling}}

{{#trace}}

{{#trace doubling}}

{{#trace dubling/small_numbers}}

{{#trace doubling/small_number wrong=adds}}

{{#trace doubling/small_numbers wrong=add}}

{{#trace doubling/small_numbers wrong=panics}}

{{#trace doubling/small_numbers wrong=adds worng=adds}}

{{#trace doubling/small_numbers wrong=adds caption=words}}

{{#trace doubling/small_numbers wrong=adds caption=\"words}}

{{#trace doubling/small_numbers wrong=adds caption=\"\"}}

{{#trace doubling/small_numbers caption=\"a\" caption=\"b\"}}

Within {{#exercise doubts}} a paragraph.

Below words
{{#exercise doubts}}

- {{#exercise doubts}}

> {{#exercise doubts}}

    {{#exercise shown-as-code}}
";
    let told = expand(&course(), text);
    for line in told.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    insta::assert_snapshot!("directive-errors", told);
}

#[test]
fn what_is_broken_elsewhere_breaks_no_page() {
    let course = course();
    course
        .write("course.toml", "= nothing")
        .write("Cargo.toml", "= nothing")
        .write("exercises/basics/doubling/Cargo.toml", "= nothing")
        .write("exercises/basics/doubling/src/lib.rs", "fn")
        .write("exercises/basics/doubts/exercise.toml", "= nothing")
        .write("exercises/beyond/quiz.toml", "= nothing")
        .write("solutions/basics/doubling/src/lib.rs", "fn");
    let text = "{{#exercise doubling}}\n\n{{#quiz basics}}\n\n{{#trace doubling/small_numbers wrong=adds}}\n";
    assert!(expand(&course, text).contains("</figure>"));
    // Whoever names it is told.
    insta::assert_snapshot!(
        "broken-files",
        expand(&course, "{{#exercise doubts}}\n\n{{#quiz beyond}}\n")
    );
}

#[test]
fn a_recording_that_cannot_be_drawn_is_told() {
    let course = course();
    let file = "book/traces/doubling/small_numbers--adds.json";
    let text = "\n{{#trace doubling/small_numbers wrong=adds}}\n";
    let mut told = String::new();
    for contents in ["", "{\"format\":2", &TRACE.replacen('2', "7", 1)] {
        course.write(file, contents);
        told.push_str(&format!("{}\n\n", expand(&course, text)));
    }
    insta::assert_snapshot!("recording-errors", told);
}

/// What mdBook sends about a book with these pages.
fn sent(course: &Course, list: &str, items: serde_json::Value) -> String {
    let context = json!({"root": course.path("book"), "config": {"book": {"src": "src"}}, "renderer": "html"});
    let mut book = serde_json::Map::new();
    book.insert(list.to_owned(), items);
    json!([context, book]).to_string()
}

fn chapter(path: &str, content: &str, inner: serde_json::Value) -> serde_json::Value {
    json!({"Chapter": {"name": "A page", "content": content, "number": null, "sub_items": inner, "path": path, "source_path": path, "parent_names": []}})
}

#[test]
fn all_pages_of_a_book_are_expanded_and_the_rest_stays() {
    let course = course();
    let items = |content: &str| {
        json!([
            {"PartTitle": "Part"},
            "Separator",
            {"Chapter": {"name": "A draft", "content": "", "path": null, "sub_items": []}},
            chapter("a.md", "words", json!([chapter("b/c.md", content, json!([]))])),
        ])
    };
    let content = "{{#quiz basics}}\n";
    for list in ["items", "sections"] {
        let expanded = preprocess(&sent(&course, list, items(content))).unwrap();
        let expanded: serde_json::Value = serde_json::from_str(&expanded).unwrap();
        assert_eq!(expanded[list], items(&expand(&course, content)), "{list}");
    }
}

#[test]
fn errors_of_all_pages_are_told_in_one_run() {
    let course = course();
    let items = json!([
        chapter("z.md", "{{#exercise doublign}}", json!([])),
        chapter(
            "a.md",
            "{{#quiz basics}}\n\n{{#quiz basic}}",
            json!([chapter("a/b.md", "x {{#quiz basics}}", json!([]))])
        ),
        chapter("c.md", "{{#quiz basics}}", json!([])),
    ]);
    let error = preprocess(&sent(&course, "items", items)).unwrap_err();
    insta::assert_snapshot!("errors-of-all-pages", error.to_string());
}

#[test]
fn what_mdbook_does_not_send_is_told() {
    let course = course();
    let outside = tempfile::tempdir().unwrap();
    let context = json!({"root": outside.path(), "config": {}});
    let told: Vec<String> = [
        "".to_owned(),
        "{}".to_owned(),
        "[1]".to_owned(),
        json!([context, {"items": []}]).to_string(),
    ]
    .into_iter()
    .map(|input| preprocess(&input).unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!("not-mdbook", told.join("\n\n"));
    assert!(preprocess(&sent(&course, "items", json!([]))).is_ok());
}

#[test]
fn links_that_lead_nowhere_are_told() {
    let course = course();
    let summary =
        "# Summary\n\n[One](one.md)\n- [Two](two/index.md)\n- [Gone](gone.md)\n- [Draft]()\n";
    let one = "\
# One & the *other*: `x`

## Twice
## Twice
## Given {#by-hand}

{{#quiz basics}}

[a](two/index.md) [b](#one--the-other-x) [c](#twice-1) [d](#by-hand) [e](glossary.md#a-term) <a href=\"two/index.md\">f</a>
[q](#quiz-smallest-quorum) [w](https://example.org/x.html) ![p](picture.svg)

[a](too/index.md) [b](#one-the-other) [c](#twice-2) [d](#given) [e](glossary.md#a-trem) [f](two/index.html)
[g](../../exercises/basics) [h](/two/index.md) ![i](https://example.org/x.png) <img src=\"gone.png\"> <script src=\"//example.org/x.js\"></script>
[j](two/index.md#nothing)

{{#include part.md}}

{{#include gone.svg:2:3}}

`{{#include shown.md}}`

```
no language
```

    indented
";
    course
        .write("book/src/SUMMARY.md", summary)
        .write("book/src/one.md", one)
        .write("book/src/two/index.md", "Words, [up](../one.md).\n")
        .write(
            "book/src/glossary.md",
            "# Glossary\n\nA term\n: Means something.\n",
        )
        .write("book/src/picture.svg", "<svg/>")
        .write("book/src/part.md", "Part of a page.");
    let problems = links::check(&course.path("")).unwrap_err();
    insta::assert_snapshot!("links", render_all(&problems, false));
}

#[test]
fn all_that_pages_of_this_course_point_to_is_there() {
    if let Err(problems) = links::check(&root()) {
        panic!("{}", render_all(&problems, false));
    }
}

/// The rows of CONTRIBUTING.md's tables under "What is taught where": ideas, page, exercises.
fn taught() -> Vec<[String; 3]> {
    let text = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let (_, after) = text.split_once("## What is taught where").unwrap();
    let section = after.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.contains("](book/src/"));
    let rows = rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        [cells[0], cells[1], cells[2]].map(str::to_owned)
    });
    rows.collect()
}

/// A page as the search sees it: words, without marks and links' targets.
fn words(page: &str) -> String {
    let (mut text, mut rest) = (String::new(), page);
    while let Some((before, after)) = rest.split_once("](") {
        text += before;
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    text += rest;
    text.retain(|char| !"*_`[".contains(char));
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

#[test]
fn every_idea_is_on_its_page_and_every_exercise_practises_some() {
    let taught = taught();
    let mut missing = Vec::new();
    for [ideas, page, _] in &taught {
        let (_, file) = page.trim_end_matches(')').split_once("](").unwrap();
        let text = words(&fs::read_to_string(root().join(file)).unwrap());
        let absent = ideas.split(';').map(str::trim);
        let absent = absent.filter(|idea| !text.contains(&idea.to_lowercase()));
        missing.extend(absent.map(|idea| format!("{file} does not say {idea:?}")));
    }
    let course = checker::course::read(&root()).unwrap();
    let practised = |id: &str| {
        let mut exercises = taught.iter().flat_map(|[_, _, ids]| ids.split(','));
        exercises.any(|named| named.trim() == id)
    };
    let idle = course
        .exercises()
        .filter(|exercise| !practised(&exercise.id));
    missing.extend(idle.map(|exercise| format!("{} stands in no row", exercise.id)));
    for [_, _, exercises] in &taught {
        let named = exercises.split(',').map(str::trim);
        let unknown = named
            .filter(|id| !id.is_empty() && course.exercises().all(|exercise| exercise.id != *id));
        missing.extend(unknown.map(|id| format!("there is no exercise {id}")));
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn pages_are_played_and_asked_by_the_same_scripts_as_elsewhere() {
    for (name, text) in ASSETS {
        let found = fs::read_to_string(root().join(name)).unwrap_or_default();
        assert!(
            found.replace("\r\n", "\n") == text,
            "`{name}` differs; run `cargo checker record`"
        );
    }
}

#[test]
fn what_cannot_be_recorded_is_told_before_anything_is_built() {
    let course = Course::new();
    let mut told = vec![course.run(&["record"])];
    course.write(
        "book/src/page.md",
        "{{#trace doubling/small_number wrong=adds}}\n\n{{#trace doubling}}\n\n{{#trace tripling/three wrong=adds}}\n",
    );
    course.write(
        "exercises/basics/quiz.toml",
        QUIZ.replacen(
            "tags =",
            "trace = \"doubling/small_numbers wrong=ads\"\ntags =",
            1,
        ),
    );
    told.push(course.run(&["record", "--check"]));
    told.push(course.run(&["record", "dubling"]));
    insta::assert_snapshot!("record-errors", told.join("\n"));
}

#[test]
fn recordings_that_nothing_shows_go() {
    let course = Course::new();
    let file = "book/traces/doubling/small_numbers--adds.json";
    course.write(file, TRACE);
    let mut told = vec![course.run(&["record", "--check"])];
    assert!(course.path(file).exists());
    told.push(course.run(&["record", "doubts"]));
    assert!(course.path(file).exists());
    told.push(course.run(&["record"]));
    assert!(!course.path(file).exists());
    told.push(course.run(&["record", "--check"]));
    insta::assert_snapshot!("unneeded", told.join("\n"));
}
