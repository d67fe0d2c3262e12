//! A hash that is the same in every run and on every machine.

use std::hash::{BuildHasherDefault, Hasher};

/// Builds hashers without a random key.
pub(crate) type FixedState = BuildHasherDefault<FixedHasher>;

/// Multiplies and rotates each word into the hash. Nobody feeds it hostile keys: they come from the suite.
#[derive(Clone, Debug, Default)]
pub(crate) struct FixedHasher(u64);

/// 2⁶⁴ divided by the golden ratio: an odd number whose bits look random (Knuth, TAOCP 3, §6.4).
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

impl Hasher for FixedHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, word: u8) {
        self.write_u64(word.into());
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(word.into());
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(MULTIPLIER);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// The hash of a row of words.
pub(super) fn hash_words(words: &[u64]) -> u64 {
    let mut hasher = FixedHasher::default();
    for &word in words {
        hasher.write_u64(word);
    }
    hasher.finish()
}
