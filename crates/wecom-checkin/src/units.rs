//! Instants, lengths of time, places and months, with the unit in the type.

use std::fmt;

use jiff::{Timestamp, civil::Date, tz::Offset};
use serde::{Deserialize, Serialize};

/// Unix time in whole seconds, as every check-in call sends and expects it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct UnixTime(pub i64);

impl UnixTime {
    /// The API's midnight of a date: 00:00 at UTC+8, wherever the company is.
    ///
    /// ```
    /// use wecom_checkin::units::UnixTime;
    /// assert_eq!(UnixTime::beijing_midnight(jiff::civil::date(2017, 11, 30)).0, 1_511_971_200);
    /// ```
    pub fn beijing_midnight(date: Date) -> Self {
        let utc = Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).map_or(0, Timestamp::as_second);
        Self(utc - BEIJING_OFFSET_SEC)
    }

    /// The date at UTC+8, or `None` for an instant outside the years 1 to 9999.
    pub fn beijing_date(self) -> Option<Date> {
        let shifted = Timestamp::from_second(self.0.checked_add(BEIJING_OFFSET_SEC)?).ok()?;
        Some(Offset::UTC.to_datetime(shifted).date())
    }

    /// The instant, or `None` outside the years 1 to 9999.
    pub fn timestamp(self) -> Option<Timestamp> {
        Timestamp::from_second(self.0).ok()
    }
}

/// UTC+8, the zone that the API means by "midnight".
const BEIJING_OFFSET_SEC: i64 = 8 * 3600;

impl From<Timestamp> for UnixTime {
    fn from(at: Timestamp) -> Self {
        Self(at.as_second())
    }
}

/// Seconds from 00:00 of the attendance day. A night shift runs past 86400.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct SecOfDay(pub i64);

impl SecOfDay {
    #[cfg(feature = "client")]
    pub(crate) fn is_whole_minute(self) -> bool {
        self.0 % 60 == 0
    }
}

impl std::ops::Sub for SecOfDay {
    type Output = Seconds;

    /// The time between the two.
    fn sub(self, earlier: Self) -> Seconds {
        Seconds(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for SecOfDay {
    /// `09:00`, and `+1 06:00` for the next morning; seconds only where there are some.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DAY: i64 = 86_400;
        let (days, second) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        if days != 0 {
            write!(f, "{days:+} ")?;
        }
        write!(f, "{:02}:{:02}", second / 3600, second / 60 % 60)?;
        if second % 60 != 0 {
            write!(f, ":{:02}", second % 60)?;
        }
        Ok(())
    }
}

/// A coordinate in millionths of a degree, datum GCJ-02 (as Tencent Maps), never WGS-84.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct Microdegrees(pub i64);

macro_rules! from_wire_number {
    ($($name:ident),+) => {$(
        crate::tolerant::reads_as!(int: $name);

        impl TryFrom<i128> for $name {
            type Error = std::num::TryFromIntError;

            fn try_from(value: i128) -> Result<Self, Self::Error> {
                i64::try_from(value).map(Self)
            }
        }
    )+};
}

from_wire_number!(UnixTime, SecOfDay, Microdegrees);

macro_rules! wire_units {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        $(
            $(#[$doc])*
            #[derive(
                Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
            )]
            #[serde(transparent)]
            pub struct $name(pub i64);

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl From<$name> for i64 {
                fn from(unit: $name) -> Self {
                    unit.0
                }
            }
        )+

        from_wire_number!($($name),+);
    };
}

wire_units! {
    /// A length of time in seconds. Some fields write -1 for "none" or "as elsewhere".
    Seconds,
    /// A length of time in milliseconds: what WeCom writes in `flex_time` and `limit_aheadtime`,
    /// beside fields in seconds.
    Millis,
    /// A distance in metres.
    Metres,
    /// Hundredths; 100 is one to one.
    Percent,
    /// A month as a number, such as 202611.
    YearMonth,
}

impl Seconds {
    /// Those of a whole number of milliseconds; a rest is cut off.
    pub fn from_millis(length: Millis) -> Self {
        Self(length.0 / 1000)
    }
}

impl Seconds {
    /// Whether it is a whole number of steps.
    #[cfg(feature = "client")]
    pub(crate) fn is_multiple_of(self, step: Self) -> bool {
        self.0 % step.0 == 0
    }
}

impl std::iter::Sum for Seconds {
    fn sum<I: Iterator<Item = Self>>(lengths: I) -> Self {
        Self(lengths.fold(0, |sum, length| sum.saturating_add(length.0)))
    }
}

impl YearMonth {
    /// The first day of the month; `None` where the number is no month.
    pub fn first_day(self) -> Option<Date> {
        let year = i16::try_from(self.0 / 100).ok()?;
        Date::new(year, i8::try_from(self.0 % 100).ok()?, 1).ok()
    }

    /// A day of the month; `None` where the month has no such day.
    pub fn day(self, day: i64) -> Option<Date> {
        let first = self.first_day()?;
        Date::new(first.year(), first.month(), i8::try_from(day).ok()?).ok()
    }
}

impl From<Date> for YearMonth {
    /// The month that the day is in.
    fn from(date: Date) -> Self {
        Self(i64::from(date.year()) * 100 + i64::from(date.month()))
    }
}
