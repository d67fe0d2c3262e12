//! The report for CI systems, in the dialect of JUnit that they have in common. It knows no points, so these are
//! properties.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Report;
use super::outcome::{Kind, headline, in_full};
use super::words::uncolored;
use crate::course::model::Scenario;
use crate::grading::outcome::{Graded, ScenarioResult};
use crate::grading::points;

/// The whole result of an exercise as a JUnit document.
pub fn junit(report: &Report<'_>) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    match document(&mut writer, report) {
        Ok(()) => String::from_utf8_lossy(&writer.into_inner()).into_owned() + "\n",
        // Memory is all that is written to, and it does not fail.
        Err(error) => format!("<!-- {error} -->\n"),
    }
}

type Xml = Writer<Vec<u8>>;

/// A test case: a scenario and what was found, if its suite was built.
struct Case<'a> {
    test: &'a str,
    title: &'a str,
    points: u32,
    found: Found<'a>,
}

enum Found<'a> {
    Result(&'a ScenarioResult),
    NotCompiled(&'a str),
}

fn document(writer: &mut Xml, report: &Report<'_>) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let (cases, (earned, possible)) = match report.graded {
        Graded::Ran(results) => (
            results.iter().map(Case::from).collect::<Vec<_>>(),
            points(results),
        ),
        Graded::DoesNotCompile { messages } => {
            let scenarios = report.exercise.scenarios.iter();
            let cases = scenarios
                .map(|scenario| Case::not_compiled(scenario, messages))
                .collect();
            (cases, (0, report.exercise.points()))
        }
    };
    let count = |element: &str| {
        cases
            .iter()
            .filter(|case| case.element() == Some(element))
            .count()
            .to_string()
    };
    let (tests, failures, errors) = (cases.len().to_string(), count("failure"), count("error"));
    let numbers = [
        ("tests", tests.as_str()),
        ("failures", &failures),
        ("errors", &errors),
    ];
    writer
        .create_element("testsuites")
        .with_attribute(("name", "faultline"))
        .with_attributes(numbers)
        .write_inner_content(|writer| {
            writer
                .create_element("testsuite")
                .with_attribute(("name", report.exercise.id.as_str()))
                .with_attributes(numbers)
                .write_inner_content(|writer| {
                    properties(writer, earned, possible)?;
                    cases.iter().try_for_each(|case| case.write(writer, report))
                })
                .map(drop)
        })
        .map(drop)
}

fn properties(writer: &mut Xml, earned: u32, possible: u32) -> io::Result<()> {
    writer
        .create_element("properties")
        .write_inner_content(|writer| {
            for (name, value) in [("points", earned), ("points-possible", possible)] {
                let value = value.to_string();
                writer
                    .create_element("property")
                    .with_attributes([("name", name), ("value", &value)])
                    .write_empty()?;
            }
            Ok(())
        })
        .map(drop)
}

impl<'a> From<&'a ScenarioResult> for Case<'a> {
    fn from(result: &'a ScenarioResult) -> Case<'a> {
        Case {
            test: &result.test,
            title: &result.title,
            points: result.points,
            found: Found::Result(result),
        }
    }
}

impl<'a> Case<'a> {
    fn not_compiled(scenario: &'a Scenario, messages: &'a str) -> Case<'a> {
        Case {
            test: &scenario.test,
            title: &scenario.title,
            points: scenario.points,
            found: Found::NotCompiled(messages),
        }
    }

    /// What it did wrong is a failure, that it could not be judged an error.
    fn element(&self) -> Option<&'static str> {
        match &self.found {
            Found::NotCompiled(_) => Some("error"),
            Found::Result(result) => match Kind::of(&result.outcome) {
                Kind::Passed => None,
                Kind::NoVerdict | Kind::CourseFault => Some("error"),
                _ => Some("failure"),
            },
        }
    }

    fn write(&self, writer: &mut Xml, report: &Report<'_>) -> io::Result<()> {
        let earned = if self.element().is_none() {
            self.points
        } else {
            0
        };
        let (kind, message, text) = match &self.found {
            Found::NotCompiled(messages) => (
                "does-not-compile",
                "does not compile".to_owned(),
                (*messages).to_owned(),
            ),
            Found::Result(result) => {
                let kind = Kind::of(&result.outcome);
                let message = match headline(&result.outcome) {
                    run if kind == Kind::Broken && !run.is_empty() => {
                        format!("{}: {} ({run})", kind.words(), self.title)
                    }
                    run if kind == Kind::Broken || run == kind.words() => {
                        format!("{}: {}", kind.words(), self.title)
                    }
                    run => format!("{run}: {}", self.title),
                };
                (kind.id(), message, in_full(report, result).join("\n"))
            }
        };
        writer
            .create_element("testcase")
            .with_attributes([("name", self.test), ("classname", &report.exercise.id)])
            .write_inner_content(|writer| {
                properties(writer, earned, self.points)?;
                if let Some(element) = self.element() {
                    writer
                        .create_element(element)
                        .with_attributes([("message", allowed(&message).as_str()), ("type", kind)])
                        .write_text_content(BytesText::new(&allowed(&text)))?;
                }
                Ok(())
            })
            .map(drop)
    }
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
