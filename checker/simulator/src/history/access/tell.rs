//! The text of a violation.

use std::fmt::Debug;

use super::Inconsistency;
use super::words::{Description, Words};
use crate::history::History;
use crate::history::telling::{table, wrapped};

/// How many calls are shown.
const MOST_CALLS: usize = 8;
/// How many reasons are told.
const MOST_REASONS: usize = 8;

pub(super) fn tell<Q: Debug, R: Debug>(
    history: &History<Q, R>,
    words: &Words<'_>,
    description: Description,
) -> Inconsistency {
    let Description {
        pattern,
        headline,
        marked,
        mut reasons,
    } = description;
    let marked = words.calls.list[marked].place;
    let mut enough: Vec<usize> = words.calls.list.iter().map(|call| call.place).collect();
    let failed = (0..words.calls.list.len()).filter_map(|call| words.failed_write(call));
    enough.extend(failed);
    enough.sort_unstable();
    enough.dedup();

    let mut lines = wrapped(&sentence(&headline));
    lines.extend(table(history, &enough, marked, MOST_CALLS));
    let mut told = Vec::new();
    reasons.retain(|reason| {
        let is_new = !told.contains(reason);
        told.push(reason.clone());
        is_new
    });
    let more = reasons.len().saturating_sub(MOST_REASONS);
    reasons.truncate(MOST_REASONS);
    if more > 0 {
        reasons.push(format!("… {more} more …"));
    }
    lines.extend(reasons.iter().flat_map(|reason| wrapped(&sentence(reason))));
    Inconsistency {
        pattern,
        marked,
        enough,
        text: lines.join("\n"),
    }
}

/// With a capital letter, if it begins with one who makes calls: keys and values stay as they are.
fn sentence(text: &str) -> String {
    for name in ["client ", "the check "] {
        if text.starts_with(name) {
            let (first, rest) = text.split_at(1);
            return first.to_uppercase() + rest;
        }
    }
    text.to_owned()
}
