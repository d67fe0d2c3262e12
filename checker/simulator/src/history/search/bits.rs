//! Sets of small numbers in words of 64 bits.

/// How many words hold this many bits.
pub(super) fn words_for(bits: usize) -> usize {
    bits.div_ceil(64)
}

pub(super) fn contains(words: &[u64], bit: usize) -> bool {
    words[bit / 64] >> (bit % 64) & 1 == 1
}

pub(super) fn insert(words: &mut [u64], bit: usize) {
    words[bit / 64] |= 1 << (bit % 64);
}

pub(super) fn remove(words: &mut [u64], bit: usize) {
    words[bit / 64] &= !(1 << (bit % 64));
}

pub(super) fn is_subset(these: &[u64], those: &[u64]) -> bool {
    these
        .iter()
        .zip(those)
        .all(|(these, those)| these & !those == 0)
}
