//! The files of an exercise that is complete but about nothing in particular.

use super::package::{self, Inherited};

/// The kinds of exercise that there are templates for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An actor under faults.
    Node,
    /// Functions and types, tried with generated inputs.
    Function,
}

/// What a new exercise is called.
#[derive(Clone, Copy, Debug)]
pub struct Names<'n> {
    /// The id of its chapter.
    pub chapter: &'n str,
    /// Its id.
    pub exercise: &'n str,
    /// Its title.
    pub title: &'n str,
}

/// A file's name from the root of the course, and what is in it.
pub type File = (String, String);

/// A file's name below the exercise's folder, and its template.
type Template = (&'static str, &'static str);

/// The templates of one kind.
struct Templates {
    exercise: &'static [Template],
    solution: &'static [Template],
}

macro_rules! template {
    ($path:literal) => {
        include_str!(concat!("../../../templates/", $path))
    };
}

const NODE: Templates = Templates {
    exercise: &[
        ("exercise.toml", template!("node/exercise/exercise.toml")),
        ("src/api.rs", template!("node/exercise/src/api.rs")),
        ("tests/grade.rs", template!("node/exercise/tests/grade.rs")),
    ],
    solution: &[
        ("src/lib.rs", template!("node/solution/lib.rs")),
        (
            "right/all-numbers.rs",
            template!("node/solution/right/all-numbers.rs"),
        ),
        (
            "wrong/any-answer-counts.patch",
            template!("node/solution/wrong/any-answer-counts.patch"),
        ),
        (
            "wrong/never-tells-again.patch",
            template!("node/solution/wrong/never-tells-again.patch"),
        ),
        (
            "wrong/one-is-enough.patch",
            template!("node/solution/wrong/one-is-enough.patch"),
        ),
        (
            "wrong/takes-the-last.patch",
            template!("node/solution/wrong/takes-the-last.patch"),
        ),
        (
            "wrong/tells-again-once.patch",
            template!("node/solution/wrong/tells-again-once.patch"),
        ),
        (
            "zero/nothing.rs",
            template!("node/solution/zero/nothing.rs"),
        ),
        (
            "zero/refusal.rs",
            template!("node/solution/zero/refusal.rs"),
        ),
    ],
};

const FUNCTION: Templates = Templates {
    exercise: &[
        (
            "exercise.toml",
            template!("function/exercise/exercise.toml"),
        ),
        ("src/api.rs", template!("function/exercise/src/api.rs")),
        (
            "tests/grade.rs",
            template!("function/exercise/tests/grade.rs"),
        ),
    ],
    solution: &[
        ("src/lib.rs", template!("function/solution/lib.rs")),
        (
            "right/sorted-list.rs",
            template!("function/solution/right/sorted-list.rs"),
        ),
        (
            "wrong/acknowledges-the-largest.patch",
            template!("function/solution/wrong/acknowledges-the-largest.patch"),
        ),
        (
            "wrong/counts-arrivals.patch",
            template!("function/solution/wrong/counts-arrivals.patch"),
        ),
        (
            "wrong/drops-what-is-early.patch",
            template!("function/solution/wrong/drops-what-is-early.patch"),
        ),
        (
            "wrong/frees-one-at-a-time.patch",
            template!("function/solution/wrong/frees-one-at-a-time.patch"),
        ),
        (
            "wrong/starts-at-zero.patch",
            template!("function/solution/wrong/starts-at-zero.patch"),
        ),
        (
            "zero/everything.rs",
            template!("function/solution/zero/everything.rs"),
        ),
        (
            "zero/nothing.rs",
            template!("function/solution/zero/nothing.rs"),
        ),
    ],
};

/// All files of the exercise and of its solution, without the stub, which is made from these.
pub fn files(kind: Kind, names: &Names, inherited: &Inherited) -> Vec<File> {
    let templates = match kind {
        Kind::Node => NODE,
        Kind::Function => FUNCTION,
    };
    let mut files = Vec::new();
    for (parent, templates) in [
        ("exercises", templates.exercise),
        ("solutions", templates.solution),
    ] {
        let folder = format!("{parent}/{}/{}", names.chapter, names.exercise);
        let named = |(name, text): &Template| (format!("{folder}/{name}"), filled(text, names));
        files.extend(templates.iter().map(named));
    }
    for (parent, manifest) in [
        ("exercises", package::exercise(names, inherited)),
        ("solutions", package::solution(names, inherited)),
    ] {
        let name = format!("{parent}/{}/{}/Cargo.toml", names.chapter, names.exercise);
        files.push((name, manifest));
    }
    files
}

/// The page of the book, to be written.
pub fn page(names: &Names) -> String {
    filled(template!("page.md"), names)
}

fn filled(text: &str, names: &Names) -> String {
    // A title may hold what is special in TOML; the page and the manifest both get it as it is written there.
    let title = names.title.replace(['"', '\\'], "");
    text.replace("__CHAPTER__", names.chapter)
        .replace("__EXERCISE__", names.exercise)
        .replace("__CRATE__", &names.exercise.replace('-', "_"))
        .replace("__TITLE__", &title)
}
