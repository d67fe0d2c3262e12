//! Reads and writes as numbers: compiled once, for keys and values of any type.

use crate::Time;

/// A read that was answered, or a write that happened or may have.
#[derive(Clone, Debug)]
pub(in super::super) struct AccessCall {
    /// Its place in the history.
    pub(in super::super) place: usize,
    pub(in super::super) client: usize,
    pub(in super::super) called: Time,
    /// `None` if the outcome is unknown.
    pub(in super::super) answered: Option<Time>,
    pub(in super::super) key: u32,
    pub(in super::super) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Write,
    Read(Source),
}

/// Where the value of a read comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Source {
    /// It was there before any write.
    Start,
    /// This call wrote it.
    Write(usize),
    /// No call did.
    Nobody,
}

/// What is known, besides causality or instead of it, about which of two writes is the newer one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Recency {
    /// Nothing.
    Causality,
    /// A write that was answered before another one was made is older.
    RealTime,
    /// Only these pairs count: the first is older than the second.
    Given(Vec<(usize, usize)>),
}

/// Calls in the order in which they were made; a call is its index here.
#[derive(Clone, Debug)]
pub(in super::super) struct Calls {
    pub(in super::super) list: Vec<AccessCall>,
    /// The last of its client's calls that was answered before this one was made: the end of what precedes it.
    pub(in super::super) previous: Vec<Option<usize>>,
    pub(in super::super) recency: Recency,
}

impl Calls {
    pub(in super::super) fn new(list: Vec<AccessCall>, recency: Recency) -> Calls {
        let mut last: Vec<(usize, usize)> = Vec::new();
        let previous = (0..list.len())
            .map(|index| {
                let call = &list[index];
                let known = last.iter_mut().find(|(client, _)| *client == call.client);
                let previous = known.as_ref().map(|(_, last)| *last);
                if call.answered.is_some() {
                    match known {
                        Some((_, last)) => *last = index,
                        None => last.push((call.client, index)),
                    }
                }
                previous
            })
            .collect();
        Calls {
            list,
            previous,
            recency,
        }
    }

    /// Only these, and the writes whose values they read.
    pub(in super::super) fn only(&self, these: &[usize]) -> (Calls, Vec<usize>) {
        let mut kept = these.to_vec();
        kept.extend(these.iter().filter_map(|&call| self.source(call)));
        kept.sort_unstable();
        kept.dedup();
        let number = |call: usize| kept.binary_search(&call).ok();
        let list = kept
            .iter()
            .map(|&call| {
                let mut call = self.list[call].clone();
                if let Kind::Read(Source::Write(source)) = &mut call.kind
                    && let Some(number) = number(*source)
                {
                    *source = number;
                }
                call
            })
            .collect();
        let recency = match &self.recency {
            Recency::Given(pairs) => Recency::Given(
                pairs
                    .iter()
                    .filter_map(|&(older, newer)| Some((number(older)?, number(newer)?)))
                    .collect(),
            ),
            other => other.clone(),
        };
        (Calls::new(list, recency), kept)
    }

    /// The write whose value this call read.
    pub(in super::super) fn source(&self, call: usize) -> Option<usize> {
        match self.list[call].kind {
            Kind::Read(Source::Write(source)) => Some(source),
            _ => None,
        }
    }

    pub(in super::super) fn is_write(&self, call: usize) -> bool {
        self.list[call].kind == Kind::Write
    }

    /// All reads, in the order in which they were made, with where their values come from.
    pub(in super::super) fn reads(&self) -> impl Iterator<Item = (usize, Source)> {
        self.list
            .iter()
            .enumerate()
            .filter_map(|(index, call)| match call.kind {
                Kind::Read(source) => Some((index, source)),
                Kind::Write => None,
            })
    }

    /// The other writes to the key that a call is about.
    pub(in super::super) fn other_writes_to_key_of(
        &self,
        call: usize,
    ) -> impl Iterator<Item = usize> {
        let key = self.list[call].key;
        (0..self.list.len()).filter(move |&other| {
            other != call && self.is_write(other) && self.list[other].key == key
        })
    }

    /// The clients, in the order in which they first called.
    pub(in super::super) fn clients(&self) -> Vec<usize> {
        let mut clients = Vec::new();
        for call in &self.list {
            if !clients.contains(&call.client) {
                clients.push(call.client);
            }
        }
        clients
    }

    /// A client's calls before one of its own, from the last to the first.
    pub(in super::super) fn before(&self, call: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.previous[call], |&call| self.previous[call])
    }
}
