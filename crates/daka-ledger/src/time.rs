//! Days and instants as the ledger stores them.

use jiff::{Span, Timestamp, civil::Date};

const EPOCH: Date = jiff::civil::date(1970, 1, 1);
const DAY_SEC: i64 = 86_400;

/// Days since 1970-01-01.
pub(crate) fn day_number(date: Date) -> i64 {
    date.duration_since(EPOCH).as_secs().div_euclid(DAY_SEC)
}

/// The date of a day; the calendar's nearest end for a day outside it.
pub(crate) fn date_of(day: i64) -> Date {
    match Span::new().try_days(day) {
        Ok(days) => EPOCH.saturating_add(days),
        Err(_) if day < 0 => Date::MIN,
        Err(_) => Date::MAX,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_each_others_inverse() {
        for (date, day) in [
            (jiff::civil::date(1970, 1, 1), 0),
            (jiff::civil::date(1969, 12, 31), -1),
            (jiff::civil::date(2026, 11, 23), 20_780),
            (Date::MIN, day_number(Date::MIN)),
            (Date::MAX, day_number(Date::MAX)),
        ] {
            assert_eq!(day_number(date), day);
            assert_eq!(date_of(day), date);
        }
        assert_eq!((date_of(i64::MIN), date_of(i64::MAX)), (Date::MIN, Date::MAX));
    }
}
