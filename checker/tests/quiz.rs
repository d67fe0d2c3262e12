//! Quizzes, as a reader sees them over a pipe: what is typed is shown where it was typed.

mod support;

use std::fs;
use std::io::Write;
use std::process::Stdio;

use checker::quiz::model::{Kind, Right};
use support::Course;

const QUIZ: &str = "exercises/basics/quiz.toml";
const EVERY_KIND: &str = include_str!("fixtures/quiz/every-kind.toml");
const SECOND: &str = include_str!("fixtures/quiz/second.toml");
const PROGRESS: &str = ".faultline/progress.toml";
const DAY: &str = "2026-01-31";

/// The small course, with a quiz for its first chapter.
fn course() -> Course {
    let course = Course::new();
    course.write(QUIZ, EVERY_KIND);
    course
}

/// Runs `quiz` on a day, with what is typed.
fn quiz(course: &Course, arguments: &[&str], day: &str, typed: &str) -> String {
    let arguments: Vec<&str> = ["quiz"].iter().chain(arguments).copied().collect();
    let told = run(course, &arguments, day, typed);
    let lines = told.lines().filter(|line| !line.starts_with("    "));
    for line in lines {
        assert!(line.chars().count() <= 80, "{line}");
    }
    format!("$ cargo checker {}\n{told}\n", arguments.join(" "))
}

fn run(course: &Course, arguments: &[&str], day: &str, typed: &str) -> String {
    let mut child = course
        .command(arguments)
        .env("FAULTLINE_TODAY", day)
        .env_remove("COLUMNS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that asks nothing may be gone before it is told anything.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    course.told(&child.wait_with_output().unwrap())
}

#[test]
fn right_answers() {
    let course = course();
    let told = quiz(&course, &["basics"], DAY, "1\n2 3\n2\n7\n");
    insta::assert_snapshot!("right", told);
    insta::assert_snapshot!("right_progress", course.read(PROGRESS));
}

#[test]
fn wrong_answers_and_all_that_can_be_typed() {
    let course = course();
    let typed = "?\n4\n1 2\nno\n2\n\n?\n1,2\n3\n";
    let told = quiz(&course, &["basics"], DAY, typed);
    insta::assert_snapshot!("wrong", told);
}

#[test]
fn several_answers_may_be_half_right() {
    let mut told = String::new();
    for answer in ["2", "1", "1 2 3", "3,2", " 2   3 "] {
        let course = course();
        let typed = format!("s\n{answer}\nq\n");
        let all = quiz(&course, &["basics"], DAY, &typed);
        let question = all.split("── Question ").nth(2).unwrap();
        let from = question.find("All that apply").unwrap();
        told.push_str(&format!("{}\n", question[from..].trim_end()));
    }
    insta::assert_snapshot!("several", told);
}

#[test]
fn short_answers_are_understood_in_any_dress() {
    let mut told = String::new();
    for answer in ["2", " TWO. ", "\"two\"", "3.", "two of five", "二"] {
        let course = course();
        let typed = format!("s\ns\n{answer}\nq\n");
        let all = quiz(&course, &["basics"], DAY, &typed);
        let question = all.split("── Question ").nth(3).unwrap();
        let from = question.find("Answer: ").unwrap();
        told.push_str(&format!("{}\n\n", question[from..].trim_end()));
    }
    insta::assert_snapshot!("short", told);
}

#[test]
fn quitting_in_the_middle_loses_nothing() {
    let course = course();
    let first = quiz(&course, &["basics"], DAY, "1\nq\n");
    let saved = course.read(PROGRESS);
    assert!(saved.contains("[quiz.lost-acknowledgement]"), "{saved}");
    let second = quiz(&course, &["basics"], DAY, "s\n3\n");
    let third = quiz(&course, &["basics"], DAY, "2 3\n7\n");
    let nothing = quiz(&course, &["basics"], DAY, "");
    let again = quiz(&course, &["basics", "--again"], DAY, "q\n");
    insta::assert_snapshot!("quit", [first, second, third, nothing, again].concat());
}

#[test]
fn a_question_that_has_changed_counts_as_new() {
    let course = course();
    quiz(&course, &["basics"], DAY, "1\n2 3\n2\n7\n");
    course.replace(QUIZ, "How many of five nodes", "How many of the five nodes");
    let reworded = quiz(&course, &["basics"], DAY, "two\n");
    // Other line breaks, another explanation and another hint make no other question.
    course.replace(
        QUIZ,
        "\"How many of the five nodes may crash while a majority is left?\"",
        "\"\"\"\nHow many of the five nodes\nmay crash while a majority is left?\"\"\"",
    );
    course.replace(
        QUIZ,
        "A majority of five is three",
        "Three of five are a majority",
    );
    course.replace(QUIZ, "How many are a majority?", "Count.");
    let reflowed = quiz(&course, &["basics"], DAY, "");
    insta::assert_snapshot!("changed", reworded + &reflowed);
}

#[test]
fn what_is_due_comes_back_on_its_day() {
    let course = course();
    course.write("exercises/beyond/quiz.toml", SECOND);
    let mut told = quiz(&course, &["--review"], DAY, "");
    told += &quiz(&course, &[], DAY, "1\n1\n3\ns\n2\nq\n");
    told += &quiz(&course, &["--review"], DAY, "");
    // The two wrong ones come back tomorrow; one is right then, one is wrong again, and one is skipped and stays due.
    told += &quiz(&course, &["--review"], "2026-02-01", "2 3\n1\n");
    told += &quiz(&course, &["--review"], "2026-02-01", "");
    told += &quiz(&course, &["--review"], "2026-03-01", "s\ns\ns\nq\n");
    told += &format!(
        "$ cargo checker list\n{}",
        run(&course, &["list"], "2026-03-01", "")
    );
    insta::assert_snapshot!("review", told);
}

#[test]
fn the_end_of_the_input_is_a_polite_way_to_quit() {
    let course = course();
    let told = quiz(&course, &["basics"], DAY, "") + &quiz(&course, &["basics"], DAY, "1");
    insta::assert_snapshot!("end_of_input", told);
}

#[test]
fn whatever_is_typed_is_survived() {
    let course = course();
    let mut child = course
        .command(&["quiz", "basics", "--seed", "1"])
        .env("FAULTLINE_TODAY", DAY)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let typed = [
        b"\xff\xfe\x00\x1b[31m\n".as_slice(),
        &b"9".repeat(100_000),
        b"\r\n\n",
    ];
    child
        .stdin
        .take()
        .unwrap()
        .write_all(&typed.concat())
        .unwrap();
    let told = course.told(&child.wait_with_output().unwrap());
    assert!(!told.contains('\u{1b}') && told.len() < 10_000, "{told}");
    assert!(told.contains("Skipped"), "{told}");
}

#[test]
fn the_order_of_choices_depends_on_the_seed_alone() {
    let with = |arguments: &[&str], day| {
        let told = quiz(&course(), arguments, day, "q\n");
        told.split_once("Question").unwrap().1.to_owned()
    };
    assert_eq!(
        with(&["--seed", "3"], DAY),
        with(&["--seed", "3"], "2026-02-20")
    );
    let orders: std::collections::BTreeSet<String> = (0..20)
        .map(|seed| with(&["--seed", &seed.to_string()], DAY))
        .collect();
    // Three choices can be ordered in six ways.
    assert_eq!(orders.len(), 6);
    assert_eq!(with(&[], DAY), with(&[], DAY));
}

#[test]
fn colour_repeats_what_the_words_say() {
    let course = course();
    let coloured = run(&course, &["quiz", "--color", "always"], DAY, "2\n1 2\nq\n");
    let plain = run(&self::course(), &["quiz"], DAY, "2\n1 2\nq\n");
    let mut parser = vt100::Parser::new(200, 100, 0);
    parser.process(coloured.replace('\n', "\r\n").as_bytes());
    assert_eq!(parser.screen().contents().trim_end(), plain.trim_end());
    assert!(coloured.contains("\u{1b}[1;31m✗ Wrong.") || coloured.contains("\u{1b}[31;1m✗ Wrong."));
    assert!(coloured.contains("\u{1b}[36m`n0`"));
}

#[test]
fn narrow_terminals_get_narrow_lines() {
    let course = course();
    let output = course
        .command(&["quiz", "basics"])
        .env("FAULTLINE_TODAY", DAY)
        .env("COLUMNS", "40")
        .output()
        .unwrap();
    let told = course.told(&output);
    for line in told.lines() {
        assert!(line.chars().count() <= 40, "{line}");
    }
}

#[test]
fn cards_for_anki() {
    let course = course();
    course.write("exercises/beyond/quiz.toml", SECOND);
    let printed = quiz_unchecked(&course, &["--export", "anki", "-"]);
    let file = course.path("cards.tsv");
    let file = file.to_str().unwrap();
    let written = quiz_unchecked(&course, &["--export", "anki", file]);
    let cards = course.read("cards.tsv");
    assert_eq!(printed, format!("exit code 0\n----- stdout -----\n{cards}"));
    for line in cards.lines().filter(|line| !line.starts_with('#')) {
        assert_eq!(line.split('\t').count(), 4, "{line}");
    }
    // Cards are recognized by their first column, whatever else changes.
    course.replace(QUIZ, "How many of five", "Of five, how many");
    let changed = quiz_unchecked(&course, &["--export", "anki", "-", "basics"]);
    let ids = |cards: &str| {
        let lines = cards.lines().filter(|line| line.starts_with("faultline-"));
        let ids: Vec<String> = lines
            .filter_map(|line| Some(line.split_once('\t')?.0.to_owned()))
            .collect();
        ids
    };
    assert_eq!(ids(&changed), ids(&cards)[..4]);
    let other = quiz_unchecked(&course, &["--export", "anky", "-"]);
    insta::assert_snapshot!("anki", format!("{cards}\n{written}\n{other}"));
}

fn quiz_unchecked(course: &Course, arguments: &[&str]) -> String {
    let arguments: Vec<&str> = ["quiz"].iter().chain(arguments).copied().collect();
    run(course, &arguments, DAY, "")
}

#[test]
fn chapters_are_named_like_exercises() {
    let course = course();
    let mut told = String::new();
    for name in ["basics", "ba", "bascis", "b", "beyond", "paxos"] {
        let all = quiz(&course, &[name], DAY, "q\n");
        let head: Vec<&str> = all.lines().take(6).collect();
        told.push_str(&format!("{}\n\n", head.join("\n")));
    }
    course.remove(QUIZ);
    for arguments in [&["basics"][..], &[], &["--lint"], &["--review", "--again"]] {
        told.push_str(&quiz(&course, arguments, DAY, ""));
    }
    course.write(QUIZ, EVERY_KIND);
    told.push_str(&quiz(&course, &[], "31.1.2026", ""));
    insta::assert_snapshot!("names", told);
}

#[test]
fn a_malformed_quiz_is_left_out_and_breaks_nothing_else() {
    let course = course();
    course.write("exercises/beyond/quiz.toml", SECOND);
    course.write(
        PROGRESS,
        "format = 1\n[quiz.lost-acknowledgement]\nbox = 1\ndue = 2026-01-01\nquestion = \"f86c7d718e6b8e1e\"\n",
    );
    let due = run(&course, &["list"], DAY, "");
    assert!(due.contains("\nDue again: 1 quiz question."), "{due}");
    course.write(QUIZ, "[[questions]\n");
    let mut told = format!(
        "$ cargo checker list\n{}\n",
        run(&course, &["list"], DAY, "")
    );
    assert!(
        told.starts_with("$ cargo checker list\nexit code 0\n"),
        "{told}"
    );
    told += &quiz(&course, &[], DAY, "q\n");
    told += &quiz(&course, &["basics"], DAY, "");
    told += &quiz(&course, &["--lint"], DAY, "");
    told += &quiz(&course, &["--export", "anki", "-"], DAY, "");
    insta::assert_snapshot!("left_out", told);
}

#[test]
fn recorded_runs_are_drawn() {
    let course = course();
    let trace = r#"{"format":2,"nodes":["n0","n1"],"calls":[],"spans":[],"violation":null,"end":2000,
        "events":[{"at":1000,"node":1,"what":{"kind":"deliver","message":0},"state":null}],
        "messages":[{"from":0,"to":1,"sent":0,"fate":{"kind":"delivered","at":1000},"label":"Ping","contents":"Ping","copy-of":null,"delayed":null,"cause":null}]}"#;
    course.write("book/traces/doubling/small_numbers--adds.json", trace);
    course.replace(
        QUIZ,
        "hint = \"Draw",
        "trace = \"doubling/small_numbers wrong=adds\"\nhint = \"Draw",
    );
    insta::assert_snapshot!("trace", quiz(&course, &[], DAY, "q\n"));
}

/// Makes the file malformed.
type Spoil = fn(&Course) -> &Course;

#[test]
fn everything_that_is_wrong_with_a_file_is_told() {
    let cases: &[(&str, Spoil)] = &[
        ("no question", |course| course.write(QUIZ, "")),
        ("syntax", |course| {
            course.replace(QUIZ, "[[questions]]", "[[questions]")
        }),
        ("not UTF-8", |course| course.write(QUIZ, b"# \xff\n")),
        ("a folder", |course| {
            course
                .remove(QUIZ)
                .write("exercises/basics/quiz.toml/x", "")
        }),
        ("unknown keys", |course| {
            course
                .replace(QUIZ, "hint = ", "hnt = ")
                .replace(QUIZ, "prompt.answerIndex", "prompt.answer_index")
                .replace(QUIZ, "[[questions]]", "[[question]]")
        }),
        ("missing keys", |course| {
            course.write(
                QUIZ,
                "[[questions]]\n[[questions]]\ntype = \"MultipleChoice\"\n",
            )
        }),
        ("missing keys below others", |course| {
            course
                .replace(
                    QUIZ,
                    "prompt.prompt = \"Which of",
                    "prompt.answer = \"Which of",
                )
                .replace(QUIZ, "answer.stdout = \"7\"\n", "")
                .replace(QUIZ, "prompt.program", "prompt.prog")
        }),
        ("values where tables should be", |course| {
            course.write(
                QUIZ,
                "multipart = 1\n[[questions]]\nid = \"a\"\ntype = \"ShortAnswer\"\nprompt = \"p\"\nanswer = \"a\"\n\
                 context = \"c\"\ntags = [\"t\"]\nwhy = [\"w\"]\n",
            )
        }),
        ("unknown type", |course| {
            course.replace(QUIZ, "\"ShortAnswer\"", "\"ShortAnswr\"")
        }),
        ("no explanation", |course| {
            course.replace(
                QUIZ,
                "context = \"What has the same effect once and twice is *idempotent*.\"\n",
                "",
            )
        }),
        ("empty texts", |course| {
            course
                .replace(QUIZ, "\"Add 1 to `x`\"]", "\" \"]")
                .replace(QUIZ, "context = \"A lost request and a lost answer look the same to whoever waits.\"", "context = \"\"")
                .replace(QUIZ, "tags = [\"programs\"]", "tags = []")
        }),
        ("fewer choices than two", |course| {
            course.replace(
                QUIZ,
                "[\"That `n0` stored it\", \"That `n0` did **not** store it\"]",
                "[]",
            )
        }),
        ("no right answer", |course| {
            course.replace(QUIZ, "[\"Set `x` to 1\", \"Delete `x`\"]", "[]")
        }),
        ("a choice that is right and wrong", |course| {
            course.replace(
                QUIZ,
                "[\"Add 1 to `x`\"]",
                "[\"Add 1 to `x`\", \"Delete  `x`\"]",
            )
        }),
        ("a choice twice", |course| {
            course.replace(
                QUIZ,
                "\"Set `x` to 1\", \"Delete `x`\"",
                "\"Delete `x`\", \"Delete `x`\"",
            )
        }),
        ("feedback for a choice that does not exist", |course| {
            course.replace(QUIZ, "why = { \"Add 1 to `x`\"", "why = { \"Add 2 to `x`\"")
        }),
        ("too little feedback", |course| {
            course.replace(
                QUIZ,
                "  \"The answer that would say so never came.\",\n",
                "",
            )
        }),
        ("too much feedback", |course| {
            course.replace(QUIZ, "why = [\n", "why = [\n  \"One too many.\",\n")
        }),
        ("no feedback", |course| {
            course.replace(
                QUIZ,
                "why = { \"Add 1 to `x`\" = \"Carried out twice, it adds 2.\" }\n",
                "",
            )
        }),
        ("feedback for a right answer", |course| {
            course.replace(QUIZ, "why = { \"3\"", "why = { \"Two.\"")
        }),
        ("an order that contradicts itself", |course| {
            course.replace(
                QUIZ,
                "prompt.answerIndex = 1",
                "prompt.answerIndex = 2\nprompt.sortAnswers = true",
            )
        }),
        ("an answer that cannot be typed", |course| {
            course.replace(QUIZ, "[\"two\"]", "[\"two\", \"Q\", \"TWO\"]")
        }),
        ("ids that are not in kebab-case", |course| {
            course
                .replace(QUIZ, "\"safe-to-repeat\"", "\"Safe To Repeat\"")
                .replace(QUIZ, "[\"quorums\"]", "[\"Quorums\"]")
        }),
        ("an id twice", |course| {
            course.replace(QUIZ, "\"safe-to-repeat\"", "\"majority-of-five\"")
        }),
        ("an id of another chapter", |course| {
            course.write("exercises/beyond/quiz.toml", SECOND).replace(
                "exercises/beyond/quiz.toml",
                "\"slow-or-dead\"",
                "\"safe-to-repeat\"",
            )
        }),
        ("a setting that does not exist", |course| {
            course.replace(QUIZ, "multipart = \"pair\"", "multipart = \"pairs\"")
        }),
        ("a wide line of code", |course| {
            course.replace(QUIZ, "client ──Put x=1──▶ n0\n", "client ─────────────────────────────────────────────────────Put x=1──▶ n0  (n0 stores it)\n")
        }),
        ("a program that cannot print", |course| {
            course.replace(QUIZ, "doesCompile = true", "doesCompile = false")
        }),
        ("a reference that means nothing", |course| {
            course.replace(
                QUIZ,
                "hint = \"Draw",
                "trace = \"doubling wrong=adds\"\nhint = \"Draw",
            )
        }),
        ("a recording that does not exist", |course| {
            course.replace(
                QUIZ,
                "hint = \"Draw",
                "trace = \"doubling/small_numbers wrong=adds\"\nhint = \"Draw",
            )
        }),
        ("a recording that is none", |course| {
            course
                .write(
                    "book/traces/doubling/small_numbers--solution.json",
                    "{\n  \"format\": 1,\n  \"nodes\": 3\n}\n",
                )
                .replace(
                    QUIZ,
                    "hint = \"Draw",
                    "trace = \"doubling/small_numbers\"\nhint = \"Draw",
                )
        }),
        ("a recording of another version", |course| {
            let trace = "{\"format\":9,\"nodes\":[],\"events\":[],\"messages\":[],\"calls\":[],\"spans\":[],\"violation\":null,\"end\":0}";
            course
                .write("book/traces/doubling/small_numbers--solution.json", trace)
                .replace(
                    QUIZ,
                    "hint = \"Draw",
                    "trace = \"doubling/small_numbers\"\nhint = \"Draw",
                )
        }),
        ("a chapter that does not exist", |course| {
            course.write("exercises/nowhere/quiz.toml", SECOND)
        }),
    ];
    let mut text = String::new();
    for (title, spoil) in cases {
        let course = course();
        spoil(&course);
        let before = fs::read(course.path(QUIZ)).ok();
        let told = course.run(&["quiz", "--lint"]);
        assert!(told.starts_with("exit code 4\n"), "{title}: {told}");
        assert!(
            told.contains("quiz.toml") && told.contains("= help:"),
            "{title}: {told}"
        );
        assert_eq!(
            fs::read(course.path(QUIZ)).ok(),
            before,
            "{title}: the file was written"
        );
        assert!(
            course.run(&["list"]).starts_with("exit code 0\n"),
            "{title}"
        );
        text.push_str(&format!(
            "## {title}\n{}\n",
            told.replace("exit code 4\n----- stderr -----\n", "")
        ));
    }
    insta::assert_snapshot!("malformed", text);
}

/// The course's own quizzes: a dozen questions at least, and every way of answering that readers should meet.
#[test]
fn the_quizzes_of_the_course_are_sound() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let course = checker::course::read(&root).unwrap();
    let loaded = checker::quiz::load(&course);
    assert_eq!(loaded.problems(), []);
    assert!(loaded.quizzes.len() >= 3);
    for quiz in &loaded.quizzes {
        let kinds = |holds: fn(&Kind) -> bool| {
            let questions = quiz.questions.iter();
            questions.filter(|question| holds(&question.kind)).count()
        };
        assert!(quiz.questions.len() >= 12, "{}", quiz.chapter);
        assert!(kinds(|kind| matches!(kind, Kind::Short(_))) > 0);
        let several = |kind: &Kind| matches!(kind, Kind::Choice(choices) if choices.right == Right::AllThatApply);
        assert!(kinds(several) > 0);
    }
}
