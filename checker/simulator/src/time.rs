//! Simulated time: a count of microseconds since the run began. No real clock is ever read.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment of simulated time, in microseconds since the run began.
///
/// ```
/// use simulator::{Time, ms};
///
/// let later = Time::ZERO + ms(40);
/// assert_eq!(later.to_string(), "40 ms");
/// assert_eq!(later - Time::ZERO, ms(40));
/// assert_eq!(Time::from_micros(1_500).as_micros(), 1_500);
/// assert_eq!(Time::ZERO.since(later), ms(0));
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Time(u64);

impl Time {
    /// The start of the run.
    ///
    /// ```
    /// # use simulator::{Time, ms};
    /// assert_eq!(Time::ZERO.to_string(), "0 ms");
    /// assert_eq!((Time::ZERO + ms(1_500)).to_string(), "1.5 s");
    /// ```
    pub const ZERO: Time = Time(0);
    /// Later than anything that happens in a run.
    ///
    /// ```
    /// # use simulator::{Time, secs};
    /// // A deadline that never comes; adding to it changes nothing.
    /// assert!(Time::MAX > Time::ZERO + secs(1_000_000));
    /// assert_eq!(Time::MAX + secs(1), Time::MAX);
    /// ```
    pub const MAX: Time = Time(u64::MAX);

    /// The moment `micros` microseconds after the start.
    ///
    /// ```
    /// # use simulator::Time;
    /// assert_eq!(Time::from_micros(1_001).to_string(), "1.001 ms");
    /// ```
    pub const fn from_micros(micros: u64) -> Time {
        Time(micros)
    }

    /// Microseconds since the start.
    ///
    /// ```
    /// # use simulator::{Time, ms};
    /// assert_eq!((Time::ZERO + ms(3)).as_micros(), 3_000);
    /// ```
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// How long after `earlier` this is; zero when it is not after it.
    ///
    /// ```
    /// # use simulator::{Time, ms};
    /// let (early, late) = (Time::ZERO + ms(2), Time::ZERO + ms(5));
    /// assert_eq!(late.since(early), ms(3));
    /// // Clocks differ, so what should be later need not be.
    /// assert_eq!(early.since(late), ms(0));
    /// ```
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Time {
    type Output = Time;

    fn add(self, duration: Duration) -> Time {
        Time(self.0.saturating_add(micros(duration)))
    }
}

impl Sub for Time {
    type Output = Duration;

    fn sub(self, earlier: Time) -> Duration {
        self.since(earlier)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&in_words(self.0))
    }
}

/// `n` milliseconds.
///
/// ```
/// assert_eq!(simulator::ms(2_000), simulator::secs(2));
/// ```
#[inline]
pub const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// `n` seconds.
///
/// ```
/// assert_eq!(simulator::secs(1), std::time::Duration::from_millis(1_000));
/// ```
#[inline]
pub const fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// A duration as whole microseconds, the unit of simulated time.
#[inline]
pub(crate) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// `40 ms`, `1.5 ms` or `2 s`: what a reader sees.
pub(crate) fn in_words(micros: u64) -> String {
    let (unit, name) = if micros >= 1_000_000 {
        (1_000_000, "s")
    } else {
        (1_000, "ms")
    };
    let (whole, rest) = (micros / unit, (micros % unit) * 1_000 / unit);
    if rest == 0 {
        format!("{whole} {name}")
    } else {
        let decimals = format!("{rest:03}");
        format!("{whole}.{} {name}", decimals.trim_end_matches('0'))
    }
}
