//! The report for CI systems, in the dialect of JUnit that they have in common: what Jenkins' xUnit plugin accepts
//! (`junit-10.xsd` in <https://github.com/jenkinsci/xunit-plugin>). It knows no points, so these are properties, and only
//! suites have properties.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Report;
use super::outcome::{Kind, headline, in_full};
use super::words::uncolored;
use crate::grading::outcome::{Graded, ScenarioResult};
use crate::grading::points;

/// The whole result of an exercise as a JUnit document.
pub fn junit(report: &Report<'_>) -> String {
    let exercise = report.exercise;
    let mut suite;
    match report.graded {
        Graded::Ran(results) => {
            let (earned, possible) = points(results);
            suite = Suite::new(exercise.id.clone(), earned, possible);
            for result in results {
                let mark = mark(report, result);
                let earned = if mark.is_none() { result.points } else { 0 };
                suite.points_of(&result.test, earned, result.points);
                suite.push(&result.test, &exercise.id, mark);
            }
        }
        Graded::DoesNotCompile { messages } => {
            suite = Suite::new(exercise.id.clone(), 0, exercise.points());
            for scenario in &exercise.scenarios {
                suite.points_of(&scenario.test, 0, scenario.points);
                let mark = Mark {
                    element: Element::Error,
                    kind: "does-not-compile",
                    message: "does not compile".to_owned(),
                    text: messages.clone(),
                };
                suite.push(&scenario.test, &exercise.id, Some(mark));
            }
        }
    }
    document("faultline", &[suite])
}

/// What it did wrong is a failure, that it could not be judged an error.
fn mark(report: &Report<'_>, result: &ScenarioResult) -> Option<Mark> {
    let kind = Kind::of(&result.outcome);
    let element = match kind {
        Kind::Passed => return None,
        Kind::NoVerdict | Kind::CourseFault => Element::Error,
        _ => Element::Failure,
    };
    let title = &result.title;
    let message = match headline(&result.outcome) {
        run if kind == Kind::Broken && !run.is_empty() => {
            format!("{}: {title} ({run})", kind.words())
        }
        run if kind == Kind::Broken || run == kind.words() => {
            format!("{}: {title}", kind.words())
        }
        run => format!("{run}: {title}"),
    };
    Some(Mark {
        element,
        kind: kind.id(),
        message,
        text: in_full(report, result).join("\n"),
    })
}

/// A suite: an exercise, as one person wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Suite {
    name: String,
    properties: Vec<(String, String)>,
    cases: Vec<Case>,
}

/// A scenario.
#[derive(Clone, Debug)]
struct Case {
    name: String,
    classname: String,
    mark: Option<Mark>,
}

/// Why a scenario did not pass.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// The element that says so.
    pub element: Element,
    /// What machines read.
    pub kind: &'static str,
    /// One line.
    pub message: String,
    /// The whole of it.
    pub text: String,
}

/// The elements that say that a test did not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    /// It did something wrong.
    Failure,
    /// It could not be judged.
    Error,
    /// There was nothing to judge.
    Skipped,
}

impl Suite {
    /// A suite without cases that earned so many points.
    pub(crate) fn new(name: String, earned: u32, possible: u32) -> Suite {
        let mut suite = Suite {
            name,
            properties: Vec::new(),
            cases: Vec::new(),
        };
        suite.property("points", &earned.to_string());
        suite.property("points-possible", &possible.to_string());
        suite
    }

    /// Says something more of the suite.
    pub(crate) fn property(&mut self, name: &str, value: &str) {
        self.properties.push((name.to_owned(), value.to_owned()));
    }

    /// Says what a scenario earned. The dialect has no properties of cases: they are the suite's.
    pub(crate) fn points_of(&mut self, test: &str, earned: u32, possible: u32) {
        self.property(&format!("points.{test}"), &earned.to_string());
        self.property(&format!("points-possible.{test}"), &possible.to_string());
    }

    /// Adds a scenario, which passed if there is no mark.
    pub(crate) fn push(&mut self, name: &str, classname: &str, mark: Option<Mark>) {
        self.cases.push(Case {
            name: name.to_owned(),
            classname: classname.to_owned(),
            mark,
        });
    }

    fn count(&self, element: Element) -> usize {
        let marks = self.cases.iter().filter_map(|case| case.mark.as_ref());
        marks.filter(|mark| mark.element == element).count()
    }

    fn write(&self, writer: &mut Xml) -> io::Result<()> {
        let counts = [
            ("tests", self.cases.len().to_string()),
            ("failures", self.count(Element::Failure).to_string()),
            ("errors", self.count(Element::Error).to_string()),
            ("skipped", self.count(Element::Skipped).to_string()),
        ];
        writer
            .create_element("testsuite")
            .with_attribute(("name", allowed(&self.name).as_str()))
            .with_attributes(counts.iter().map(|(name, value)| (*name, value.as_str())))
            .write_inner_content(|writer| {
                writer
                    .create_element("properties")
                    .write_inner_content(|writer| {
                        for (name, value) in &self.properties {
                            let (name, value) = (allowed(name), allowed(value));
                            writer
                                .create_element("property")
                                .with_attributes([("name", name.as_str()), ("value", &value)])
                                .write_empty()?;
                        }
                        Ok(())
                    })?;
                self.cases.iter().try_for_each(|case| case.write(writer))
            })
            .map(drop)
    }
}

impl Case {
    fn write(&self, writer: &mut Xml) -> io::Result<()> {
        let (name, classname) = (allowed(&self.name), allowed(&self.classname));
        let element = writer
            .create_element("testcase")
            .with_attributes([("name", name.as_str()), ("classname", &classname)]);
        let Some(mark) = &self.mark else {
            return element.write_empty().map(drop);
        };
        element
            .write_inner_content(|writer| {
                let message = allowed(&mark.message);
                writer
                    .create_element(mark.element.name())
                    .with_attributes([("message", message.as_str()), ("type", mark.kind)])
                    .write_text_content(BytesText::new(&allowed(&mark.text)))
                    .map(drop)
            })
            .map(drop)
    }
}

impl Element {
    fn name(self) -> &'static str {
        match self {
            Element::Failure => "failure",
            Element::Error => "error",
            Element::Skipped => "skipped",
        }
    }
}

type Xml = Writer<Vec<u8>>;

/// The suites as a document.
pub(crate) fn document(name: &str, suites: &[Suite]) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    match write(&mut writer, name, suites) {
        Ok(()) => String::from_utf8_lossy(&writer.into_inner()).into_owned() + "\n",
        // Memory is all that is written to, and it does not fail.
        Err(error) => format!("<!-- {error} -->\n"),
    }
}

fn write(writer: &mut Xml, name: &str, suites: &[Suite]) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let sum = |count: &dyn Fn(&Suite) -> usize| suites.iter().map(count).sum::<usize>().to_string();
    let counts = [
        ("tests", sum(&|suite| suite.cases.len())),
        ("failures", sum(&|suite| suite.count(Element::Failure))),
        ("errors", sum(&|suite| suite.count(Element::Error))),
    ];
    writer
        .create_element("testsuites")
        .with_attribute(("name", name))
        .with_attributes(counts.iter().map(|(name, value)| (*name, value.as_str())))
        .write_inner_content(|writer| suites.iter().try_for_each(|suite| suite.write(writer)))
        .map(drop)
}

/// The text without the characters that XML 1.0 (section 2.2) cannot hold, not even escaped: learners' messages may
/// hold any.
fn allowed(text: &str) -> String {
    let held = |letter: &char| match letter {
        '\t' | '\n' | '\r' => true,
        '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => false,
        _ => true,
    };
    uncolored(text).chars().filter(held).collect()
}
