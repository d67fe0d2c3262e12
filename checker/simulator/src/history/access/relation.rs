//! What comes before what, followed to its end.

use std::collections::VecDeque;

use super::Calls;

/// A relation between calls, given by pairs, and everything that follows from it.
pub(in super::super) struct Relation {
    /// What each call comes directly after.
    after: Vec<Vec<usize>>,
    /// All that comes before each call, as bits.
    past: Vec<u64>,
    words: usize,
}

/// Calls each of which comes before the next, and the last before the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Cycle(pub(in super::super) Vec<usize>);

/// The calls that each call comes directly after in causal order: its client's previous one, and the write that it read
/// (M. Ahamad, G. Neiger, J. E. Burns, P. Kohli and P. W. Hutto, "Causal memory: definitions, implementation, and
/// programming", Distributed Computing 9, 1995, section 2).
pub(in super::super) fn causes(calls: &Calls) -> Vec<Vec<usize>> {
    (0..calls.list.len())
        .map(|call| {
            let mut causes: Vec<usize> = calls.previous[call].into_iter().collect();
            causes.extend(calls.source(call));
            causes
        })
        .collect()
}

impl Relation {
    /// Follows a relation, given by what each call comes directly after, to its end.
    ///
    /// # Errors
    /// If a call comes before itself.
    pub(in super::super) fn closure(after: Vec<Vec<usize>>) -> Result<Relation, Cycle> {
        let size = after.len();
        let words = size.div_ceil(64);
        let mut then = vec![Vec::new(); size];
        let mut waits_for = vec![0; size];
        for (call, before) in after.iter().enumerate() {
            waits_for[call] = before.len();
            for &before in before {
                then[before].push(call);
            }
        }
        let mut past = vec![0; size * words];
        let mut ready: VecDeque<usize> = (0..size).filter(|&call| waits_for[call] == 0).collect();
        let mut done = 0;
        while let Some(call) = ready.pop_front() {
            done += 1;
            for &before in &after[call] {
                past[call * words + before / 64] |= 1 << (before % 64);
                for word in 0..words {
                    past[call * words + word] |= past[before * words + word];
                }
            }
            for &next in &then[call] {
                waits_for[next] -= 1;
                if waits_for[next] == 0 {
                    ready.push_back(next);
                }
            }
        }
        if done < size {
            return Err(cycle(&after, &waits_for));
        }
        Ok(Relation { after, past, words })
    }

    /// Whether one call comes before another.
    pub(in super::super) fn is_before(&self, earlier: usize, later: usize) -> bool {
        self.past[later * self.words + earlier / 64] >> (earlier % 64) & 1 == 1
    }

    /// What each call comes directly after.
    pub(in super::super) fn after(&self) -> &[Vec<usize>] {
        &self.after
    }

    /// The shortest way from one call to another that comes after it, both included.
    pub(in super::super) fn way(&self, from: usize, to: usize) -> Vec<usize> {
        let mut next = vec![None; self.after.len()];
        let mut queue = VecDeque::from([to]);
        while let Some(call) = queue.pop_front() {
            for &before in &self.after[call] {
                if before != to && next[before].is_none() {
                    next[before] = Some(call);
                    queue.push_back(before);
                }
            }
        }
        std::iter::successors(Some(from), |&call| next[call]).collect()
    }
}

/// A cycle among the calls that wait for another one.
fn cycle(after: &[Vec<usize>], waits_for: &[usize]) -> Cycle {
    let mut seen = Vec::new();
    let mut call = (0..after.len()).find(|&call| waits_for[call] > 0);
    while let Some(current) = call {
        if let Some(start) = seen.iter().position(|&other| other == current) {
            let mut cycle = seen.split_off(start);
            cycle.reverse();
            return Cycle(cycle);
        }
        seen.push(current);
        call = after[current]
            .iter()
            .copied()
            .find(|&before| waits_for[before] > 0);
    }
    Cycle(seen)
}
