//! `quiz.toml`: the format of mdbook-quiz 0.5, and our own keys `hint`, `tags`, `why` and `trace`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::form::{
    self, ANSWER_INDEX, CHOICE_ANSWER, CHOICE_PROMPT, LINE_NUMBER, QUESTION, QUIZ, RESPONSES,
    SHORT_ANSWER, SHORT_PROMPT, TRACING_ANSWER, TRACING_PROMPT,
};
use super::grade::{clean, is_command};
use super::model::{
    Choice, Choices, Kind, Order, Program, ProgramResult, Question, Recording, Right, Short, Truth,
};
use super::trace;
use super::width::{check_code, check_widths};
use crate::course::id::check_id;
use crate::course::table::{At, Keys, OneOrSeveral, Reader, Table};
use crate::course::unique::check_unique;
use crate::problem::{Code, Problem, did_you_mean};
use crate::source::Source;

/// A quiz file as it stands; the files that it names have not been looked for yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The questions, in order.
    pub questions: Vec<Drafted>,
}

/// A question and the places that other files may contradict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drafted {
    /// The question; the diagram of its recording is still empty.
    pub question: Question,
    /// Where its id stands.
    pub id: Range<usize>,
    /// Where its recording is named.
    pub trace: Option<Range<usize>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    MultipleChoice,
    ShortAnswer,
    Tracing,
}

const TYPES: [(&str, Type); 3] = [
    (form::CHOICE, Type::MultipleChoice),
    (form::SHORT, Type::ShortAnswer),
    (form::TRACING, Type::Tracing),
];

/// Reads `quiz.toml`.
///
/// # Errors
/// All problems that can be seen without looking into other files.
pub fn parse(source: &Source) -> Result<Draft, Vec<Problem>> {
    Reader::parse(source, Keys::Of(&QUIZ), |top| {
        let settings = settings(top);
        let questions = top.tables("questions", "[[questions]]", Keys::Of(&QUESTION), |table| {
            question(table, &settings)
        });
        if !top.has("questions") {
            let problem = Problem::new(Code::MissingKey, "the quiz has no question");
            let advice = "add a [[questions]] with `type`, `id`, `prompt`, `answer` and `context`";
            top.report(problem.in_file(&*source.name).help(advice));
        }
        check_unique(
            top,
            questions
                .iter()
                .map(|drafted| (drafted.question.id.as_str(), &drafted.id)),
            |id| format!("a second question is called `{id}`"),
            UNIQUE,
        );
        Some(Draft { questions })
    })
}

/// What to do about an id that is taken.
pub const UNIQUE: &str =
    "give the newer one another id: progress is kept under it, so ids are unique in the course";

fn settings(top: &Table) -> BTreeMap<String, String> {
    let mut settings = BTreeMap::new();
    top.table("multipart", "[multipart]", Keys::Any, |table| {
        table.each_text(|(key, _), text| {
            check_widths(table, &text);
            settings.insert(key, text.0);
        });
        Some(())
    });
    settings
}

fn question(table: &Table, settings: &BTreeMap<String, String>) -> Option<Drafted> {
    let id = table
        .text("id")
        .and_then(|id| check_id(table, "a question", id));
    let of_type = of_type(table);
    let setting = setting(table, settings);
    let context = table.text("context");
    let hint = table.optional_text("hint");
    for text in context.iter().chain(&hint) {
        check_widths(table, text);
    }
    let tags = tags(table);
    let trace = recording(table);
    table.optional_flag("promptExplanation");
    let (prompt, kind) = match of_type? {
        Type::MultipleChoice => multiple_choice(table),
        Type::ShortAnswer => short_answer(table),
        Type::Tracing => tracing(table),
    }?;
    let (id, id_span) = id?;
    let (recording, trace) = trace?.unzip();
    Some(Drafted {
        question: Question {
            id,
            setting: setting?,
            prompt,
            recording,
            kind,
            explanation: context?.0,
            hint: hint.map(|(hint, _)| hint),
            tags: tags?,
        },
        id: id_span,
        trace,
    })
}

fn of_type(table: &Table) -> Option<Type> {
    let (written, span) = table.text("type")?;
    let known = TYPES.iter().find(|(name, _)| *name == written);
    if known.is_none() {
        let message = format!("unknown type `{}`", written.escape_debug());
        let advice = did_you_mean(&written, TYPES.map(|(name, _)| name))
            .unwrap_or_else(|| "write `MultipleChoice`, `ShortAnswer` or `Tracing`".to_owned());
        let problem = Problem::new(Code::BadValue, message);
        table.report(problem.at(table.source(), span, "").help(advice));
    }
    known.map(|(_, of_type)| *of_type)
}

/// `None` after a complaint, `Some(None)` where there is none.
fn setting(table: &Table, settings: &BTreeMap<String, String>) -> Option<Option<String>> {
    if !table.has("multipart") {
        return Some(None);
    }
    let (key, span) = table.text("multipart")?;
    let setting = settings.get(&key);
    if setting.is_none() {
        let message = format!("[multipart] has no `{}`", key.escape_debug());
        let advice = did_you_mean(&key, settings.keys().map(String::as_str)).unwrap_or_else(|| {
            format!("write what the questions have in common under `{key}` there")
        });
        let problem = Problem::new(Code::DanglingId, message);
        table.report(problem.at(table.source(), span, "").help(advice));
    }
    Some(Some(setting?.clone()))
}

fn tags(table: &Table) -> Option<Vec<String>> {
    let tags = table.texts("tags")?;
    if tags.is_empty() {
        let problem = Problem::new(Code::EmptyText, "`tags` is empty");
        let advice =
            "say what the question is about, like [\"quorums\"]: weak spots are told by tags";
        table.report(problem.at(table.source(), table.span(), "").help(advice));
    }
    let tags = tags
        .into_iter()
        .filter_map(|tag| check_id(table, "a tag", tag));
    Some(tags.map(|(tag, _)| tag).collect())
}

/// `None` after a complaint, `Some(None)` where there is none.
fn recording(table: &Table) -> Option<Option<(Recording, Range<usize>)>> {
    if !table.has("trace") {
        return Some(None);
    }
    let (name, span) = table.text("trace")?;
    let recording = trace::recording(&name);
    if recording.is_none() {
        let message = format!("`{}` does not name a recorded run", name.escape_debug());
        let advice = "write `exercise/scenario wrong=slug`, or without `wrong=` for the solution";
        let problem = Problem::new(Code::BadValue, message);
        table.report(problem.at(table.source(), span.clone(), "").help(advice));
    }
    Some(Some((recording?, span)))
}

const PROMPT: &str = "write `prompt.prompt = …`";
const ANSWER: &str = "write `answer.answer = …`";

fn multiple_choice(table: &Table) -> Option<(String, Kind)> {
    let prompt = table.required_table(
        "prompt",
        "`prompt`",
        PROMPT,
        Keys::Of(&CHOICE_PROMPT),
        |prompt| {
            let text = prompt.text("prompt");
            let distractors = prompt.texts("distractors");
            let place = prompt.optional_number("answerIndex", ANSWER_INDEX);
            let sorted = prompt.optional_flag("sortAnswers");
            if let (Some(_), Some((true, span))) = (&place, &sorted) {
                let problem =
                    Problem::new(Code::BadValue, "`sortAnswers` contradicts `answerIndex`");
                prompt.report(
                    problem
                        .at(prompt.source(), span.clone(), "")
                        .help("remove one of them"),
                );
            }
            Some((
                text?,
                distractors?,
                place,
                sorted.is_some_and(|(sorted, _)| sorted),
            ))
        },
    );
    let answer = table.required_table(
        "answer",
        "`answer`",
        ANSWER,
        Keys::Of(&CHOICE_ANSWER),
        |answer| answer.one_or_several("answer"),
    );
    let (text, distractors, place, sorted) = prompt?;
    check_widths(table, &text);
    let (right, answers) = match answer? {
        OneOrSeveral::One(answer) => (Right::One, vec![answer]),
        OneOrSeveral::Several(answers, span) => {
            if answers.is_empty() {
                let problem = Problem::new(Code::EmptyText, "no answer is right");
                let advice = "write each right answer into the list";
                table.report(problem.at(table.source(), span, "").help(advice));
            }
            (Right::AllThatApply, answers)
        }
    };
    check_choices(table, &answers, &distractors);
    let feedback = feedback(table, &distractors);
    if let Some((place, span)) = &place
        && *place > distractors.len() as u64
    {
        let message = "`answerIndex` is beyond the last choice";
        let advice = format!("write a whole number from 0 to {}", distractors.len());
        let problem = Problem::new(Code::BadValue, message);
        table.report(problem.at(table.source(), span.clone(), "").help(advice));
    }
    let right_ones = answers.into_iter().map(|(text, _)| Choice {
        text,
        truth: Truth::Right,
    });
    let wrong = distractors.into_iter().zip(feedback?);
    let mut all: Vec<Choice> = wrong
        .map(|((text, _), why)| Choice {
            text,
            truth: Truth::Wrong { why },
        })
        .collect();
    let index = place.as_ref().map_or(0, |(place, _)| *place as usize);
    let index = index.min(all.len());
    all.splice(index..index, right_ones);
    if sorted {
        all.sort_by(|a, b| a.text.cmp(&b.text));
    }
    let order = if sorted || place.is_some() {
        Order::Fixed
    } else {
        Order::Shuffled
    };
    Some((text.0, Kind::Choice(Choices { right, order, all })))
}

/// There are two choices at least, each says something, and none stands there twice.
fn check_choices(table: &Table, answers: &[At<String>], distractors: &[At<String>]) {
    if answers.len() + distractors.len() < 2 {
        let problem = Problem::new(Code::FewChoices, "the question has fewer choices than two");
        let advice = "add beliefs that somebody really holds to `prompt.distractors`";
        table.report(problem.at(table.source(), table.span(), "").help(advice));
    }
    let mut first: BTreeMap<String, (usize, Range<usize>)> = BTreeMap::new();
    let all = answers.iter().chain(distractors);
    for (index, (text, span)) in all.enumerate() {
        check_widths(table, &(text.clone(), span.clone()));
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() {
            let problem = Problem::new(Code::EmptyText, "a choice is empty");
            table.report(
                problem
                    .at(table.source(), span.clone(), "")
                    .help("write what it says"),
            );
            continue;
        }
        let Some((other, place)) = first.get(&words.join(" ")) else {
            first.insert(words.join(" "), (index, span.clone()));
            continue;
        };
        let message = if *other < answers.len() && index >= answers.len() {
            "a choice is right and wrong at once"
        } else {
            "a choice stands there twice"
        };
        let line = table.source().position(place.start).0;
        let problem = Problem::new(Code::DuplicateChoice, message).at(
            table.source(),
            span.clone(),
            format!("also in line {line}"),
        );
        table.report(problem.help("remove one of them, or say something else"));
    }
}

/// What to tell about each distractor, in their order. `None` after a complaint.
fn feedback(table: &Table, distractors: &[At<String>]) -> Option<Vec<String>> {
    if !table.has("why") {
        let problem = Problem::new(Code::Feedback, "the question has no `why`");
        let advice =
            "add `why = […]`: for each distractor, in their order, what to tell who chose it";
        table.report(problem.at(table.source(), table.span(), "").help(advice));
        return None;
    }
    if table.has_table("why") {
        return feedback_by_text(table, distractors);
    }
    let whys = table.texts("why")?;
    check_feedback(table, &whys);
    if whys.len() == distractors.len() {
        return Some(whys.into_iter().map(|(why, _)| why).collect());
    }
    let message = format!("`why` has {} of {} texts", whys.len(), distractors.len());
    // What is beyond the distractors, or else the last text, before which or after which one is missing.
    let place = whys.get(distractors.len()).or(whys.last());
    let place = place.map_or(table.span(), |(_, span)| span.clone());
    let problem = Problem::new(Code::Feedback, message).at(table.source(), place, "");
    table.report(problem.help("write one for each distractor, in their order"));
    None
}

fn feedback_by_text(table: &Table, distractors: &[At<String>]) -> Option<Vec<String>> {
    let mut whys: BTreeMap<String, String> = BTreeMap::new();
    table.table("why", "`why`", Keys::Any, |table| {
        table.each_text(|(key, place), why| {
            check_feedback(table, std::slice::from_ref(&why));
            if distractors.iter().all(|(text, _)| *text != key) {
                let message = format!("no wrong choice says `{}`", key.escape_debug());
                let known = distractors.iter().map(|(text, _)| text.as_str());
                let advice = did_you_mean(&key, known)
                    .unwrap_or_else(|| "copy the text of a distractor".to_owned());
                let problem = Problem::new(Code::Feedback, message);
                table.report(problem.at(table.source(), place, "").help(advice));
            }
            whys.insert(key, why.0);
        });
        Some(())
    });
    let mut found = Vec::new();
    for (text, span) in distractors {
        match whys.get(text) {
            Some(why) => found.push(why.clone()),
            None => {
                let problem = Problem::new(Code::Feedback, "this choice has no feedback in `why`");
                let advice = "say what is wrong with it under its text";
                table.report(problem.at(table.source(), span.clone(), "").help(advice));
            }
        }
    }
    (found.len() == distractors.len()).then_some(found)
}

fn check_feedback(table: &Table, whys: &[At<String>]) {
    for (why, span) in whys {
        check_widths(table, &(why.clone(), span.clone()));
        if why.trim().is_empty() {
            let problem = Problem::new(Code::EmptyText, "a text of `why` is empty");
            let advice = "say what is wrong with the choice";
            table.report(problem.at(table.source(), span.clone(), "").help(advice));
        }
    }
}

fn short_answer(table: &Table) -> Option<(String, Kind)> {
    let keys = Keys::Of(&SHORT_PROMPT);
    let prompt = table.required_table("prompt", "`prompt`", PROMPT, keys, |prompt| {
        let text = prompt.text("prompt");
        if let Some((response, span)) = prompt.optional_text("response")
            && !RESPONSES.contains(&response.as_str())
        {
            let problem = Problem::new(Code::BadValue, "unknown `response`");
            let advice = "write `short`, `long` or `code`";
            prompt.report(problem.at(prompt.source(), span, "").help(advice));
        }
        text
    });
    let keys = Keys::Of(&SHORT_ANSWER);
    let answers = table.required_table("answer", "`answer`", ANSWER, keys, |answer| {
        let right = answer.text("answer");
        let alternatives = match answer.has("alternatives") {
            true => answer.texts("alternatives"),
            false => Some(Vec::new()),
        };
        let all: Vec<&At<String>> = right.iter().chain(alternatives.iter().flatten()).collect();
        check_answers(answer, &all);
        Some((right?.0, alternatives?))
    });
    let (text, (answer, alternatives)) = (prompt?, answers?);
    check_widths(table, &text);
    let alternatives: Vec<String> = alternatives.into_iter().map(|(text, _)| text).collect();
    let expected = expected(table, &answer, &alternatives);
    let kind = Kind::Short(Short {
        answer,
        alternatives,
        expected,
    });
    Some((text.0, kind))
}

/// Each can be typed, and none is the same as another.
fn check_answers(table: &Table, answers: &[&At<String>]) {
    for (index, (text, span)) in answers.iter().enumerate() {
        let report = |code, message: &str, advice: &str| {
            let problem = Problem::new(code, message);
            table.report(problem.at(table.source(), span.clone(), "").help(advice));
        };
        if clean(text).is_empty() {
            report(Code::EmptyText, "an answer is empty", "write what to type");
        } else if is_command(text) {
            let advice = "ask for something else: this is how one asks for a hint, skips or quits";
            report(Code::BadValue, "the answer cannot be typed", advice);
        } else if answers[..index]
            .iter()
            .any(|(other, _)| clean(other) == clean(text))
        {
            let advice = "remove it: case, spaces, quotes and a full stop at the end do not count";
            report(
                Code::DuplicateChoice,
                "the same answer stands there before",
                advice,
            );
        }
    }
}

/// Wrong answers that can be expected, and what to tell about them.
fn expected(table: &Table, answer: &str, alternatives: &[String]) -> Vec<(String, String)> {
    let mut expected = Vec::new();
    table.table(
        "why",
        "`why`, of wrong answers: { \"wrong answer\" = \"what is wrong with it\" }",
        Keys::Any,
        |table| {
            table.each_text(|(key, place), why| {
                check_feedback(table, std::slice::from_ref(&why));
                let mut right = alternatives.iter().map(String::as_str).chain([answer]);
                if right.any(|right| clean(right) == clean(&key)) {
                    let problem = Problem::new(Code::Feedback, "this answer is right");
                    let advice = "write it under a wrong answer that somebody may give";
                    table.report(problem.at(table.source(), place, "").help(advice));
                }
                expected.push((key, why.0));
            });
            Some(())
        },
    );
    expected
}

/// What is asked of a program. mdbook-quiz asks the same, without letting authors say it in other words.
const TRACING: &str = "What does this program print? If it does not compile, answer `error`.";

fn tracing(table: &Table) -> Option<(String, Kind)> {
    if table.has("why") {
        let problem = Problem::new(Code::Feedback, "nothing can be chosen here");
        let advice = "remove `why`, and explain in `context`";
        table.report(problem.at(table.source(), table.span(), "").help(advice));
    }
    let keys = Keys::Of(&TRACING_PROMPT);
    let what = "write `prompt.program = …`";
    let program = table.required_table("prompt", "`prompt`", what, keys, |prompt| {
        let program = prompt.text("program");
        if let Some((text, span)) = &program {
            check_code(prompt, text.lines(), span);
        }
        program
    });
    let keys = Keys::Of(&TRACING_ANSWER);
    let what = "write `answer.doesCompile = …`, and `answer.stdout = …` if it does";
    let result = table.required_table("answer", "`answer`", what, keys, |answer| {
        answer.optional_number("lineNumber", LINE_NUMBER);
        let (compiles, span) = answer.required_flag("doesCompile")?;
        if compiles {
            return answer
                .text("stdout")
                .map(|(text, _)| ProgramResult::Prints(text));
        }
        if answer.has("stdout") {
            let problem = Problem::new(Code::BadValue, "what does not compile prints nothing");
            let advice = "remove `stdout`, or write `doesCompile = true`";
            answer.report(problem.at(answer.source(), span, "").help(advice));
        }
        Some(ProgramResult::DoesNotCompile)
    });
    let program = Program {
        source: program?.0,
        result: result?,
    };
    Some((TRACING.to_owned(), Kind::Program(program)))
}
