//! The span of one call: by the second, or by midnights.

use serde::{Deserialize, Serialize};

use crate::{Days, calls, limits::OutsideLimit, units::UnixTime};

const DAY_SEC: i64 = 86_400;

/// A span of time that one call may ask for: at most 30 days, both ends included, Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawWindow")]
pub struct Window {
    starttime: UnixTime,
    endtime: UnixTime,
}

impl Window {
    /// The most days of a window.
    pub const MAX_DAYS: i64 = calls::GETCHECKINDATA.max_days();

    /// # Errors
    /// When the end is not after the start, either is not positive, or more than
    /// [`Window::MAX_DAYS`] lie between them (WeCom would answer 301024).
    pub fn new(start: UnixTime, end: UnixTime) -> Result<Self, OutsideLimit> {
        let span = end.0.saturating_sub(start.0);
        if start.0 <= 0 || span <= 0 {
            return Err(OutsideLimit(format!(
                "a window must end after it starts and start after 1970 (given {} to {})",
                start.0, end.0
            )));
        }
        if span > Self::MAX_DAYS * DAY_SEC {
            return Err(OutsideLimit(format!(
                "a window may span {} days, {:.1} were given",
                Self::MAX_DAYS,
                std::time::Duration::from_secs(span.unsigned_abs()).as_secs_f64() / 86_400.0,
            )));
        }
        Ok(Self { starttime: start, endtime: end })
    }

    /// From midnight of the first day to the last second of the last, at UTC+8.
    ///
    /// # Errors
    /// When there are more than [`Window::MAX_DAYS`].
    pub fn of_days(days: Days) -> Result<Self, OutsideLimit> {
        let end = UnixTime::beijing_midnight(days.last()).0 + DAY_SEC - 1;
        Self::new(UnixTime::beijing_midnight(days.first()), UnixTime(end))
    }

    /// As [`Window::of_days`], for days that make up one month. All 31 days of a long month fit:
    /// its last day is then named by its midnight, which is what calls that answer by day go by.
    ///
    /// # Errors
    /// When there are more than one month has.
    pub fn of_month(days: Days) -> Result<Self, OutsideLimit> {
        if days.count() == Self::MAX_DAYS + 1 {
            let [start, end] = [days.first(), days.last()].map(UnixTime::beijing_midnight);
            return Self::new(start, end);
        }
        Self::of_days(days)
    }

    /// First second.
    pub fn start(self) -> UnixTime {
        self.starttime
    }

    /// Last second.
    pub fn end(self) -> UnixTime {
        self.endtime
    }
}

/// At most `MAX_DAYS` whole days, named by the midnights (UTC+8) of the first and the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawWindow")]
pub struct MidnightRange<const MAX_DAYS: i64> {
    starttime: UnixTime,
    endtime: UnixTime,
}

impl<const MAX_DAYS: i64> MidnightRange<MAX_DAYS> {
    /// # Errors
    /// When there are more than `MAX_DAYS`.
    pub fn new(days: Days) -> Result<Self, OutsideLimit> {
        if days.count() > MAX_DAYS {
            let given = days.count();
            return Err(OutsideLimit(format!("a call takes {MAX_DAYS} days, {given} were given")));
        }
        let [starttime, endtime] = [days.first(), days.last()].map(UnixTime::beijing_midnight);
        Ok(Self { starttime, endtime })
    }
}

impl<const MAX_DAYS: i64> TryFrom<RawWindow> for MidnightRange<MAX_DAYS> {
    type Error = OutsideLimit;

    fn try_from(raw: RawWindow) -> Result<Self, OutsideLimit> {
        let date = |at: UnixTime| {
            at.beijing_date().filter(|date| UnixTime::beijing_midnight(*date) == at).ok_or_else(
                || OutsideLimit(format!("{} is no midnight at UTC+8, as reports need", at.0)),
            )
        };
        Self::new(Days::new(date(raw.starttime)?, date(raw.endtime)?)?)
    }
}

#[derive(Deserialize)]
struct RawWindow {
    starttime: UnixTime,
    endtime: UnixTime,
}

impl TryFrom<RawWindow> for Window {
    type Error = OutsideLimit;

    fn try_from(raw: RawWindow) -> Result<Self, OutsideLimit> {
        Self::new(raw.starttime, raw.endtime)
    }
}
