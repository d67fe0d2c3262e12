//! The students' edition: the course without solutions, ready to be handed out.
//!
//! [`files()`] decides what is in it, from lists of what may be, never of what may not; [`put`] writes it. The same course
//! gives the same bytes: nothing of the time, the machine or the reader's own work is in them.

mod gather;
mod modules;
mod place;
mod workspace;

use std::collections::BTreeMap;

use crate::authoring::write::stub_of;
use crate::course::model::{Course, STUB_FILE};
use crate::error::{Error, Result};
use crate::problem::Problem;
use gather::Gatherer;

pub use place::put;

/// Contents by path, with `/` on every system.
pub type Files = BTreeMap<String, Vec<u8>>;

/// All files of the students' edition of a course.
///
/// # Errors
/// All files that cannot be read, or that are links; all solutions that make no stub.
pub fn files(course: &Course) -> Result<Files> {
    let mut gatherer = Gatherer::new(&course.root);
    for name in gather::FILES {
        gatherer.optional(name);
    }
    for name in gather::FOLDERS {
        gatherer.folder(name);
    }
    let mut problems: Vec<Problem> = Vec::new();
    for chapter in &course.chapters {
        gatherer.optional(&crate::quiz::model::file(&chapter.id));
        for exercise in &chapter.exercises {
            let folder = format!("exercises/{}/{}", exercise.chapter, exercise.id);
            let stub = match stub_of(course, exercise) {
                Ok(stub) => stub,
                Err(Error::Problems(found)) => {
                    problems.extend(found);
                    continue;
                }
                Err(error) => return Err(error),
            };
            gatherer.required(&format!("{folder}/Cargo.toml"));
            gatherer.required(&format!("{folder}/exercise.toml"));
            gatherer.required(&format!("{folder}/tests/grade.rs"));
            let library = format!("{folder}/src/lib.rs");
            gatherer.insert(&library, stub.clone());
            gatherer.insert(&format!("{folder}/{STUB_FILE}"), stub);
            modules::gather(&mut gatherer, &folder, &library);
            modules::gather(&mut gatherer, &folder, &format!("{folder}/tests/grade.rs"));
        }
    }
    gatherer.without_guide();
    let (mut files, found) = gatherer.finish();
    problems.extend(found);
    if problems.is_empty() {
        let root = &course.root;
        problems.extend(
            workspace::rewrite(root, course, &mut files)
                .err()
                .into_iter()
                .flatten(),
        );
    }
    if problems.is_empty() {
        return Ok(files);
    }
    problems.sort_by_key(Problem::key);
    Err(problems.into())
}
