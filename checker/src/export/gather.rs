//! Reading the files that are handed out, and nothing else.

use std::fs;
use std::path::{Path, PathBuf};

use super::Files;
use crate::problem::{Code, Problem};

/// Files that are handed out as they are, where a course has them.
pub const FILES: [&str; 13] = [
    ".cargo/config.toml",
    ".gitignore",
    ".taplo.toml",
    ".vscode/settings.json",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "book/book.toml",
    "book/preprocessor/Cargo.lock",
    "book/preprocessor/Cargo.toml",
    "checker/Cargo.toml",
    "checker/simulator/Cargo.toml",
    "course.toml",
    "rust-analyzer.toml",
];

/// Folders that are handed out whole, where a course has them.
pub const FOLDERS: [&str; 8] = [
    "book/preprocessor/src",
    "book/src",
    "book/theme",
    "book/traces",
    "checker/schemas",
    "checker/simulator/src",
    "checker/src",
    "checker/templates",
];

/// The page for those who teach: it shows how to look at solutions, and how to write them.
const GUIDE: &str = "book/src/instructors-guide.md";
const SUMMARY: &str = "book/src/SUMMARY.md";

/// Files of a course, as far as they have been asked for, and what was wrong with them.
pub struct Gatherer<'c> {
    root: &'c Path,
    files: Files,
    problems: Vec<Problem>,
}

impl<'c> Gatherer<'c> {
    /// Nothing of the course in `root` yet.
    pub fn new(root: &'c Path) -> Gatherer<'c> {
        Gatherer {
            root,
            files: Files::new(),
            problems: Vec::new(),
        }
    }

    /// What was gathered, and what was wrong.
    pub fn finish(self) -> (Files, Vec<Problem>) {
        (self.files, self.problems)
    }

    /// A file that is not in the course, or not as it is there.
    pub fn insert(&mut self, name: &str, contents: impl Into<Vec<u8>>) {
        self.files.insert(name.to_owned(), contents.into());
    }

    /// What a file holds that was gathered before.
    pub fn get(&self, name: &str) -> Option<String> {
        let contents = self.files.get(name)?;
        Some(String::from_utf8_lossy(contents).into_owned())
    }

    /// Whether there is such a file in the course.
    pub fn exists(&self, name: &str) -> bool {
        self.root.join(name).is_file()
    }

    /// Adds a problem.
    pub fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// A file that must be there.
    pub fn required(&mut self, name: &str) {
        match self.real(name).map(|path| fs::read(&path)) {
            Ok(Ok(contents)) => self.insert(name, contents),
            Ok(Err(error)) => {
                let message = format!("`{name}` cannot be read: {error}");
                let problem = Problem::new(Code::Unreadable, message).in_file(name);
                self.report(problem.help("restore the file, or make it readable"));
            }
            Err(problem) => self.report(problem),
        }
    }

    /// A file, if it is there.
    pub fn optional(&mut self, name: &str) {
        if fs::symlink_metadata(self.root.join(name)).is_ok() {
            self.required(name);
        }
    }

    /// All files of a folder, if it is there; not the hidden ones, nor what editors and patch leave behind, nor the
    /// checker's own tests.
    pub fn folder(&mut self, name: &str) {
        if fs::symlink_metadata(self.root.join(name)).is_err() {
            return;
        }
        let path = match self.real(name) {
            Ok(path) => path,
            Err(problem) => return self.report(problem),
        };
        let entries = fs::read_dir(&path).and_then(|entries| {
            let entries = entries.map(|entry| {
                let entry = entry?;
                Ok((entry.file_name(), entry.file_type()?))
            });
            entries.collect::<std::io::Result<Vec<_>>>()
        });
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                let message = format!("`{name}` cannot be read: {error}");
                let problem = Problem::new(Code::Unreadable, message).in_file(name);
                return self.report(problem.help("make the folder readable"));
            }
        };
        for (entry, kind) in entries {
            let entry = entry.to_string_lossy();
            let below = format!("{name}/{entry}");
            if is_leftover(&entry) || is_test(&below) {
                continue;
            }
            if kind.is_dir() {
                self.folder(&below);
            } else {
                self.required(&below);
            }
        }
    }

    /// Takes the guide for those who teach out of the book.
    pub fn without_guide(&mut self) {
        self.files.remove(GUIDE);
        let page = GUIDE.rsplit('/').next().unwrap_or(GUIDE);
        if let Some(summary) = self.get(SUMMARY) {
            let others = summary.split_inclusive('\n');
            let others: String = others.filter(|line| !line.contains(page)).collect();
            self.insert(SUMMARY, others);
        }
        let pages = self.files.iter().filter(|(name, _)| name.ends_with(".md"));
        let linking = pages.filter(|(name, contents)| {
            name.starts_with("book/src/") && String::from_utf8_lossy(contents).contains(page)
        });
        let problems: Vec<Problem> = linking
            .map(|(name, _)| {
                let message = format!("`{name}` links to the guide for those who teach");
                let problem = Problem::new(Code::Link, message).in_file(name.clone());
                problem.help("remove the link: students do not get that page")
            })
            .collect();
        self.problems.extend(problems);
    }

    /// Where `name` is, if neither it nor a folder above it is a link.
    fn real(&self, name: &str) -> Result<PathBuf, Problem> {
        let mut path = self.root.to_owned();
        for part in name.split('/') {
            path.push(part);
            let link = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink());
            if link {
                let link = path.strip_prefix(self.root).unwrap_or(&path);
                let link = link.to_string_lossy().replace('\\', "/");
                let message = format!("`{link}` is a link, and an export follows none");
                let problem = Problem::new(Code::NotAFile, message).in_file(name);
                return Err(problem.help("put what it points to in its place"));
            }
        }
        Ok(path)
    }
}

/// Tests among the checker's sources. Some hold protocols that are close to solutions; without them, its packages are
/// handed out as packages without tests.
fn is_test(name: &str) -> bool {
    let (_, last) = name.rsplit_once('/').unwrap_or(("", name));
    let is_source = name.starts_with("checker/src/") || name.starts_with("checker/simulator/src/");
    is_source && matches!(last, "tests" | "tests.rs" | "snapshots")
}

fn is_leftover(name: &str) -> bool {
    let endings = ["~", ".orig", ".rej", ".bak", ".swp", ".tmp", ".snap.new"];
    name.starts_with('.') || endings.iter().any(|ending| name.ends_with(ending))
}
