//! Days by number, and runs of whole days, which every question to WeCom is about.

use std::{fmt, str::FromStr};

use jiff::{
    Span, ToSpan as _,
    civil::{Date, date},
};

use crate::limits::OutsideLimit;

const EPOCH: Date = date(1970, 1, 1);
const DAY_SEC: i64 = 86_400;

/// Days since 1970-01-01.
///
/// ```
/// use jiff::civil::date;
/// use wecom_checkin::days::{date_of, day_number};
/// assert_eq!(day_number(date(1970, 1, 2)), 1);
/// assert_eq!(date_of(day_number(date(2026, 6, 1)) + 30), date(2026, 7, 1));
/// ```
pub fn day_number(date: Date) -> i64 {
    date.duration_since(EPOCH).as_secs().div_euclid(DAY_SEC)
}

/// The date so many days after 1970-01-01; the calendar's nearest end for a day outside it.
pub fn date_of(day: i64) -> Date {
    match Span::new().try_days(day) {
        Ok(days) => EPOCH.saturating_add(days),
        Err(_) if day < 0 => Date::MIN,
        Err(_) => Date::MAX,
    }
}

/// A run of whole days, first and last included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Days {
    first: Date,
    last: Date,
}

impl Days {
    /// # Errors
    /// When `last` is before `first`, or a date is too close to the end of the calendar (years
    /// before 1971 and after 9998 are no attendance days).
    pub fn new(first: Date, last: Date) -> Result<Self, OutsideLimit> {
        if last < first {
            return Err(OutsideLimit(format!("the days end ({last}) before they begin ({first})")));
        }
        if first.year() < 1971 || last.year() > 9998 {
            return Err(OutsideLimit(format!(
                "{first} to {last} is outside the years 1971 to 9998"
            )));
        }
        Ok(Self { first, last })
    }

    /// One day.
    ///
    /// # Errors
    /// As [`Days::new`].
    pub fn one(date: Date) -> Result<Self, OutsideLimit> {
        Self::new(date, date)
    }

    /// First day.
    pub fn first(self) -> Date {
        self.first
    }

    /// Last day, included.
    pub fn last(self) -> Date {
        self.last
    }

    /// How many days; at least one.
    pub fn count(self) -> i64 {
        i64::from((self.last - self.first).get_days()) + 1
    }

    /// Whether the day is one of these.
    pub fn contains(self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }

    /// Each day in order.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Date> {
        (0..self.count()).map(move |n| self.day(n))
    }

    /// The fewest runs of at most `longest` days that make up these days, as even as they can be.
    pub fn split(self, longest: i64) -> impl Iterator<Item = Self> {
        let count = self.count();
        let runs = (count + longest.max(1) - 1) / longest.max(1);
        (0..runs).map(move |n| Self {
            first: self.day(n * count / runs),
            last: self.day((n + 1) * count / runs - 1),
        })
    }

    /// The same days, cut at the ends of calendar months.
    pub fn months(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.first), move |first| {
            first.last_of_month().tomorrow().ok().filter(|next| *next <= self.last)
        })
        .map(move |first| Self { first, last: first.last_of_month().min(self.last) })
    }

    /// These days and so many more on each side, as far as the calendar goes.
    #[must_use]
    pub fn widened(self, days: i64) -> Self {
        Self {
            first: self.first.saturating_sub(days.days()),
            last: self.last.saturating_add(days.days()),
        }
    }

    /// The day `n` days after the first; the calendar's end where there is none.
    fn day(self, n: i64) -> Date {
        self.first.saturating_add(n.days())
    }
}

impl FromStr for Days {
    type Err = OutsideLimit;

    /// A month (`2026-06`), a day (`2026-06-01`), or the first and the last (`2026-06-01..2026-06-30`).
    ///
    /// ```
    /// use wecom_checkin::Days;
    /// let june: Days = "2026-06".parse()?;
    /// assert_eq!(june, "2026-06-01..2026-06-30".parse()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn from_str(text: &str) -> Result<Self, OutsideLimit> {
        const FORMS: &str = "days are written 2026-06, 2026-06-01 or 2026-06-01..2026-06-30";
        let bad = || OutsideLimit(format!("{text:?} is not: {FORMS}"));
        let day = |text: &str| text.trim().parse::<Date>().map_err(|_| bad());
        let text = text.trim();
        if let Some((first, last)) = text.split_once("..") {
            return Self::new(day(first)?, day(last)?);
        }
        if text.len() == "2026-06".len() {
            let first = day(&format!("{text}-01"))?;
            return Self::new(first, first.last_of_month());
        }
        Self::one(day(text)?)
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_each_others_inverse() {
        for (date, day) in [
            (date(1970, 1, 1), 0),
            (date(1969, 12, 31), -1),
            (date(2026, 11, 23), 20_780),
            (Date::MIN, day_number(Date::MIN)),
            (Date::MAX, day_number(Date::MAX)),
        ] {
            assert_eq!(day_number(date), day);
            assert_eq!(date_of(day), date);
        }
        assert_eq!((date_of(i64::MIN), date_of(i64::MAX)), (Date::MIN, Date::MAX));
    }
}
