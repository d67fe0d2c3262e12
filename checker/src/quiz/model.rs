//! What a quiz is, once its file has been read and found sound.

use simulator::trace::Trace;

use super::shuffle;
use crate::book::reference::Reference;

/// The quiz of a chapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiz {
    /// The id of its chapter.
    pub chapter: String,
    /// The title of its chapter.
    pub title: String,
    /// The questions, in order.
    pub questions: Vec<Question>,
}

/// One question. All its texts are Markdown, unless they say otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its id, in kebab-case, unique in the course. Progress is kept under it.
    pub id: String,
    /// What it has in common with other questions of the quiz.
    pub setting: Option<String>,
    /// What is asked.
    pub prompt: String,
    /// A run to be looked at.
    pub recording: Option<Recording>,
    /// What answers it.
    pub kind: Kind,
    /// What is shown after the answer: why it is so.
    pub explanation: String,
    /// A nudge, for whoever asks for it.
    pub hint: Option<String>,
    /// What it is about, in kebab-case.
    pub tags: Vec<String>,
}

/// What answers a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Some of the choices.
    Choice(Choices),
    /// A few words.
    Short(Short),
    /// What a program does.
    Program(Program),
}

/// The choices of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// How many are right, as far as the reader is told.
    pub right: Right,
    /// In which order they are shown.
    pub order: Order,
    /// The choices. In a fixed order, this one.
    pub all: Vec<Choice>,
}

/// How many choices are right, as far as the reader is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Exactly one.
    One,
    /// All that apply, however many those are.
    AllThatApply,
}

/// The order of choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Any.
    Shuffled,
    /// The one they are in.
    Fixed,
}

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it says.
    pub text: String,
    /// Whether it answers the question.
    pub truth: Truth,
}

/// Whether a choice answers its question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It does.
    Right,
    /// It does not.
    Wrong {
        /// What to tell somebody who chose it.
        why: String,
    },
}

/// An answer of a few words. They are compared without regard to case and spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Short {
    /// The answer, as it is shown. Plain text.
    pub answer: String,
    /// What is as right. Plain text.
    pub alternatives: Vec<String>,
    /// Wrong answers that can be expected, each with what to tell somebody who gives it.
    pub expected: Vec<(String, String)>,
}

/// A Rust program, and the question what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The program. Plain text.
    pub source: String,
    /// What it does.
    pub result: ProgramResult,
}

/// What a program does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramResult {
    /// It prints this. Plain text.
    Prints(String),
    /// It does not compile.
    DoesNotCompile,
}

/// A recorded run, and its picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Which one, as it is written: `exercise/scenario wrong=slug`.
    pub name: String,
    /// Its file, from the course's folder.
    pub file: String,
    /// What it means.
    pub reference: Reference,
    /// The diagram, a line each; none before [`load()`](super::load()) has read the file.
    pub diagram: Vec<String>,
    /// The run itself; likewise.
    pub trace: Option<Trace>,
}

impl Quiz {
    /// Its file, from the course's folder.
    pub fn file(&self) -> String {
        file(&self.chapter)
    }
}

/// The file of the quiz of the chapter with this id, from the course's folder.
pub fn file(chapter: &str) -> String {
    format!("exercises/{chapter}/quiz.toml")
}

impl Question {
    /// What the question asks and which answers are right, as a number in hexadecimal digits. It stays the same when
    /// spaces and line breaks change, or texts that are shown after the answer.
    pub fn stamp(&self) -> String {
        super::stamp::of(self)
    }
}

impl Choices {
    /// The choices in the order in which they are shown, given by `seed` where there is no fixed one.
    pub fn shown(&self, seed: u64) -> Vec<&Choice> {
        let mut shown: Vec<&Choice> = self.all.iter().collect();
        if self.order == Order::Shuffled {
            shuffle::shuffle(&mut shown, seed);
        }
        shown
    }
}

impl Choice {
    /// Whether it answers the question.
    pub fn is_right(&self) -> bool {
        self.truth == Truth::Right
    }
}
