//! All quizzes of a course, and everything that is wrong with them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use simulator::diagram;

use super::model::{Quiz, file};
use super::read::{Draft, Drafted, UNIQUE, parse};
use super::trace;
use crate::book::reference::TRACE_LIMIT;
use crate::course::model::{Chapter, Course};
use crate::problem::{Code, Problem};
use crate::source::{Source, TEXT_LIMIT};

/// The quizzes of a course.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Those that are sound, in the order of the chapters.
    pub quizzes: Vec<Quiz>,
    /// What is wrong with the others, by the id of the chapter.
    pub broken: BTreeMap<String, Vec<Problem>>,
    /// Quizzes of chapters that the course does not have.
    pub unlisted: Vec<Problem>,
}

impl Loaded {
    /// All problems, ordered by file and place.
    pub fn problems(&self) -> Vec<Problem> {
        let broken = self.broken.values().flatten();
        let mut problems: Vec<Problem> = broken.chain(&self.unlisted).cloned().collect();
        problems.sort_by_key(Problem::key);
        problems
    }

    /// Whether the course has no quiz at all, sound or not.
    pub fn is_empty(&self) -> bool {
        self.quizzes.is_empty() && self.broken.is_empty()
    }
}

/// Reads the quizzes of all chapters that have one. A quiz that is not sound is no error: the others can be asked.
pub fn load(course: &Course) -> Loaded {
    let mut loaded = Loaded::default();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for chapter in &course.chapters {
        let Some(read) = read(&course.root, chapter) else {
            continue;
        };
        let sound = read.and_then(|(source, draft)| {
            let mut problems = Vec::new();
            for drafted in &draft.questions {
                problems.extend(taken(&source, drafted, &ids));
            }
            for drafted in &draft.questions {
                let id = &drafted.question.id;
                let line = source.position(drafted.id.start).0;
                let place = format!("{}:{line}", source.name);
                ids.entry(id.clone()).or_insert(place);
            }
            assemble(&course.root, chapter, &source, draft, problems)
        });
        match sound {
            Ok(quiz) => loaded.quizzes.push(quiz),
            Err(problems) => {
                loaded.broken.insert(chapter.id.clone(), problems);
            }
        }
    }
    loaded.unlisted = unlisted(course);
    loaded
}

/// Reads the quiz of one chapter; none if it has none.
///
/// # Errors
/// All problems of the file.
pub fn of_chapter(root: &Path, chapter: &Chapter) -> Result<Option<Quiz>, Vec<Problem>> {
    let Some(read) = read(root, chapter) else {
        return Ok(None);
    };
    let (source, draft) = read?;
    assemble(root, chapter, &source, draft, Vec::new()).map(Some)
}

/// None if there is no such file.
fn read(root: &Path, chapter: &Chapter) -> Option<Result<(Source, Draft), Vec<Problem>>> {
    let name = file(&chapter.id);
    match Source::read(&root.join(&name), &name, TEXT_LIMIT) {
        Err(problem) if problem.code == Code::FileMissing => None,
        Err(problem) => Some(Err(vec![problem])),
        Ok(source) => Some(parse(&source).map(|draft| (source, draft))),
    }
}

fn taken(source: &Source, drafted: &Drafted, ids: &BTreeMap<String, String>) -> Option<Problem> {
    let first = ids.get(&drafted.question.id)?;
    let message = format!("a second question is called `{}`", drafted.question.id);
    let problem = Problem::new(Code::DuplicateId, message);
    let label = format!("the first is in {first}");
    Some(problem.at(source, drafted.id.clone(), label).help(UNIQUE))
}

/// Looks up the recordings.
fn assemble(
    root: &Path,
    chapter: &Chapter,
    source: &Source,
    draft: Draft,
    mut problems: Vec<Problem>,
) -> Result<Quiz, Vec<Problem>> {
    let mut questions = Vec::new();
    for drafted in draft.questions {
        let mut question = drafted.question;
        if let (Some(recording), Some(place)) = (&mut question.recording, drafted.trace) {
            let file = Source::read(&root.join(&recording.file), &recording.file, TRACE_LIMIT);
            match file.and_then(|file| trace::read_trace(&file)) {
                Ok(trace) => {
                    recording.diagram = diagram::draw(&trace);
                    recording.trace = Some(trace);
                }
                Err(problem) if problem.code == Code::FileMissing => {
                    let missing = Problem::new(problem.code, problem.message);
                    problems.push(missing.at(source, place, "").help(RECORD));
                }
                Err(problem) => {
                    let line = source.position(place.start).0;
                    problems.push(problem.help(format!("it is named in {}:{line}", source.name)));
                }
            }
        }
        questions.push(question);
    }
    if !problems.is_empty() {
        problems.sort_by_key(Problem::key);
        return Err(problems);
    }
    Ok(Quiz {
        chapter: chapter.id.clone(),
        title: chapter.title.clone(),
        questions,
    })
}

const RECORD: &str =
    "run `cargo checker record`, or correct the names of exercise, scenario and slug";

/// Quiz files in folders that are no chapters.
fn unlisted(course: &Course) -> Vec<Problem> {
    // Without that folder there is no exercise either, which reading the course has told.
    let Ok(entries) = fs::read_dir(course.root.join("exercises")) else {
        return Vec::new();
    };
    let mut folders: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().join("quiz.toml").exists())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| course.chapters.iter().all(|chapter| chapter.id != *name))
        .collect();
    folders.sort();
    let problem = |folder: &String| {
        let message = format!("`{folder}` is not a chapter of `course.toml`");
        let problem = Problem::new(Code::Unlisted, message).in_file(file(folder));
        problem.help(format!(
            "add a [[chapter]] with `id = \"{folder}\"`, or move the file to a chapter"
        ))
    };
    folders.iter().map(problem).collect()
}
