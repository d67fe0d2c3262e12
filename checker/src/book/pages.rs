//! Finds directives in a page.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::directive::{self, Directive, OPEN};
use super::markdown::events;
use crate::problem::{Code, Problem};
use crate::source::Source;

/// A directive, and where it stands in its page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The directive.
    pub directive: Directive,
    /// From `{{#` to `}}`.
    pub span: Range<usize>,
}

/// All directives of a page, and everything that is wrong with others. What stands in code is none.
pub fn directives(page: &Source) -> (Vec<Placed>, Vec<Problem>) {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    let (paragraphs, code) = paragraphs_and_code(&page.text);
    let mut rest = 0;
    while let Some(start) = page.text[rest..].find(OPEN).map(|at| rest + at) {
        rest = start + OPEN.len();
        let is_escaped = page.text[..start].ends_with('\\');
        if is_escaped || code.iter().any(|code| code.contains(&start)) {
            continue;
        }
        let line = line_around(&page.text, start);
        let text = page.text[line.clone()].trim();
        let span = start..start + directive_length(&page.text[start..line.end]);
        let alone = text.starts_with(OPEN) && text.len() == span.len();
        let in_paragraph = paragraphs
            .iter()
            .find(|paragraph| paragraph.contains(&start))
            .is_some_and(|paragraph| only_directives(&page.text[paragraph.clone()]));
        rest = span.end.max(rest);
        match directive::parse(&page.text[span.clone()]) {
            // Those of mdBook may stand anywhere.
            Ok(None) => {}
            Ok(Some(directive)) if alone && in_paragraph => found.push(Placed { directive, span }),
            Ok(Some(_)) => {
                let problem = Problem::new(
                    Code::Directive,
                    "this directive is inside of something else",
                );
                problems.push(problem.at(page, span, "").help(ALONE));
            }
            Err(misfit) => {
                let place = start + misfit.span.start..start + misfit.span.end;
                let problem = Problem::new(Code::Directive, misfit.message);
                problems.push(problem.at(page, place, "").help(misfit.help));
            }
        }
    }
    (found, problems)
}

/// The files that mdBook puts into a page, each with the place that names it.
pub fn included(page: &Source) -> Vec<(&str, Range<usize>)> {
    let (_, code) = paragraphs_and_code(&page.text);
    let starts = page.text.match_indices("{{#include ");
    starts
        .filter(|(start, _)| !page.text[..*start].ends_with('\\'))
        .filter(|(start, _)| code.iter().all(|code| !code.contains(start)))
        .filter_map(|(start, open)| {
            let rest = &page.text[start + open.len()..];
            let inside = &rest[..rest.find("}}")?];
            let span = start..start + open.len() + inside.len() + 2;
            // Behind a colon stands which part of it.
            let file = inside.split(':').next().unwrap_or(inside).trim();
            Some((file, span))
        })
        .collect()
}

const ALONE: &str =
    "give it a line of its own that is not indented, with an empty line before and after";

/// Up to `}}`, or the whole of the line if there is none.
fn directive_length(line: &str) -> usize {
    match line.find("}}") {
        Some(end) => end + 2,
        None => line.trim_end().len(),
    }
}

fn line_around(text: &str, place: usize) -> Range<usize> {
    let start = text[..place].rfind('\n').map_or(0, |end| end + 1);
    let end = text[place..]
        .find('\n')
        .map_or(text.len(), |end| place + end);
    start..end
}

fn only_directives(paragraph: &str) -> bool {
    let mut lines = paragraph
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    lines.all(|line| line.starts_with(OPEN) && line.ends_with("}}"))
}

/// The paragraphs that stand in nothing else, and whatever is shown as it is written, or not at all.
fn paragraphs_and_code(text: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let (mut paragraphs, mut code, mut depth) = (Vec::new(), Vec::new(), 0usize);
    for (event, span) in events(text) {
        match event {
            Event::Start(tag) => {
                match tag {
                    Tag::Paragraph if depth == 0 => paragraphs.push(span),
                    Tag::CodeBlock(_) => code.push(span),
                    Tag::HtmlBlock if text[span.clone()].starts_with("<!--") => code.push(span),
                    _ => {}
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Code(_) => code.push(span),
            Event::InlineHtml(html) if html.starts_with("<!--") => code.push(span),
            _ => {}
        }
    }
    (paragraphs, code)
}
