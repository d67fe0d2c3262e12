//! Files that are not what they should be: each is told with its place and with what to do, nothing panics, and nothing
//! is overwritten.

mod support;

use std::fs;

use support::Course;

const EXERCISE: &str = "exercises/basics/doubling/exercise.toml";
const SUITE: &str = "exercises/basics/doubling/tests/grade.rs";
const PROGRESS: &str = ".faultline/progress.toml";
const PATCH: &str = "solutions/basics/doubling/wrong/adds.patch";
const PLAN: &str = "saved.json";

/// A sound plan of a scenario of `doubling`.
const SOUND_PLAN: &str = r#"{
  "format": 1,
  "scenario": "small_numbers",
  "random": 7,
  "operations": [
    { "client": 0, "node": 1, "at": 1000, "request": { "Put": 2 } }
  ],
  "faults": [
    { "fault": "crash", "node": 0, "at": 40000, "down": null }
  ]
}
"#;

const SOUND_PROGRESS: &str = "format = 1\ncurrent = \"doubling\"\n\n[exercise.doubling]\nattempts = 2\nbest = 2\nhints = 1\n";

/// Makes a file malformed.
type Spoil = fn(&Course) -> &Course;

/// Spoils the file, runs the command, and tells what it said; the file must not have changed, and the exit code says
/// whose fault it is.
fn told(file: &str, command: &[&str], cases: &[(&str, Spoil)]) -> String {
    let mut text = String::new();
    for (title, spoil) in cases {
        let course = Course::new();
        course
            .write(PROGRESS, SOUND_PROGRESS)
            .write(PLAN, SOUND_PLAN);
        spoil(&course);
        let before = fs::read(course.path(file)).ok();
        let told = course.run(command);
        assert!(told.starts_with("exit code 4\n"), "{title}: {told}");
        assert!(told.contains(file), "{title} does not name {file}: {told}");
        assert!(!told.contains("panicked"), "{title}: {told}");
        assert_eq!(
            fs::read(course.path(file)).ok(),
            before,
            "{title}: the file was written"
        );
        for line in told.lines() {
            assert!(line.chars().count() <= 100, "{title}: {line}");
        }
        text.push_str(&format!(
            "## {title}\n{}\n",
            told.replace("exit code 4\n----- stderr -----\n", "")
        ));
    }
    text
}

#[test]
fn course_toml() {
    let file = "course.toml";
    let cases: &[(&str, Spoil)] = &[
        ("missing key", |course| {
            course.replace("course.toml", "title = \"Small course\"\n", "")
        }),
        ("empty", |course| course.write("course.toml", "")),
        ("unknown key", |course| {
            course.replace("course.toml", "seeds = 10", "sedes = 10")
        }),
        ("unknown key that is close to none", |course| {
            course.replace("course.toml", "seeds = 10", "colour = 10")
        }),
        ("wrong type", |course| {
            course.replace("course.toml", "seeds = 10", "seeds = \"ten\"")
        }),
        ("out of range", |course| {
            course.replace("course.toml", "seeds = 10", "seeds = 0")
        }),
        ("a number larger than any", |course| {
            course.replace("course.toml", "seeds = 10", "seeds = 99999999999999999999")
        }),
        ("negative", |course| {
            course.replace("course.toml", "seeds = 10", "patience-seconds = -3")
        }),
        ("a table where a value should be", |course| {
            course.replace("course.toml", "seeds = 10", "seeds = { least = 1 }")
        }),
        ("a value where a table should be", |course| {
            course.write(
                "course.toml",
                "format = 1\ntitle = \"A\"\ngrading = 3\nchapter = \"basics\"\n",
            )
        }),
        ("a table where several should be", |course| {
            course.write(
                "course.toml",
                "format = 1\ntitle = \"A\"\n[chapter]\nid = \"basics\"\n",
            )
        }),
        ("texts among which is a number", |course| {
            course.replace("course.toml", "[\"tripling\"]", "[\"tripling\", 3]")
        }),
        ("newer format", |course| {
            course.replace("course.toml", "format = 1", "format = 2")
        }),
        ("older format", |course| {
            course.replace("course.toml", "format = 1", "format = 0")
        }),
        ("no chapter", |course| {
            course.write("course.toml", "format = 1\ntitle = \"A\"\n")
        }),
        ("duplicate ids", |course| {
            course.replace(
                "course.toml",
                "[\"tripling\"]",
                "[\"doubling\", \"tripling\"]",
            )
        }),
        ("dangling id", |course| {
            course.replace("course.toml", "\"doubts\"", "\"doubt\"")
        }),
        ("dangling id of a folder elsewhere", |course| {
            course
                .replace("course.toml", "\"doubts\"", "\"doubts\", \"tripling\"")
                .replace("course.toml", "[\"tripling\"]", "[]")
        }),
        ("an id that is not in kebab-case", |course| {
            course.replace("course.toml", "\"beyond\"", "\"Beyond It\"")
        }),
        ("an id that leaves the folder", |course| {
            course.replace("course.toml", "\"doubts\"", "\"../doubts\"")
        }),
        ("syntax: unclosed text", |course| {
            course.replace("course.toml", "\"Small course\"", "\"Small course")
        }),
        ("syntax: several places", |course| {
            course
                .replace("course.toml", "\"Small course\"", "Small course")
                .replace("course.toml", "[\"tripling\"]", "[\"tripling\"")
        }),
        ("a key twice", |course| {
            course.replace("course.toml", "format = 1", "format = 1\nformat = 1")
        }),
        ("not UTF-8", |course| {
            course.write("course.toml", b"format = 1\ntitle = \"\xff\"\n")
        }),
        ("UTF-16", |course| {
            course.write("course.toml", b"\xff\xfef\x00o\x00")
        }),
        ("a null byte", |course| {
            course.write("course.toml", b"format = 1\0\n")
        }),
        ("a folder", |course| {
            course.remove("course.toml").write("course.toml/x", "")
        }),
        ("too large", |course| {
            course.write("course.toml", "# comment\n".repeat(200_000))
        }),
        ("deeply nested", |course| {
            course.write(
                "course.toml",
                format!("format = 1\ntitle = {}", "[".repeat(100_000)),
            )
        }),
    ];
    insta::assert_snapshot!("course", told(file, &["list"], cases));
}

#[test]
fn exercise_toml() {
    let cases: &[(&str, Spoil)] = &[
        ("everything at once", |course| {
            let text = "titel = \"Doubling\"\nsummary = \" \"\nkind = \"nod\"\nminutes = 0\npage = \"../x.md\"\n\n\
                        [[scenario]]\ntest = \"small numbers\"\npoints = 0\nhint = \"h\"\n\n[[hint]]\ntxt = \"x\"\n";
            course.write(EXERCISE, text)
        }),
        ("missing", |course| course.remove(EXERCISE)),
        ("too few hints", |course| {
            course.replace(
                EXERCISE,
                "[[hint]]\ntext = \"Multiplication is repeated addition.\"\n",
                "",
            )
        }),
        ("no hints", |course| {
            let text = course.read(EXERCISE);
            course.write(EXERCISE, text.split("[[hint]]").next().unwrap())
        }),
        ("an empty hint", |course| {
            course.replace(EXERCISE, "\"Multiplication is repeated addition.\"", "\"\"")
        }),
        ("no scenarios", |course| {
            course.write(
                EXERCISE,
                "title = \"A\"\nsummary = \"B\"\nkind = \"node\"\nminutes = 1\n",
            )
        }),
        ("a scenario without a test", |course| {
            course.replace(EXERCISE, "\"small_numbers\"", "\"smal_numbers\"")
        }),
        ("a test without a scenario", |course| {
            course.replace(
                SUITE,
                "#[test]\nfn small",
                "#[test]\nfn middling() {}\n\n#[test]\nfn small",
            )
        }),
        ("a test in a comment", |course| {
            course.replace(SUITE, "#[test]\nfn small", "// #[test]\nfn small")
        }),
        ("a scenario twice", |course| {
            course.replace(EXERCISE, "\"large_numbers\"", "\"small_numbers\"")
        }),
        ("points that are no number", |course| {
            course.replace(EXERCISE, "points = 2", "points = 2.5")
        }),
        ("no suite", |course| course.remove(SUITE)),
        ("no contract", |course| {
            course.remove("exercises/basics/doubling/src/api.rs")
        }),
        ("not listed", |course| {
            course.replace("course.toml", "\"doubling\", ", "")
        }),
        ("a chapter that is not listed", |course| {
            course.restore(&Course::new(), "exercises").replace(
                "course.toml",
                "id = \"basics\"",
                "id = \"first-steps\"",
            )
        }),
        ("syntax", |course| {
            course.replace(EXERCISE, "[[hint]]", "[[hint]")
        }),
        ("Windows line breaks and an unknown key", |course| {
            let text = course
                .read(EXERCISE)
                .replace("minutes", "minuets")
                .replace('\n', "\r\n");
            course.write(EXERCISE, format!("\u{feff}{text}"))
        }),
        ("tabs and wide characters before the place", |course| {
            course.replace(EXERCISE, "points = 2", "\tpoints = \"二つ\"")
        }),
    ];
    insta::assert_snapshot!(
        "exercise",
        told("exercises/basics/doubling", &["list"], cases)
    );
}

#[test]
fn progress_toml() {
    let cases: &[(&str, Spoil)] = &[
        ("syntax", |course| {
            course.write(PROGRESS, "format = 1\n[exercise.doubling\n")
        }),
        ("half of it", |course| {
            course.write(PROGRESS, &SOUND_PROGRESS[..60])
        }),
        ("newer format", |course| {
            course.write(PROGRESS, "format = 2\nnew = []\n")
        }),
        ("no format", |course| {
            course.write(PROGRESS, "current = \"doubling\"\n")
        }),
        ("empty", |course| course.write(PROGRESS, "")),
        ("wrong types", |course| {
            course.write(PROGRESS, "format = 1\ncurrent = 3\nquiz = 1\n[exercise]\ndoubts = 1\n[exercise.doubling]\nattempts = \"two\"\nbest = -1\nhints = true\npassed-at = \"yesterday\"\n")
        }),
        ("binary", |course| course.write(PROGRESS, b"\x00\x01\xfe")),
        ("a folder", |course| {
            course
                .remove(PROGRESS)
                .write(".faultline/progress.toml/x", "")
        }),
        ("a key twice", |course| {
            course.write(
                PROGRESS,
                "format = 1\n[exercise.doubling]\nbest = 1\n[exercise.doubling]\n",
            )
        }),
    ];
    insta::assert_snapshot!("progress", told(PROGRESS, &["hint", "doubling"], cases));
}

#[test]
fn patches() {
    let cases: &[(&str, Spoil)] = &[
        ("empty", |course| course.write(PATCH, "")),
        ("no diff", |course| {
            course.write(PATCH, "Bug: a\nCaught-by: small_numbers\n")
        }),
        ("no head", |course| {
            course.replace(
                PATCH,
                "Bug: adds instead\nCaught-by: small_numbers, large_numbers\n",
                "",
            )
        }),
        ("misspelt head", |course| {
            course
                .replace(PATCH, "Caught-by:", "Caught by:")
                .replace(PATCH, "Bug:", "Bugg:")
        }),
        ("empty head", |course| {
            course.replace(PATCH, "adds instead", " ").replace(
                PATCH,
                "small_numbers, large_numbers",
                "",
            )
        }),
        ("names twice and a comma too many", |course| {
            course.replace(
                PATCH,
                "small_numbers, large_numbers",
                "small_numbers, , small_numbers",
            )
        }),
        ("head twice", |course| {
            course.replace(PATCH, "Bug: adds instead", "Bug: adds instead\nBug: again")
        }),
        ("another file", |course| {
            course.replace(PATCH, "b/src/lib.rs", "b/src/api.rs")
        }),
        ("no second file", |course| {
            course.replace(PATCH, "+++ b/src/lib.rs\n", "")
        }),
        ("a line that is no part of a diff", |course| {
            course
                .replace(PATCH, "+    number.wrapping_add", "    number.wrapping_add")
                .replace(PATCH, "     // END", "// END")
        }),
        ("shorter than it says", |course| {
            course.replace(PATCH, "-18,5 +18,5", "-18,50 +18,50")
        }),
        ("longer than it says", |course| {
            course.replace(PATCH, "-18,5 +18,5", "-18,2 +18,2")
        }),
        ("numbers beyond all lines", |course| {
            course.replace(PATCH, "-18,5 +18,5", "-18446744073709551615,5 +18,5")
        }),
        ("no part at all", |course| {
            course.write(
                PATCH,
                "Bug: a\nCaught-by: small_numbers\n--- a/src/lib.rs\n+++ b/src/lib.rs\n",
            )
        }),
        ("changes nothing", |course| {
            course.replace(PATCH, "wrapping_add", "wrapping_mul")
        }),
        ("not UTF-8", |course| course.write(PATCH, b"Bug: \xe9\n")),
    ];
    let mut text = String::new();
    for (title, spoil) in cases {
        let course = Course::new();
        spoil(&course);
        let patch =
            checker::source::Source::read(&course.path(PATCH), PATCH, checker::source::TEXT_LIMIT);
        let name = "solutions/basics/doubling/src/lib.rs";
        let solution = checker::source::Source::new(name, &course.read(name));
        let problems = match patch
            .map_err(|problem| vec![problem])
            .and_then(|patch| checker::authoring::patch::parse(&patch))
        {
            Ok(patch) => vec![patch.apply(&solution).expect_err(title)],
            Err(problems) => problems,
        };
        assert!(!problems.is_empty(), "{title}");
        text.push_str(&format!(
            "## {title}\n{}\n\n",
            checker::error::render_all(&problems, false)
        ));
    }
    insta::assert_snapshot!("patch", text);
}

#[test]
fn saved_plans() {
    let cases: &[(&str, Spoil)] = &[
        ("missing", |course| course.remove(PLAN)),
        ("empty", |course| course.write(PLAN, "")),
        ("not JSON", |course| course.write(PLAN, "format = 1\n")),
        ("half of it", |course| {
            course.write(PLAN, &SOUND_PLAN[..100])
        }),
        ("newer format", |course| {
            course.replace(PLAN, "\"format\": 1", "\"format\": 2")
        }),
        ("no format", |course| {
            course.replace(PLAN, "  \"format\": 1,\n", "")
        }),
        ("unknown field", |course| {
            course.replace(PLAN, "\"random\"", "\"randon\"")
        }),
        ("unknown fault", |course| {
            course.replace(PLAN, "\"crash\"", "\"crush\"")
        }),
        ("wrong type", |course| {
            course.replace(PLAN, "\"random\": 7", "\"random\": \"seven\"")
        }),
        ("negative time", |course| {
            course.replace(PLAN, "\"at\": 1000", "\"at\": -1")
        }),
        ("a node beyond all nodes", |course| {
            course.replace(PLAN, "\"node\": 1", "\"node\": 65536")
        }),
        ("another scenario", |course| {
            course.replace(PLAN, "small_numbers", "small_number")
        }),
        ("another exercise", |course| {
            course.replace(PLAN, "small_numbers", "acknowledged_writes_survive")
        }),
        ("more after the end", |course| {
            course.write(PLAN, format!("{SOUND_PLAN}{{}}"))
        }),
        ("deeply nested", |course| {
            course.replace(PLAN, "{ \"Put\": 2 }", &"[".repeat(10_000))
        }),
        ("not UTF-8", |course| course.write(PLAN, b"{\xff}")),
        ("a folder", |course| {
            course.remove(PLAN).write("saved.json/x", "")
        }),
    ];
    insta::assert_snapshot!(
        "plan",
        told(PLAN, &["replay", "doubling", "--plan", PLAN], cases)
    );
}
