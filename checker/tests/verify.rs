//! `verify` proves an exercise, and fails on every line of its proof as soon as that line is made false.

mod support;

use support::Course;

const LIB: &str = "solutions/basics/doubling/src/lib.rs";
const STUB: &str = "exercises/basics/doubling/src/lib.rs";
const SUITE: &str = "exercises/basics/doubling/tests/grade.rs";

/// Only `doubling`, so that little is built.
fn verify(course: &Course) -> String {
    course.run(&["verify", "doubling"])
}

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
    insta::assert_snapshot!("sound", verify(&course));
}

/// Makes one thing false.
type Falsify = fn(&Course);

const FALSIFIED: &[(&str, Falsify)] = &[
    ("the stub is not the generated one", |course| {
        course.replace(STUB, "todo!(\"multiply by 2\")", "number * 2");
    }),
    ("the stub is missing", |course| {
        course.remove(STUB);
    }),
    ("the markers do not fit together", |course| {
        course.replace(LIB, "/// `number`, 2", "// END SOLUTION\n\n/// `number`, 2");
    }),
    ("the stub compiles with a warning", |course| {
        course.replace(LIB, "    // STUB: let _ = number;\n", "");
        course.run(&["stub", "doubling"]);
        // The patches' context has changed too: only the stub is of interest here.
        for patch in ["adds", "exits", "forgets", "panics", "saturates"] {
            let patch = format!("solutions/basics/doubling/wrong/{patch}.patch");
            course
                .replace(&patch, "     // STUB: let _ = number;\n", "")
                .replace(&patch, "-18,5 +18,5", "-18,4 +18,4");
        }
    }),
    ("the stub is implemented", |course| {
        course.replace(
            LIB,
            "// STUB: let _ = number;",
            "// STUB: return number * 2;",
        );
        course.run(&["stub", "doubling"]);
        for patch in ["adds", "exits", "forgets", "panics", "saturates"] {
            let patch = format!("solutions/basics/doubling/wrong/{patch}.patch");
            course.replace(
                &patch,
                "// STUB: let _ = number;",
                "// STUB: return number * 2;",
            );
        }
    }),
    ("the solution is missing", |course| {
        course.remove(LIB);
    }),
    ("the solution fails", |course| {
        course.replace(SUITE, "const FACTOR: u64 = 2", "const FACTOR: u64 = 3");
    }),
    ("the solution fails on fresh seeds", |course| {
        course.replace(SUITE, "    for &number in numbers {", "    if std::env::var_os(\"FAULTLINE_SECRET\").is_some() {\n        return story(\"broken\", scenario, 3, \"the secret was seen\", 0);\n    }\n    for &number in numbers {");
    }),
    ("the same run twice leaves different bytes", |course| {
        course.replace(SUITE, "        EFFORT * 3", "        std::process::id()");
    }),
    ("clippy complains", |course| {
        course.replace(
            SUITE,
            "    let verdict = judge(scenario, numbers);",
            "    let verdict = judge(&scenario, numbers);",
        );
    }),
    ("rustfmt would change the solution", |course| {
        course.replace(LIB, "const FACTOR: Number = 2;", "const FACTOR:Number = 2;");
    }),
    ("a patch does not apply", |course| {
        course.replace(
            "solutions/basics/doubling/wrong/adds.patch",
            "-    number.wrapping_mul(FACTOR)",
            "-    number.mul(FACTOR)",
        );
    }),
    ("a patch does not compile", |course| {
        course.replace(
            "solutions/basics/doubling/wrong/adds.patch",
            "wrapping_add",
            "wrapping_plus",
        );
    }),
    ("a patch is not caught", |course| {
        course.replace(
            "solutions/basics/doubling/wrong/saturates.patch",
            "Caught-by: large_numbers",
            "Caught-by: large_numbers, small_numbers",
        );
    }),
    ("a patch names a scenario that does not exist", |course| {
        course.replace(
            "solutions/basics/doubling/wrong/saturates.patch",
            "Caught-by: large_numbers",
            "Caught-by: larger_numbers",
        );
    }),
    ("a counterexample is too large", |course| {
        course.replace(
            "solutions/basics/doubling/wrong/adds.patch",
            "number.wrapping_add(FACTOR)",
            "FACTOR + 1004",
        );
    }),
    ("a patch is only not implemented", |course| {
        course.replace(
            "solutions/basics/doubling/wrong/adds.patch",
            "number.wrapping_add(FACTOR)",
            "todo!(\"later\")",
        );
    }),
    ("there are too few patches", |course| {
        course.remove("solutions/basics/doubling/wrong/adds.patch");
    }),
    ("another right design fails", |course| {
        course.replace(
            "solutions/basics/doubling/right/repeated-addition.rs",
            "wrapping_add",
            "saturating_add",
        );
    }),
    ("another right design does not compile", |course| {
        course.replace(
            "solutions/basics/doubling/right/repeated-addition.rs",
            "wrapping_add",
            "wrapping_plus",
        );
    }),
    ("there is no other right design", |course| {
        course.remove("solutions/basics/doubling/right");
    }),
    ("what does nothing earns points", |course| {
        course.replace(
            "solutions/basics/doubling/zero/nothing.rs",
            "number.wrapping_mul(0) + 1",
            "number.wrapping_mul(2)",
        );
    }),
    ("what does nothing is missing", |course| {
        course.remove("solutions/basics/doubling/zero/nothing.rs");
    }),
    ("what refuses everything is missing", |course| {
        course.remove("solutions/basics/doubling/zero/refusal.rs");
    }),
    ("the page is missing", |course| {
        course.write("book/src/index.md", "");
    }),
    ("the packages are misnamed", |course| {
        course.replace(
            "solutions/basics/doubling/Cargo.toml",
            "doubling-solution",
            "doubling-answer",
        );
        course.replace(
            "exercises/basics/doubling/Cargo.toml",
            "doctest = false",
            "doctest = true",
        );
    }),
    ("files lie where they do not belong", |course| {
        course.write("solutions/basics/doubling/wrong/notes.md", "");
        course.write("solutions/basics/doubling/right/Second_One.rs", "");
    }),
];

/// One course is made false and mended again, so that cargo builds only what is new.
#[test]
fn every_line_of_the_proof_can_be_made_false() {
    let sound = Course::new();
    let course = Course::new();
    let mut told = String::new();
    for (title, falsify) in FALSIFIED {
        for folder in ["exercises", "solutions", "book"] {
            if course.path(folder).exists() {
                course.remove(folder);
            }
        }
        course
            .restore(&sound, "exercises")
            .restore(&sound, "solutions");
        falsify(&course);
        let report = verify(&course);
        assert!(report.starts_with("exit code 4\n"), "{title}:\n{report}");
        let failures = failures(&report);
        assert!(!failures.is_empty(), "{title}:\n{report}");
        told.push_str(&format!("{title}\n{failures}\n"));
    }
    insta::assert_snapshot!("falsified", told);
}

#[test]
fn a_dependency_that_does_not_build_is_told_apart() {
    let course = Course::new();
    course.replace(
        "exercises/basics/doubling/Cargo.toml",
        "[lints]",
        "[dependencies]\nhelp = { path = \"../../../help\" }\n\n[lints]",
    );
    course.write(
        "help/Cargo.toml",
        "[package]\nname = \"help\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    course.write("help/src/lib.rs", "pub fn help( {}\n");
    let told = verify(&course);
    assert!(told.starts_with("exit code 4\n"), "{told}");
    assert!(told.contains("help/src/lib.rs:1"), "{told}");
}
