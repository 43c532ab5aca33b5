//! Special days: single dates, ranges, and every second week.

use jiff::civil::Date;
use wecom_checkin::{rule::SpecialDay, units::UnixTime};

use crate::time::day_number;

/// The dates of one entry of `spe_workdays` or `spe_offdays`, as day numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Dates {
    One(i64),
    Range(i64, i64),
    EverySecondWeek(i64, i64),
}

impl Dates {
    /// `None` for an entry without a usable date or of a kind that nobody has described.
    pub(crate) fn new(entry: &SpecialDay) -> Option<Self> {
        let number = |time: Option<UnixTime>| {
            time.filter(|t| t.0 > 0).and_then(UnixTime::beijing_date).map(day_number)
        };
        let (single, begin, end) =
            (number(entry.timestamp), number(entry.begtime), number(entry.endtime));
        match entry.kind.unwrap_or(0) {
            0 => single.map(Self::One),
            1 => Some(Self::Range(begin.or(single)?, end?)),
            2 => Some(Self::EverySecondWeek(single.or(begin)?, end.unwrap_or(i64::MAX))),
            _ => None,
        }
    }

    pub(crate) fn contains(self, date: Date) -> bool {
        let day = day_number(date);
        match self {
            Self::One(one) => day == one,
            Self::Range(first, last) => (first..=last).contains(&day),
            Self::EverySecondWeek(first, last) => {
                (first..=last).contains(&day) && (day - first) % 14 == 0
            }
        }
    }
}
