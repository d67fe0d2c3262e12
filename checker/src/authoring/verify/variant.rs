//! The implementations that an exercise's suite must judge rightly.

use crate::authoring::patch::WrongPatch;
use crate::course::model::Exercise;

/// What an implementation is, and so what must become of it.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Made from the solution: every scenario says that it is not implemented.
    Stub,
    /// Passes everything.
    Solution,
    /// Is caught by the scenarios that it names.
    Wrong(WrongPatch),
    /// Passes everything.
    Right,
    /// Passes nothing.
    Zero,
}

/// The source of an implementation.
pub struct Source {
    /// What it is.
    pub kind: Kind,
    /// What it is called.
    pub slug: String,
    /// Its `src/lib.rs`.
    pub code: String,
}

/// An implementation of an exercise, as a package of the scratch workspace.
pub struct Variant<'c> {
    /// What it implements.
    pub exercise: &'c Exercise,
    /// What it is.
    pub kind: Kind,
    /// The name of its package, unique in the scratch workspace.
    pub package: String,
    /// Its `src/lib.rs`, with the contract beside it.
    pub code: String,
    slug: String,
}

/// The package for a source; `None` only if it has no name.
pub fn variant(exercise: &Exercise, source: Source) -> Option<Variant<'_>> {
    let kind = match source.kind {
        Kind::Stub | Kind::Solution => "",
        Kind::Wrong(_) => "wrong-",
        Kind::Right => "right-",
        Kind::Zero => "zero-",
    };
    if source.slug.is_empty() {
        return None;
    }
    Some(Variant {
        // Two hyphens are in no id, so no two packages get the same name.
        package: format!("{}--{kind}{}", exercise.id, source.slug),
        code: without_api_path(&source.code),
        kind: source.kind,
        slug: source.slug,
        exercise,
    })
}

impl Variant<'_> {
    /// The same implementation, of another kind.
    pub fn into_kind(self, kind: Kind) -> Self {
        Variant { kind, ..self }
    }

    /// What it is called in the report: `solution`, `wrong/forgets-sync`.
    pub fn name(&self) -> String {
        match self.kind {
            Kind::Stub | Kind::Solution => self.slug.clone(),
            Kind::Wrong(_) => format!("wrong/{}", self.slug),
            Kind::Right => format!("right/{}", self.slug),
            Kind::Zero => format!("zero/{}", self.slug),
        }
    }
}

/// The solution takes the contract from the exercise; here it lies beside. An empty line keeps the line numbers.
fn without_api_path(code: &str) -> String {
    let lines: Vec<&str> = code.lines().collect();
    let line = |(index, line): (usize, &&str)| {
        let before_api = lines
            .get(index + 1)
            .is_some_and(|next| next.trim() == "pub mod api;");
        if before_api && line.trim_start().starts_with("#[path") {
            "\n".to_owned()
        } else {
            format!("{line}\n")
        }
    };
    lines.iter().enumerate().map(line).collect()
}
