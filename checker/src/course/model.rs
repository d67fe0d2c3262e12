//! What a course is, once its files have been read and found sound.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// A course: chapters in order, and how it is graded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// The folder that holds `course.toml`.
    pub root: PathBuf,
    /// Its title.
    pub title: String,
    /// The chapters, in order.
    pub chapters: Vec<Chapter>,
    /// Defaults of grading.
    pub grading: Grading,
    /// For whom this folder is.
    pub edition: Edition,
}

/// For whom the folder of a course is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edition {
    /// Everything: stubs are made from solutions.
    #[default]
    Authors,
    /// Without solutions: each exercise has its stub in a file, [`STUB_FILE`].
    Students,
}

/// Where the students' edition of an exercise keeps what the learner started from, for `reset`.
pub const STUB_FILE: &str = "stub.rs";

/// How submissions are graded unless the command line says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grading {
    /// Random runs a scenario; `None` leaves it to the scenario.
    pub seeds: Option<u64>,
    /// How long a suite may be silent before it is looked into. Never decides between right and wrong.
    pub patience: Duration,
    /// How many bytes a suite may have allocated at once.
    pub memory: u64,
}

/// A chapter: a group of exercises and, later, a quiz and pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Its folder's name, in kebab-case.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The exercises, in order.
    pub exercises: Vec<Exercise>,
}

/// One exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exercise {
    /// Its folder's name, in kebab-case; also the name of its package.
    pub id: String,
    /// The id of its chapter.
    pub chapter: String,
    /// Its title.
    pub title: String,
    /// One sentence: what is to be built.
    pub summary: String,
    /// What kind of exercise it is.
    pub kind: Kind,
    /// How long it takes, roughly.
    pub minutes: u32,
    /// Its page in the book, relative to `book/src`.
    pub page: Option<PathBuf>,
    /// What it is graded by, in order.
    pub scenarios: Vec<Scenario>,
    /// The ladder of hints, from a nudge to a sketch.
    pub hints: Vec<String>,
    /// `exercises/<chapter>/<id>`, absolute.
    pub folder: PathBuf,
    /// `solutions/<chapter>/<id>`, absolute.
    pub solution: PathBuf,
}

/// The kinds of exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An actor under faults.
    Node,
    /// A function or data structure, property-tested.
    Function,
    /// A plan of faults that breaks a given design.
    BreakIt,
}

/// One thing an exercise is graded by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// The test function's name in `tests/grade.rs`.
    pub test: String,
    /// What it checks, in words.
    pub title: String,
    /// What it is worth.
    pub points: u32,
    /// The hint shown when it fails.
    pub hint: String,
}

impl Course {
    /// All exercises, in the order in which they are taken.
    pub fn exercises(&self) -> impl Iterator<Item = &Exercise> {
        self.chapters.iter().flat_map(|chapter| &chapter.exercises)
    }
}

impl Exercise {
    /// The one file that the learner edits.
    pub fn learner_file(&self) -> PathBuf {
        self.folder.join("src").join("lib.rs")
    }

    /// The annotated solution.
    pub fn solution_file(&self) -> PathBuf {
        self.solution.join("src").join("lib.rs")
    }

    /// What the learner started from, in the students' edition.
    pub fn stub_file(&self) -> PathBuf {
        self.folder.join(STUB_FILE)
    }

    /// What a full solution earns.
    pub fn points(&self) -> u32 {
        self.scenarios.iter().map(|scenario| scenario.points).sum()
    }

    /// `path` as a person in `root` would write it, with `/` on every system.
    pub fn relative(&self, root: &Path, path: &Path) -> String {
        path.strip_prefix(root)
            .unwrap_or(path)
            .to_string_lossy()
            .replace('\\', "/")
    }
}

impl Kind {
    /// What it is, for those who have not seen one.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Node => "a node under faults",
            Kind::Function => "functions and types",
            Kind::BreakIt => "a plan of faults that breaks a given design",
        }
    }
}
