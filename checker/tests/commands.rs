//! The commands that need no build, as a reader sees them.

mod support;

use support::Course;

/// Several commands, one after the other, in the same course.
fn session(course: &Course, commands: &[&[&str]]) -> String {
    let told = commands.iter().map(|command| {
        format!(
            "$ cargo checker {}\n{}\n",
            command.join(" "),
            course.run(command)
        )
    });
    told.collect()
}

#[test]
fn list_shows_where_the_reader_is() {
    let course = Course::new();
    let new = course.run(&["list"]);
    course.write(
        ".faultline/progress.toml",
        "format = 1\ncurrent = \"doubts\"\n[exercise.doubling]\nattempts = 3\nbest = 5\npassed-at = 2026-01-31T12:00:00Z\n\
         [exercise.doubts]\nattempts = 1\nbest = 1\n",
    );
    let begun = course.run(&["list"]);
    course.replace(
        ".faultline/progress.toml",
        "best = 1",
        "best = 2\npassed-at = 2026-01-31T12:00:00Z",
    );
    let more = "[exercise.tripling]\nattempts = 1\nbest = 900\npassed-at = 2026-01-31T12:00:00Z\n";
    let text = course.read(".faultline/progress.toml");
    course.write(".faultline/progress.toml", text + more);
    let done = course.run(&["list"]);
    let told = format!("{new}\n{begun}\n{done}");
    assert!(
        told.lines().all(|line| line.chars().count() <= 80),
        "{told}"
    );
    insta::assert_snapshot!("list", told);
}

#[test]
fn long_titles_are_cut_to_eighty_columns() {
    let course = Course::new();
    let long = "Doubling everything that can be doubled, and some things that perhaps should not be doubled";
    course.replace(
        "exercises/basics/doubling/exercise.toml",
        "title = \"Doubling\"",
        &format!("title = \"{long}\""),
    );
    course.replace(
        "course.toml",
        "title = \"Small course\"",
        &format!("title = \"{long}\""),
    );
    course.replace(
        "course.toml",
        "title = \"Basics\"",
        &format!("title = \"{long}\""),
    );
    let told = course.run(&["list"]);
    assert!(
        told.lines().all(|line| line.chars().count() <= 80),
        "{told}"
    );
    insta::assert_snapshot!("list_long", told);
}

#[test]
fn hints_open_one_by_one_and_the_last_call_repeats_all() {
    let course = Course::new();
    let hint: &[&str] = &["hint", "doubling"];
    let told = session(
        &course,
        &[
            hint,
            hint,
            hint,
            hint,
            &["hint", "doubling", "--scenario", "small"],
            &["list"],
        ],
    );
    insta::assert_snapshot!("hints", told);
}

#[test]
fn a_name_is_any_beginning_that_fits_no_other() {
    let course = Course::new();
    let commands: &[&[&str]] = &[
        &["solution", "--reveal", "tri"],
        &["hint", "doub"],
        &["hint", "dubling"],
        &["hint", "quadrupling"],
        &["hint", "beyond/tripling"],
        &["hint", "tri", "--scenario", "s_numbers"],
        &["hint", "tri", "--scenario", "smal_numbers"],
        &["replay", "tri"],
        &["replay", "tri", "--scenario", "middling"],
    ];
    insta::assert_snapshot!("names", session(&course, commands));
}

#[test]
fn the_solution_is_shown_after_a_pass() {
    let course = Course::new();
    let before = course.run(&["solution", "doubling"]);
    course.write(
        ".faultline/progress.toml",
        "format = 1\n[exercise.doubling]\npassed-at = 2026-01-31T12:00:00Z\n",
    );
    let after = course.run(&["solution", "doubling"]);
    insta::assert_snapshot!("solution", format!("{before}\n{after}"));
}

#[test]
fn reset_keeps_a_backup_each_time() {
    let course = Course::new();
    let file = "exercises/basics/doubling/src/lib.rs";
    let stub = course.read(file);
    let mine = b"my \xff code\r\n";
    let same = course.run(&["reset", "doubling"]);
    course.write(file, mine);
    let unasked = course.run(&["reset", "doubling"]);
    assert_eq!(std::fs::read(course.path(file)).unwrap(), mine);
    let first = course.run(&["reset", "doubling", "--yes"]);
    assert_eq!(course.read(file), stub);
    assert_eq!(
        std::fs::read(course.path(".faultline/backups/doubling-1.rs")).unwrap(),
        mine
    );
    course.write(file, "again");
    course.write("exercises/beyond/tripling/src/lib.rs", "too");
    let all = course.run(&["reset", "--all", "-y"]);
    assert_eq!(course.read(".faultline/backups/doubling-2.rs"), "again");
    assert_eq!(course.read(".faultline/backups/tripling-1.rs"), "too");
    course.remove(file);
    let missing = course.run(&["reset", "doubling", "-y"]);
    assert_eq!(course.read(file), stub);
    insta::assert_snapshot!(
        "reset",
        format!("{same}\n{unasked}\n{first}\n{all}\n{missing}")
    );
}

#[test]
fn a_broken_solution_resets_nothing() {
    let course = Course::new();
    course.replace(
        "solutions/beyond/tripling/src/lib.rs",
        "// END SOLUTION\n\n",
        "",
    );
    course.write("exercises/basics/doubling/src/lib.rs", "mine");
    let told = course.run(&["reset", "--all", "--yes"]);
    assert_eq!(course.read("exercises/basics/doubling/src/lib.rs"), "mine");
    insta::assert_snapshot!("reset_broken", told);
}

#[test]
fn stub_writes_what_differs_and_check_writes_nothing() {
    let course = Course::new();
    let file = "exercises/basics/doubts/src/lib.rs";
    let stub = course.read(file);
    course.write(file, "old");
    let checked = course.run(&["stub", "--check"]);
    assert_eq!(course.read(file), "old");
    let written = course.run(&["stub"]);
    assert_eq!(course.read(file), stub);
    let again = course.run(&["stub", "--check", "doubts"]);
    insta::assert_snapshot!("stub", format!("{checked}\n{written}\n{again}"));
}

#[test]
fn it_works_in_any_folder_of_the_course_and_says_so_elsewhere() {
    let course = Course::new();
    let mut inside = course.command(&["list"]);
    inside.current_dir(course.path("exercises/basics/doubling/src"));
    assert_eq!(
        course.told(&inside.output().unwrap()),
        course.run(&["list"])
    );

    let elsewhere = tempfile::tempdir().unwrap();
    let mut outside = course.command(&["list"]);
    outside.current_dir(elsewhere.path());
    insta::assert_snapshot!("no_course", course.told(&outside.output().unwrap()));
}

#[test]
fn colour_is_only_where_it_is_wanted() {
    let course = Course::new();
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        let output = course
            .command(arguments)
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!coloured(&["list"], &[]));
    assert!(coloured(
        &["list", "--color", "always"],
        &[("NO_COLOR", "1")]
    ));
    assert!(coloured(&["list"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(
        &["list"],
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]
    ));
    assert!(!coloured(
        &["list", "--color", "never"],
        &[("CLICOLOR_FORCE", "1")]
    ));
}

#[test]
fn help_and_usage() {
    let course = Course::new();
    let commands: &[&[&str]] = &[
        &["--help"],
        &["hint", "--help"],
        &["lisst"],
        &["reset", "--all", "doubling"],
        &["run", "--seeds", "0"],
    ];
    insta::assert_snapshot!("help", session(&course, commands));
}

#[test]
fn completions_are_made_for_every_shell() {
    let course = Course::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let told = course.run(&["completions", shell]);
        assert!(
            told.starts_with("exit code 0\n")
                && told.contains("checker")
                && told.contains("verify"),
            "{shell}"
        );
    }
}

#[test]
fn doctor_finds_what_is_wrong() {
    let course = Course::new();
    let well = course.run(&["doctor"]);
    assert!(well.starts_with("exit code 0\n"), "{well}");
    for said in [
        "✓ cargo       cargo 1.",
        "✓ rustc       rustc 1.",
        "✓ folder      [course]",
        "✓ course      Small course, 3 exercises",
        "• terminal",
    ] {
        assert!(
            well.contains(said) || said == "• terminal",
            "{said} is missing in\n{well}"
        );
    }
    course.replace("course.toml", "doubts", "doubt");
    let ill = course.run(&["doctor"]);
    assert!(ill.starts_with("exit code 4\n"), "{ill}");
    assert!(
        ill.contains("✗ course") && ill.contains("error[dangling-id]"),
        "{ill}"
    );
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let course = Course::new();
    let mut child = course
        .command(&["list"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(output.stderr, b"");
}
