//! Code that fits into a terminal: prose can be wrapped, code cannot.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::markdown::{self, Block};
use crate::course::table::{At, Table};
use crate::problem::{Code, Problem};

/// How far code is indented.
pub const INDENT: usize = 4;

/// The columns that a line of code may have: a terminal of 80, without the indentation.
pub const CODE: usize = 80 - INDENT;

/// Reports the lines of code in a Markdown text that are too wide.
pub fn check_widths(table: &Table, (text, span): &At<String>) {
    for block in markdown::blocks(text) {
        if let Block::Code(code) = block {
            check_code(table, code.lines(), span);
        }
    }
}

/// Reports the lines that are too wide; they stand somewhere in `span`.
pub fn check_code<'c>(table: &Table, lines: impl Iterator<Item = &'c str>, span: &Range<usize>) {
    for line in lines.filter(|line| line.width() > CODE) {
        let source = table.source();
        let value = source.text.get(span.clone()).unwrap_or("");
        // Where the text is written with escapes, the line is not found in it.
        let place = value.find(line.trim()).map_or(span.clone(), |at| {
            let start = span.start + at;
            start..start + line.trim().len()
        });
        let message = format!("a line of code has {} columns", line.width());
        let problem = Problem::new(Code::WideLine, message).at(source, place, "");
        table.report(problem.help(format!("break it: at most {CODE} fit into a terminal")));
    }
}
