//! Questions as cards for Anki: a text file that its import understands.
//!
//! The lines that begin with `#` are described in the Anki manual, "Importing text files", "File headers". A card keeps its
//! identifier, so that importing again changes cards and does not add them a second time.

use super::grade::DOES_NOT_COMPILE;
use super::markup::{LineBreak, block, code, escape, inline};
use super::model::{Choice, Kind, ProgramResult, Question, Quiz, Right, Truth};
use super::stamp;

const BREAK: LineBreak = LineBreak::Element;

const HEADER: &str = "\
#separator:tab
#html:true
#notetype:Basic
#deck:Faultline
#guid column:1
#tags column:4
";

/// The file: a line a question, with identifier, front, back and tags.
pub fn export(quizzes: &[&Quiz]) -> String {
    let mut file = HEADER.to_owned();
    for quiz in quizzes {
        for question in &quiz.questions {
            let fields = [
                format!("faultline-{}", question.id),
                front(question),
                back(question),
                tags(quiz, question),
            ];
            file.push_str(&fields.join("\t"));
            file.push('\n');
        }
    }
    file
}

fn shown(question: &Question) -> Vec<&Choice> {
    match &question.kind {
        Kind::Choice(choices) => choices.shown(stamp::number(&question.id)),
        Kind::Short(_) | Kind::Program(_) => Vec::new(),
    }
}

fn front(question: &Question) -> String {
    let mut front = String::new();
    if let Some(setting) = &question.setting {
        front.push_str(&block(setting, BREAK));
    }
    front.push_str(&block(&question.prompt, BREAK));
    if let Some(recording) = &question.recording {
        front.push_str(&code(&recording.diagram.join("\n"), BREAK));
    }
    match &question.kind {
        Kind::Choice(choices) => {
            if choices.right == Right::AllThatApply {
                front.push_str("<p>Choose all that apply.</p>");
            }
            let items = shown(question)
                .into_iter()
                .map(|choice| format!("<li>{}</li>", inline(&choice.text, BREAK)));
            front.push_str(&format!("<ol>{}</ol>", items.collect::<String>()));
        }
        Kind::Short(_) => {}
        Kind::Program(program) => front.push_str(&code(&program.source, BREAK)),
    }
    front
}

fn back(question: &Question) -> String {
    let mut back = match &question.kind {
        Kind::Choice(_) => choices(&shown(question)),
        Kind::Short(short) => format!("<p><b>{}</b></p>", escape(&short.answer)),
        Kind::Program(program) => match &program.result {
            ProgramResult::Prints(output) => code(output, BREAK),
            ProgramResult::DoesNotCompile => format!("<p><b>{DOES_NOT_COMPILE}</b></p>"),
        },
    };
    back.push_str(&block(&question.explanation, BREAK));
    back
}

fn choices(shown: &[&Choice]) -> String {
    let right = shown
        .iter()
        .enumerate()
        .filter(|(_, choice)| choice.is_right())
        .map(|(place, choice)| {
            let text = inline(&choice.text, BREAK);
            format!("<p><b>{}. {text}</b></p>", place + 1)
        });
    let wrong = shown
        .iter()
        .enumerate()
        .filter_map(|(place, choice)| match &choice.truth {
            Truth::Right => None,
            Truth::Wrong { why } => {
                Some(format!("<p>Not {}: {}</p>", place + 1, inline(why, BREAK)))
            }
        });
    right.chain(wrong).collect()
}

fn tags(quiz: &Quiz, question: &Question) -> String {
    let mut tags = vec!["faultline", &quiz.chapter];
    tags.extend(question.tags.iter().map(String::as_str));
    tags.join(" ")
}
