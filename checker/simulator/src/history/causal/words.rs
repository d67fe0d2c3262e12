//! How a violation of causal consistency is told.

use super::Finding;
use crate::history::access::{Description, Words};
use crate::history::telling::caller;

/// What is told; for session guarantees too, for which causality must be an order as well.
pub(in super::super) fn describe(words: &Words<'_>, finding: &Finding) -> Description {
    let (headline, marked, reasons) = match finding {
        Finding::ThinAirRead { read } => thin_air(words, *read),
        Finding::CyclicCo { cycle } => (
            "Causality is broken: none of these calls can have been the first, for each comes \
             after another one."
                .to_owned(),
            words.last_read(),
            words.tell_cycle(&cycle.0, &[]),
        ),
        Finding::InitRead {
            write,
            read,
            causality,
        } => (
            format!(
                "{}, but {} comes before that.",
                broken(words, *read),
                words.version(*write)
            ),
            *read,
            words.tell_way(&causality.way(*write, *read), &[]),
        ),
        Finding::OldRead {
            old,
            new,
            read,
            causality,
        } => {
            let mut reasons = words.tell_way(&causality.way(*old, *new), &[]);
            reasons.extend(words.tell_way(&causality.way(*new, *read), &[]));
            let new = words.version(*new);
            (
                format!(
                    "{}, but {new} comes before that and had replaced it.",
                    broken(words, *read)
                ),
                *read,
                reasons,
            )
        }
        Finding::CyclicCf { cycle, inferred } => (
            "Replicas do not converge: no order of the writes explains what everybody read."
                .to_owned(),
            words.last_read(),
            words.tell_cycle(&cycle.0, inferred),
        ),
        Finding::HbInitRead {
            read,
            inferred,
            way,
            write,
        } => (
            format!(
                "{}, but must have seen {} before that.",
                broken(words, *read),
                words.version(*write)
            ),
            *read,
            words.tell_way(way, inferred),
        ),
        Finding::CyclicHb {
            client,
            cycle,
            inferred,
        } => (
            format!(
                "Causality is broken: no order of the writes explains what {} read.",
                caller(*client)
            ),
            words.last_read(),
            words.tell_cycle(&cycle.0, inferred),
        ),
    };
    Description {
        pattern: finding.pattern(),
        headline,
        marked,
        reasons,
    }
}

fn broken(words: &Words<'_>, read: usize) -> String {
    format!(
        "Causality is broken: {} read {} at {}",
        words.who(read),
        words.version(read),
        words.at(read),
    )
}

fn thin_air(words: &Words<'_>, read: usize) -> (String, usize, Vec<String>) {
    let (who, version, at) = (words.who(read), words.version(read), words.at(read));
    match words.failed_write(read) {
        None => (
            format!("{who} read {version} at {at}, which nobody wrote."),
            read,
            Vec::new(),
        ),
        Some(_) => (
            format!(
                "{who} read {version} at {at}, which nobody may see: its write was answered as not done."
            ),
            read,
            Vec::new(),
        ),
    }
}
