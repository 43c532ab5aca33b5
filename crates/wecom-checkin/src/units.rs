//! Instants, seconds of day and places, with the unit in the type.

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
