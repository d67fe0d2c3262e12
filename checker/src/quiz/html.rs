//! A quiz as a part of a page.
//!
//! It works without a script: the answer to each question stands below it, closed. [`SCRIPT`] adds a button that checks
//! what was chosen and tells about each choice; [`STYLE`] makes both legible in light and dark.

use super::grade::{DOES_NOT_COMPILE, clean};
use super::markup::{LineBreak, block, code, escape, inline};
use super::model::{Choice, Choices, Kind, ProgramResult, Question, Quiz, Right, Short, Truth};
use super::stamp;
use crate::picture::{Caption, figure};

/// The script for pages with quizzes. It needs nothing else, and nothing from the network.
pub const SCRIPT: &str = include_str!("quiz.js");

/// The style sheet for pages with quizzes. It uses the colours of mdBook's themes where there are such.
pub const STYLE: &str = include_str!("quiz.css");

const BREAK: LineBreak = LineBreak::Reference;

/// The quiz as HTML that may stand in a Markdown page: it holds no empty line. Recorded runs need the picture's player
/// and style on the page.
pub fn html(quiz: &Quiz) -> String {
    let mut page = format!(
        "<section class=\"quiz\" data-chapter=\"{}\">\n",
        escape(&quiz.chapter)
    );
    for (index, question) in quiz.questions.iter().enumerate() {
        page.push_str(&self::question(question, index + 1, quiz.questions.len()));
    }
    page.push_str("</section>\n");
    page
}

fn question(question: &Question, number: usize, of: usize) -> String {
    let id = format!("quiz-{}", escape(&question.id));
    let mut lines = vec![
        format!("<div class=\"quiz-question\" id=\"{id}\">"),
        "<fieldset>".to_owned(),
        format!("<legend>Question {number} of {of}</legend>"),
    ];
    if let Some(setting) = &question.setting {
        lines.push(block(setting, BREAK));
    }
    lines.push(block(&question.prompt, BREAK));
    if let Some(trace) = question
        .recording
        .as_ref()
        .and_then(|recording| recording.trace.as_ref())
    {
        let caption = Caption {
            id: &id,
            title: "The run",
        };
        lines.push(figure(trace, &caption).trim_end().to_owned());
    }
    match &question.kind {
        Kind::Choice(choices) => {
            // The order of a printed page must not change with every build, nor give the answer away.
            let shown = choices.shown(stamp::number(&question.id));
            lines.push(self::choices(choices, &shown, &id));
            lines.push("</fieldset>".to_owned());
            lines.extend(hint(question));
            lines.push(answer(question, &right_choices(&shown), &whys(&shown)));
        }
        Kind::Short(short) => {
            let right = short.alternatives.iter().chain([&short.answer]);
            lines.push(field(&id, right.map(String::as_str), &short.expected));
            lines.push("</fieldset>".to_owned());
            lines.extend(hint(question));
            let right = format!("<p><strong>Right:</strong> {}</p>", escape(&short.answer));
            lines.push(answer(question, &right, &expected(short)));
        }
        Kind::Program(program) => {
            lines.push(code(&program.source, BREAK));
            let (right, shown) = match &program.result {
                ProgramResult::Prints(output) => {
                    let shown = format!("<p>It prints:</p>{}", code(output, BREAK));
                    (output.as_str(), shown)
                }
                ProgramResult::DoesNotCompile => {
                    (DOES_NOT_COMPILE, "<p>It does not compile.</p>".to_owned())
                }
            };
            lines.push(field(&id, [right].into_iter(), &[]));
            lines.push("</fieldset>".to_owned());
            lines.extend(hint(question));
            lines.push(answer(question, &shown, ""));
        }
    }
    lines.push("</div>".to_owned());
    lines.join("\n") + "\n"
}

fn choices(choices: &Choices, shown: &[&Choice], id: &str) -> String {
    let (kind, several) = match choices.right {
        Right::One => ("radio", ""),
        Right::AllThatApply => (
            "checkbox",
            "<p class=\"quiz-several\">Choose all that apply.</p>",
        ),
    };
    let mut lines = vec![format!("{several}<ol class=\"quiz-choices\">")];
    for (place, choice) in shown.iter().enumerate() {
        let right = if choice.is_right() { "yes" } else { "no" };
        lines.push(format!(
            "<li><label><input type=\"{kind}\" name=\"{id}\" data-place=\"{place}\" data-right=\"{right}\"> \
             <span>{}</span></label></li>",
            inline(&choice.text, BREAK)
        ));
    }
    lines.push("</ol>".to_owned());
    lines.join("\n")
}

/// A line to write an answer into. The script compares cleaned texts.
fn field<'a>(
    id: &str,
    right: impl Iterator<Item = &'a str>,
    expected: &[(String, String)],
) -> String {
    let right: Vec<String> = right.map(clean).collect();
    let expected: Vec<String> = expected.iter().map(|(answer, _)| clean(answer)).collect();
    let json = |texts: &[String]| escape(&serde_json::Value::from(texts.to_vec()).to_string());
    format!(
        "<p><label>Answer: <input type=\"text\" id=\"{id}-answer\" autocomplete=\"off\" autocapitalize=\"off\" \
         spellcheck=\"false\" data-right=\"{}\" data-expected=\"{}\"></label></p>",
        json(&right),
        json(&expected)
    )
}

fn hint(question: &Question) -> Option<String> {
    let hint = block(question.hint.as_deref()?, BREAK);
    Some(format!(
        "<details class=\"quiz-hint\"><summary>Hint</summary>{hint}</details>"
    ))
}

fn answer(question: &Question, right: &str, whys: &str) -> String {
    format!(
        "<details class=\"quiz-answer\"><summary>Answer</summary>{right}{whys}{}</details>",
        block(&question.explanation, BREAK)
    )
}

fn right_choices(shown: &[&Choice]) -> String {
    let right = shown
        .iter()
        .enumerate()
        .filter(|(_, choice)| choice.is_right())
        .map(|(place, choice)| {
            let text = inline(&choice.text, BREAK);
            format!("<p><strong>{} is right:</strong> {text}</p>", place + 1)
        });
    right.collect()
}

fn whys(shown: &[&Choice]) -> String {
    let whys = shown
        .iter()
        .enumerate()
        .filter_map(|(place, choice)| match &choice.truth {
            Truth::Right => None,
            Truth::Wrong { why } => Some(format!(
                "<li data-place=\"{place}\"><strong>{} is wrong:</strong> {}</li>",
                place + 1,
                inline(why, BREAK)
            )),
        });
    listed(whys.collect())
}

fn expected(short: &Short) -> String {
    let whys = short.expected.iter().enumerate();
    let whys = whys.map(|(place, (answer, why))| {
        format!(
            "<li data-place=\"{place}\"><strong>Not {}:</strong> {}</li>",
            escape(answer),
            inline(why, BREAK)
        )
    });
    listed(whys.collect())
}

fn listed(items: String) -> String {
    match items.is_empty() {
        true => items,
        false => format!("<ul class=\"quiz-whys\">{items}</ul>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quiz::parse;
    use crate::source::Source;

    fn quiz(text: &str) -> Quiz {
        let draft = parse(&Source::new("quiz.toml", text)).unwrap();
        Quiz {
            chapter: "basics".to_owned(),
            title: "Basics".to_owned(),
            questions: draft
                .questions
                .into_iter()
                .map(|drafted| drafted.question)
                .collect(),
        }
    }

    const QUIZ: &str = include_str!("../../tests/fixtures/quiz/every-kind.toml");

    #[test]
    fn every_kind_of_question() {
        insta::assert_snapshot!("html", html(&quiz(QUIZ)));
    }

    #[test]
    fn it_can_stand_in_markdown() {
        let page = html(&quiz(QUIZ));
        assert!(page.lines().all(|line| line.starts_with('<')), "{page}");
    }

    #[test]
    fn tags_are_closed_in_the_order_in_which_they_are_opened() {
        let page = html(&quiz(QUIZ));
        let mut open: Vec<&str> = Vec::new();
        for tag in page.split('<').skip(1) {
            let name = tag.split([' ', '>']).next().unwrap();
            match name.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name), "{tag}"),
                None if name == "input" => {}
                None => open.push(name),
            }
        }
        assert_eq!(open, [""; 0]);
    }

    #[test]
    fn what_an_author_writes_is_shown_and_not_carried_out() {
        let evil = "<script>alert(1)</script>\\\"'{{#include x}}";
        let text = format!(
            "[[questions]]\nid = \"a\"\ntype = \"MultipleChoice\"\nprompt.prompt = \"{evil}\"\n\
             prompt.distractors = [\"{evil} 1\"]\nanswer.answer = \"{evil} 2\"\ncontext = \"{evil}\"\nhint = \"{evil}\"\n\
             tags = [\"t\"]\nwhy = [\"{evil}\"]\n\n[[questions]]\nid = \"b\"\ntype = \"ShortAnswer\"\n\
             prompt.prompt = \"p\"\nanswer.answer = \"{evil}\"\ncontext = \"c\"\ntags = [\"t\"]\n\
             why = {{ \"{evil} 3\" = \"{evil}\" }}\n"
        );
        let page = html(&quiz(&text));
        assert!(!page.contains("<script") && !page.contains("{{#"), "{page}");
    }
}
