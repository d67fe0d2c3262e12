//! What there is on disk for pages to name. Each part is looked for on its own: what is broken elsewhere does not matter.

use std::fs;
use std::path::Path;

use super::reference::{Reference, TRACE_LIMIT};
use crate::course;
use crate::course::model::{Chapter, Edition, Exercise};
use crate::problem::{Code, Problem, did_you_mean};
use crate::quiz::{self, Quiz};
use crate::source::Source;

/// The files of a course.
pub struct Shelf<'c> {
    root: &'c Path,
}

/// What is not there, or not sound: problems that have their place, and problems of the place that named it.
pub enum Missing {
    /// The name is wrong; the place is where it was written.
    Here(Problem),
    /// The name is right, the file is wrong.
    There(Vec<Problem>),
}

impl<'c> Shelf<'c> {
    /// The files of the course in `root`.
    pub fn new(root: &'c Path) -> Shelf<'c> {
        Shelf { root }
    }

    /// The exercise with this id, from its `exercise.toml` alone.
    ///
    /// # Errors
    /// There is none, or its file is not sound.
    pub fn exercise(&self, id: &str) -> Result<Exercise, Missing> {
        let chapter = self.chapter_of(id)?;
        course::read_exercise(self.root, &chapter, id).map_err(Missing::There)
    }

    /// The quiz of a chapter.
    ///
    /// # Errors
    /// There is none, or its file is not sound.
    pub fn quiz(&self, chapter: &str) -> Result<Quiz, Missing> {
        let chapter = Chapter {
            id: chapter.to_owned(),
            title: chapter.to_owned(),
            exercises: Vec::new(),
        };
        match quiz::of_chapter(self.root, &chapter).map_err(Missing::There)? {
            Some(quiz) => Ok(quiz),
            None => {
                let message = format!("there is no `{}`", quiz::model::file(&chapter.id));
                let known = folders(&self.root.join("exercises"));
                let has_quiz = |known: &&String| self.root.join(quiz::model::file(known)).exists();
                let known: Vec<&str> = known.iter().filter(has_quiz).map(String::as_str).collect();
                Err(dangling(
                    message,
                    &chapter.id,
                    "there are quizzes of",
                    &known,
                ))
            }
        }
    }

    /// The recording of a run.
    ///
    /// # Errors
    /// It names something that does not exist, or there is no recording yet.
    pub fn recording(&self, reference: &Reference) -> Result<Source, Missing> {
        self.check(reference)?;
        let name = reference.file();
        match Source::read(&self.root.join(&name), &name, TRACE_LIMIT) {
            Ok(source) => Ok(source),
            Err(problem) if problem.code == Code::FileMissing => {
                let problem = Problem::new(Code::FileMissing, "this run has not been recorded");
                let advice = format!("run `cargo checker record {}`", reference.exercise);
                Err(Missing::Here(problem.help(advice)))
            }
            Err(problem) => Err(Missing::There(vec![problem])),
        }
    }

    /// Whether there is such an exercise, scenario and wrong implementation. A scenario of an exercise that is not sound
    /// is taken for granted.
    ///
    /// # Errors
    /// It names something that does not exist.
    pub fn check(&self, reference: &Reference) -> Result<(), Missing> {
        let Reference {
            exercise: id,
            scenario,
            ..
        } = reference;
        let chapter = self.chapter_of(id)?;
        if let Ok(exercise) = course::read_exercise(self.root, &chapter, id) {
            let tests: Vec<&str> = exercise
                .scenarios
                .iter()
                .map(|known| &*known.test)
                .collect();
            if !tests.contains(&scenario.as_str()) {
                let message = format!("`{id}` has no scenario `{scenario}`");
                return Err(dangling(message, scenario, "it has", &tests));
            }
        }
        // The students' edition has the recordings alone.
        if let Some(slug) = reference.slug()
            && course::edition(self.root) == Edition::Authors
        {
            let folder = format!("solutions/{chapter}/{id}/wrong");
            if !self
                .root
                .join(&folder)
                .join(format!("{slug}.patch"))
                .exists()
            {
                let patches = patches(&self.root.join(&folder));
                let known: Vec<&str> = patches.iter().map(String::as_str).collect();
                let message = format!("there is no `{folder}/{slug}.patch`");
                return Err(dangling(message, slug, "that folder has", &known));
            }
        }
        Ok(())
    }

    fn chapter_of(&self, id: &str) -> Result<String, Missing> {
        let exercises = self.root.join("exercises");
        let chapters = folders(&exercises);
        let here = |chapter: &&String| exercises.join(chapter).join(id).is_dir();
        if let Some(chapter) = chapters.iter().find(here) {
            return Ok(chapter.clone());
        }
        let known: Vec<String> = chapters
            .iter()
            .flat_map(|chapter| folders(&exercises.join(chapter)))
            .collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let message = format!("there is no exercise `{id}`");
        Err(dangling(message, id, "there are", &known))
    }
}

fn dangling(message: String, name: &str, there_are: &str, known: &[&str]) -> Missing {
    let advice = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| match known {
        [] => "there are none yet".to_owned(),
        known => format!("{there_are}: {}", known.join(", ")),
    });
    Missing::Here(Problem::new(Code::DanglingId, message).help(advice))
}

/// The names of the folders in a folder, sorted; none if it cannot be read.
fn folders(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

/// The names of the patches in a folder, without their ending, sorted.
fn patches(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter_map(|name| Some(name.strip_suffix(".patch")?.to_owned()))
        .collect();
    names.sort();
    names
}
