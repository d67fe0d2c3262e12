//! How calls are spoken of.

use std::fmt::Debug;

use super::{BadPattern, Calls, Label, Recency};
use crate::history::telling::{caller, moment, shortened};

/// The longest name of a key or a value.
const LONGEST: usize = 20;

impl Label {
    pub(super) fn new<K: Debug, V: Debug>(key: &K, value: Option<&V>) -> Label {
        let text = |shown: String| {
            let bare = shown
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'))
                .map(str::to_owned);
            shortened(&bare.unwrap_or(shown), LONGEST)
        };
        Label {
            key: text(format!("{key:?}")),
            value: value.map(|value| shortened(&format!("{value:?}"), LONGEST)),
            failed_write: None,
        }
    }

    /// `x=1`, or `1` if the key says nothing.
    pub(super) fn version(&self) -> String {
        match &self.value {
            Some(value) if self.key == "()" => value.clone(),
            Some(value) => format!("{}={value}", self.key),
            None if self.key == "()" => "what was there before any write".to_owned(),
            None => format!("{} as it was before any write", self.key),
        }
    }
}

/// The names of a few calls.
pub(in super::super) struct Words<'a> {
    pub(in super::super) calls: &'a Calls,
    labels: Vec<&'a Label>,
}

/// Of two writes, the one that must be the newer one because of a read: its reader knew the older one, and yet read the
/// newer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Inferred {
    pub(in super::super) older: usize,
    pub(in super::super) newer: usize,
    /// How the reader knew: the way from the older write to the read.
    pub(in super::super) way: Vec<usize>,
}

impl<'a> Words<'a> {
    pub(super) fn new(calls: &'a Calls, labels: Vec<&'a Label>) -> Words<'a> {
        Words { calls, labels }
    }

    /// What a call wrote or read: `x=1`.
    pub(in super::super) fn version(&self, call: usize) -> String {
        self.labels[call].version()
    }

    /// Who made a call: `client 1`.
    pub(in super::super) fn who(&self, call: usize) -> String {
        caller(self.calls.list[call].client)
    }

    /// When a call was answered: `12 ms`.
    pub(in super::super) fn at(&self, call: usize) -> String {
        match self.calls.list[call].answered {
            Some(at) => moment(at),
            None => "an unknown time".to_owned(),
        }
    }

    /// A write of the same value, by its place in the history, that was answered as not done.
    pub(in super::super) fn failed_write(&self, call: usize) -> Option<usize> {
        self.labels[call].failed_write
    }

    /// What happened on the way from a write to something that depends on it, a sentence a step.
    pub(in super::super) fn tell_way(&self, way: &[usize], inferred: &[Inferred]) -> Vec<String> {
        let mut sentences = Vec::new();
        let Some(&(mut write)) = way.first() else {
            return sentences;
        };
        let mut is_read = false;
        for (&before, &call) in way.iter().zip(&way[1..]) {
            let because = inferred
                .iter()
                .position(|pair| pair.older == before && pair.newer == call);
            if self.calls.is_write(call) {
                let (who, old, new) = (self.who(call), self.version(write), self.version(call));
                match because {
                    Some(place) => sentences.extend(self.tell_inferred(place, inferred)),
                    None if is_read => {
                        sentences.push(format!("{who} had read {old} when it wrote {new}."))
                    }
                    None if self.calls.before(call).any(|earlier| earlier == write) => {
                        sentences.push(format!("{who} had written {old} when it wrote {new}."));
                    }
                    None => sentences.push(match self.calls.recency {
                        Recency::Given(_) => {
                            format!("{old} is older than {new}, as the suite says.")
                        }
                        Recency::Causality | Recency::RealTime => format!(
                            "{old} was answered at {}, before {new} was asked for at {}.",
                            self.at(write),
                            moment(self.calls.list[call].called),
                        ),
                    }),
                }
                write = call;
                is_read = false;
            } else if self.calls.source(call) == Some(before) {
                is_read = true;
            }
        }
        if let Some(&last) = way.last()
            && !self.calls.is_write(last)
        {
            let done = if is_read { "read" } else { "written" };
            sentences.push(format!(
                "{} had {done} {}.",
                self.who(last),
                self.version(write)
            ));
        }
        sentences
    }

    /// Why one of two writes must be newer, which may need what was inferred before.
    pub(in super::super) fn tell_inferred(
        &self,
        place: usize,
        inferred: &[Inferred],
    ) -> Vec<String> {
        let Inferred { older, newer, way } = &inferred[place];
        let mut sentences = self.tell_way(way, &inferred[..place]);
        let knew = sentences.pop().unwrap_or_default();
        let read = *way.last().unwrap_or(newer);
        let (who, old, new) = (self.who(read), self.version(*older), self.version(*newer));
        if sentences.is_empty() {
            let knew = knew.trim_end_matches('.');
            sentences.push(format!(
                "{knew} when it read {new}: so to it, {new} is the newer one."
            ));
        } else {
            sentences.push(knew);
            sentences.push(format!(
                "So {who} knew {old} when it read {new}: so to it, {new} is the newer one."
            ));
        }
        sentences
    }

    /// Why calls that form a cycle do: each comes before the next, and the last before the first.
    pub(in super::super) fn tell_cycle(
        &self,
        cycle: &[usize],
        inferred: &[Inferred],
    ) -> Vec<String> {
        let writes = (0..cycle.len()).filter(|&place| self.calls.is_write(cycle[place]));
        let first = writes.min_by_key(|&place| cycle[place]);
        let mut way = cycle.to_vec();
        way.rotate_left(first.unwrap_or(0));
        way.extend(way.first().copied());
        self.tell_way(&way, inferred)
    }

    /// The last of these calls to be answered that is a read; any of them if there is none.
    pub(in super::super) fn last_read(&self) -> usize {
        self.calls
            .reads()
            .map(|(read, _)| read)
            .max_by_key(|&read| self.calls.list[read].answered)
            .unwrap_or(0)
    }
}

/// What is told about a violation.
pub(in super::super) struct Description {
    pub(in super::super) pattern: BadPattern,
    pub(in super::super) headline: String,
    /// The call that is marked.
    pub(in super::super) marked: usize,
    pub(in super::super) reasons: Vec<String>,
}
