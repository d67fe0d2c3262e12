//! Which questions are asked today.

use super::model::{Question, Quiz};
use super::schedule::{Standing, standing};
use crate::progress::{Day, Progress};

/// Which questions are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Those that are open: new, changed or due.
    Open,
    /// Those that are due.
    Due,
    /// All.
    All,
}

/// A question to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked<'q> {
    /// Its quiz.
    pub quiz: &'q Quiz,
    /// The question.
    pub question: &'q Question,
    /// Where it stands with the reader.
    pub standing: Standing,
}

/// The questions to be asked, in the order of the course; what is due comes in the order in which it became so.
pub fn select<'q>(
    quizzes: &[&'q Quiz],
    progress: &Progress,
    wanted: Wanted,
    today: Day,
) -> Vec<Asked<'q>> {
    let all = all(quizzes, progress, today);
    let mut asked: Vec<Asked> = all
        .filter(|asked| match wanted {
            Wanted::All => true,
            Wanted::Due => asked.standing == Standing::Due,
            Wanted::Open => asked.standing != Standing::Rests,
        })
        .collect();
    if wanted == Wanted::Due {
        asked.sort_by_key(|asked| progress.quiz.get(&asked.question.id).map(|card| card.due));
    }
    asked
}

fn all<'q>(
    quizzes: &[&'q Quiz],
    progress: &Progress,
    today: Day,
) -> impl Iterator<Item = Asked<'q>> {
    let questions = quizzes
        .iter()
        .flat_map(|quiz| quiz.questions.iter().map(|question| (*quiz, question)));
    questions.map(move |(quiz, question)| Asked {
        quiz,
        question,
        standing: standing(question, progress.quiz.get(&question.id), today),
    })
}

/// How many questions come back on which day, soonest first; what is overdue comes back today.
pub fn comes_back(quizzes: &[&Quiz], progress: &Progress, today: Day) -> Vec<(Day, usize)> {
    let mut days = std::collections::BTreeMap::new();
    for asked in all(quizzes, progress, today) {
        if let (Standing::Due | Standing::Rests, Some(card)) =
            (asked.standing, progress.quiz.get(&asked.question.id))
        {
            *days.entry(card.due.max(today)).or_default() += 1;
        }
    }
    days.into_iter().collect()
}

/// How many questions of the course are due.
pub fn due(quizzes: &[&Quiz], progress: &Progress, today: Day) -> usize {
    select(quizzes, progress, Wanted::Due, today).len()
}
