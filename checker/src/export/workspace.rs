//! The files that say what belongs together: `course.toml`, `Cargo.toml`, `Cargo.lock` and the README.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, TableLike, value};

use super::Files;
use crate::course::COURSE_FILE;
use crate::course::manifest::STUDENTS;
use crate::course::model::Course;
use crate::problem::{Code, Problem};
use crate::source::{Source, TEXT_LIMIT};

/// More than a `Cargo.lock` of a thousand packages.
const LIMIT: u64 = 4 * TEXT_LIMIT;

/// Writes them as they are without solutions.
///
/// # Errors
/// All that cannot be read.
pub fn rewrite(root: &Path, course: &Course, files: &mut Files) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut edit =
        |name: &str, change: &dyn Fn(&mut DocumentMut, &Files)| match document(root, name) {
            Ok(mut document) => {
                change(&mut document, files);
                files.insert(name.to_owned(), document.to_string().into_bytes());
            }
            Err(problem) => problems.push(problem),
        };
    edit(COURSE_FILE, &|course, _| {
        course.insert("edition", value(STUDENTS));
    });
    edit("Cargo.toml", &members);
    for name in ["checker/Cargo.toml", "checker/simulator/Cargo.toml"] {
        if root.join(name).exists() {
            edit(name, &|manifest, _| without_tests(manifest));
        }
    }
    // Last, because it depends on all manifests.
    if root.join("Cargo.lock").exists() {
        edit("Cargo.lock", &prune);
    }
    let readme = README.replace("__TITLE__", &course.title);
    files.insert("README.md".to_owned(), readme.into_bytes());
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

const README: &str = include_str!("../../templates/students.md");

fn document(root: &Path, name: &str) -> Result<DocumentMut, Problem> {
    let source = Source::read(&root.join(name), name, LIMIT)?;
    source.text.parse().map_err(|error: toml_edit::TomlError| {
        let problem = Problem::new(
            Code::Syntax,
            format!("this is not TOML: {}", error.message()),
        );
        let span = error.span().unwrap_or(0..0);
        problem.at(&source, span, "").help("correct this line")
    })
}

/// Leaves those members of the workspace that are handed out.
fn members(manifest: &mut DocumentMut, files: &Files) {
    let Some(workspace) = manifest.get_mut("workspace") else {
        return;
    };
    for key in ["members", "default-members"] {
        if let Some(members) = workspace.get_mut(key).and_then(Item::as_array_mut) {
            keep(members, |member| {
                let pattern = format!("{member}/Cargo.toml");
                files.keys().any(|file| fits(&pattern, file))
            });
        }
    }
}

fn keep(list: &mut Array, wanted: impl Fn(&str) -> bool) {
    list.retain(|entry| entry.as_str().is_none_or(&wanted));
}

/// `*` is any name of a file or folder, as in cargo's patterns of members.
fn fits(pattern: &str, file: &str) -> bool {
    let (pattern, file) = (pattern.split('/'), file.split('/'));
    pattern.clone().count() == file.clone().count()
        && pattern
            .zip(file)
            .all(|(pattern, name)| pattern == "*" || pattern == name)
}

/// A package whose tests are not handed out: editors, which build tests as well, leave it alone.
fn without_tests(manifest: &mut DocumentMut) {
    manifest.remove("dev-dependencies");
    if let Some(library) = manifest
        .entry("lib")
        .or_insert(Item::Table(Table::new()))
        .as_table_mut()
    {
        library.insert("test", value(false));
    }
}

/// Leaves those packages that the workspace still needs, as cargo would.
fn prune(lock: &mut DocumentMut, files: &Files) {
    let Some(packages) = lock
        .get_mut("package")
        .and_then(Item::as_array_of_tables_mut)
    else {
        return;
    };
    let members = members_of(files);
    for package in packages.iter_mut() {
        let Some(wanted) = members.get(&id_of(package).0) else {
            continue;
        };
        if let Some(locked) = package.get_mut("dependencies").and_then(Item::as_array_mut) {
            keep(locked, |locked| {
                wanted.contains(locked.split(' ').next().unwrap_or(locked))
            });
        }
    }
    let needed = reachable(packages, &members);
    packages.retain(|package| needed.contains(&id_of(package)));
    let mut versions: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _) in packages.iter().map(id_of) {
        *versions.entry(name).or_default() += 1;
    }
    // Where only one version of a package is left, cargo does not write which.
    for package in packages.iter_mut() {
        let Some(dependencies) = package.get_mut("dependencies").and_then(Item::as_array_mut)
        else {
            continue;
        };
        for dependency in dependencies.iter_mut() {
            let written = dependency.as_str().unwrap_or_default().to_owned();
            if let Some((name, _)) = written.split_once(' ')
                && versions.get(name) == Some(&1)
            {
                let decor = dependency.decor().clone();
                *dependency = name.into();
                *dependency.decor_mut() = decor;
            }
        }
    }
}

type Id = (String, String);

fn id_of(package: &toml_edit::Table) -> Id {
    let text = |key: &str| {
        let value = package.get(key).and_then(Item::as_str);
        value.unwrap_or_default().to_owned()
    };
    (text("name"), text("version"))
}

/// The packages that are handed out, each with the packages that its manifest names.
fn members_of(files: &Files) -> BTreeMap<String, BTreeSet<String>> {
    let manifests = files
        .iter()
        .filter(|(name, _)| name.ends_with("/Cargo.toml"));
    let members = manifests.filter_map(|(_, contents)| {
        let manifest: DocumentMut = String::from_utf8_lossy(contents).parse().ok()?;
        let name = manifest.get("package")?.get("name")?.as_str()?.to_owned();
        let mut dependencies = BTreeSet::new();
        dependencies_in(manifest.as_table(), &mut dependencies);
        Some((name, dependencies))
    });
    members.collect()
}

/// Those of every kind, and of every target.
fn dependencies_in(table: &dyn TableLike, found: &mut BTreeSet<String>) {
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let dependencies = table.get(kind).and_then(Item::as_table_like);
        for (key, dependency) in dependencies.into_iter().flat_map(TableLike::iter) {
            let renamed = dependency.get("package").and_then(Item::as_str);
            found.insert(renamed.unwrap_or(key).to_owned());
        }
    }
    let targets = table.get("target").and_then(Item::as_table_like);
    for (_, target) in targets.into_iter().flat_map(TableLike::iter) {
        if let Some(target) = target.as_table_like() {
            dependencies_in(target, found);
        }
    }
}

fn reachable(
    packages: &ArrayOfTables,
    members: &BTreeMap<String, BTreeSet<String>>,
) -> BTreeSet<Id> {
    let mut open: Vec<&toml_edit::Table> = packages
        .iter()
        .filter(|package| {
            package.get("source").is_none() && members.contains_key(&id_of(package).0)
        })
        .collect();
    let mut reached: BTreeSet<Id> = open.iter().map(|package| id_of(package)).collect();
    while let Some(package) = open.pop() {
        let dependencies = package.get("dependencies").and_then(Item::as_array);
        for dependency in dependencies
            .into_iter()
            .flatten()
            .filter_map(|value| value.as_str())
        {
            let mut words = dependency.split(' ');
            let (name, version) = (words.next().unwrap_or_default(), words.next());
            let fitting = packages.iter().filter(|package| {
                let id = id_of(package);
                id.0 == name && version.is_none_or(|version| id.1 == version)
            });
            for package in fitting {
                if reached.insert(id_of(package)) {
                    open.push(package);
                }
            }
        }
    }
    reached
}
