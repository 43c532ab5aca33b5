//! Days and instants as the ledger stores them.

use jiff::Timestamp;
pub(crate) use wecom_checkin::days::{date_of, day_number};

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
