//! Random numbers that are the same on every machine and in every version.

use std::convert::Infallible;
use std::ops::Range;

use rand::{Rng, SeedableRng, TryRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A stream of random numbers that depends on nothing but its seed.
///
/// It implements [`rand::Rng`], so everything in the `rand` crate works with it; the methods here cover what
/// nodes and workloads usually need.
///
/// ```
/// use simulator::Random;
///
/// let mut random = Random::from_seed(7);
/// let die = 1 + random.below(6);
/// assert!((1..=6).contains(&die));
/// assert_eq!(Random::from_seed(7).below(1_000), Random::from_seed(7).below(1_000));
///
/// let mut cards = [1, 2, 3, 4];
/// random.shuffle(&mut cards);
/// assert!(cards.contains(random.pick(&[1, 2])));
/// assert!((10..20).contains(&random.within(10..20)));
/// assert!(!random.chance(0.0));
/// ```
#[derive(Clone, Debug)]
pub struct Random(Xoshiro256PlusPlus);

impl Random {
    /// The stream with this seed.
    ///
    /// ```
    /// # use simulator::Random;
    /// let draw = |seed| {
    ///     let mut random = Random::from_seed(seed);
    ///     [random.below(1_000), random.below(1_000), random.below(1_000)]
    /// };
    /// assert_eq!(draw(7), draw(7));
    /// assert_ne!(draw(7), draw(8));
    /// ```
    pub fn from_seed(seed: u64) -> Random {
        Random(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A number below `bound`, all equally likely.
    ///
    /// # Panics
    /// If `bound` is zero.
    ///
    /// ```
    /// # use simulator::Random;
    /// let mut random = Random::from_seed(7);
    /// let sixes = (0..6_000).filter(|_| 1 + random.below(6) == 6).count();
    /// assert!((900..1_100).contains(&sixes));
    /// ```
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "there is no number below zero to choose");
        // Multiply-shift (Lemire 2019, section 3). Its bias is below 2^-32 for the small bounds used here.
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }

    /// A number in `range`, all equally likely.
    ///
    /// # Panics
    /// If the range is empty.
    ///
    /// ```
    /// # use simulator::Random;
    /// let mut random = Random::from_seed(7);
    /// // Such as the election timeout of Raft, in milliseconds: each node draws its own.
    /// let timeouts: Vec<u64> = (0..5).map(|_| random.within(150..300)).collect();
    /// assert!(timeouts.iter().all(|timeout| (150..300).contains(timeout)));
    /// ```
    pub fn within(&mut self, range: Range<u64>) -> u64 {
        assert!(
            range.start < range.end,
            "there is no number in the empty range {range:?} to choose"
        );
        range.start + self.below(range.end - range.start)
    }

    /// `true` with this probability.
    ///
    /// ```
    /// # use simulator::Random;
    /// let mut random = Random::from_seed(7);
    /// let lost = (0..10_000).filter(|_| random.chance(0.1)).count();
    /// assert!((900..1_100).contains(&lost));
    /// assert!(random.chance(1.0) && !random.chance(0.0));
    /// ```
    pub fn chance(&mut self, probability: f64) -> bool {
        self.next_u64() < threshold(probability)
    }

    /// One of `choices`, all equally likely.
    ///
    /// # Panics
    /// If there are none.
    ///
    /// ```
    /// # use simulator::Random;
    /// let mut random = Random::from_seed(7);
    /// // A weight is given by saying something more than once.
    /// let keys: Vec<&str> = (0..100).map(|_| *random.pick(&["x", "x", "x", "y"])).collect();
    /// assert!(keys.iter().filter(|key| **key == "x").count() > 50);
    /// ```
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        assert!(!choices.is_empty(), "there is nothing to choose from");
        &choices[self.below(choices.len() as u64) as usize]
    }

    /// Puts `items` into a random order.
    ///
    /// ```
    /// # use simulator::Random;
    /// let mut nodes = [0, 1, 2, 3, 4];
    /// Random::from_seed(7).shuffle(&mut nodes);
    /// assert_ne!(nodes, [0, 1, 2, 3, 4]);
    /// nodes.sort();
    /// assert_eq!(nodes, [0, 1, 2, 3, 4]);
    /// ```
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            items.swap(last, other);
        }
    }
}

impl Random {
    /// Tells streams apart by what they will give next.
    pub(crate) fn digest(&self) -> u64 {
        self.clone().next_u64()
    }
}

impl TryRng for Random {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.next_u32())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.next_u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

/// Scrambles `value` so that equal bits in do not show as equal bits out (the finalizer of SplitMix64).
#[inline]
pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// One number from two; the order matters.
#[inline]
pub(crate) fn combine(first: u64, second: u64) -> u64 {
    mix(first.rotate_left(26).wrapping_add(0x9e37_79b9_7f4a_7c15) ^ second)
}

/// A random 64-bit number is below this with the given probability.
pub(crate) fn threshold(probability: f64) -> u64 {
    (probability.clamp(0.0, 1.0) * u64::MAX as f64) as u64
}
