//! Which runs the pages of the book and the questions of the quizzes show.

use std::collections::BTreeMap;
use std::ops::Range;

use walkdir::WalkDir;

use crate::book::directive::Directive;
use crate::book::pages::directives;
use crate::book::reference::Reference;
use crate::book::shelf::{Missing, Shelf};
use crate::course;
use crate::course::model::{Course, Exercise, Kind};
use crate::error::Result;
use crate::problem::{Code, Problem};
use crate::quiz;
use crate::source::{Source, TEXT_LIMIT};

/// A run that is shown somewhere.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where: the first place of all.
    pub source: Source,
    /// Which bytes of it.
    pub span: Range<usize>,
}

impl Wanted {
    /// A problem with it, in its place.
    pub fn problem(&self, code: Code, message: impl Into<String>) -> Problem {
        Problem::new(code, message).at(&self.source, self.span.clone(), "")
    }
}

/// All runs that are shown, each with the first place that shows it.
///
/// # Errors
/// Everything that is wrong with the directives of pages and with quizzes; references to what does not exist.
pub fn wanted(course: &Course) -> Result<BTreeMap<Reference, Wanted>> {
    let (mut wanted, mut problems) = (BTreeMap::new(), Vec::new());
    let shelf = Shelf::new(&course.root);
    let mut want = |reference: &Reference, source: &Source, span: Range<usize>| {
        let place = Wanted {
            source: source.clone(),
            span,
        };
        let found = check(course, &shelf, reference, &place);
        wanted.entry(reference.clone()).or_insert(place);
        found
    };
    for page in pages(course, &mut problems) {
        let (placed, found) = directives(&page);
        problems.extend(found);
        for placed in placed {
            if let Directive::Trace { run, .. } = placed.directive {
                problems.extend(want(&run, &page, placed.span));
            }
        }
    }
    for source in quizzes(course, &mut problems) {
        match quiz::parse(&source) {
            Ok(draft) => {
                for drafted in draft.questions {
                    if let (Some(recording), Some(span)) =
                        (drafted.question.recording, drafted.trace)
                    {
                        problems.extend(want(&recording.reference, &source, span));
                    }
                }
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        return Ok(wanted);
    }
    problems.sort_by_key(Problem::key);
    Err(problems.into())
}

fn check(course: &Course, shelf: &Shelf, reference: &Reference, place: &Wanted) -> Vec<Problem> {
    match shelf.check(reference) {
        Err(Missing::Here(problem)) => vec![problem.at(&place.source, place.span.clone(), "")],
        Err(Missing::There(problems)) => problems,
        Ok(()) => match exercise(course, reference) {
            Some(exercise) if exercise.kind == Kind::Function => {
                let message = format!("`{}` has no nodes, so there is no run to show", exercise.id);
                let problem = place.problem(Code::DanglingId, message);
                vec![problem.help("show a run of another exercise, or an example as text")]
            }
            _ => Vec::new(),
        },
    }
}

/// The exercise that a reference names.
pub fn exercise<'c>(course: &'c Course, reference: &Reference) -> Option<&'c Exercise> {
    course
        .exercises()
        .find(|exercise| exercise.id == reference.exercise)
}

/// The pages of the book, in the order of their names; none if there is no book.
fn pages(course: &Course, problems: &mut Vec<Problem>) -> Vec<Source> {
    let folder = course.root.join("book").join("src");
    let files = WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .flatten();
    let pages = files.filter(|file| file.path().extension().is_some_and(|end| end == "md"));
    pages
        .filter_map(|page| {
            let path = page.path();
            let name = path.strip_prefix(&course.root).unwrap_or(path);
            let name = name.to_string_lossy().replace('\\', "/");
            let read = Source::read(path, &name, TEXT_LIMIT);
            read.map_err(|problem| problems.push(problem)).ok()
        })
        .collect()
}

fn quizzes(course: &Course, problems: &mut Vec<Problem>) -> Vec<Source> {
    let files = course.chapters.iter().map(|chapter| {
        let name = quiz::model::file(&chapter.id);
        (course.root.join(&name), name)
    });
    files
        .filter(|(path, _)| path.exists())
        .filter_map(|(path, name)| {
            let read = Source::read(&path, &name, TEXT_LIMIT);
            read.map_err(|problem| problems.push(problem)).ok()
        })
        .collect()
}

/// Complains about what a name on the command line does not mean.
///
/// # Errors
/// There is no such exercise.
pub fn only(course: &Course, name: Option<&str>) -> Result<Option<String>> {
    name.map(|name| Ok(course::select(course, name)?.id.clone()))
        .transpose()
}
