//! Directives: `{{#exercise id}}`, `{{#quiz chapter}}`, `{{#trace exercise/scenario wrong=slug caption="…"}}`.

use std::ops::Range;

use super::reference::{FORM, Misfit, Reference, Word, words};
use crate::course::id::is_kebab_case;
use crate::problem::did_you_mean;

/// What a page asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Directive {
    /// The box of an exercise.
    Exercise {
        /// Its id.
        id: String,
    },
    /// The quiz of a chapter.
    Quiz {
        /// The chapter's id.
        chapter: String,
    },
    /// The picture of a recorded run.
    Trace {
        /// The run.
        run: Reference,
        /// What to write above it, if not the usual.
        caption: Option<String>,
    },
}

/// How every directive begins.
pub const OPEN: &str = "{{#";
const CLOSE: &str = "}}";
const OURS: [&str; 3] = ["exercise", "quiz", "trace"];
/// Those of mdBook, which it expands itself.
const MDBOOKS: [&str; 5] = [
    "include",
    "rustdoc_include",
    "playground",
    "playpen",
    "title",
];

/// The directive that a text between `{{#` and `}}` is, both included; none if it is one of mdBook's.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn parse(text: &str) -> Result<Option<Directive>, Misfit> {
    let Some(inside) = text
        .strip_prefix(OPEN)
        .and_then(|text| text.strip_suffix(CLOSE))
    else {
        return Err(misfit(
            0..text.len(),
            "this directive has no end",
            "end it with `}}`",
        ));
    };
    let shift = |mut misfit: Misfit| {
        misfit.span = misfit.span.start + OPEN.len()..misfit.span.end + OPEN.len();
        misfit
    };
    self::inside(inside).map_err(shift)
}

fn inside(text: &str) -> Result<Option<Directive>, Misfit> {
    let (caption, rest) = caption(text)?;
    let all = words(&rest);
    let end = text.trim_end().len();
    let Some(((name, span), arguments)) = all.split_first() else {
        return Err(misfit(0..end, "an empty directive", WHICH));
    };
    if let (Some((_, place)), false) = (&caption, *name == "trace") {
        let message = format!("`{{{{#{name}}}}}` has no caption");
        return Err(misfit(place.clone(), &message, "remove it"));
    }
    match *name {
        "exercise" => {
            let id = only(arguments, end, "exercise", "primary-backup")?;
            Ok(Some(Directive::Exercise { id }))
        }
        "quiz" => {
            let chapter = only(arguments, end, "quiz", "replication")?;
            Ok(Some(Directive::Quiz { chapter }))
        }
        "trace" => {
            let run = Reference::of_words(arguments, end).map_err(|mut misfit| {
                if misfit.help == FORM {
                    misfit.help.push_str(", then `caption=\"…\"`");
                }
                misfit
            })?;
            let caption = caption.map(|(caption, _)| caption);
            Ok(Some(Directive::Trace { run, caption }))
        }
        name if MDBOOKS.contains(&name) => Ok(None),
        name => {
            let help = did_you_mean(name, OURS.into_iter().chain(MDBOOKS));
            let message = format!("there is no directive `{}`", name.escape_debug());
            Err(misfit(
                span.clone(),
                &message,
                &help.unwrap_or_else(|| WHICH.to_owned()),
            ))
        }
    }
}

const WHICH: &str =
    "write `{{#exercise id}}`, `{{#quiz chapter}}` or `{{#trace exercise/scenario wrong=slug}}`";

/// A text in quotes, and where it stands.
type Quoted = (String, Range<usize>);

/// Takes the caption out of a directive, leaving spaces in its place, so that all other words stay where they are.
fn caption(text: &str) -> Result<(Option<Quoted>, String), Misfit> {
    const KEY: &str = "caption=";
    // A letter before it would make it part of another word.
    let starts = |&(place, _): &(usize, &str)| text[..place].ends_with(char::is_whitespace);
    let Some((start, _)) = text.match_indices(KEY).find(starts) else {
        return Ok((None, text.to_owned()));
    };
    let after = &text[start + KEY.len()..];
    let Some(quoted) = after.strip_prefix('"') else {
        let word = after.split_whitespace().next().unwrap_or("").len();
        let span = start..start + KEY.len() + word;
        return Err(misfit(
            span,
            "the caption is not in quotes",
            "write `caption=\"…\"`",
        ));
    };
    let Some(length) = quoted.find('"') else {
        let span = start..text.trim_end().len();
        return Err(misfit(span, "the caption has no end", "end it with `\"`"));
    };
    let span = start..start + KEY.len() + length + 2;
    let words = quoted[..length].trim();
    if words.is_empty() {
        return Err(misfit(
            span,
            "the caption is empty",
            "say what the picture shows, or remove it",
        ));
    }
    let blank = " ".repeat(span.len());
    let rest = format!("{}{blank}{}", &text[..span.start], &text[span.end..]);
    if rest[span.end..].contains(KEY) {
        let second = span.end + rest[span.end..].find(KEY).unwrap_or(0);
        return Err(misfit(
            second..second + KEY.len(),
            "a second caption",
            "remove one",
        ));
    }
    Ok((Some((words.to_owned(), span)), rest))
}

/// The one id that a directive takes.
fn only(arguments: &[Word], end: usize, name: &str, example: &str) -> Result<String, Misfit> {
    let help = format!("write `{{{{#{name} {example}}}}}`");
    match arguments {
        [] => Err(misfit(
            end..end,
            &format!("it does not say which {}", noun(name)),
            &help,
        )),
        [(id, _)] if is_kebab_case(id) => Ok((*id).to_owned()),
        [(_, span)] => Err(misfit(
            span.clone(),
            &format!("this is no id of {}", noun_with_article(name)),
            &help,
        )),
        [_, (_, second), ..] => Err(misfit(
            second.clone(),
            "there is nothing to choose here",
            &help,
        )),
    }
}

fn noun(name: &str) -> &'static str {
    match name {
        "quiz" => "chapter",
        _ => "exercise",
    }
}

fn noun_with_article(name: &str) -> &'static str {
    match name {
        "quiz" => "a chapter",
        _ => "an exercise",
    }
}

fn misfit(span: Range<usize>, message: &str, help: &str) -> Misfit {
    Misfit {
        span,
        message: message.to_owned(),
        help: help.to_owned(),
    }
}
