//! Instants, intervals of time, and the wall clock of one attendance day.

mod half_day;

use std::{fmt, str::FromStr};

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    fmt::temporal::Pieces,
    tz::{Offset, TimeZone},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use half_day::HALF_DAY_SEC;
pub use half_day::{HalfDay, When};
pub(crate) use wecom_checkin::days::{date_of, day_number};

/// Seconds of a wall-clock day.
pub(crate) const DAY_SEC: i64 = 86_400;

/// No duration or second of day on the wire means more than this; what claims more is cut here, so
/// that arithmetic on it cannot overflow.
const LONGEST_SEC: i64 = 10 * DAY_SEC;

/// A duration or second of day from the wire, cut to what arithmetic can bear.
pub(crate) fn bounded_sec(sec: i64) -> i64 {
    sec.clamp(-LONGEST_SEC, LONGEST_SEC)
}

/// An instant from the wire, cut to the years that there are.
pub(crate) fn bounded_instant(at: i64) -> i64 {
    timestamp(at).as_second()
}

/// An instant as the people of the day read it off their clock.
///
/// Displays and serialises as RFC 3339 without the zone's name: `2026-06-01T09:01:07+08:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    at: i64,
    offset: Offset,
}

impl Moment {
    /// An instant in Unix seconds, read at an offset from UTC.
    pub fn new(at: i64, offset: Offset) -> Self {
        Self { at, offset }
    }

    /// Unix seconds.
    pub fn as_second(self) -> i64 {
        self.at
    }

    /// The offset from UTC that it is read at.
    pub fn offset(self) -> Offset {
        self.offset
    }

    /// Date and time on the wall.
    pub fn datetime(self) -> DateTime {
        self.offset.to_datetime(timestamp(self.at))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, seconds) =
            (if self.offset.seconds() < 0 { '-' } else { '+' }, self.offset.seconds().abs());
        write!(f, "{:.0}{sign}{:02}:{:02}", self.datetime(), seconds / 3600, seconds / 60 % 60)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl FromStr for Moment {
    type Err = jiff::Error;

    /// Reads what [`Display`](fmt::Display) writes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let pieces = Pieces::parse(text)?;
        let offset = pieces.to_numeric_offset().unwrap_or(Offset::UTC);
        Ok(Self { at: text.parse::<Timestamp>()?.as_second(), offset })
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An interval of time in Unix seconds: `begin` belongs to it, `end` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    /// First second.
    pub begin: i64,
    /// The second after the last.
    pub end: i64,
}

impl Interval {
    /// An interval; backwards counts as empty.
    pub fn new(begin: i64, end: i64) -> Self {
        Self { begin, end: end.max(begin) }
    }

    /// Its length in seconds, never negative.
    pub fn seconds(self) -> i64 {
        (self.end - self.begin).max(0)
    }

    /// What it has in common with another; maybe empty.
    #[must_use]
    pub fn common(self, other: Self) -> Self {
        Self::new(self.begin.max(other.begin), self.end.min(other.end))
    }

    /// Whether the instant lies in it.
    pub fn contains(self, at: i64) -> bool {
        self.begin <= at && at < self.end
    }

    /// How many of its seconds lie in any of the others, which must not overlap each other.
    pub fn covered_by(self, others: &[Self]) -> i64 {
        others.iter().map(|&other| self.common(other).seconds()).sum()
    }
}

/// Joins intervals that touch or overlap; sorted, empty ones dropped.
pub(crate) fn merge(intervals: &mut Vec<Interval>) {
    intervals.retain(|s| s.seconds() > 0);
    intervals.sort_unstable();
    intervals.dedup_by(|next, kept| {
        let touches = next.begin <= kept.end;
        if touches {
            kept.end = kept.end.max(next.end);
        }
        touches
    });
}

/// The clock on the wall during one attendance day and the two nights around it.
#[derive(Debug, Clone)]
pub(crate) struct DayClock {
    date: Date,
    midnight: i64,
    offset: Offset,
    /// The zone, where its offset changes within reach of the day.
    changing: Option<TimeZone>,
}

impl DayClock {
    /// The clock of a date in a zone.
    pub(crate) fn new(zone: &TimeZone, date: Date) -> Self {
        let midnight = wall_instant(zone, date, 0);
        let (from, until) = (midnight - 2 * DAY_SEC, midnight + 4 * DAY_SEC);
        let changes = zone
            .following(timestamp(from))
            .next()
            .is_some_and(|transition| transition.timestamp().as_second() <= until);
        Self {
            date,
            midnight,
            offset: zone.to_offset(timestamp(midnight)),
            changing: changes.then(|| zone.clone()),
        }
    }

    /// The instant at which the wall clock shows so many seconds from the date's 00:00.
    ///
    /// Past a change of the clock these are not elapsed seconds: 06:00 is 06:00. A time that the
    /// change skips reads as the same number of seconds later, one that comes twice as the first.
    pub(crate) fn instant(&self, sec_of_day: i64) -> i64 {
        match &self.changing {
            None => self.midnight + sec_of_day,
            Some(zone) => wall_instant(zone, self.date, sec_of_day),
        }
    }

    /// 00:00.
    pub(crate) fn midnight(&self) -> i64 {
        self.midnight
    }

    /// How people of the day read an instant.
    pub(crate) fn moment(&self, at: i64) -> Moment {
        let offset = match &self.changing {
            None => self.offset,
            Some(zone) => zone.to_offset(timestamp(at)),
        };
        Moment { at, offset }
    }

    /// The instant with its seconds cut off, as the wall clock shows them.
    pub(crate) fn whole_minute(&self, at: i64) -> i64 {
        let offset = i64::from(self.moment(at).offset.seconds());
        (at + offset).div_euclid(60) * 60 - offset
    }
}

/// A timestamp, pulled into the years that there are.
fn timestamp(at: i64) -> Timestamp {
    let (min, max) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(at.clamp(min, max)).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn wall_instant(zone: &TimeZone, date: Date, sec_of_day: i64) -> i64 {
    let days = sec_of_day.div_euclid(DAY_SEC);
    let date = date_of(day_number(date) + days);
    let rest = sec_of_day.rem_euclid(DAY_SEC);
    let part = |value: i64| i8::try_from(value).unwrap_or(0);
    let wall = date.at(part(rest / 3600), part(rest / 60 % 60), part(rest % 60), 0);
    zone.to_ambiguous_timestamp(wall).compatible().map_or(0, Timestamp::as_second)
}

/// The calendar date of an instant in a zone.
pub(crate) fn date_in(zone: &TimeZone, at: i64) -> Date {
    zone.to_datetime(timestamp(at)).date()
}
