//! Days of the company: midnight is 00:00 in UTC+8, whatever the host's zone.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

/// Seconds of a day.
pub(crate) const DAY_SEC: i64 = 86_400;
const BEIJING_SEC: i64 = 8 * 3_600;

/// A calendar day in UTC+8, counted from 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Day(i64);

impl Day {
    /// The day an instant falls on.
    pub(crate) fn of(unix: i64) -> Self {
        Self((unix + BEIJING_SEC).div_euclid(DAY_SEC))
    }

    pub(crate) fn from_date(date: Date) -> Self {
        let midnight = date.at(0, 0, 0, 0);
        Self(
            Offset::UTC
                .to_timestamp(midnight)
                .map_or(0, |stamp| stamp.as_second().div_euclid(DAY_SEC)),
        )
    }

    pub(crate) fn date(self) -> Date {
        let stamp = Timestamp::from_second(self.0 * DAY_SEC).unwrap_or(Timestamp::MAX);
        Offset::UTC.to_datetime(stamp).date()
    }

    /// 00:00 as Unix seconds.
    pub(crate) fn midnight(self) -> i64 {
        self.0 * DAY_SEC - BEIJING_SEC
    }

    /// 0 is Sunday, as in `workdays`.
    pub(crate) fn weekday(self) -> i64 {
        (self.0 + 4).rem_euclid(7)
    }

    pub(crate) fn plus(self, days: i64) -> Self {
        Self(self.0 + days)
    }

    /// Days since 1970-01-01.
    pub(crate) fn number(self) -> i64 {
        self.0
    }

    /// `self`, and every day after it up to and including `last`.
    pub(crate) fn through(self, last: Self) -> impl Iterator<Item = Self> {
        (self.0..=last.0).map(Self)
    }

    /// Year and month as one number, 202606.
    pub(crate) fn year_month(self) -> i64 {
        let date = self.date();
        i64::from(date.year()) * 100 + i64::from(date.month())
    }

    /// The calendar month around the day, as Unix seconds.
    pub(crate) fn month(self) -> std::ops::Range<i64> {
        let date = self.date();
        let last = Self::from_date(date.last_of_month());
        Self::from_date(date.first_of_month()).midnight()..last.plus(1).midnight()
    }

    pub(crate) fn is_month_end(self) -> bool {
        self.date().day() == self.date().last_of_month().day()
    }

    pub(crate) fn year(self) -> i64 {
        i64::from(self.date().year())
    }
}

/// `2026-06-01T09:01:07+08:00`.
pub(crate) fn beijing(unix: i64) -> String {
    let zone = TimeZone::fixed(jiff::tz::offset(8));
    Timestamp::from_second(unix)
        .unwrap_or(Timestamp::MIN)
        .to_zoned(zone)
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_turn_at_beijing_midnight() {
        let day = Day::of(1_492_617_600);
        assert_eq!(day.date(), date(2017, 4, 20));
        assert_eq!(day.midnight(), 1_492_617_600);
        assert_eq!(Day::of(1_492_617_599).date(), date(2017, 4, 19));
        assert_eq!(Day::from_date(date(2017, 4, 20)), day);
        assert_eq!(day.weekday(), 4);
        assert_eq!(Day::from_date(date(2026, 6, 7)).weekday(), 0);
        assert_eq!(beijing(1_492_617_600), "2017-04-20T00:00:00+08:00");
    }
}
