//! The stub, made from the annotated solution.
//!
//! The solution marks what the reader is to write:
//!
//! ```text
//!     // BEGIN SOLUTION answer what was stored
//!     let value = self.store.get(&key);
//!     // STUB: let _ = key;
//!     ctx.reply(call, value);
//!     // END SOLUTION
//! ```
//!
//! becomes `let _ = key;` and `todo!("answer what was stored")`. A region without a text just disappears.

use std::ops::Range;

use crate::problem::{Code, Problem};
use crate::source::Source;

const BEGIN: &str = "// BEGIN SOLUTION";
const END: &str = "// END SOLUTION";
const STUB: &str = "// STUB:";
const SOLUTION_DOC: &str = "//! SOLUTION:";

/// The width of a line up to which `rustfmt` leaves a `todo!` on one line.
const LINE_WIDTH: usize = 100;

/// The stub that belongs to an annotated solution.
///
/// # Errors
/// All markers that do not fit together, each with its line.
pub fn stub(solution: &Source) -> Result<String, Vec<Problem>> {
    let mut stub = Stub::default();
    let mut problems = Vec::new();
    let mut open: Option<Region> = None;
    let mut regions = 0;
    let mut start = 0;
    for line in solution.text.split_inclusive('\n') {
        let span = start + indent(line).len()..start + line.trim_end().len();
        start += line.len();
        let line = line.trim_end();
        match (Marker::of(line), open.as_mut()) {
            (Marker::Begin(text), None) => {
                regions += 1;
                open = Some(Region {
                    indent: indent(line).to_owned(),
                    text: text.to_owned(),
                    span,
                    wrote: false,
                });
            }
            (Marker::Begin(_), Some(region)) => {
                problems.push(nested(solution, span, region));
            }
            (Marker::End, Some(region)) => {
                stub.close(region);
                open = None;
            }
            (Marker::End, None) => {
                let problem = Problem::new(Code::Markers, "this region was never begun");
                problems.push(
                    problem
                        .at(solution, span, "")
                        .help(format!("write `{BEGIN} …` where it begins")),
                );
            }
            (Marker::Stub(code), Some(region)) => {
                region.wrote = true;
                stub.line(&format!("{}{code}", indent(line)));
            }
            (Marker::Stub(_), None) => {
                let problem = Problem::new(Code::Markers, format!("`{STUB}` outside a region"));
                problems.push(
                    problem
                        .at(solution, span, "")
                        .help("move it into a region, or write the code as it is"),
                );
            }
            (Marker::Misspelt(right), _) => {
                let problem = Problem::new(Code::Markers, "this looks like a marker, but is none");
                problems.push(
                    problem
                        .at(solution, span, "")
                        .help(format!("write it exactly so: `{right}`")),
                );
            }
            (Marker::SolutionDoc, None) => stub.end_paragraph(),
            (Marker::None, None) => stub.line(line),
            (Marker::None | Marker::SolutionDoc, Some(_)) => {}
        }
    }
    if let Some(region) = open {
        let problem = Problem::new(Code::Markers, "this region never ends").at(
            solution,
            region.span,
            "it begins here",
        );
        problems.push(problem.help(format!("write `{END}` where it ends")));
    }
    if regions == 0 && problems.is_empty() {
        let problem = Problem::new(
            Code::Markers,
            "no region is marked, so the stub would be the solution",
        );
        let problem = problem.in_file(&*solution.name);
        problems.push(problem.help(format!(
            "put `{BEGIN} …` and `{END}` around what the reader is to write"
        )));
    }
    if problems.is_empty() {
        Ok(stub.finish())
    } else {
        Err(problems)
    }
}

fn nested(solution: &Source, span: Range<usize>, region: &Region) -> Problem {
    let line = solution.position(region.span.start).0;
    Problem::new(Code::Markers, "a region begins inside another")
        .at(solution, span, format!("the other began in line {line}"))
        .help(format!("write `{END}` before it"))
}

/// What a line of the solution says.
enum Marker<'l> {
    Begin(&'l str),
    End,
    Stub(&'l str),
    SolutionDoc,
    /// Almost a marker; this is how it is written.
    Misspelt(&'static str),
    None,
}

impl Marker<'_> {
    fn of(line: &str) -> Marker<'_> {
        let code = line.trim_start();
        if let Some(text) = code.strip_prefix(BEGIN)
            && (text.is_empty() || text.starts_with(' '))
        {
            return Marker::Begin(text.trim());
        }
        if code == END {
            return Marker::End;
        }
        if let Some(stub) = code.strip_prefix(STUB) {
            return Marker::Stub(stub.trim());
        }
        if code.starts_with(SOLUTION_DOC) {
            return Marker::SolutionDoc;
        }
        let Some(comment) = code.strip_prefix("//") else {
            return Marker::None;
        };
        let comment = comment
            .trim_start_matches(['/', '!'])
            .trim_start()
            .to_lowercase();
        match comment {
            comment if comment.starts_with("begin solution") => Marker::Misspelt(BEGIN),
            comment if comment.starts_with("end solution") => Marker::Misspelt(END),
            comment if comment.starts_with("stub:") => Marker::Misspelt(STUB),
            _ => Marker::None,
        }
    }
}

fn indent(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

struct Region {
    indent: String,
    text: String,
    span: Range<usize>,
    /// Whether a line of it is in the stub.
    wrote: bool,
}

#[derive(Default)]
struct Stub {
    lines: Vec<String>,
    /// The last thing in the solution was a region of which nothing is left.
    gap: bool,
}

impl Stub {
    fn line(&mut self, line: &str) {
        if line == "pub mod api;"
            && self
                .lines
                .last()
                .is_some_and(|last| last.starts_with("#[path"))
        {
            self.lines.pop();
        }
        if self.gap {
            let after_nothing = self
                .lines
                .last()
                .is_none_or(|last| last.is_empty() || last.ends_with('{'));
            if line.is_empty() && after_nothing {
                return;
            }
            if line.trim_start().starts_with('}') {
                if self.lines.last().is_some_and(String::is_empty) {
                    self.lines.pop();
                }
                // As rustfmt writes what is empty.
                if let Some(last) = self.lines.last_mut().filter(|last| last.ends_with('{')) {
                    last.push_str(line.trim_start());
                    self.gap = false;
                    return;
                }
            }
            self.gap = line.is_empty();
        }
        self.lines.push(line.to_owned());
    }

    fn close(&mut self, region: &Region) {
        if region.text.is_empty() {
            self.gap |= !region.wrote;
            return;
        }
        let text = region
            .text
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('{', "{{")
            .replace('}', "}}");
        let indent = &region.indent;
        let todo = format!("{indent}todo!(\"{text}\")");
        if todo.chars().count() <= LINE_WIDTH {
            self.line(&todo);
        } else {
            self.line(&format!("{indent}todo!("));
            self.line(&format!("{indent}    \"{text}\""));
            self.line(&format!("{indent})"));
        }
    }

    /// A paragraph of the crate's documentation is gone: so is the empty line above it.
    fn end_paragraph(&mut self) {
        if self.lines.last().is_some_and(|last| last == "//!") {
            self.lines.pop();
        }
    }

    fn finish(mut self) -> String {
        while self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        self.lines.join("\n") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stub_of(solution: &str) -> String {
        match stub(&Source::new("src/lib.rs", solution)) {
            Ok(stub) => stub,
            Err(problems) => problems
                .iter()
                .map(|problem| format!("{problem}\n"))
                .collect(),
        }
    }

    #[test]
    fn regions_become_todos_and_helpers_disappear() {
        let solution = r##"//! Answers requests.
//!
//! SOLUTION: remembers what it answered.

#[path = "../../../../exercises/a/b/src/api.rs"]
pub mod api;

use api::Request;
// BEGIN SOLUTION
use std::collections::BTreeMap;
// END SOLUTION

/// The server.
pub struct Server {
    // BEGIN SOLUTION
    answers: BTreeMap<u64, u64>,
    // END SOLUTION
}

impl Server {
    /// Answers.
    pub fn answer(&mut self, request: Request) -> u64 {
        // BEGIN SOLUTION answer "each" request {once}
        // Why: because.
        // STUB: let _ = request;
        self.answers.len() as u64
        // END SOLUTION
    }

    // BEGIN SOLUTION
    fn helper() {}
    // END SOLUTION
}

// BEGIN SOLUTION
fn other() {}
// END SOLUTION
"##;
        insta::assert_snapshot!(stub_of(solution), @r#"
        //! Answers requests.

        pub mod api;

        use api::Request;

        /// The server.
        pub struct Server {}

        impl Server {
            /// Answers.
            pub fn answer(&mut self, request: Request) -> u64 {
                let _ = request;
                todo!("answer \"each\" request {{once}}")
            }
        }
        "#);
    }

    #[test]
    fn all_markers_that_do_not_fit_are_told() {
        let solution = "\
// END SOLUTION
// STUB: let x = 1;
// BEGIN SOLUTION one
// BEGIN SOLUTION two
// END SOLUTION
// begin solution three
// BEGIN SOLUTION four
";
        insta::assert_snapshot!(stub_of(solution), @r#"
        error[markers]: this region was never begun
         --> src/lib.rs:1:1
          |
        1 | // END SOLUTION
          | ^^^^^^^^^^^^^^^
          |
          = help: write `// BEGIN SOLUTION …` where it begins
        error[markers]: `// STUB:` outside a region
         --> src/lib.rs:2:1
          |
        2 | // STUB: let x = 1;
          | ^^^^^^^^^^^^^^^^^^^
          |
          = help: move it into a region, or write the code as it is
        error[markers]: a region begins inside another
         --> src/lib.rs:4:1
          |
        4 | // BEGIN SOLUTION two
          | ^^^^^^^^^^^^^^^^^^^^^ the other began in line 3
          |
          = help: write `// END SOLUTION` before it
        error[markers]: this looks like a marker, but is none
         --> src/lib.rs:6:1
          |
        6 | // begin solution three
          | ^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: write it exactly so: `// BEGIN SOLUTION`
        error[markers]: this region never ends
         --> src/lib.rs:7:1
          |
        7 | // BEGIN SOLUTION four
          | ^^^^^^^^^^^^^^^^^^^^^^ it begins here
          |
          = help: write `// END SOLUTION` where it ends
        "#);
    }

    #[test]
    fn a_solution_without_regions_is_refused() {
        insta::assert_snapshot!(stub_of("pub fn f() {}\n"), @r"
        error[markers]: no region is marked, so the stub would be the solution
        --> src/lib.rs
         = help: put `// BEGIN SOLUTION …` and `// END SOLUTION` around what the
                 reader is to write
        ");
    }

    #[test]
    fn a_long_todo_is_broken_as_rustfmt_breaks_it() {
        let text = "x".repeat(95);
        let stub = stub_of(&format!(
            "fn f() {{\n    // BEGIN SOLUTION {text}\n    // END SOLUTION\n}}\n"
        ));
        assert_eq!(
            stub,
            format!("fn f() {{\n    todo!(\n        \"{text}\"\n    )\n}}\n")
        );
    }
}
