//! A new exercise that is sound from the start: small, complete, and there to be replaced piece by piece.
//!
//! Everything comes from the templates in `checker/templates` (`template`); what has to be added to files that are there
//! already, `course.toml` (`course_file`) and the book's `SUMMARY.md` (`summary`), is worked out before anything is
//! written.

mod course_file;
mod package;
mod summary;
mod template;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::write;
use crate::course;
use crate::course::id::is_kebab_case;
use crate::course::model::Course;
use crate::error::{Error, Result};
use crate::files;
use crate::problem::closest;
use template::Names;

pub use template::Kind;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its chapter and its id, with a slash between them.
    pub name: String,
    /// What kind of exercise it is.
    pub kind: Kind,
    /// Its title; made from the id if there is none.
    pub title: Option<String>,
    /// The title of its chapter, if that is new as well.
    pub new_chapter: Option<String>,
}

/// What was written, each from the root of the course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The id of the exercise.
    pub id: String,
    /// Files that are new.
    pub created: Vec<String>,
    /// Files to which a line was added.
    pub changed: Vec<String>,
}

/// Writes the files of a new exercise and lists it in the course.
///
/// # Errors
/// If the name cannot be one, is taken, or names a chapter that is not there; then nothing is written. If a file cannot
/// be written, what was created so far stays, and the message says where.
pub fn scaffold(course: &Course, wanted: &Wanted) -> Result<Written> {
    let (chapter, id) = names(course, wanted)?;
    let title = wanted.title.clone().unwrap_or_else(|| title_of(id));
    let names = Names {
        chapter,
        exercise: id,
        title: &title,
    };
    let files = template::files(
        wanted.kind,
        &names,
        &package::Inherited::from(&course.root)?,
    );
    let mut additions = vec![course_file::add(
        &course.root,
        chapter,
        id,
        wanted.new_chapter.as_deref(),
    )?];
    let book = course.root.join("book").join("src");
    let mut created = Vec::new();
    if book.is_dir() {
        let known = course.chapters.iter().find(|known| known.id == chapter);
        let chapter_title = known
            .map(|known| known.title.as_str())
            .or(wanted.new_chapter.as_deref())
            .unwrap_or(chapter);
        additions.extend(summary::add(&book, &names, chapter_title)?);
        created.push((
            format!("book/src/{chapter}/{id}.md"),
            template::page(&names),
        ));
        let index = format!("book/src/{chapter}/index.md");
        if !course.root.join(&index).exists() {
            created.push((index, format!("# {chapter_title}\n")));
        }
    }
    created.splice(0..0, files);
    for (name, contents) in &created {
        put(&course.root, name, contents)?;
    }
    for (name, contents) in &additions {
        put(&course.root, name, contents)?;
    }
    tidy(&course.root, &created);
    let mut created: Vec<String> = created.into_iter().map(|(name, _)| name).collect();
    created.push(stub(course, chapter, id)?);
    created.sort();
    Ok(Written {
        id: id.to_owned(),
        created,
        changed: additions.into_iter().map(|(name, _)| name).collect(),
    })
}

/// The chapter and the id, which must be free.
fn names<'w>(course: &Course, wanted: &'w Wanted) -> Result<(&'w str, &'w str)> {
    let usage = |text: String| Err(Error::Usage(text));
    let Some((chapter, id)) = wanted.name.split_once('/') else {
        return usage(format!(
            "`{}` names no chapter\nWrite the chapter and the exercise, like `replication/{0}`.",
            wanted.name.escape_debug()
        ));
    };
    for (what, name) in [("chapter", chapter), ("exercise", id)] {
        if !is_kebab_case(name) {
            return usage(format!(
                "`{}` cannot be the id of {}\nUse small letters, digits and single hyphens, a letter first: \
                 `primary-backup`.",
                name.escape_debug(),
                if what == "chapter" {
                    "a chapter"
                } else {
                    "an exercise"
                }
            ));
        }
    }
    let known = || course.chapters.iter().map(|chapter| chapter.id.as_str());
    match (known().any(|known| known == chapter), &wanted.new_chapter) {
        (false, None) => {
            let close = closest(chapter, known())
                .map(|close| format!("Did you mean `{close}`? If not, add"))
                .unwrap_or_else(|| "Add".to_owned());
            return usage(format!(
                "there is no chapter `{chapter}`\n{close} `--new-chapter TITLE` to begin one."
            ));
        }
        (true, Some(_)) => {
            return usage(format!(
                "there is a chapter `{chapter}` already\nLeave `--new-chapter` out to add the exercise to it."
            ));
        }
        _ => {}
    }
    let mut taken = course.exercises().filter(|exercise| exercise.id == id);
    if let Some(exercise) = taken.next() {
        return usage(format!(
            "there is an exercise `{id}` already, in `{}`\nChoose another id: ids are unique in the whole course.",
            exercise.chapter
        ));
    }
    for parent in ["exercises", "solutions"] {
        let folder = format!("{parent}/{chapter}/{id}");
        if course.root.join(&folder).exists() {
            return usage(format!(
                "`{folder}` exists already\nRemove or rename it, or choose another id."
            ));
        }
    }
    Ok((chapter, id))
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

/// `message-queue` as a title: `Message queue`.
fn title_of(id: &str) -> String {
    sentence(&id.replace('-', " "))
}

fn put(root: &Path, name: &str, contents: &str) -> Result<()> {
    let path = root.join(name);
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(root))?;
        files::replace(&path, contents)
    };
    write().map_err(|error| {
        let advice = "Check that the folder is yours to write to and that the disk is not full, remove what was \
                      created, and try again.";
        Error::system(format!("write `{name}`"), error, advice)
    })
}

/// Puts imports in order, which depends on the exercise's name. Where there is no rustfmt, `verify` will say so.
fn tidy(root: &Path, created: &[(String, String)]) {
    let rust = created.iter().filter(|(name, _)| name.ends_with(".rs"));
    let rust: Vec<PathBuf> = rust.map(|(name, _)| root.join(name)).collect();
    let program = std::env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into());
    let _ = Command::new(program)
        .args(["--edition", "2024"])
        .args(rust)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

/// Writes the stub, from the solution as it now stands on the disk.
fn stub(course: &Course, chapter: &str, id: &str) -> Result<String> {
    let exercise = course::read_exercise(&course.root, chapter, id)?;
    let stub = write::stub_of(course, &exercise)?;
    write::write_stub(course, &exercise, &stub)?;
    Ok(exercise.relative(&course.root, &exercise.learner_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_made_from_the_id() {
        assert_eq!(title_of("two-phase-commit"), "Two phase commit");
    }
}
