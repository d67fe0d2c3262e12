//! What `quiz.toml` may hold: the keys of mdbook-quiz 0.5, and our own.

use std::ops::RangeInclusive;

use crate::course::form::{Form, ID, Value, optional, required};

/// The type of a question with choices.
pub const CHOICE: &str = "MultipleChoice";
/// The type of a question that a few words answer.
pub const SHORT: &str = "ShortAnswer";
/// The type of a question on what a program does.
pub const TRACING: &str = "Tracing";

/// Where the right choice may stand.
pub const ANSWER_INDEX: RangeInclusive<u64> = 0..=1_000;
/// Where a program may fail to compile.
pub const LINE_NUMBER: RangeInclusive<u64> = 1..=10_000;
/// How large a field mdbook-quiz shows for a short answer.
pub const RESPONSES: [&str; 3] = ["short", "long", "code"];

/// The whole file.
pub static QUIZ: Form = Form {
    keys: &[
        optional(
            "multipart",
            Value::TextsByKey,
            "What several questions have in common, under names that they refer to.",
        ),
        required(
            "questions",
            Value::Tables(1, &QUESTION),
            "The questions, in order.",
        ),
    ],
};

/// A question.
pub static QUESTION: Form = Form {
    keys: &[
        required(
            "id",
            Value::Like(ID),
            "Its id, in kebab-case, unique in the course. Progress is kept under it.",
        ),
        required(
            "type",
            Value::Word(&[CHOICE, SHORT, TRACING]),
            "What answers it: choices, a few words, or what a program prints.",
        ),
        optional(
            "multipart",
            Value::Text,
            "The name under [multipart] of what it has in common with other questions.",
        ),
        required(
            "prompt",
            Value::TableBy(
                "type",
                &[
                    (CHOICE, &CHOICE_PROMPT),
                    (SHORT, &SHORT_PROMPT),
                    (TRACING, &TRACING_PROMPT),
                ],
            ),
            "What is asked.",
        ),
        required(
            "answer",
            Value::TableBy(
                "type",
                &[
                    (CHOICE, &CHOICE_ANSWER),
                    (SHORT, &SHORT_ANSWER),
                    (TRACING, &TRACING_ANSWER),
                ],
            ),
            "What is right.",
        ),
        optional(
            "why",
            Value::TextsOrTextsByKey,
            "For each distractor, in their order, what is wrong with it; or the same under the texts of the \
             distractors, or of wrong answers that can be expected.",
        ),
        optional("hint", Value::Text, "A nudge, for whoever asks for it."),
        required(
            "tags",
            Value::Ids,
            "What it is about, in kebab-case. Weak spots are told by tags.",
        ),
        optional(
            "trace",
            Value::Text,
            "A recorded run, drawn below the prompt: \"exercise/scenario wrong=slug\".",
        ),
        required(
            "context",
            Value::Text,
            "The explanation, shown after every answer.",
        ),
        optional(
            "promptExplanation",
            Value::Flag,
            "A key of mdbook-quiz; without effect here.",
        ),
    ],
};

/// What a question with choices asks.
pub static CHOICE_PROMPT: Form = Form {
    keys: &[
        required("prompt", Value::Text, "The question, in Markdown."),
        required(
            "distractors",
            Value::Texts,
            "The wrong choices: beliefs that somebody really holds.",
        ),
        optional(
            "answerIndex",
            Value::Number(ANSWER_INDEX),
            "Where the right choice stands among the others, from 0. The order is then fixed.",
        ),
        optional(
            "sortAnswers",
            Value::Flag,
            "Whether the choices stand in alphabetical order, instead of a random one.",
        ),
    ],
};

/// What is right among choices.
pub static CHOICE_ANSWER: Form = Form {
    keys: &[required(
        "answer",
        Value::TextOrTexts,
        "The right choice; a list where several are right, and all have to be chosen.",
    )],
};

/// What a question for a few words asks.
pub static SHORT_PROMPT: Form = Form {
    keys: &[
        required("prompt", Value::Text, "The question, in Markdown."),
        optional(
            "response",
            Value::Word(&RESPONSES),
            "A key of mdbook-quiz: how large the field for the answer is.",
        ),
    ],
};

/// Which words are right.
pub static SHORT_ANSWER: Form = Form {
    keys: &[
        required(
            "answer",
            Value::Text,
            "The right answer. Case, spaces, quotes and a full stop at the end do not count.",
        ),
        optional("alternatives", Value::Texts, "What is as right."),
    ],
};

/// Which program is asked about.
pub static TRACING_PROMPT: Form = Form {
    keys: &[required("program", Value::Text, "The program, in Rust.")],
};

/// What it does.
pub static TRACING_ANSWER: Form = Form {
    keys: &[
        required("doesCompile", Value::Flag, "Whether it compiles."),
        optional("stdout", Value::Text, "What it prints, if it compiles."),
        optional(
            "lineNumber",
            Value::Number(LINE_NUMBER),
            "A key of mdbook-quiz: the line that does not compile.",
        ),
    ],
};
