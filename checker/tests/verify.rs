//! `verify` proves an exercise, and fails on every line of its proof as soon as that line is made false.

mod support;

use support::Course;

/// The exercises of the course, which are alike.
const EXERCISES: [&str; 3] = ["basics/doubling", "basics/doubts", "beyond/tripling"];

/// The checks that failed, with their reasons; without what compilers say, which differs from version to version, and
/// without the secret of the fresh seeds.
fn failures(told: &str) -> String {
    let mut failures = String::new();
    let mut failed = false;
    let mut compiler = false;
    for line in told.lines().filter(|line| line.starts_with("  ")) {
        if !line.starts_with("      ") {
            failed = line.starts_with("  ✗");
            compiler = false;
        }
        compiler &= !line.starts_with("      `");
        if failed && !compiler {
            failures.push_str(&format!("{}\n", without_secret(line)));
        }
        if !compiler && COMPILER.iter().any(|words| line.ends_with(words)) {
            compiler = true;
            failures.push_str("      […]\n");
        }
    }
    failures
}

/// After these words the compiler, clippy or rustfmt speaks.
const COMPILER: [&str; 4] = [
    "with a warning:",
    "does not compile:",
    "clippy complains:",
    "on it:",
];

fn without_secret(line: &str) -> String {
    match line.split_once("fresh seeds (") {
        Some((before, after)) => {
            let after = after.trim_start_matches(|char: char| char.is_ascii_hexdigit());
            format!("{before}fresh seeds ([secret]{after}")
        }
        None => line.to_owned(),
    }
}

#[test]
fn a_sound_exercise_is_proved() {
    let course = Course::new();
    course.write(QUIZ, include_str!("fixtures/quiz/every-kind.toml"));
    insta::assert_snapshot!("sound", course.run(&["verify", "doubling"]));

    course.replace(QUIZ, "hint = ", "hnt = ");
    let told = course.run(&["verify", "doubling"]);
    assert!(told.starts_with("exit code 4\n"), "{told}");
    insta::assert_snapshot!("quiz", failures(&told));
}

/// An exercise of a course, about which one thing is to be made false.
struct Subject<'c> {
    course: &'c Course,
    /// `chapter/exercise`.
    name: &'static str,
}

impl Subject<'_> {
    /// Replaces a text in a file of the exercise.
    fn exercise(&self, file: &str, old: &str, new: &str) {
        self.course
            .replace(&format!("exercises/{}/{file}", self.name), old, new);
    }

    /// Replaces a text in a file of the solution.
    fn solution(&self, file: &str, old: &str, new: &str) {
        self.course
            .replace(&format!("solutions/{}/{file}", self.name), old, new);
    }

    fn remove_solution(&self, file: &str) {
        self.course
            .remove(&format!("solutions/{}/{file}", self.name));
    }

    /// Writes the stub of the solution as it now is.
    fn stub(&self) {
        let (_, id) = self.name.split_once('/').unwrap();
        self.course.run(&["stub", id]);
    }

    fn patches(&self, old: &str, new: &str) {
        for patch in ["adds", "exits", "forgets", "panics", "saturates"] {
            self.solution(&format!("wrong/{patch}.patch"), old, new);
        }
    }
}

/// Makes one thing false.
type Falsify = fn(&Subject);

const QUIZ: &str = "exercises/basics/quiz.toml";
const LIB: &str = "src/lib.rs";
const SUITE: &str = "tests/grade.rs";
const ADDS: &str = "wrong/adds.patch";
const SATURATES: &str = "wrong/saturates.patch";
const ADDITION: &str = "right/repeated-addition.rs";
const ANSWER: &str = "number.wrapping_add(FACTOR)";

/// Those that change many implementations come last: what is not mended afterwards need not be built again.
const FALSIFIED: &[(&str, Falsify)] = &[
    ("the stub is not the generated one", |it| {
        it.exercise(LIB, "todo!(", "unimplemented!(")
    }),
    ("the stub is missing", |it| {
        it.course.remove(&format!("exercises/{}/{LIB}", it.name));
    }),
    ("a patch does not apply", |it| {
        it.solution(ADDS, "-    number.wrapping_mul", "-    number.mul")
    }),
    ("a patch does not compile", |it| {
        it.solution(ADDS, "wrapping_add", "wrapping_plus")
    }),
    ("a patch is not caught", |it| {
        it.solution(
            SATURATES,
            "by: large_numbers",
            "by: large_numbers, small_numbers",
        )
    }),
    ("a patch names a scenario that does not exist", |it| {
        it.solution(SATURATES, "large_numbers", "larger_numbers")
    }),
    ("a counterexample is too large", |it| {
        it.solution(ADDS, ANSWER, "FACTOR * 0 + 1007")
    }),
    ("a patch is only not implemented", |it| {
        it.solution(ADDS, ANSWER, "todo!(\"later\")")
    }),
    ("there are too few patches", |it| it.remove_solution(ADDS)),
    ("another right design fails", |it| {
        it.solution(ADDITION, "wrapping_add", "saturating_add")
    }),
    ("another right design does not compile", |it| {
        it.solution(ADDITION, "wrapping_add", "wrapping_plus")
    }),
    ("there is no other right design", |it| {
        it.remove_solution("right")
    }),
    ("what does nothing earns points", |it| {
        let right = it.course.read(&format!("solutions/{}/{ADDITION}", it.name));
        it.course
            .write(&format!("solutions/{}/zero/nothing.rs", it.name), right);
    }),
    ("what does nothing is missing", |it| {
        it.remove_solution("zero/nothing.rs")
    }),
    ("what refuses everything is missing", |it| {
        it.remove_solution("zero/refusal.rs")
    }),
    ("the page is missing", |it| {
        for other in EXERCISES.iter().filter(|other| **other != it.name) {
            it.course.write(&format!("book/src/{other}.md"), "");
        }
    }),
    ("the packages are misnamed", |it| {
        it.solution("Cargo.toml", "-solution\"", "-answer\"");
        it.exercise("Cargo.toml", "doctest = false", "doctest = true");
    }),
    ("files lie where they do not belong", |it| {
        it.course
            .write(&format!("solutions/{}/wrong/notes.md", it.name), "");
        it.course
            .write(&format!("solutions/{}/right/Second_One.rs", it.name), "");
    }),
    ("the solution is missing", |it| it.remove_solution(LIB)),
    ("the markers do not fit together", |it| {
        it.solution(LIB, "/// `number`", "// END SOLUTION\n\n/// `number`")
    }),
    ("rustfmt would change the solution", |it| {
        it.solution(LIB, "FACTOR: Number", "FACTOR:Number")
    }),
    ("the stub compiles with a warning", |it| {
        it.solution(LIB, "    // STUB: let _ = number;\n", "");
        it.patches("     // STUB: let _ = number;\n", "");
        it.patches("-18,5 +18,5", "-18,4 +18,4");
        it.stub();
    }),
    ("the stub is implemented", |it| {
        it.solution(LIB, "// STUB: let _ = number;", "// STUB: return number;");
        it.patches("// STUB: let _ = number;", "// STUB: return number;");
        it.stub();
    }),
    ("the solution fails", |it| {
        it.exercise(SUITE, "const FACTOR: u64 = ", "const FACTOR: u64 = 1 + ")
    }),
    ("the solution fails on fresh seeds", |it| {
        let seen = "    if std::env::var_os(\"FAULTLINE_SECRET\").is_some() {\n        \
                    return story(\"broken\", scenario, 3, \"the secret was seen\", 0);\n    }\n";
        let run = "    for &number in numbers {";
        it.exercise(SUITE, run, &format!("{seen}{run}"));
    }),
    ("the same run twice leaves different bytes", |it| {
        it.exercise(SUITE, "        EFFORT * 3", "        std::process::id()")
    }),
    ("clippy complains", |it| {
        it.exercise(SUITE, "= judge(scenario, ", "= judge(&scenario, ")
    }),
];

/// In one course that is made false and mended again, three exercises at a time, so that cargo builds only what is new.
#[test]
fn every_line_of_the_proof_can_be_made_false() {
    let sound = Course::new();
    let course = Course::new();
    let mut told = String::new();
    for falsified in FALSIFIED.chunks(EXERCISES.len()) {
        for folder in ["exercises", "solutions", "book"] {
            if course.path(folder).exists() {
                course.remove(folder);
            }
        }
        course
            .restore(&sound, "exercises")
            .restore(&sound, "solutions");
        for ((_, falsify), name) in falsified.iter().zip(EXERCISES) {
            falsify(&Subject {
                course: &course,
                name,
            });
        }
        let report = course.run(&["verify"]);
        assert!(report.starts_with("exit code 4\n"), "{report}");
        for ((title, _), name) in falsified.iter().zip(EXERCISES) {
            let (_, id) = name.split_once('/').unwrap();
            let (_, section) = report.split_once(&format!("\n{id}\n")).unwrap();
            let lines = section
                .lines()
                .take_while(|line| line.is_empty() || line.starts_with(' '));
            let failures = failures(&lines.collect::<Vec<_>>().join("\n"));
            assert!(!failures.is_empty(), "{title}:\n{report}");
            told.push_str(&format!("{title}\n{failures}\n"));
        }
    }
    insta::assert_snapshot!("falsified", told);
}

#[test]
fn a_dependency_that_does_not_build_is_told_apart() {
    let course = Course::new();
    let help = "[dependencies]\nhelp = { path = \"../../../help\" }\n\n[lints]";
    course.replace("exercises/basics/doubling/Cargo.toml", "[lints]", help);
    course.write(
        "help/Cargo.toml",
        "[package]\nname = \"help\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    course.write("help/src/lib.rs", "pub fn help( {}\n");
    let told = course.run(&["verify", "doubling"]);
    assert!(told.starts_with("exit code 4\n"), "{told}");
    assert!(
        told.contains("help/src/lib.rs:1") || told.contains("src/lib.rs:1:"),
        "{told}"
    );
    assert!(told.contains("This is not your code"), "{told}");
}
