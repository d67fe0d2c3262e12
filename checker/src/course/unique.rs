//! Ids that are taken twice.

use std::collections::BTreeMap;

use super::table::{At, PROBLEMS, Table};
use crate::problem::{Code, Problem};

/// Reports each of `ids` that stands there a second time; `message` says what that means.
pub fn check_unique<'i>(
    table: &Table,
    ids: impl Iterator<Item = (&'i str, &'i std::ops::Range<usize>)>,
    message: impl Fn(&str) -> String,
    advice: &str,
) {
    let mut first = BTreeMap::new();
    let mut duplicates: Vec<(At<String>, usize)> = Vec::new();
    for (id, span) in ids {
        match first.get(id) {
            Some(start) => duplicates.push(((id.to_owned(), span.clone()), *start)),
            None => {
                first.insert(id, span.start);
            }
        }
    }
    for ((id, span), first) in duplicates.into_iter().take(PROBLEMS) {
        let line = table.source().position(first).0;
        let problem = Problem::new(Code::DuplicateId, message(&id));
        let label = format!("the first is in line {line}");
        table.report(problem.at(table.source(), span, label).help(advice));
    }
}
