//! The quizzes of the chapters that the exercises belong to.

use super::check::{Line, holds, line};
use crate::course::model::{Course, Exercise};
use crate::problem::Problem;
use crate::quiz;
use crate::text::count;

/// One line for each chapter of these exercises that has a quiz.
pub fn check(course: &Course, exercises: &[&Exercise]) -> Vec<Line> {
    let loaded = quiz::load(course);
    let mut lines = Vec::new();
    let chapters = course.chapters.iter().filter(|chapter| {
        exercises
            .iter()
            .any(|exercise| exercise.chapter == chapter.id)
    });
    for chapter in chapters {
        if let Some(problems) = loaded.broken.get(&chapter.id) {
            let reasons = problems.iter().map(Problem::to_string).collect();
            lines.push(line(&*chapter.id, reasons, ""));
        }
        if let Some(quiz) = loaded
            .quizzes
            .iter()
            .find(|quiz| quiz.chapter == chapter.id)
        {
            let questions = count(quiz.questions.len() as u64, "question");
            lines.push(holds(&*chapter.id, questions));
        }
    }
    lines
}
