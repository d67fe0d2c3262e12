//! What a reader typed, and whether it is right.

use std::collections::BTreeSet;

use super::model::{Choice, Choices, Kind, Program, ProgramResult, Right, Short, Truth};

/// What a line means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// An answer.
    Answer(Answer),
    /// The hint, please.
    Hint,
    /// Another time.
    Skip,
    /// Enough for now.
    Quit,
    /// Nothing that can be understood; what would be, in words.
    Unclear(String),
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// These choices, by their places from zero on.
    Chosen(BTreeSet<usize>),
    /// This text.
    Written(String),
}

/// Whether an answer was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Entirely.
    Right,
    /// Not, or not entirely.
    Wrong,
}

/// What there is to say about an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It is right.
    Right,
    /// It is not.
    Wrong {
        /// Choices that are wrong and were chosen: place, and what to say.
        chosen: Vec<(usize, String)>,
        /// Choices that are right and were not chosen.
        missed: Vec<usize>,
        /// What to say about a written answer, if it was expected.
        why: Option<String>,
    },
}

impl Judgement {
    /// In one word.
    pub fn verdict(&self) -> Verdict {
        match self {
            Judgement::Right => Verdict::Right,
            Judgement::Wrong { .. } => Verdict::Wrong,
        }
    }
}

/// What `line` means as an answer to a question of this kind.
pub fn understand(kind: &Kind, line: &str) -> Input {
    match line.trim().to_lowercase().as_str() {
        "" | "s" => return Input::Skip,
        "?" => return Input::Hint,
        "q" => return Input::Quit,
        _ => {}
    }
    match kind {
        Kind::Choice(choices) => choose(choices, line),
        Kind::Short(_) | Kind::Program(_) => Input::Answer(Answer::Written(line.trim().to_owned())),
    }
}

/// Whether this means something else than an answer.
pub fn is_command(line: &str) -> bool {
    matches!(line.trim().to_lowercase().as_str(), "" | "s" | "?" | "q")
}

fn choose(choices: &Choices, line: &str) -> Input {
    let count = choices.all.len();
    let mut chosen = BTreeSet::new();
    let words = line.split(|char: char| char.is_whitespace() || char == ',');
    for word in words.filter(|word| !word.is_empty()) {
        let number = word.trim_end_matches(['.', ')']).parse::<usize>();
        match number {
            Ok(number) if (1..=count).contains(&number) => {
                chosen.insert(number - 1);
            }
            _ => {
                return Input::Unclear(format!(
                    "`{}` is no choice. {}",
                    shown(word),
                    accepted(choices)
                ));
            }
        }
    }
    match (chosen.len(), choices.right) {
        (1, _) | (2.., Right::AllThatApply) => Input::Answer(Answer::Chosen(chosen)),
        (2.., Right::One) => Input::Unclear(format!("Only one is right. {}", accepted(choices))),
        (0, _) => Input::Unclear(accepted(choices)),
    }
}

/// What can be typed as an answer to a question with choices.
fn accepted(choices: &Choices) -> String {
    let count = choices.all.len();
    match choices.right {
        Right::One => format!("Write a number from 1 to {count}, or ?, s or q."),
        Right::AllThatApply => {
            format!("Write numbers from 1 to {count}, like `1 {count}`, or ?, s or q.")
        }
    }
}

/// Something a reader typed, short and harmless enough to be shown.
fn shown(word: &str) -> String {
    const LONGEST: usize = 20;
    let mut shown: String = word.chars().take(LONGEST).collect();
    if word.chars().count() > LONGEST {
        shown.push('…');
    }
    shown.escape_debug().to_string()
}

/// Judges an answer; `shown` are the choices in the order in which they were shown, none if there are none.
pub fn judge(kind: &Kind, shown: &[&Choice], answer: &Answer) -> Judgement {
    match (kind, answer) {
        (Kind::Choice(_), Answer::Chosen(chosen)) => judge_choices(shown, chosen),
        (Kind::Short(short), Answer::Written(text)) => judge_short(short, text),
        (Kind::Program(program), Answer::Written(text)) => judge_program(program, text),
        // No line is understood as an answer of the other sort.
        (Kind::Choice(_), Answer::Written(_)) | (_, Answer::Chosen(_)) => wrong(None),
    }
}

fn judge_choices(shown: &[&Choice], chosen: &BTreeSet<usize>) -> Judgement {
    let mut wrongly = Vec::new();
    let mut missed = Vec::new();
    for (place, choice) in shown.iter().enumerate() {
        match (&choice.truth, chosen.contains(&place)) {
            (Truth::Wrong { why }, true) => wrongly.push((place, why.clone())),
            (Truth::Right, false) => missed.push(place),
            _ => {}
        }
    }
    if wrongly.is_empty() && missed.is_empty() {
        return Judgement::Right;
    }
    Judgement::Wrong {
        chosen: wrongly,
        missed,
        why: None,
    }
}

fn judge_short(short: &Short, text: &str) -> Judgement {
    let given = clean(text);
    let mut right = short.alternatives.iter().chain([&short.answer]);
    if right.any(|right| clean(right) == given) {
        return Judgement::Right;
    }
    let why = short
        .expected
        .iter()
        .find(|(answer, _)| clean(answer) == given);
    wrong(why.map(|(_, why)| why.clone()))
}

fn judge_program(program: &Program, text: &str) -> Judgement {
    let right = match &program.result {
        ProgramResult::Prints(output) => clean(output) == clean(text),
        ProgramResult::DoesNotCompile => clean(text) == DOES_NOT_COMPILE,
    };
    match right {
        true => Judgement::Right,
        false => wrong(None),
    }
}

/// What to answer when a program does not compile.
pub const DOES_NOT_COMPILE: &str = "error";

fn wrong(why: Option<String>) -> Judgement {
    Judgement::Wrong {
        chosen: Vec::new(),
        missed: Vec::new(),
        why,
    }
}

/// What counts of a written answer: neither case nor spaces, nor quotes around it, nor a full stop at its end.
pub fn clean(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let text = words.join(" ");
    let text = text.strip_suffix('.').unwrap_or(&text);
    let quoted = ['"', '\'', '`'].into_iter().find_map(|quote| {
        let text = text.strip_prefix(quote)?.strip_suffix(quote)?;
        Some(text.trim().to_owned())
    });
    quoted.unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quiz::model::Order;

    fn choices(right: Right) -> Kind {
        let choice = |text: &str, truth| Choice {
            text: text.to_owned(),
            truth,
        };
        let why = || "no".to_owned();
        Kind::Choice(Choices {
            right,
            order: Order::Fixed,
            all: vec![
                choice("a", Truth::Right),
                choice("b", Truth::Wrong { why: why() }),
                choice("c", Truth::Right),
            ],
        })
    }

    fn chosen(places: &[usize]) -> Answer {
        Answer::Chosen(places.iter().copied().collect())
    }

    #[test]
    fn numbers_are_understood_however_they_are_parted() {
        let kind = choices(Right::AllThatApply);
        for line in ["1 3", "1,3", " 3 , 1 ", "3,,1,3", "1. 3.", "1) 3)"] {
            assert_eq!(
                understand(&kind, line),
                Input::Answer(chosen(&[0, 2])),
                "{line}"
            );
        }
    }

    #[test]
    fn what_is_no_answer_is_told() {
        let cases = [
            (
                Right::One,
                "4",
                "`4` is no choice. Write a number from 1 to 3, or ?, s or q.",
            ),
            (
                Right::One,
                "0",
                "`0` is no choice. Write a number from 1 to 3, or ?, s or q.",
            ),
            (
                Right::One,
                "-1",
                "`-1` is no choice. Write a number from 1 to 3, or ?, s or q.",
            ),
            (
                Right::One,
                "1 2",
                "Only one is right. Write a number from 1 to 3, or ?, s or q.",
            ),
            (Right::One, ",", "Write a number from 1 to 3, or ?, s or q."),
            (
                Right::AllThatApply,
                "1 two",
                "`two` is no choice. Write numbers from 1 to 3, like `1 3`, or ?, s or q.",
            ),
            (
                Right::One,
                "\u{1b}[31m99999999999999999999999",
                "`\\u{1b}[31m999999999999999…` is no choice. Write a number from 1 to 3, or ?, s or q.",
            ),
        ];
        for (right, line, told) in cases {
            let expected = Input::Unclear(told.to_owned());
            assert_eq!(understand(&choices(right), line), expected, "{line}");
        }
    }

    #[test]
    fn commands_are_the_same_for_every_kind() {
        let short = Kind::Short(Short {
            answer: "a".to_owned(),
            alternatives: Vec::new(),
            expected: Vec::new(),
        });
        for kind in [choices(Right::One), short] {
            for (line, input) in [
                ("", Input::Skip),
                (" S ", Input::Skip),
                ("?", Input::Hint),
                ("Q", Input::Quit),
            ] {
                assert_eq!(understand(&kind, line), input, "{line}");
                assert!(is_command(line));
            }
        }
    }

    #[test]
    fn all_that_apply_means_all_and_no_other() {
        let kind = choices(Right::AllThatApply);
        let Kind::Choice(all) = &kind else {
            unreachable!()
        };
        let shown = all.shown(0);
        assert_eq!(judge(&kind, &shown, &chosen(&[0, 2])), Judgement::Right);
        let told = judge(&kind, &shown, &chosen(&[0, 1]));
        let expected = Judgement::Wrong {
            chosen: vec![(1, "no".to_owned())],
            missed: vec![2],
            why: None,
        };
        assert_eq!(told, expected);
        assert_eq!(
            judge(&kind, &shown, &chosen(&[0])).verdict(),
            Verdict::Wrong
        );
    }

    #[test]
    fn words_count_and_their_dress_does_not() {
        let kind = Kind::Short(Short {
            answer: "Two phases".to_owned(),
            alternatives: vec!["2 phases".to_owned()],
            expected: vec![("one".to_owned(), "why".to_owned())],
        });
        let judge = |text: &str| judge(&kind, &[], &Answer::Written(text.to_owned()));
        for right in [
            "two phases",
            "  TWO   Phases.",
            "`2 phases`",
            "\"two phases\"",
        ] {
            assert_eq!(judge(right), Judgement::Right, "{right}");
        }
        assert_eq!(judge("One."), wrong(Some("why".to_owned())));
        assert_eq!(judge("phases two"), wrong(None));
    }

    #[test]
    fn programs_print_or_do_not_compile() {
        let program = |result| {
            Kind::Program(Program {
                source: String::new(),
                result,
            })
        };
        let judge = |kind: &Kind, text: &str| judge(kind, &[], &Answer::Written(text.to_owned()));
        let prints = program(ProgramResult::Prints("1\n2\n".to_owned()));
        assert_eq!(judge(&prints, "1 2"), Judgement::Right);
        assert_eq!(judge(&prints, "error"), wrong(None));
        let broken = program(ProgramResult::DoesNotCompile);
        assert_eq!(judge(&broken, "Error"), Judgement::Right);
    }
}
