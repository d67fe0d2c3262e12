//! One cargo call for all variants.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde::Deserialize;

use super::variant::Variant;
use super::workspace::Workspace;
use crate::error::{Error, Result};
use crate::grading;

/// What came of a variant.
pub enum Built {
    /// Its suite is ready.
    Ready {
        /// The program.
        suite: PathBuf,
        /// Warnings about the variant itself, as the compiler shows them.
        warnings: Vec<String>,
    },
    /// It does not compile.
    Failed {
        /// The compiler's messages.
        messages: Vec<String>,
    },
}

/// Builds the suites of all variants, in the same order.
///
/// # Errors
/// If cargo cannot be started, or if something that is no variant does not build.
pub fn build(workspace: &Workspace, variants: &[Variant]) -> Result<Vec<Built>> {
    if variants.is_empty() {
        return Ok(Vec::new());
    }
    let arguments = ["build", "--workspace", "--test", "grade", "--keep-going"];
    let output = cargo(workspace, &arguments)?;
    let mut packages = Packages::read(&output);
    let mut built = Vec::new();
    for variant in variants {
        let package = packages
            .0
            .remove(&workspace.package(variant))
            .unwrap_or_default();
        built.push(match package.suite {
            Some(suite) => Built::Ready {
                suite,
                warnings: package.library_warnings,
            },
            None => Built::Failed {
                messages: package.errors,
            },
        });
    }
    let unexplained = built
        .iter()
        .any(|built| matches!(built, Built::Failed { messages } if messages.is_empty()));
    if unexplained {
        return Err(Error::Grading(grading::Error::CourseDoesNotBuild {
            messages: packages.others(&output),
        }));
    }
    Ok(built)
}

/// Calls cargo in the scratch workspace and keeps what it says.
///
/// # Errors
/// If cargo cannot be started.
pub fn cargo(workspace: &Workspace, arguments: &[&str]) -> Result<Output> {
    let program = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let (command, rest) = arguments.split_at(1);
    Command::new(program)
        .current_dir(&workspace.root)
        .args(command)
        .arg("--target-dir")
        .arg(&workspace.target)
        .arg("--message-format=json")
        .args(rest)
        .env("CARGO_TERM_COLOR", "never")
        .stdin(Stdio::null())
        .output()
        .map_err(|source| {
            Error::Grading(grading::Error::Process {
                doing: "start cargo",
                source,
            })
        })
}

/// What cargo said of the packages, by their folders.
pub struct Packages(BTreeMap<PathBuf, Package>);

/// What cargo said of a package.
#[derive(Default)]
pub struct Package {
    suite: Option<PathBuf>,
    errors: Vec<String>,
    library_warnings: Vec<String>,
    /// Warnings and errors of all of its targets.
    pub messages: Vec<String>,
}

impl Packages {
    /// Reads cargo's lines of JSON; anything else in between is not cargo's.
    pub fn read(output: &Output) -> Packages {
        let mut packages = BTreeMap::<PathBuf, Package>::new();
        for line in output.stdout.split(|&byte| byte == b'\n') {
            let Ok(line) = serde_json::from_slice::<Line>(line) else {
                continue;
            };
            let Some(folder) = line.manifest_path.as_deref().and_then(Path::parent) else {
                continue;
            };
            packages.entry(folder.to_owned()).or_default().take_in(line);
        }
        Packages(packages)
    }

    /// What was said of the package in this folder.
    pub fn get(&self, folder: &Path) -> Option<&Package> {
        self.0.get(folder)
    }

    /// The errors of packages that are no variants; what cargo itself said if there are none.
    fn others(&self, output: &Output) -> String {
        let errors: Vec<&str> = self
            .0
            .values()
            .flat_map(|package| &package.errors)
            .map(String::as_str)
            .collect();
        match errors.is_empty() {
            true => String::from_utf8_lossy(&output.stderr).into_owned(),
            false => errors.join("\n"),
        }
    }
}

impl Package {
    fn take_in(&mut self, line: Line) {
        let is = |kind: &str| {
            line.target
                .as_ref()
                .is_some_and(|target| target.kind.iter().any(|found| found == kind))
        };
        if let Some(message) = line.message {
            let rendered = message.rendered.unwrap_or_default();
            match message.level.as_str() {
                "error" | "error: internal compiler error" => self.errors.push(rendered.clone()),
                "warning" if is("lib") => self.library_warnings.push(rendered.clone()),
                "warning" => {}
                _ => return,
            }
            // "2 warnings emitted" says nothing about any place.
            if !message.spans.is_empty() {
                self.messages.push(rendered);
            }
        } else if is("test") {
            self.suite = line.executable;
        }
    }
}

/// The parts of cargo's messages that matter here.
#[derive(Deserialize)]
struct Line {
    manifest_path: Option<PathBuf>,
    target: Option<Target>,
    message: Option<Message>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    rendered: Option<String>,
    #[serde(default)]
    spans: Vec<serde_json::Value>,
}
