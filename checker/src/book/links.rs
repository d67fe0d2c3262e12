//! Whether everything that pages point to is there: pages, anchors (headings, terms of the glossary, questions), files. Also
//! what mdBook and the compiler would let pass: a page that is in no table of contents, code that says no language, and
//! anything that would be loaded from the network.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::expand::Expansion;
use super::markdown::events;
use crate::problem::{Code, Problem, did_you_mean};
use crate::source::{Source, TEXT_LIMIT};

/// The pages of a book, from the course's folder.
pub const PAGES: &str = "book/src";
const SUMMARY: &str = "SUMMARY.md";

/// Checks all pages of the book of the course in `root`.
///
/// # Errors
/// All problems, ordered by file and place.
pub fn check(root: &Path) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let pages = read_pages(root, &mut problems);
    let mut expansion = Expansion::new(root);
    let mut anchors = BTreeMap::new();
    for (path, page) in &pages {
        match expansion.page(page) {
            Ok(expanded) => {
                anchors.insert(path.as_str(), self::anchors(&expanded));
            }
            Err(found) => {
                // Its anchors are not known, but those of its own text are.
                anchors.insert(path.as_str(), self::anchors(&page.text));
                problems.extend(found);
            }
        }
    }
    let mut listed = BTreeSet::new();
    for (path, page) in &pages {
        let included = super::pages::included(page)
            .into_iter()
            .map(|(to, span)| Reference {
                to: to.to_owned(),
                span,
                kind: Kind::Included,
            });
        let included: Vec<Reference> = included.collect();
        for reference in references(page, &mut problems).into_iter().chain(included) {
            match target(&reference.to, path) {
                Target::Elsewhere if reference.kind != Kind::Followed => {
                    let message = "this is loaded from the network";
                    let help = "the book works offline: put the file into `book/src`";
                    problems.push(reference.problem(page, message).help(help));
                }
                Target::Elsewhere => {}
                Target::Outside => {
                    let message = "this leads out of the book";
                    let help = "only what is in `book/src` is there for readers: name the file as code instead";
                    problems.push(reference.problem(page, message).help(help));
                }
                Target::Inside { path: to, anchor } => {
                    if path == SUMMARY || reference.kind == Kind::Included {
                        listed.insert(to.clone());
                    }
                    let found = inside(root, page, &reference, &to, anchor.as_deref(), &anchors);
                    problems.extend(found);
                }
            }
        }
    }
    for (path, page) in &pages {
        if path != SUMMARY && !listed.contains(path) {
            let problem = Problem::new(Code::Unlisted, "no reader can get to this page");
            let help = format!("add `- […]({path})` to `{PAGES}/{SUMMARY}`, or remove the page");
            problems.push(problem.in_file(&*page.name).help(help));
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    problems.sort_by_key(Problem::key);
    Err(problems)
}

/// The pages, by their paths in the book.
fn read_pages(root: &Path, problems: &mut Vec<Problem>) -> BTreeMap<String, Source> {
    let mut pages = BTreeMap::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(root.join(PAGES).join(&folder)) else {
            let name = format!("{PAGES}/{folder}");
            let problem = Problem::new(Code::FolderMissing, "this folder cannot be read");
            problems.push(problem.in_file(name).help("restore it from git"));
            continue;
        };
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let path = match folder.as_str() {
                "" => name,
                folder => format!("{folder}/{name}"),
            };
            if entry.path().is_dir() {
                folders.push(path);
            } else if path.ends_with(".md") {
                let name = format!("{PAGES}/{path}");
                match Source::read(&entry.path(), &name, TEXT_LIMIT) {
                    Ok(source) => {
                        pages.insert(path, source);
                    }
                    Err(problem) => problems.push(problem),
                }
            }
        }
    }
    pages
}

/// A place that points to another.
struct Reference {
    to: String,
    span: Range<usize>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Followed by the reader, if at all.
    Followed,
    /// Loaded with the page.
    Loaded,
    /// Made a part of the page.
    Included,
}

impl Reference {
    fn problem(&self, page: &Source, message: impl Into<String>) -> Problem {
        Problem::new(Code::Link, message).at(page, self.span.clone(), "")
    }
}

/// What a page points to. Complains about code without a language on the way: the compiler takes it for Rust, readers
/// cannot tell.
fn references(page: &Source, problems: &mut Vec<Problem>) -> Vec<Reference> {
    let mut found = Vec::new();
    for (event, span) in events(&page.text) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => found.push(Reference {
                to: dest_url.into_string(),
                span,
                kind: Kind::Followed,
            }),
            Event::Start(Tag::Image { dest_url, .. }) => found.push(Reference {
                to: dest_url.into_string(),
                span,
                kind: Kind::Loaded,
            }),
            Event::Html(html) | Event::InlineHtml(html) => {
                found.extend(html_references(&html, span.start));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language)))
                if language.trim().is_empty() =>
            {
                problems.push(untagged(page, span, "write ```text, ```console or ```rust"));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                let help = "write ```text above and ``` below it, and do not indent it";
                problems.push(untagged(page, span, help));
            }
            _ => {}
        }
    }
    found
}

fn untagged(page: &Source, span: Range<usize>, help: &str) -> Problem {
    let line = page.text[span.start..].find('\n');
    let end = line.map_or(span.end, |end| span.start + end);
    Problem::new(
        Code::UntaggedCode,
        "this code does not say what language it is in",
    )
    .at(page, span.start..end, "")
    .help(help)
}

/// The values of `href` and `src` in HTML.
fn html_references(html: &str, start: usize) -> Vec<Reference> {
    let attribute = |name: &'static str| {
        attributes(html, name).map(move |span| {
            let tag = html[..span.start].rfind('<').unwrap_or(0);
            let is_link = html[tag..].starts_with("<a ");
            Reference {
                to: html[span.clone()].to_owned(),
                span: start + span.start..start + span.end,
                kind: if is_link {
                    Kind::Followed
                } else {
                    Kind::Loaded
                },
            }
        })
    };
    attribute("href").chain(attribute("src")).collect()
}

/// The places of the values of an attribute.
fn attributes<'t>(html: &'t str, name: &'static str) -> impl Iterator<Item = Range<usize>> + 't {
    html.match_indices(name).filter_map(move |(at, _)| {
        let before = html[..at].ends_with(char::is_whitespace);
        let rest = html[at + name.len()..].strip_prefix("=\"")?;
        let start = at + name.len() + 2;
        before.then_some(start..start + rest.find('"')?)
    })
}

/// Where a reference leads.
enum Target {
    /// To another site.
    Elsewhere,
    /// To a file that readers do not have.
    Outside,
    /// To a file of the book.
    Inside {
        path: String,
        anchor: Option<String>,
    },
}

fn target(to: &str, from: &str) -> Target {
    let scheme = to.split_once(':').map(|(scheme, _)| scheme);
    if scheme.is_some_and(|scheme| scheme.chars().all(char::is_alphanumeric)) {
        return Target::Elsewhere;
    }
    if to.starts_with("//") {
        return Target::Elsewhere;
    }
    let (path, anchor) = match to.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (to, None),
    };
    if path.is_empty() {
        return Target::Inside {
            path: from.to_owned(),
            anchor,
        };
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.pop().is_none() => return Target::Outside,
            ".." => {}
            // Also of a path that begins with a slash: it would lead to the root of the site.
            "" => return Target::Outside,
            part => parts.push(part),
        }
    }
    Target::Inside {
        path: parts.join("/"),
        anchor,
    }
}

fn inside(
    root: &Path,
    page: &Source,
    reference: &Reference,
    to: &str,
    anchor: Option<&str>,
    anchors: &BTreeMap<&str, BTreeSet<String>>,
) -> Option<Problem> {
    let Some(known) = anchors.get(to) else {
        if !to.ends_with(".html") && root.join(PAGES).join(to).is_file() {
            return None;
        }
        let problem = reference.problem(page, format!("there is no `{PAGES}/{to}`"));
        let source = to.strip_suffix(".html").map(|page| format!("{page}.md"));
        let help = source
            .filter(|source| anchors.contains_key(source.as_str()))
            .map(|_| "link to the page's source, which ends in `.md`".to_owned())
            .or_else(|| did_you_mean(to, anchors.keys().copied()))
            .unwrap_or_else(|| "write the path from this page's own folder".to_owned());
        return Some(problem.help(help));
    };
    let anchor = anchor?;
    if known.contains(anchor) {
        return None;
    }
    let message = format!("`{PAGES}/{to}` has no place `#{anchor}`");
    let names = known.iter().map(String::as_str);
    let help = did_you_mean(anchor, names.clone()).unwrap_or_else(|| match names.clone().count() {
        0 => "it has none: leave out the `#…`".to_owned(),
        1..=12 => format!("it has {}", names.collect::<Vec<_>>().join(", ")),
        _ => "look for its heading there: small letters, and hyphens instead of spaces".to_owned(),
    });
    Some(reference.problem(page, message).help(help))
}

/// The anchors of a page: headings, terms, and whatever HTML has an `id`. Named as mdBook 0.5 does it.
fn anchors(text: &str) -> BTreeSet<String> {
    let (mut found, mut titles) = (BTreeSet::new(), BTreeSet::new());
    // The text of the heading or term that is being read, and the id that it was given by hand.
    let mut open: Option<(String, Option<String>)> = None;
    for (event, _) in events(text) {
        match event {
            Event::Start(Tag::Heading { id, .. }) => {
                open = Some((String::new(), id.map(|id| id.into_string())));
            }
            Event::Start(Tag::DefinitionListTitle) => open = Some((String::new(), None)),
            Event::End(TagEnd::Heading(_) | TagEnd::DefinitionListTitle) => {
                if let Some((title, given)) = open.take() {
                    found.insert(given.unwrap_or_else(|| unique(&title, &mut titles)));
                }
            }
            Event::Text(part) | Event::Code(part) => {
                if let Some((title, _)) = &mut open {
                    title.push_str(&part);
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                found.extend(attributes(&html, "id").map(|span| html[span].to_owned()));
            }
            _ => {}
        }
    }
    found
}

fn unique(title: &str, taken: &mut BTreeSet<String>) -> String {
    let id: String = title
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|char| match char {
            char if char.is_alphanumeric() || char == '_' || char == '-' => Some(char),
            char if char.is_whitespace() => Some('-'),
            _ => None,
        })
        .collect();
    let numbered = |number: usize| match number {
        0 => id.clone(),
        number => format!("{id}-{number}"),
    };
    let free = (0..).map(numbered).find(|id| !taken.contains(id));
    let id = free.unwrap_or_default();
    taken.insert(id.clone());
    id
}
