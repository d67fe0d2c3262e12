//! A scratch workspace with one package for every variant.
//!
//! It takes profiles, lints, dependencies and the lock file from the course's own workspace, so that a variant is built
//! as a reader's code is; only what is soon caught is not optimized. It stays where it is, and a file is only written when it changes, so that cargo builds only
//! what is new. Every package has a name of its own: cargo takes packages of equal names in one target folder for one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml_edit::{Array, DocumentMut, Item, Table, TableLike, value};
use walkdir::WalkDir;

use super::variant::{Kind, Variant};
use crate::course::model::Course;
use crate::error::{Error, Result};
use crate::source::{Source, TEXT_LIMIT};

/// The scratch workspace.
pub struct Workspace {
    /// Its folder.
    pub root: PathBuf,
    /// Where it is built.
    pub target: PathBuf,
}

impl Workspace {
    /// The folder of a variant's package.
    pub fn package(&self, variant: &Variant) -> PathBuf {
        self.root.join("packages").join(&variant.package)
    }
}

/// Writes the workspace.
///
/// # Errors
/// If a file of the course is not TOML or cannot be read; if the scratch folder cannot be written.
pub fn write(course: &Course, variants: &[Variant]) -> Result<Workspace> {
    let root = course.root.join("target").join("faultline").join("verify");
    let target = root.join("target");
    write_in(course, variants, root, target)
}

/// Like [`write`], in a folder of its own.
///
/// # Errors
/// As [`write`].
pub fn write_in(
    course: &Course,
    variants: &[Variant],
    root: PathBuf,
    target: PathBuf,
) -> Result<Workspace> {
    let workspace = Workspace { root, target };
    let manifest = root_manifest(course, variants)?;
    write_if_changed(&workspace.root.join("Cargo.toml"), manifest.as_bytes())?;
    if let Ok(lock) = fs::read(course.root.join("Cargo.lock")) {
        // The variants' own entries are added by cargo; only a lock file that has since changed is copied again.
        let copied = workspace.root.join("Cargo.lock.copied");
        if fs::read(&copied).ok().as_deref() != Some(&lock) {
            write_if_changed(&workspace.root.join("Cargo.lock"), &lock)?;
            write_if_changed(&copied, &lock)?;
        }
    }
    for variant in variants {
        write_package(course, &workspace, variant)?;
    }
    Ok(workspace)
}

fn document(path: &Path, course: &Course) -> Result<DocumentMut> {
    let name = path
        .strip_prefix(&course.root)
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/");
    let source = Source::read(path, &name, TEXT_LIMIT)?;
    source.text.parse().map_err(|error: toml_edit::TomlError| {
        let span = error.span().unwrap_or(0..0);
        let problem =
            crate::problem::Problem::new(crate::problem::Code::Syntax, error.message().to_owned());
        problem
            .at(&source, span, "")
            .help("correct this line")
            .into()
    })
}

fn root_manifest(course: &Course, variants: &[Variant]) -> Result<String> {
    let mut manifest = document(&course.root.join("Cargo.toml"), course)?;
    let top = manifest.as_table_mut();
    // A root package is no part of the scratch workspace.
    let kept = ["workspace", "profile", "patch"];
    let removed: Vec<String> = top
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter(|key| !kept.contains(&key.as_str()))
        .collect();
    for key in removed {
        top.remove(&key);
    }
    let members: Array = variants
        .iter()
        .map(|variant| format!("packages/{}", variant.package))
        .collect();
    let workspace = top.entry("workspace").or_insert(Item::Table(Table::new()));
    if let Some(workspace) = workspace.as_table_like_mut() {
        workspace.remove("default-members");
        workspace.remove("exclude");
        workspace.insert("members", value(members));
        if workspace.get("resolver").is_none() {
            workspace.insert("resolver", value("3"));
        }
        if let Some(dependencies) = workspace
            .get_mut("dependencies")
            .and_then(Item::as_table_like_mut)
        {
            absolute_paths(dependencies, &course.root);
        }
    }
    for variant in variants.iter().filter(|variant| is_soon_caught(variant)) {
        not_optimized(top, &variant.package);
    }
    if let Some(patch) = top.get_mut("patch").and_then(Item::as_table_like_mut) {
        for (_, source) in patch.iter_mut() {
            if let Some(dependencies) = source.as_table_like_mut() {
                absolute_paths(dependencies, &course.root);
            }
        }
    }
    Ok(manifest.to_string())
}

/// Whether its suite ends at the first thing that is wrong. Optimizing it takes several times as long as running it then
/// saves (measured: 5.2 s of processor time for a package, 1.2 s without); and no verdict depends on how fast a run is.
fn is_soon_caught(variant: &Variant) -> bool {
    match variant.kind {
        Kind::Stub | Kind::Wrong(_) | Kind::Zero => true,
        Kind::Solution | Kind::Right => false,
    }
}

fn not_optimized(top: &mut Table, package: &str) {
    let mut level = Table::new();
    level.insert("opt-level", value(0));
    let mut place: &mut dyn TableLike = top;
    for key in ["profile", "dev", "package"] {
        let entry = place.entry(key).or_insert_with(|| {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        });
        // Whoever wrote something else there hears of it from cargo.
        let Some(table) = entry.as_table_like_mut() else {
            return;
        };
        place = table;
    }
    place.insert(package, Item::Table(level));
}

fn write_package(course: &Course, workspace: &Workspace, variant: &Variant) -> Result<()> {
    let exercise = variant.exercise;
    let folder = workspace.package(variant);
    let mut manifest = document(&exercise.folder.join("Cargo.toml"), course)?;
    let top = manifest.as_table_mut();
    set(top, "package", "name", &variant.package);
    set(top, "lib", "name", &exercise.id.replace('-', "_"));
    for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
        if let Some(dependencies) = top.get_mut(table).and_then(Item::as_table_like_mut) {
            absolute_paths(dependencies, &exercise.folder);
        }
    }
    write_if_changed(&folder.join("Cargo.toml"), manifest.to_string().as_bytes())?;
    write_if_changed(&folder.join("src").join("lib.rs"), variant.code.as_bytes())?;
    for part in ["src", "tests"] {
        for entry in WalkDir::new(exercise.folder.join(part)) {
            let entry = entry.map_err(|error| failed(part, error.into()))?;
            let path = entry.path();
            let inside = path.strip_prefix(&exercise.folder).unwrap_or(path);
            // The reader's own file is not what is verified.
            if entry.file_type().is_file() && path != exercise.learner_file() {
                let contents =
                    fs::read(path).map_err(|error| failed(&inside.to_string_lossy(), error))?;
                write_if_changed(&folder.join(inside), &contents)?;
            }
        }
    }
    Ok(())
}

fn set(top: &mut Table, table: &str, key: &str, text: &str) {
    let table = top.entry(table).or_insert(Item::Table(Table::new()));
    if let Some(table) = table.as_table_like_mut() {
        table.insert(key, value(text));
    }
}

fn absolute_paths(dependencies: &mut dyn TableLike, from: &Path) {
    for (_, dependency) in dependencies.iter_mut() {
        let Some(dependency) = dependency.as_table_like_mut() else {
            continue;
        };
        if let Some(path) = dependency.get("path").and_then(Item::as_str) {
            let path = from.join(path).to_string_lossy().into_owned();
            dependency.insert("path", value(path));
        }
    }
}

fn write_if_changed(path: &Path, contents: &[u8]) -> Result<()> {
    if fs::read(path).ok().as_deref() == Some(contents) {
        return Ok(());
    }
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        fs::write(path, contents)
    };
    write().map_err(|error| failed(&path.to_string_lossy(), error))
}

fn failed(what: &str, error: io::Error) -> Error {
    let advice =
        "Check that the folder `target` is yours to write to and that the disk is not full.";
    Error::system(format!("prepare `{what}` for verification"), error, advice)
}
