//! A wrong implementation out of an edited solution: what catches it is found out, not guessed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::patch::{self, WrongPatch};
use super::verify::build::{self, Built};
use super::verify::check::Line;
use super::verify::judge::{self, Caught};
use super::verify::runs::{self, Observed};
use super::verify::variant::{self, Kind, Source as Implementation};
use super::verify::{meanwhile, workspace};
use crate::course;
use crate::course::id::is_kebab_case;
use crate::course::model::{Course, Exercise};
use crate::error::{Error, Result};
use crate::files;
use crate::source::{Source, TEXT_LIMIT};
use crate::text::count;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What the patch is to be called.
    pub slug: String,
    /// One line on what is wrong with it.
    pub bug: String,
    /// Whose solution was edited; found out if there is no name.
    pub exercise: Option<String>,
    /// An edited copy of the solution, instead of the solution itself.
    pub from: Option<PathBuf>,
}

/// What came of it.
pub enum Added {
    /// A patch was written.
    Written {
        /// From the root of the course.
        patch: String,
        /// What `verify` will say of it.
        line: Line,
        /// The tests that catch it.
        caught_by: Vec<String>,
        /// The solution, if it was put back as it was.
        restored: Option<String>,
    },
    /// No scenario catches it; nothing was written.
    NotCaught,
    /// It does not compile; nothing was written.
    DoesNotCompile(Line),
}

/// Runs an edited solution through every scenario, and keeps the edit as a patch if it is caught.
///
/// # Errors
/// If there is no edit, if the slug is taken or impossible, or if cargo or git cannot be used.
pub fn add(course: &Course, wanted: &Wanted) -> Result<Added> {
    let edit = Edit::find(course, wanted)?;
    let exercise = edit.exercise;
    let path = exercise
        .solution
        .join("wrong")
        .join(format!("{}.patch", wanted.slug));
    let name = exercise.relative(&course.root, &path);
    check_slug(&wanted.slug, &path, &name)?;
    let every: Vec<&str> = exercise
        .scenarios
        .iter()
        .map(|scenario| scenario.test.as_str())
        .collect();
    let draft = parsed(&name, &text(&wanted.bug, &every, &edit))?;
    let tried = variant::variant(
        exercise,
        Implementation {
            kind: Kind::Wrong(draft),
            slug: wanted.slug.clone(),
            code: edit.edited.clone(),
        },
    );
    let variants: Vec<_> = tried.into_iter().collect();
    let workspace = workspace::write(course, &variants)?;
    meanwhile(&format!(
        "Running {} on it.",
        count(every.len() as u64, "scenario")
    ));
    let built = build::build(&workspace, &variants)?;
    if let [Built::Failed { messages }] = built.as_slice() {
        return Ok(Added::DoesNotCompile(judge::does_not_compile(
            &variants[0],
            messages,
        )));
    }
    let observed = runs::run_all(course, &variants, &built)?;
    let Some(Some(observed)) = observed.into_iter().next() else {
        return Ok(Added::NotCaught);
    };
    let observed = only_caught(observed);
    if observed.first.is_empty() {
        return Ok(Added::NotCaught);
    }
    let caught_by: Vec<&str> = observed
        .first
        .iter()
        .map(|run| run.result.test.as_str())
        .collect();
    let text = text(&wanted.bug, &caught_by, &edit);
    let kind = Kind::Wrong(parsed(&name, &text)?);
    let line = variants.into_iter().next().map_or_else(
        || Err(nothing_edited()),
        |variant| Ok(judge::judge(&variant.into_kind(kind), &[], &observed)),
    )?;
    put(&path, &name, &text)?;
    let restored = match &edit.committed {
        Some(committed) => Some(edit.restore(course, committed)?),
        None => None,
    };
    Ok(Added::Written {
        patch: name,
        line,
        caught_by: caught_by.into_iter().map(str::to_owned).collect(),
        restored,
    })
}

/// Only the scenarios that show a bug, both times.
fn only_caught(observed: Observed) -> Observed {
    let both = observed.first.into_iter().zip(observed.again);
    let (first, again) = both
        .filter(|(first, again)| {
            [first, again]
                .iter()
                .all(|run| !matches!(judge::caught(&run.result.outcome), Caught::Not))
        })
        .unzip();
    Observed {
        first,
        again,
        fresh: None,
    }
}

fn check_slug(slug: &str, path: &Path, name: &str) -> Result<()> {
    if !is_kebab_case(slug) {
        return Err(Error::Usage(format!(
            "`{}` cannot be the name of a patch\nUse small letters, digits and single hyphens, a letter first: \
             `never-sends-again`.",
            slug.escape_debug()
        )));
    }
    if path.exists() {
        return Err(Error::Usage(format!(
            "`{name}` exists already\nChoose another name, or remove it first."
        )));
    }
    Ok(())
}

/// An edited solution.
struct Edit<'c> {
    exercise: &'c Exercise,
    original: String,
    edited: String,
    /// The solution as it was committed, if the edit was made in its place.
    committed: Option<String>,
}

impl Edit<'_> {
    fn find<'c>(course: &'c Course, wanted: &Wanted) -> Result<Edit<'c>> {
        let named = wanted
            .exercise
            .as_deref()
            .map(|name| course::select(course, name))
            .transpose()?;
        let edit = match (&wanted.from, named) {
            (Some(_), None) => {
                return Err(Error::Usage(
                    "whose solution is that?\nAdd `--exercise EXERCISE` to `--from FILE`."
                        .to_owned(),
                ));
            }
            (Some(file), Some(exercise)) => Edit {
                exercise,
                original: solution(course, exercise)?,
                edited: Source::read(file, &file.to_string_lossy(), TEXT_LIMIT)?
                    .text
                    .to_string(),
                committed: None,
            },
            (None, named) => {
                let exercise = match named {
                    Some(exercise) => exercise,
                    None => only_edited(course)?,
                };
                let original = committed(course, exercise)?;
                Edit {
                    exercise,
                    edited: solution(course, exercise)?,
                    committed: Some(original.clone()),
                    original,
                }
            }
        };
        if edit.edited == edit.original {
            return Err(nothing_edited());
        }
        Ok(edit)
    }

    fn restore(&self, course: &Course, committed: &str) -> Result<String> {
        let path = self.exercise.solution_file();
        let name = self.exercise.relative(&course.root, &path);
        put(&path, &name, committed)?;
        Ok(name)
    }
}

fn solution(course: &Course, exercise: &Exercise) -> Result<String> {
    let path = exercise.solution_file();
    Ok(
        Source::read(&path, &exercise.relative(&course.root, &path), TEXT_LIMIT)?
            .text
            .to_string(),
    )
}

/// The one exercise whose solution is not as it was committed.
fn only_edited(course: &Course) -> Result<&Exercise> {
    let mut edited = Vec::new();
    for exercise in course
        .exercises()
        .filter(|exercise| exercise.solution_file().is_file())
    {
        if committed(course, exercise)
            .is_ok_and(|text| solution(course, exercise).is_ok_and(|now| now != text))
        {
            edited.push(exercise);
        }
    }
    match edited.as_slice() {
        [exercise] => Ok(exercise),
        [] => Err(nothing_edited()),
        several => {
            let lines: String = several
                .iter()
                .map(|exercise| format!("  {}\n", exercise.id))
                .collect();
            Err(Error::Usage(format!(
                "several solutions are edited:\n{lines}Say which one is meant with `--exercise EXERCISE`."
            )))
        }
    }
}

fn nothing_edited() -> Error {
    Error::Usage(NOTHING_EDITED.to_owned())
}

const NOTHING_EDITED: &str = "\
no solution differs from what is committed
Break a solution in its `src/lib.rs`, then run the command again; or name an
edited copy of it with `--exercise EXERCISE --from FILE`.";

/// The solution as it was committed last.
fn committed(course: &Course, exercise: &Exercise) -> Result<String> {
    let file = exercise.relative(&course.root, &exercise.solution_file());
    let output = Command::new("git")
        .current_dir(&course.root)
        .args(["show", &format!("HEAD:./{file}")])
        .stdin(Stdio::null())
        .output();
    match output {
        Ok(output) if output.status.success() => {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        _ => Err(Error::Usage(format!(
            "git does not know what `{file}` was before you edited it\nCommit the solution before breaking it, or name \
             an edited copy with `--from FILE`."
        ))),
    }
}

fn text(bug: &str, caught_by: &[&str], edit: &Edit) -> String {
    let mut options = diffy::DiffOptions::new();
    options
        .set_original_filename("a/src/lib.rs")
        .set_modified_filename("b/src/lib.rs");
    let diff = options.create_patch(&edit.original, &edit.edited);
    format!(
        "Bug: {}\nCaught-by: {}\n{diff}",
        bug.trim(),
        caught_by.join(", ")
    )
}

fn parsed(name: &str, text: &str) -> Result<WrongPatch> {
    Ok(patch::parse(&Source::new(name, text))?)
}

fn put(path: &Path, name: &str, text: &str) -> Result<()> {
    let write = || {
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        files::replace(path, text)
    };
    write().map_err(|error| {
        let advice = "Check that the folder is yours to write to and that the disk is not full.";
        Error::system(format!("write `{name}`"), error, advice)
    })
}
