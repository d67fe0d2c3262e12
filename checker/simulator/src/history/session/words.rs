//! How a broken session guarantee is told.

use super::Guarantee;
use super::find::{Because, Demand, Demanded, Finding};
use crate::history::access::{BadPattern, Description, Recency, Relation, Words};
use crate::history::causal;
use crate::history::telling::caller;

pub(super) fn describe(words: &Words<'_>, finding: &Finding, guarantee: Guarantee) -> Description {
    let name = guarantee.name();
    let (headline, marked, reasons) = match finding {
        Finding::Causality(finding) => return causal::describe(words, finding),
        Finding::Nothing {
            missed,
            read,
            because,
            causality,
        } => (
            format!(
                "{name} is broken: {} {}.",
                returned(words, *read),
                after(words, *missed, *because)
            ),
            *read,
            explain(words, *missed, *because, causality),
        ),
        Finding::Contradiction {
            demands,
            known,
            causality,
            ..
        } if demands.len() == 1 => alone(words, name, &demands[0], &known[0], causality),
        Finding::Contradiction {
            client,
            demands,
            known,
            causality,
        } => {
            let mut reasons = Vec::new();
            for (demand, way) in demands.iter().zip(known) {
                reasons.extend(several(words, demand, causality));
                reasons.extend(words.tell_way(way, &[]));
            }
            (
                format!(
                    "{name} is broken: no order of the writes explains what {} read.",
                    caller(*client)
                ),
                words.last_read(),
                reasons,
            )
        }
    };
    Description {
        pattern: BadPattern::Session(guarantee),
        headline,
        marked,
        reasons,
    }
}

/// One demand contradicts what is known.
fn alone(
    words: &Words<'_>,
    name: &str,
    demand: &Demand,
    known: &[usize],
    causality: &Relation,
) -> (String, usize, Vec<String>) {
    let Demand {
        older,
        newer,
        because,
    } = demand;
    match because {
        Demanded::ByRead { read, because } => {
            let mut reasons = explain(words, *older, *because, causality);
            let prefix = match words.calls.recency {
                Recency::Given(_) => String::new(),
                Recency::Causality | Recency::RealTime => {
                    format!("{} is older: ", words.version(*newer))
                }
            };
            reasons.extend(prefixed(prefix, words.tell_way(known, &[])));
            let headline = format!(
                "{name} is broken: {} {}.",
                returned(words, *read),
                after(words, *older, *because)
            );
            (headline, *read, reasons)
        }
        Demanded::ByWrite => {
            let mut reasons = words.tell_way(&causality.way(*older, *newer), &[]);
            reasons.extend(words.tell_way(known, &[]));
            let headline = format!(
                "{name} is broken: {} wrote {} after {}, and yet it is the older one.",
                words.who(*newer),
                words.version(*newer),
                words.version(*older),
            );
            (headline, *newer, reasons)
        }
    }
}

/// One of several demands that contradict each other.
fn several(words: &Words<'_>, demand: &Demand, causality: &Relation) -> Vec<String> {
    let newer = words.version(demand.newer);
    match &demand.because {
        Demanded::ByRead { read, because } => {
            let mut reasons = explain(words, demand.older, *because, causality);
            reasons.push(format!(
                "{} {}: so to it, {newer} is the newer one.",
                returned(words, *read),
                knowing(words, demand.older, *because)
            ));
            reasons
        }
        Demanded::ByWrite => words.tell_way(&causality.way(demand.older, demand.newer), &[]),
    }
}

fn returned(words: &Words<'_>, read: usize) -> String {
    format!(
        "{} read {} at {},",
        words.who(read),
        words.version(read),
        words.at(read)
    )
}

/// When it must not have missed a write, and what that means.
fn after(words: &Words<'_>, missed: usize, because: Because) -> String {
    let knowing = knowing(words, missed, because);
    match because {
        Because::Written => format!("{knowing}: its own write is gone"),
        Because::Read { .. } => format!("{knowing}: it went back in time"),
        Because::Follows { .. } => knowing,
    }
}

fn knowing(words: &Words<'_>, missed: usize, because: Because) -> String {
    let missed_version = words.version(missed);
    match because {
        Because::Written => {
            format!(
                "after it had written {missed_version}, answered at {}",
                words.at(missed)
            )
        }
        Because::Read { earlier } => {
            format!(
                "after it had read {missed_version} at {}",
                words.at(earlier)
            )
        }
        Because::Follows { earlier, write } => format!(
            "although it had read {} at {}, which was written after {missed_version}",
            words.version(write),
            words.at(earlier),
        ),
    }
}

/// How one write follows another, where the headline does not tell.
fn explain(
    words: &Words<'_>,
    missed: usize,
    because: Because,
    causality: &Relation,
) -> Vec<String> {
    match because {
        Because::Written | Because::Read { .. } => Vec::new(),
        Because::Follows { write, .. } => words.tell_way(&causality.way(missed, write), &[]),
    }
}

fn prefixed(prefix: String, mut sentences: Vec<String>) -> Vec<String> {
    if let Some(first) = sentences.first_mut() {
        first.insert_str(0, &prefix);
    }
    sentences
}
