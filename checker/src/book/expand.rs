//! From the text of a page to the Markdown that mdBook renders.

use std::collections::BTreeMap;
use std::path::Path;

use super::directive::Directive;
use super::exercise;
use super::pages::{Placed, directives};
use super::reference::Reference;
use super::shelf::{Missing, Shelf};
use crate::picture::{Caption, figure};
use crate::problem::{Code, Problem};
use crate::quiz;
use crate::source::Source;

/// Expands the pages of one book.
pub struct Expansion<'c> {
    shelf: Shelf<'c>,
    /// Where each quiz and the box of each exercise stand: once each, because both have anchors, and all pages are printed
    /// as one.
    taken: BTreeMap<String, String>,
}

impl<'c> Expansion<'c> {
    /// Expands with the files of the course in `root`.
    pub fn new(root: &'c Path) -> Expansion<'c> {
        Expansion {
            shelf: Shelf::new(root),
            taken: BTreeMap::new(),
        }
    }

    /// The page with every directive replaced.
    ///
    /// # Errors
    /// Everything that is wrong with its directives, or with what they name.
    pub fn page(&mut self, page: &Source) -> Result<String, Vec<Problem>> {
        let (placed, mut problems) = directives(page);
        let mut text = String::new();
        let mut rest = 0;
        for (number, placed) in placed.iter().enumerate() {
            match self.directive(page, placed, number + 1) {
                Ok(html) => {
                    text.push_str(&page.text[rest..placed.span.start]);
                    text.push_str(&html);
                    rest = placed.span.end;
                }
                Err(found) => problems.extend(found),
            }
        }
        text.push_str(&page.text[rest..]);
        if problems.is_empty() {
            return Ok(text);
        }
        problems.sort_by_key(Problem::key);
        Err(problems)
    }

    fn directive(
        &mut self,
        page: &Source,
        placed: &Placed,
        number: usize,
    ) -> Result<String, Vec<Problem>> {
        let place = |missing: Missing| match missing {
            Missing::Here(problem) => vec![problem.at(page, placed.span.clone(), "")],
            Missing::There(problems) => named_in(page, placed, problems),
        };
        match &placed.directive {
            Directive::Exercise { id } => {
                self.once(page, placed, format!("the exercise `{id}`"))?;
                let exercise = self.shelf.exercise(id).map_err(place)?;
                Ok(exercise::html(&exercise))
            }
            Directive::Quiz { chapter } => {
                self.once(page, placed, format!("the quiz `{chapter}`"))?;
                let quiz = self.shelf.quiz(chapter).map_err(place)?;
                Ok(quiz::html(&quiz))
            }
            Directive::Trace { run, caption } => {
                let id = format!("{}-{number}", page.name);
                self.trace(run, caption.as_deref(), &id).map_err(place)
            }
        }
    }

    fn trace(&self, run: &Reference, caption: Option<&str>, id: &str) -> Result<String, Missing> {
        let file = self.shelf.recording(run)?;
        let trace = quiz::read_trace(&file).map_err(|problem| Missing::There(vec![problem]))?;
        let title = caption.map_or_else(|| run.title(), str::to_owned);
        let id = id.trim_start_matches("book/src/");
        Ok(figure(&trace, &Caption { id, title: &title }))
    }

    fn once(&mut self, page: &Source, placed: &Placed, what: String) -> Result<(), Vec<Problem>> {
        let line = page.position(placed.span.start).0;
        let here = format!("{}:{line}", page.name);
        match self.taken.get(&what) {
            None => {
                self.taken.insert(what, here);
                Ok(())
            }
            Some(first) => {
                let problem =
                    Problem::new(Code::DuplicateId, format!("{what} has its place already"));
                let help = format!("link to that place instead: it is in {first}");
                Err(vec![problem.at(page, placed.span.clone(), "").help(help)])
            }
        }
    }
}

/// The problems of a file, together with who needs it.
fn named_in(page: &Source, placed: &Placed, problems: Vec<Problem>) -> Vec<Problem> {
    let line = page.position(placed.span.start).0;
    let note = format!("it is shown in {}:{line}", page.name);
    problems
        .into_iter()
        .map(|problem| problem.help(note.clone()))
        .collect()
}
