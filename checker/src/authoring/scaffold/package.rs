//! The `Cargo.toml` of an exercise and of its solution.

use std::fmt::Write as _;
use std::path::Path;

use toml_edit::{DocumentMut, Item};

use super::template::Names;
use crate::error::Result;
use crate::problem::{Code, Problem};
use crate::source::{Source, TEXT_LIMIT};

/// Keys of a package that a workspace may set for all of its members.
const KEYS: [&str; 5] = ["version", "edition", "rust-version", "license", "publish"];

/// What the members of the course's workspace inherit.
#[derive(Clone, Debug, Default)]
pub struct Inherited {
    keys: Vec<&'static str>,
}

impl Inherited {
    /// Reads the workspace's manifest.
    ///
    /// # Errors
    /// If it is missing, is not TOML, or does not say where the simulator is.
    pub fn from(root: &Path) -> Result<Inherited> {
        let source = Source::read(&root.join("Cargo.toml"), "Cargo.toml", TEXT_LIMIT)?;
        let manifest: DocumentMut =
            source.text.parse().map_err(|error: toml_edit::TomlError| {
                let problem = Problem::new(Code::Syntax, error.message().to_owned());
                problem
                    .at(&source, error.span().unwrap_or(0..0), "")
                    .help("correct this line")
            })?;
        let workspace = |key: &str| manifest.get("workspace").and_then(|table| table.get(key));
        let has =
            |table: Option<&Item>, key: &str| table.is_some_and(|table| table.get(key).is_some());
        for dependency in ["serde", "simulator"] {
            if !has(workspace("dependencies"), dependency) {
                let message =
                    format!("the workspace has no dependency `{dependency}`, which exercises need");
                let advice = format!("add `{dependency}` to [workspace.dependencies]");
                return Err(Problem::new(Code::MissingKey, message)
                    .in_file("Cargo.toml")
                    .help(advice)
                    .into());
            }
        }
        let keys = KEYS
            .into_iter()
            .filter(|key| has(workspace("package"), key));
        Ok(Inherited {
            keys: keys.collect(),
        })
    }

    fn package(&self, name: &str, description: Option<&str>) -> String {
        let mut text = format!("[package]\nname = \"{name}\"\n");
        if let Some(description) = description {
            let _ = writeln!(text, "description = \"{description}\"");
        }
        for key in KEYS {
            match (key, self.keys.contains(&key)) {
                (_, true) => {
                    let _ = writeln!(text, "{key}.workspace = true");
                }
                ("version", false) => text.push_str("version = \"0.1.0\"\n"),
                ("edition", false) => text.push_str("edition = \"2024\"\n"),
                ("publish", false) => text.push_str("publish = false\n"),
                _ => {}
            }
        }
        text
    }
}

const DEPENDENCIES: &str = "[dependencies]\nserde.workspace = true\nsimulator.workspace = true\n";

/// That of the exercise.
pub fn exercise(names: &Names, inherited: &Inherited) -> String {
    let title = names.title.replace(['"', '\\'], "");
    let package = inherited.package(names.exercise, Some(&title));
    format!(
        "{package}\n[lib]\ntest = false\ndoctest = false\n\n[[test]]\nname = \"grade\"\n\n{DEPENDENCIES}"
    )
}

/// That of its solution, which is graded by the exercise's suite.
pub fn solution(names: &Names, inherited: &Inherited) -> String {
    let Names {
        chapter, exercise, ..
    } = names;
    let package = inherited.package(&format!("{exercise}-solution"), None);
    let library = exercise.replace('-', "_");
    format!(
        "{package}\n[lib]\nname = \"{library}\"\ntest = false\ndoctest = false\n\n[[test]]\nname = \"grade\"\n\
         path = \"../../../exercises/{chapter}/{exercise}/tests/grade.rs\"\n\n{DEPENDENCIES}"
    )
}
