//! `course.toml`: the chapters in order, and how they are graded.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::form::{Form, ID, Value, optional, required};
use super::id::check_id;
use super::model::{Edition, Grading};
use super::table::{At, Keys, Reader, Table};
use super::unique::check_unique;
use crate::problem::{Code, Problem, did_you_mean};
use crate::source::Source;

/// The format of `course.toml` that this version reads.
pub const COURSE_FORMAT: u64 = 1;

const MIB: u64 = 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(3);
const MEMORY: u64 = 1024 * MIB;

const SEEDS: RangeInclusive<u64> = 1..=1_000_000_000;
const PATIENCE_SECONDS: RangeInclusive<u64> = 1..=600;
const MEMORY_MIB: RangeInclusive<u64> = 16..=1_048_576;

/// What the students' edition says it is.
pub const STUDENTS: &str = "students";
const EDITIONS: [(&str, Edition); 2] =
    [("authors", Edition::Authors), (STUDENTS, Edition::Students)];
const EDITION_NAMES: [&str; 2] = [EDITIONS[0].0, EDITIONS[1].0];

/// What `course.toml` may hold.
pub static COURSE: Form = Form {
    keys: &[
        required(
            "format",
            Value::Format(COURSE_FORMAT),
            "The format of this file.",
        ),
        required(
            "title",
            Value::Text,
            "The course's title, above the list of exercises.",
        ),
        optional(
            "edition",
            Value::Word(&EDITION_NAMES),
            "For whom this folder is: `authors`, the default, who have the solutions, or `students`. \
             `cargo checker export` writes the latter.",
        ),
        optional(
            "grading",
            Value::Table(&GRADING),
            "How submissions are graded unless the command line says otherwise.",
        ),
        required(
            "chapter",
            Value::Tables(1, &CHAPTER),
            "The chapters, in the order in which they are taken.",
        ),
    ],
};

static GRADING: Form = Form {
    keys: &[
        optional(
            "seeds",
            Value::Number(SEEDS),
            "Random runs of each scenario. Without it, each scenario has its own number.",
        ),
        optional(
            "patience-seconds",
            Value::Number(PATIENCE_SECONDS),
            "How many seconds a suite may be silent before it is looked into; 3 if absent. It never decides between \
             right and wrong.",
        ),
        optional(
            "memory-mib",
            Value::Number(MEMORY_MIB),
            "How many MiB a suite may have allocated at once; 1024 if absent.",
        ),
    ],
};

static CHAPTER: Form = Form {
    keys: &[
        required(
            "id",
            Value::Like(ID),
            "The name of its folder in `exercises`, in kebab-case.",
        ),
        required("title", Value::Text, "Its title."),
        required(
            "exercises",
            Value::Ids,
            "The ids of its exercises, in the order in which they are taken: folders in `exercises/<chapter>`.",
        ),
    ],
};

/// `course.toml` as it stands; its exercises have not been looked for yet.
pub struct CourseManifest {
    /// Its title.
    pub title: String,
    /// How submissions are graded.
    pub grading: Grading,
    /// For whom it is.
    pub edition: Edition,
    /// The chapters, in order.
    pub chapters: Vec<ChapterManifest>,
}

/// A `[[chapter]]`; ids with the place where they are written.
pub struct ChapterManifest {
    /// Its folder's name.
    pub id: At<String>,
    /// Its title.
    pub title: String,
    /// Ids of its exercises, in order.
    pub exercises: Vec<At<String>>,
}

/// Reads `course.toml`.
///
/// # Errors
/// All problems that can be seen without looking into other files.
pub fn parse(source: &Source) -> Result<CourseManifest, Vec<Problem>> {
    Reader::parse(source, Keys::Of(&COURSE), |top| {
        check_format(top, COURSE_FORMAT, "course")?;
        let title = top.text("title");
        let edition = edition(top);
        let grading = if top.has("grading") {
            top.table("grading", "[grading]", Keys::Of(&GRADING), |table| {
                Some(grading(table))
            })
        } else {
            Some(Grading {
                seeds: None,
                patience: PATIENCE,
                memory: MEMORY,
            })
        };
        let chapters = top.tables("chapter", "[[chapter]]", Keys::Of(&CHAPTER), chapter);
        if !top.has("chapter") {
            let problem = Problem::new(Code::MissingKey, "the course has no chapter");
            top.report(
                problem
                    .in_file(&*source.name)
                    .help("add a [[chapter]] with `id`, `title` and `exercises`"),
            );
        }
        check_duplicates(top, &chapters);
        Some(CourseManifest {
            title: title?.0,
            grading: grading?,
            edition: edition?,
            chapters,
        })
    })
}

/// `None` after a complaint.
fn edition(top: &Table) -> Option<Edition> {
    if !top.has("edition") {
        return Some(Edition::default());
    }
    let (written, span) = top.optional_text("edition")?;
    let known = EDITIONS.iter().find(|(name, _)| *name == written);
    if known.is_none() {
        let message = format!("unknown edition `{}`", written.escape_debug());
        let advice = did_you_mean(&written, EDITION_NAMES)
            .unwrap_or_else(|| "write `students`, or remove the line".to_owned());
        let problem = Problem::new(Code::BadValue, message);
        top.report(problem.at(top.source(), span, "").help(advice));
    }
    known.map(|(_, edition)| *edition)
}

fn grading(table: &Table) -> Grading {
    let number = |key, range| table.optional_number(key, range).map(|(number, _)| number);
    Grading {
        seeds: number("seeds", SEEDS),
        patience: number("patience-seconds", PATIENCE_SECONDS)
            .map_or(PATIENCE, Duration::from_secs),
        memory: number("memory-mib", MEMORY_MIB).map_or(MEMORY, |mib| mib * MIB),
    }
}

fn chapter(table: &Table) -> Option<ChapterManifest> {
    let id = table
        .text("id")
        .and_then(|id| check_id(table, "a chapter", id));
    let title = table.text("title");
    let exercises = table.texts("exercises");
    let exercises = exercises?
        .into_iter()
        .filter_map(|id| check_id(table, "an exercise", id))
        .collect();
    Some(ChapterManifest {
        id: id?,
        title: title?.0,
        exercises,
    })
}

fn check_duplicates(top: &Table, chapters: &[ChapterManifest]) {
    let advice = "give one of them another id; ids are unique in the whole course";
    let ids = chapters
        .iter()
        .map(|chapter| (chapter.id.0.as_str(), &chapter.id.1));
    check_unique(
        top,
        ids,
        |id| format!("a second chapter is called `{id}`"),
        advice,
    );
    let ids = chapters.iter().flat_map(|chapter| &chapter.exercises);
    let ids = ids.map(|(id, span)| (id.as_str(), span));
    check_unique(
        top,
        ids,
        |id| format!("a second exercise is called `{id}`"),
        advice,
    );
}

/// Complains unless `format` is there and the one that this version reads.
pub fn check_format(top: &Table, supported: u64, what: &str) -> Option<()> {
    if !top.has("format") {
        let problem = Problem::new(
            Code::MissingKey,
            format!("the {what} does not say its format"),
        );
        top.report(
            problem
                .at(top.source(), 0..0, "")
                .help(format!("add `format = {supported}` here")),
        );
        return None;
    }
    let (format, span) = top.optional_number("format", 0..=u64::MAX)?;
    let advice = match format.cmp(&supported) {
        std::cmp::Ordering::Equal => return Some(()),
        std::cmp::Ordering::Greater => {
            format!("update the checker: this {what} was written for a newer one")
        }
        std::cmp::Ordering::Less => {
            format!("update the {what}: it was written for an older checker")
        }
    };
    let message =
        format!("format {format} is not supported; this checker reads format {supported}");
    top.report(
        Problem::new(Code::Format, message)
            .at(top.source(), span, "")
            .help(advice),
    );
    None
}
