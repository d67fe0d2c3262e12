//! Counts equal messages.

/// How many messages with the same contents went over the same link, by a hash of both. Every message is counted, so
/// this is a table with open addressing whose keys are their own hashes, and emptying it costs nothing.
#[derive(Default)]
pub(crate) struct Copies {
    /// A power of two of them, or none.
    places: Vec<Place>,
    used: usize,
    /// Places with another mark were used before the table was last emptied: they are free.
    mark: u32,
}

#[derive(Clone, Copy, Default)]
struct Place {
    key: u64,
    count: u32,
    mark: u32,
}

/// Places of a table that holds something.
const FEWEST: usize = 64;

impl Copies {
    /// Counts one more message with this key; returns how many there were before.
    #[inline]
    pub fn count(&mut self, key: u64) -> u32 {
        if 2 * self.used >= self.places.len() {
            self.grow();
        }
        let mark = self.mark;
        let place = self.find(key);
        if place.mark == mark {
            place.count += 1;
            return place.count - 1;
        }
        *place = Place {
            key,
            count: 1,
            mark,
        };
        self.used += 1;
        0
    }

    /// Forgets all messages, and keeps the memory.
    pub fn clear(&mut self) {
        self.used = 0;
        match self.mark.checked_add(1) {
            Some(mark) => self.mark = mark,
            None => *self = Copies::default(),
        }
    }

    /// The place of this key, or the free one for it.
    #[inline]
    fn find(&mut self, key: u64) -> &mut Place {
        let last = self.places.len() - 1;
        let mut index = key as usize & last;
        while self.places[index].mark == self.mark && self.places[index].key != key {
            index = (index + 1) & last;
        }
        &mut self.places[index]
    }

    #[cold]
    fn grow(&mut self) {
        let places = vec![Place::default(); FEWEST.max(2 * self.places.len())];
        let full = std::mem::replace(&mut self.places, places);
        let old = std::mem::replace(&mut self.mark, 1);
        for place in full.into_iter().filter(|place| place.mark == old) {
            *self.find(place.key) = Place { mark: 1, ..place };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::random::mix;

    #[test]
    fn counts_as_a_map_does() {
        let mut copies = Copies::default();
        for round in 0..3 {
            let mut expected: HashMap<u64, u32> = HashMap::new();
            for number in 0..2_000 {
                // Some equal keys, and some that differ in their upper bits alone.
                let key = match number % 3 {
                    0 => mix(number % 100),
                    1 => number << 32,
                    _ => mix(number),
                };
                let before = expected.entry(key).or_default();
                assert_eq!(copies.count(key), *before, "round {round}, number {number}");
                *before += 1;
            }
            copies.clear();
        }
    }

    #[test]
    fn marks_run_out_without_harm() {
        let mut copies = Copies::default();
        copies.count(7);
        copies.mark = u32::MAX;
        copies.clear();
        assert_eq!((copies.count(7), copies.count(7)), (0, 1));
    }
}
