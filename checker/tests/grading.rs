//! `run` and `replay` from the outside: a real cargo, real processes, exact output.

mod scratch;

use insta::assert_snapshot;
use scratch::Scratch;

fn shown(output: &scratch::Output) -> String {
    let stderr = if output.stderr.is_empty() {
        String::new()
    } else {
        format!("--- stderr\n{}", output.stderr)
    };
    format!(
        "exit code {}\n---\n{}{stderr}",
        output.code.unwrap(),
        output.stdout
    )
}

#[test]
fn from_the_stub_to_full_points() {
    let scratch = Scratch::new(60);
    assert_snapshot!("stub", shown(&scratch.run(&["run", "answer"])));
    scratch.answer("answer", "41");
    assert_snapshot!("broken", shown(&scratch.run(&["run", "answer"])));
    assert_snapshot!("replay", shown(&scratch.run(&["replay", "answer"])));
    scratch.answer("answer", "panic!(\"no idea\")");
    assert_snapshot!("panicked", shown(&scratch.run(&["run", "answer"])));
    scratch.answer("answer", "42");
    assert_snapshot!("passed", shown(&scratch.run(&["run", "answer"])));
    assert_snapshot!("replay-passes", shown(&scratch.run(&["replay", "answer"])));
}

#[test]
fn a_failure_leaves_its_plan() {
    let scratch = Scratch::new(60);
    scratch.answer("answer", "41");
    scratch.run(&["run", "answer"]);
    let plan = scratch
        .root()
        .join("target/faultline/answer-it_stays_right.plan.json");
    let plan: simulator::plan::Plan =
        serde_json::from_slice(&std::fs::read(plan).unwrap()).unwrap();
    assert_eq!(plan.scenario, "it_stays_right");
}

#[test]
fn a_failure_leaves_its_picture() {
    let scratch = Scratch::new(60);
    let picture = scratch
        .root()
        .join("target/faultline/answer-it_stays_right.html");
    scratch.answer("answer", "41");
    let told = scratch.run(&["run", "answer"]).stdout;
    assert!(
        told.contains("  Picture   target/faultline/answer-the_answer_is_right.html\n"),
        "{told}"
    );
    let html = std::fs::read_to_string(&picture).unwrap();
    assert!(html.contains("it is 41") && html.contains("client 0 asks n0: “Ask”"));

    // Any run can be looked at.
    scratch.answer("answer", "42");
    let open = ["replay", "answer", "--scenario", "it_s", "--open"];
    assert_snapshot!("replay-open", shown(&scratch.run(&open)));
    let html = std::fs::read_to_string(&picture).unwrap();
    assert!(html.contains("this run breaks no promise") && !html.contains("it is 41"));
}

#[test]
fn what_does_not_compile_is_told_by_the_compiler() {
    let scratch = Scratch::new(60);
    scratch.answer("answer", "\"forty-two\"");
    let own = scratch.run(&["run", "answer"]);
    assert_eq!(own.code, Some(3));
    assert!(
        own.stdout.contains("error[E0308]: mismatched types\n"),
        "{}",
        own.stdout
    );
    assert!(
        own.stdout
            .contains(" --> exercises/basics/answer/src/lib.rs:4:5\n"),
        "{}",
        own.stdout
    );
    assert!(
        !own.stdout.contains("aborting due to") && !own.stdout.contains('\u{1b}'),
        "{}",
        own.stdout
    );
    assert!(own.stdout.ends_with(
        "✗ answer does not compile\nEdit exercises/basics/answer/src/lib.rs\nThen run `cargo checker run answer`.\n"
    ));

    let json: serde_json::Value =
        serde_json::from_str(&scratch.run(&["run", "answer", "--format", "json"]).stdout).unwrap();
    assert_eq!(json["status"], "does-not-compile");

    // The contract is not kept: the suite is what does not compile.
    std::fs::write(
        scratch.learner_file("answer"),
        "pub mod api;\n\npub fn reply() -> u32 {\n    42\n}\n",
    )
    .unwrap();
    let suite = scratch.run(&["run", "answer"]);
    assert_eq!(suite.code, Some(3));
    assert!(
        suite
            .stdout
            .contains("Your code compiles, but the suite does not compile against it.\n"),
        "{}",
        suite.stdout
    );
}

#[test]
fn a_course_that_does_not_build_is_not_the_learners_fault() {
    let scratch = Scratch::new(60);
    scratch.write(
        "broken/Cargo.toml",
        "[package]\nname = \"broken\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    scratch.write("broken/src/lib.rs", "pub fn broken() -> u32 { \"\" }\n");
    let manifest = scratch.root().join("exercises/basics/answer/Cargo.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(
        &manifest,
        format!("{text}\n[dependencies]\nbroken = {{ path = \"../../../broken\" }}\n"),
    )
    .unwrap();
    let dependency = scratch.run(&["run", "answer"]);
    assert_eq!(dependency.code, Some(4));
    assert!(
        dependency.stderr.contains("This is not your code"),
        "{}",
        dependency.stderr
    );
    assert!(
        dependency.stderr.contains("error[E0308]"),
        "{}",
        dependency.stderr
    );

    std::fs::write(&manifest, "[package]\nname = 3\n").unwrap();
    let cargo = scratch.run(&["run", "answer"]);
    assert_eq!(cargo.code, Some(4));
    assert!(
        cargo.stderr.contains("This is not your code") && cargo.stderr.contains("name = 3"),
        "{}",
        cargo.stderr
    );
}

#[test]
fn what_never_returns_is_named() {
    let scratch = Scratch::new(1);
    scratch.answer("answer", "loop {}");
    assert_snapshot!("never-returns", shown(&scratch.run(&["run", "answer"])));
    scratch.answer("answer", "std::process::exit(0)");
    assert_snapshot!("exits", shown(&scratch.run(&["run", "answer"])));
}

/// The suite falls silent after the learner's function has returned: that is nobody's fault that is known.
#[test]
fn what_returned_is_not_to_blame() {
    let scratch = Scratch::new(1);
    scratch.answer("answer", "1_000");
    assert_snapshot!("silent-outside", shown(&scratch.run(&["run", "answer"])));
}

#[test]
fn every_format_tells_the_same_verdict() {
    let scratch = Scratch::new(60);
    scratch.answer("answer", "41");
    assert_snapshot!(
        "json",
        shown(&scratch.run(&["run", "answer", "--format", "json"]))
    );
    assert_snapshot!(
        "junit",
        shown(&scratch.run(&["run", "answer", "--format", "junit"]))
    );
}

#[test]
fn colour_repeats_what_words_say() {
    let scratch = Scratch::new(60);
    scratch.answer("answer", "41");
    let plain = scratch.run(&["run", "answer"]).stdout;
    let colored = scratch.run(&["--color", "always", "run", "answer"]).stdout;
    assert!(!plain.contains('\u{1b}') && colored.contains('\u{1b}'));
    let mut stripped = String::new();
    for (index, part) in colored.split("\u{1b}[").enumerate() {
        stripped.push_str(if index == 0 {
            part
        } else {
            part.split_once('m').unwrap().1
        });
    }
    assert_eq!(stripped, plain);

    scratch.answer("answer", "x");
    let colored = scratch.run(&["--color", "always", "run", "answer"]).stdout;
    assert!(colored.contains("\u{1b}[1m"), "{colored}");
}

/// Without a terminal the default command grades once.
#[test]
fn without_a_terminal_the_current_exercise_is_graded_once() {
    let scratch = Scratch::new(60);
    let output = scratch.run(&[]);
    assert_eq!(output.code, Some(1));
    assert!(
        output.stdout.contains("• answer · the answer is right"),
        "{}",
        output.stdout
    );
    assert!(!output.stdout.contains('\u{1b}'));
}

/// A person who presses Ctrl-C gets the prompt back at once, and nothing is left running.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_run_leaves_nothing_behind() {
    use std::io::Read;
    use std::process::Stdio;

    let scratch = Scratch::new(600);
    let told = scratch.root().join("told");
    scratch.answer(
        "answer",
        &format!(
            "std::fs::write({told:?}, std::process::id().to_string()).unwrap();\n    loop {{}}"
        ),
    );
    let mut checker = scratch
        .checker(&["run", "answer"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let suite = loop {
        match std::fs::read_to_string(&told) {
            Ok(text) if !text.is_empty() => break text,
            _ => std::thread::yield_now(),
        }
        assert!(checker.try_wait().unwrap().is_none());
    };
    let killed = std::process::Command::new("kill")
        .args(["-INT", &checker.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    assert_eq!(checker.wait().unwrap().code(), Some(5));
    let mut complaint = String::new();
    checker
        .stderr
        .unwrap()
        .read_to_string(&mut complaint)
        .unwrap();
    assert!(
        complaint.contains("Interrupted before there was a verdict"),
        "{complaint}"
    );
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while std::fs::read_to_string(format!("/proc/{suite}/stat"))
        .is_ok_and(|stat| !stat.contains(") Z "))
    {
        assert!(
            std::time::Instant::now() < deadline,
            "process {suite} is still there"
        );
        std::thread::yield_now();
    }
}
