//! Something wrong with a file: what, where, and what to do about it.

use std::fmt;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use crate::source::Source;
use crate::text::wrap;

/// The kinds of problem. Each has a name that can be looked up and stays the same when its wording changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A file that must be there is not.
    FileMissing,
    /// A folder that must be there is not.
    FolderMissing,
    /// A folder, or something else, where a file should be.
    NotAFile,
    /// The system refuses to read it.
    Unreadable,
    /// Larger than such a file can sensibly be.
    TooLarge,
    /// Not UTF-8.
    NotUtf8,
    /// Not TOML.
    Syntax,
    /// Not JSON, or not the JSON of a plan.
    Json,
    /// Written for another version of the checker.
    Format,
    /// A key that means nothing.
    UnknownKey,
    /// A key that must be there is not.
    MissingKey,
    /// A value of the wrong type.
    WrongType,
    /// A value out of its range, or not one of the allowed words.
    BadValue,
    /// A text that says nothing.
    EmptyText,
    /// An id that is not in kebab-case.
    BadId,
    /// An id that is already taken.
    DuplicateId,
    /// An id that names nothing.
    DanglingId,
    /// A folder that no manifest mentions.
    Unlisted,
    /// Fewer hints than three.
    FewHints,
    /// A scenario without a test.
    ScenarioWithoutTest,
    /// A test without a scenario.
    TestWithoutScenario,
    /// Markers of a solution that do not fit together.
    Markers,
    /// The head of a patch.
    PatchHeader,
    /// The body of a patch.
    PatchBody,
    /// A patch that does not fit the solution.
    PatchDoesNotApply,
    /// A question with fewer choices than two.
    FewChoices,
    /// A choice that stands there twice, or is right and wrong at once.
    DuplicateChoice,
    /// A wrong answer without feedback, or feedback without a wrong answer.
    Feedback,
    /// A line of code that does not fit into a terminal.
    WideLine,
    /// A directive of a page that cannot be carried out.
    Directive,
    /// A link of a page that leads nowhere.
    Link,
    /// Code of a page that nobody checks.
    UntaggedCode,
}

impl Code {
    /// Its name, as shown.
    pub fn name(self) -> &'static str {
        match self {
            Code::FileMissing => "file-missing",
            Code::FolderMissing => "folder-missing",
            Code::NotAFile => "not-a-file",
            Code::Unreadable => "unreadable",
            Code::TooLarge => "too-large",
            Code::NotUtf8 => "not-utf-8",
            Code::Syntax => "syntax",
            Code::Json => "json",
            Code::Format => "format",
            Code::UnknownKey => "unknown-key",
            Code::MissingKey => "missing-key",
            Code::WrongType => "wrong-type",
            Code::BadValue => "bad-value",
            Code::EmptyText => "empty-text",
            Code::BadId => "bad-id",
            Code::DuplicateId => "duplicate-id",
            Code::DanglingId => "dangling-id",
            Code::Unlisted => "unlisted",
            Code::FewHints => "few-hints",
            Code::ScenarioWithoutTest => "scenario-without-test",
            Code::TestWithoutScenario => "test-without-scenario",
            Code::Markers => "markers",
            Code::PatchHeader => "patch-header",
            Code::PatchBody => "patch-body",
            Code::PatchDoesNotApply => "patch-does-not-apply",
            Code::FewChoices => "few-choices",
            Code::DuplicateChoice => "duplicate-choice",
            Code::Feedback => "feedback",
            Code::WideLine => "wide-line",
            Code::Directive => "directive",
            Code::Link => "link",
            Code::UntaggedCode => "untagged-code",
        }
    }
}

/// Something wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem it is.
    pub code: Code,
    /// What is wrong, in words.
    pub message: String,
    /// Where.
    pub place: Box<Place>,
    /// What to do about it, most helpful last.
    pub help: Vec<String>,
}

/// Where a problem is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Not yet told.
    Nowhere,
    /// A file or folder as a whole.
    File(String),
    /// A part of a text.
    Span {
        /// The text.
        source: Source,
        /// Which bytes of it.
        span: Range<usize>,
        /// What to write beside the caret; may be empty.
        label: String,
    },
}

impl Problem {
    /// A problem of this kind; `message` says what is wrong.
    pub fn new(code: Code, message: impl Into<String>) -> Problem {
        Problem {
            code,
            message: message.into(),
            place: Box::new(Place::Nowhere),
            help: Vec::new(),
        }
    }

    /// The same, in the file or folder with this name.
    pub fn in_file(mut self, name: impl Into<String>) -> Problem {
        *self.place = Place::File(name.into());
        self
    }

    /// The same, at these bytes of `source`; `label` stands beside the caret.
    pub fn at(mut self, source: &Source, span: Range<usize>, label: impl Into<String>) -> Problem {
        *self.place = Place::Span {
            source: source.clone(),
            span: on_boundaries(&source.text, span),
            label: label.into(),
        };
        self
    }

    /// The same, with advice.
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help.push(help.into());
        self
    }

    /// What orders problems: file, then place in it.
    pub fn key(&self) -> (String, usize) {
        match &*self.place {
            Place::Nowhere => (String::new(), 0),
            Place::File(name) => (name.clone(), 0),
            Place::Span { source, span, .. } => (source.name.to_string(), span.start),
        }
    }

    /// The problem as compilers show one: code, message, place, the line with a caret, and what to do.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(80);
        let title = wrap(
            &self.message,
            80 - "error[]: ".len() - self.code.name().len(),
        )
        .join("\n");
        let mut group = match &*self.place {
            Place::Nowhere => annotate_snippets::Group::with_title(
                Level::ERROR.primary_title(title).id(self.code.name()),
            ),
            Place::File(name) => Level::ERROR
                .primary_title(title)
                .id(self.code.name())
                .element(Origin::path(name.clone())),
            Place::Span {
                source,
                span,
                label,
            } => {
                let label = (!label.is_empty()).then(|| label.clone());
                let snippet = Snippet::source(source.text.to_string())
                    .path(source.name.to_string())
                    .annotation(AnnotationKind::Primary.span(span.clone()).label(label));
                Level::ERROR
                    .primary_title(title)
                    .id(self.code.name())
                    .element(snippet)
            }
        };
        for help in &self.help {
            group = group.element(Level::HELP.message(wrap(help, 64).join("\n")));
        }
        renderer.render(&[group])
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

/// `did you mean …?`, if one of `known` is close to `wrong`.
pub fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(wrong, known).map(|name| format!("did you mean `{name}`?"))
}

/// The one of `known` that is closest to `wrong`, if it is close enough to be what was meant.
pub fn closest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (wrong.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

fn on_boundaries(text: &str, span: Range<usize>) -> Range<usize> {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}
