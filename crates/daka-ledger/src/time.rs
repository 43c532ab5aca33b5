//! Days and instants as the ledger stores them.

use jiff::Timestamp;
pub(crate) use wecom_checkin::days::{date_of, day_number};

/// When a day ends at UTC+8, Unix milliseconds.
pub(crate) fn end_of(day: i64) -> i64 {
    const AHEAD_SEC: i64 = 8 * 3_600;
    const DAY_SEC: i64 = 86_400;
    day.saturating_add(1).saturating_mul(DAY_SEC).saturating_sub(AHEAD_SEC).saturating_mul(1_000)
}

/// Unix milliseconds.
pub(crate) fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The instant of Unix milliseconds.
pub(crate) fn instant(millis: i64) -> Timestamp {
    let end = if millis < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(millis).unwrap_or(end)
}

/// The instant to read as of: later than everything when none is named.
pub(crate) fn as_of(at: Option<Timestamp>) -> i64 {
    at.map_or(i64::MAX, millis)
}
