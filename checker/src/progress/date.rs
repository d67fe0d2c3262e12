//! Dates: for people who look into the progress file, and for questions that come back.

use std::env;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::{Error, Result};

/// Now, as RFC 3339 writes it, in UTC, to the second.
pub fn now() -> String {
    // A clock before 1970 is wrong anyway.
    rfc3339(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs()),
    )
}

fn rfc3339(seconds: u64) -> String {
    let (days, second) = (seconds / SECONDS_A_DAY, seconds % SECONDS_A_DAY);
    let day = Day(days as i64);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{day}T{hour:02}:{minute:02}:{second:02}Z")
}

const SECONDS_A_DAY: u64 = 86_400;

/// A day: how many there were since 1970-01-01, in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

/// The variable that replaces today's date, for tests.
pub const TODAY: &str = "FAULTLINE_TODAY";

impl Day {
    /// Today, by the clock of this machine, or as [`TODAY`] says.
    ///
    /// # Errors
    /// If [`TODAY`] is set to something else than a date.
    pub fn today() -> Result<Day> {
        match env::var(TODAY) {
            Ok(date) => Day::parse(&date).ok_or_else(|| {
                Error::Usage(format!(
                    "`{TODAY}` is `{}`, which is no date\nWrite it like 2026-01-31, or unset it.",
                    date.escape_debug()
                ))
            }),
            Err(_) => Ok(Day::of(SystemTime::now())),
        }
    }

    fn of(time: SystemTime) -> Day {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Day((since.as_secs() / SECONDS_A_DAY) as i64)
    }

    /// The day that many days later.
    pub fn plus(self, days: u32) -> Day {
        Day(self.0 + i64::from(days))
    }

    /// How many days it is after `other`; negative if it is before.
    pub fn since(self, other: Day) -> i64 {
        self.0 - other.0
    }

    /// The number of the day, as a source of numbers that are others tomorrow.
    pub fn number(self) -> u64 {
        self.0 as u64
    }

    /// The day of a date like 2026-01-31; a time after it does not matter.
    pub fn parse(date: &str) -> Option<Day> {
        let date = date.get(..10)?;
        let mut parts = date.split('-').map(str::parse);
        let (year, month, day) = (
            parts.next()?.ok()?,
            parts.next()?.ok()?,
            parts.next()?.ok()?,
        );
        // A month or day that does not exist would be written differently.
        let parsed = Day(days_from_civil(year, month, day));
        (parsed.to_string() == date).then_some(parsed)
    }
}

/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`: years that begin in March put the
/// leap day at their end.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// A date as RFC 3339 writes it; by `civil_from_days` from the same source.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.0 + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_dates() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(951_868_800), "2000-03-01T00:00:00Z");
        assert_eq!(rfc3339(1_767_225_599), "2025-12-31T23:59:59Z");
        assert_eq!(rfc3339(4_107_542_400), "2100-03-01T00:00:00Z");
    }

    #[test]
    fn what_is_written_is_read_back() {
        for number in (-719_528..2_932_897).step_by(97) {
            let day = Day(number);
            assert_eq!(Day::parse(&day.to_string()), Some(day));
        }
        assert_eq!(Day::parse("2026-02-03T04:05:06Z"), Day::parse("2026-02-03"));
        for wrong in [
            "",
            "2026-02-30",
            "2026-13-01",
            "2026-1-01",
            "12:00:00",
            "2026-02-0x",
            "二〇二六",
        ] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_are_counted_over_the_ends_of_months_and_years() {
        let day = Day::parse("2027-12-30").unwrap().plus(62);
        assert_eq!(day.to_string(), "2028-03-01");
        assert_eq!(day.since(Day::parse("2028-02-28").unwrap()), 2);
    }
}
