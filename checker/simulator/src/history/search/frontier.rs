//! Sets of configurations in which the worse ones are left out.

use super::super::fixed_hash::hash_words;
use super::bits;

/// A set of rows. A row is a *key* (the state, and what has to be done and is done) followed by a *burden*, a set of bits.
/// Of two rows with the same key, one whose burden is a subset of the other's can do all that the other can, so the
/// other is left out.
pub(super) struct Frontier {
    key_words: usize,
    width: usize,
    rows: Vec<u64>,
    links: Vec<Link>,
    /// Open addressing; holds one more than the number of the first row of each key, or zero.
    table: Vec<u32>,
    keys: usize,
}

#[derive(Clone, Copy)]
struct Link {
    /// One more than the number of the next row with the same key, or zero.
    next: u32,
    left_out: bool,
}

const SMALLEST_TABLE: usize = 16;

impl Frontier {
    pub(super) fn new(key_words: usize, burden_words: usize) -> Frontier {
        Frontier {
            key_words,
            width: key_words + burden_words,
            rows: Vec::new(),
            links: Vec::new(),
            table: vec![0; SMALLEST_TABLE],
            keys: 0,
        }
    }

    /// The number of rows, those that were left out later included.
    pub(super) fn len(&self) -> usize {
        self.links.len()
    }

    /// The row, unless it is left out because a better one is there.
    pub(super) fn row(&self, number: usize) -> Option<&[u64]> {
        (!self.links[number].left_out).then(|| self.raw_row(number))
    }

    /// Adds the row and says so, unless one that is as good is there.
    pub(super) fn insert(&mut self, row: &[u64]) -> bool {
        if (self.keys + 1) * 2 > self.table.len() {
            self.grow();
        }
        let slot = self.slot_of(&row[..self.key_words]);
        let mut link = self.table[slot];
        let is_new_key = link == 0;
        while link != 0 {
            let number = link as usize - 1;
            if !self.links[number].left_out {
                let burden = &self.raw_row(number)[self.key_words..];
                if bits::is_subset(burden, &row[self.key_words..]) {
                    return false;
                }
                if bits::is_subset(&row[self.key_words..], burden) {
                    self.links[number].left_out = true;
                }
            }
            link = self.links[number].next;
        }
        self.rows.extend_from_slice(row);
        let number = self.links.len() as u32 + 1;
        if is_new_key {
            self.keys += 1;
            self.table[slot] = number;
            self.links.push(Link {
                next: 0,
                left_out: false,
            });
        } else {
            let first = self.table[slot] as usize - 1;
            self.links.push(Link {
                next: self.links[first].next,
                left_out: false,
            });
            self.links[first].next = number;
        }
        true
    }

    fn raw_row(&self, number: usize) -> &[u64] {
        &self.rows[number * self.width..][..self.width]
    }

    fn slot_of(&self, key: &[u64]) -> usize {
        let mask = self.table.len() - 1;
        let mut slot = hash_words(key) as usize & mask;
        while self.table[slot] != 0
            && self.raw_row(self.table[slot] as usize - 1)[..self.key_words] != *key
        {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let bigger = vec![0; self.table.len() * 2];
        for first in std::mem::replace(&mut self.table, bigger) {
            if first != 0 {
                let row = &self.rows[(first as usize - 1) * self.width..][..self.key_words];
                let slot = self.slot_of(row);
                self.table[slot] = first;
            }
        }
    }
}
