//! A time on an attendance day's clock, which runs on past 24:00.

use std::{fmt, str::FromStr};

use attendance::time::Moment;

use crate::lang::{Refusal, text};
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};

/// Seconds from the attendance day's 00:00, up to the end of the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClockTime(u32);

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;

impl ClockTime {
    /// A moment on the clock of an attendance day; `None` outside that day and the next.
    pub(super) fn of(day: Date, moment: Moment) -> Option<Self> {
        let at = moment.datetime();
        let days = u32::try_from((at.date() - day).get_days()).ok().filter(|days| *days < 2)?;
        let [hour, minute, second] = [at.hour(), at.minute(), at.second()];
        let second = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        Some(Self(days * DAY + u32::try_from(second).ok()?))
    }

    /// Seconds from 00:00.
    pub(super) fn second(self) -> i64 {
        i64::from(self.0)
    }

    /// The instant on that day in a zone.
    pub(super) fn on(self, date: Date, zone: &TimeZone) -> Option<Timestamp> {
        let (day, second) = (self.0 / DAY, self.0 % DAY);
        let date = date.checked_add(i64::from(day).days()).ok()?;
        let clock = jiff::civil::Time::midnight().checked_add(i64::from(second).seconds()).ok()?;
        Some(date.to_datetime(clock).to_zoned(zone.clone()).ok()?.timestamp())
    }
}

impl FromStr for ClockTime {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let complaint = || {
            Refusal(text!(
                "{text:?} is no time; write it like 09:00, or 30:00 for 06:00 of the next morning",
                "{text:?} 不是时间；请写成 09:00，次日早上 06:00 写成 30:00"
            ))
        };
        let parts: Vec<u32> = text
            .split(':')
            .map(|part| {
                let is_number = part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit());
                part.parse().ok().filter(|_| is_number)
            })
            .collect::<Option<_>>()
            .ok_or_else(complaint)?;
        match *parts.as_slice() {
            [hour @ 0..48, minute @ 0..60] => Ok(Self(hour * HOUR + minute * 60)),
            [hour @ 0..48, minute @ 0..60, second @ 0..60] => {
                Ok(Self(hour * HOUR + minute * 60 + second))
            }
            _ => Err(complaint()),
        }
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / HOUR, self.0 / 60 % 60)?;
        if self.0.is_multiple_of(60) { Ok(()) } else { write!(f, ":{:02}", self.0 % 60) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_days_clock_runs_into_the_next() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        for (text, instant) in [
            ("09:00", Some("2026-11-03T09:00:00+08:00")),
            ("9:05:07", Some("2026-11-03T09:05:07+08:00")),
            ("30:00", Some("2026-11-04T06:00:00+08:00")),
            ("48:00", None),
            ("09:60", None),
            ("+9:00", None),
            ("9", None),
            ("", None),
        ] {
            let read = text.parse::<ClockTime>().ok();
            let read = read.and_then(|time| time.on(jiff::civil::date(2026, 11, 3), &zone));
            assert_eq!(read, instant.map(|at| at.parse().unwrap()), "{text}");
        }
    }
}
