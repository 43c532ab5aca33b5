//! Half days, and the time that an approval means.

use jiff::civil::Date;
use wecom_checkin::units::UnixTime;

use super::{DAY_SEC, Interval, date_of, day_number};

/// Half a day as approvals count days.
pub(crate) const HALF_DAY_SEC: i64 = DAY_SEC / 2;

/// A morning or an afternoon: halves since 1970-01-01, even ones are mornings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HalfDay(i64);

/// Which time is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    /// From one instant to another.
    Hours(Interval),
    /// These halves of days, both included.
    Halves(HalfDay, HalfDay),
}

impl HalfDay {
    /// The morning of a day.
    pub(crate) fn morning(number: i64) -> Self {
        Self(2 * number)
    }

    /// The half in which an instant lies, at UTC+8 as all stamps.
    pub(crate) fn of(at: i64) -> Option<Self> {
        let date = UnixTime(at).beijing_date()?;
        let second = at - UnixTime::beijing_midnight(date).0;
        Some(Self(2 * day_number(date) + i64::from(second >= HALF_DAY_SEC)))
    }

    pub(crate) fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// How many halves there are from this one to another, both included.
    pub(crate) fn count_to(self, last: Self) -> i64 {
        last.0 - self.0 + 1
    }

    /// The number of its day.
    pub(crate) fn day(self) -> i64 {
        self.0.div_euclid(2)
    }

    /// Its day.
    pub fn date(self) -> Date {
        date_of(self.day())
    }

    /// Whether it is the afternoon.
    pub fn is_afternoon(self) -> bool {
        self.0.rem_euclid(2) == 1
    }

    /// When it begins by the clock at UTC+8.
    pub(crate) fn begin(self) -> i64 {
        UnixTime::beijing_midnight(self.date()).0 + self.0.rem_euclid(2) * HALF_DAY_SEC
    }
}

impl When {
    /// By the clock at UTC+8, whatever anybody's plan is.
    pub(crate) fn by_clock(self) -> Interval {
        match self {
            Self::Hours(interval) => interval,
            Self::Halves(first, last) => Interval::new(first.begin(), last.next().begin()),
        }
    }
}
