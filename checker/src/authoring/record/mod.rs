//! `record`: the runs that pages and questions show, as files.
//!
//! Every `{{#trace …}}` of a page and every `trace = …` of a quiz (`wanted`) is run for real (`run`) and written under
//! `book/traces`, the same bytes on every machine (`lines`): what a page shows is what the simulator does. The player that
//! shows it is copied beside.

mod lines;
mod run;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use walkdir::WalkDir;

use crate::book::ASSETS;
use crate::book::reference::FOLDER;
use crate::course::model::Course;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::text::count;

/// What to do with recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Write those that are new or have changed; remove those that nothing shows.
    Write,
    /// Only say which would change.
    Check,
}

/// Records the runs of one exercise, or of all.
///
/// # Errors
/// If there is no such exercise; everything that is wrong with pages and quizzes; runs that do not become what they should;
/// files that cannot be read or written.
pub fn record(
    course: &Course,
    name: Option<&str>,
    mode: Mode,
    out: &mut dyn Write,
) -> Result<Exit> {
    let only = wanted::only(course, name)?;
    let mut wanted = wanted::wanted(course)?;
    wanted.retain(|reference, _| only.as_ref().is_none_or(|id| *id == reference.exercise));
    let traces = match wanted.is_empty() {
        true => Vec::new(),
        false => run::run_all(course, &wanted)?,
    };
    let mut files = BTreeMap::new();
    for (reference, trace) in wanted.keys().zip(&traces) {
        let json = serde_json::to_string(trace).map_err(std::io::Error::from)?;
        files.insert(reference.file(), lines::lines(&json));
    }
    // A course without a book may still have quizzes that show runs.
    if only.is_none() && course.root.join("book").join("book.toml").exists() {
        files.extend(ASSETS.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
    let mut changed = 0u64;
    for (name, text) in &files {
        let found = compare(&course.root.join(name), text)?;
        changed += u64::from(found != Found::Same);
        if mode == Mode::Write && found != Found::Same {
            write_file(&course.root.join(name), name, text)?;
        }
        writeln!(out, "{}  {name}", found.words(mode))?;
    }
    for name in unneeded(course, only.as_deref(), &files.keys().collect()) {
        changed += 1;
        if mode == Mode::Write {
            remove(&course.root.join(&name), &name)?;
        }
        writeln!(out, "{}  {name}", Found::Unneeded.words(mode))?;
    }
    if files.is_empty() && changed == 0 {
        writeln!(
            out,
            "No page and no question shows a run{}.",
            only.map_or(String::new(), |id| format!(" of `{id}`"))
        )?;
    }
    if mode == Mode::Write || changed == 0 {
        return Ok(Exit::AllPassed);
    }
    writeln!(
        out,
        "{} out of date. Run `cargo checker record`, look at the difference, and commit it.",
        count(changed, "file")
    )?;
    Ok(Exit::CourseBroken)
}

/// How a file compares with what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Same,
    Differs,
    Missing,
    Unneeded,
}

impl Found {
    fn words(self, mode: Mode) -> &'static str {
        match (self, mode) {
            (Found::Same, _) => "✓ same      ",
            (Found::Differs, Mode::Write) => "✓ written   ",
            (Found::Missing, Mode::Write) => "✓ created   ",
            (Found::Unneeded, Mode::Write) => "✓ removed   ",
            (Found::Differs, Mode::Check) => "✗ differs   ",
            (Found::Missing, Mode::Check) => "✗ missing   ",
            (Found::Unneeded, Mode::Check) => "✗ not needed",
        }
    }
}

/// Git may have changed the kind of line breaks; nothing else may differ.
fn compare(path: &Path, text: &str) -> Result<Found> {
    match fs::read(path) {
        Ok(bytes) if String::from_utf8_lossy(&bytes).replace("\r\n", "\n") == text => {
            Ok(Found::Same)
        }
        Ok(_) => Ok(Found::Differs),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Found::Missing),
        Err(error) => Err(failed("read", &path.to_string_lossy(), error)),
    }
}

fn write_file(path: &Path, name: &str, text: &str) -> Result<()> {
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        fs::write(path, text)
    };
    write().map_err(|error| failed("write", name, error))
}

fn remove(path: &Path, name: &str) -> Result<()> {
    fs::remove_file(path).map_err(|error| failed("remove", name, error))
}

fn failed(what: &str, name: &str, error: std::io::Error) -> Error {
    let advice = "Check that the file is yours to write to and that the disk is not full.";
    Error::system(format!("{what} `{name}`"), error, advice)
}

/// Recordings that nothing shows: of this exercise, or of any.
fn unneeded(course: &Course, only: Option<&str>, needed: &BTreeSet<&String>) -> Vec<String> {
    let folder = course.root.join(FOLDER).join(only.unwrap_or(""));
    let files = WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .flatten();
    files
        .filter(|file| file.file_type().is_file())
        .map(|file| {
            let path = file.path();
            let name = path.strip_prefix(&course.root).unwrap_or(path);
            name.to_string_lossy().replace('\\', "/")
        })
        .filter(|name| name.ends_with(".json") && !needed.contains(name))
        .collect()
}
