//! What submissions are compiled with: the compiler itself, without cargo, and the libraries that exercises use, built once.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use toml_edit::DocumentMut;
use walkdir::WalkDir;

use super::seal::digest;
use crate::authoring::verify::variant::{self, Kind, Source as Implementation};
use crate::authoring::verify::{build, meanwhile, workspace};
use crate::course::model::{Course, Exercise};
use crate::course::suite::without_test_attributes;
use crate::error::{Error, Result};
use crate::grading;
use crate::source::{Source, TEXT_LIMIT};

/// The compiler and the libraries.
pub struct Toolchain {
    /// The compiler itself, not what chooses one.
    pub rustc: PathBuf,
    /// Everything that belongs to it.
    pub sysroot: PathBuf,
    /// Its version: `rustc 1.95.0 (59807616e 2026-04-14)`.
    pub version: String,
    /// Folders that hold the libraries and what these use.
    pub libraries: Vec<PathBuf>,
    /// SHA-256 of the libraries' sources, as far as these are the course's own.
    sources: String,
    /// The library's file of each name that an exercise may depend on.
    files: BTreeMap<String, PathBuf>,
}

/// An exercise as it is graded.
pub struct Material {
    /// Names and files of the libraries that it uses directly.
    pub externs: Vec<(String, PathBuf)>,
    /// The suite as a program: see [`simulator::graded`].
    pub suite: String,
    /// The contract and what belongs to it: paths inside the exercise's folder, and what the files hold.
    pub contract: Vec<(String, Vec<u8>)>,
    /// SHA-256 of all that a verdict depends on, apart from the submission and the compiler.
    pub digest: String,
}

impl Toolchain {
    /// Builds the libraries that `exercises` depend on, and finds the compiler.
    ///
    /// # Errors
    /// If cargo or the compiler cannot be started, or if the libraries do not build.
    pub fn prepare(course: &Course, exercises: &[&Exercise]) -> Result<Toolchain> {
        let rustc = env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
        let sysroot = PathBuf::from(ask(&rustc, &["--print", "sysroot"], &course.root)?);
        let version = ask(&rustc, &["--version"], &course.root)?;
        let itself = sysroot
            .join("bin")
            .join(format!("rustc{}", env::consts::EXE_SUFFIX));
        let folder = course.root.join("target/faultline/class/libraries");
        // The libraries must not lie beside anything that a submission should not see, such as a solution.
        let empty = |exercise| {
            let source = Implementation {
                kind: Kind::Zero,
                slug: "libraries".to_owned(),
                code: "//! Nothing: what it depends on is what matters.\n".to_owned(),
            };
            variant::variant(exercise, source)
        };
        let packages: Vec<_> = exercises.iter().copied().filter_map(empty).collect();
        let target = folder.join("target");
        let workspace = workspace::write_in(course, &packages, folder, target)?;
        meanwhile("Building what the exercises depend on. The first time takes longest.");
        let output = build::cargo(&workspace, &["build", "--workspace", "--lib"])?;
        let mut files = BTreeMap::new();
        let mut libraries = Vec::new();
        let mut sources = BTreeMap::new();
        for line in output.stdout.split(|byte| *byte == b'\n') {
            let Ok(Artifact {
                target,
                filenames,
                package_id,
            }) = serde_json::from_slice(line)
            else {
                continue;
            };
            if let Some(folder) = target.src_path.parent()
                && package_id.starts_with("path+")
                && !folder.starts_with(&workspace.root)
            {
                sources.insert(target.name.clone(), folder.to_owned());
            }
            let file = filenames.into_iter().find(|file| {
                let extension = file.extension().unwrap_or_default();
                extension == "rlib" || extension == env::consts::DLL_EXTENSION
            });
            let Some(file) = file else { continue };
            if let Some(folder) = file.parent()
                && !libraries.iter().any(|known| known == folder)
            {
                libraries.push(folder.to_owned());
            }
            files.insert(target.name.replace('-', "_"), file);
        }
        if !output.status.success() {
            return Err(Error::Grading(grading::Error::CourseDoesNotBuild {
                messages: String::from_utf8_lossy(&output.stderr).into_owned(),
            }));
        }
        Ok(Toolchain {
            rustc: if itself.is_file() {
                itself
            } else {
                rustc.into()
            },
            sysroot,
            version,
            libraries,
            sources: own_sources(&sources)?,
            files,
        })
    }

    /// Everything that is needed to grade an exercise.
    ///
    /// # Errors
    /// If its files cannot be read, or if it depends on something that was not built.
    pub fn material(&self, course: &Course, exercise: &Exercise) -> Result<Material> {
        let manifest = text(course, &exercise.folder.join("Cargo.toml"))?;
        let manifest: DocumentMut = manifest.parse().map_err(|error| {
            Error::Usage(format!(
                "the `Cargo.toml` of {} cannot be read: {error}",
                exercise.id
            ))
        })?;
        let mut externs = Vec::new();
        for table in ["dependencies", "dev-dependencies"] {
            let Some(table) = manifest.get(table).and_then(|item| item.as_table_like()) else {
                continue;
            };
            for (name, _) in table.iter() {
                let name = name.replace('-', "_");
                let Some(file) = self.files.get(&name) else {
                    return Err(Error::Usage(format!(
                        "{} depends on `{name}`, which is no library\nClasses can be graded on exercises that depend on libraries alone.",
                        exercise.id
                    )));
                };
                externs.push((name, file.clone()));
            }
        }
        let suite = text(course, &exercise.folder.join("tests/grade.rs"))?;
        let contract = contract(exercise)?;
        let mut hashed = Vec::new();
        let mut add = |name: &str, bytes: &[u8]| {
            hashed.extend_from_slice(format!("{name}\0{}\0", bytes.len()).as_bytes());
            hashed.extend_from_slice(bytes);
        };
        add("suite", suite.as_bytes());
        for (name, bytes) in &contract {
            add(name, bytes);
        }
        for scenario in &exercise.scenarios {
            add(&scenario.test, scenario.points.to_string().as_bytes());
            add(&scenario.title, scenario.hint.as_bytes());
        }
        add("manifest", manifest.to_string().as_bytes());
        add(
            "lock",
            &fs::read(course.root.join("Cargo.lock")).unwrap_or_default(),
        );
        add("libraries", self.sources.as_bytes());
        Ok(Material {
            externs,
            suite: as_program(exercise, &suite),
            contract,
            digest: digest(&hashed),
        })
    }
}

#[derive(Deserialize)]
struct Artifact {
    package_id: String,
    target: Target,
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    src_path: PathBuf,
}

fn ask(rustc: &OsString, arguments: &[&str], folder: &Path) -> Result<String> {
    let output = Command::new(rustc)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Error::system("start rustc", error, "Install Rust from rustup.rs."))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn text(course: &Course, path: &Path) -> Result<String> {
    let name = path.strip_prefix(&course.root).unwrap_or(path);
    let source = Source::read(path, &name.to_string_lossy(), TEXT_LIMIT)?;
    Ok(source.text.to_string())
}

/// A digest of all Rust files in these folders, wherever they are.
fn own_sources(folders: &BTreeMap<String, PathBuf>) -> Result<String> {
    let mut hashed = Vec::new();
    for (name, folder) in folders {
        for entry in WalkDir::new(folder)
            .sort_by_file_name()
            .into_iter()
            .flatten()
        {
            let path = entry.path();
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let inside = path.strip_prefix(folder).unwrap_or(path).to_string_lossy();
            let bytes = fs::read(path).map_err(|error| {
                Error::system(
                    format!("read `{}`", path.display()),
                    error,
                    "Check its permissions.",
                )
            })?;
            hashed.extend_from_slice(format!("{name}\0{inside}\0{}\0", bytes.len()).as_bytes());
            hashed.extend_from_slice(&bytes);
        }
    }
    Ok(digest(&hashed))
}

/// The files beside the one that the learner writes.
fn contract(exercise: &Exercise) -> Result<Vec<(String, Vec<u8>)>> {
    let learner = exercise.learner_file();
    let mut files = Vec::new();
    for entry in WalkDir::new(exercise.folder.join("src")).sort_by_file_name() {
        let failed = |error: std::io::Error| {
            Error::system(
                format!("read the files of {}", exercise.id),
                error,
                "Restore them, from git or from a fresh copy of the course.",
            )
        };
        let entry = entry.map_err(|error| failed(error.into()))?;
        if !entry.file_type().is_file() || entry.path() == learner {
            continue;
        }
        let inside = entry
            .path()
            .strip_prefix(&exercise.folder)
            .unwrap_or(entry.path())
            .to_string_lossy()
            .replace('\\', "/");
        files.push((inside, fs::read(entry.path()).map_err(failed)?));
    }
    Ok(files)
}

/// The suite with a `main` instead of tests; every line stays where it was.
fn as_program(exercise: &Exercise, suite: &str) -> String {
    let tests: Vec<String> = exercise
        .scenarios
        .iter()
        .map(|scenario| format!("(\"{0}\", {0})", scenario.test))
        .collect();
    format!(
        "{}\nfn main() -> std::process::ExitCode {{\n    simulator::graded(&[{}])\n}}\n",
        without_test_attributes(suite),
        tests.join(", ")
    )
}
