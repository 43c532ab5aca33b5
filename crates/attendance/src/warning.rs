//! What a clerk should know about the input of a day.

use std::fmt;

use serde::{Serialize, Serializer};

/// Something about the input that may have bent a verdict. Written as the texts of the contract:
/// `calendar_missing`, `unknown_exception:TEXT`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Warning {
    /// Nobody has arranged the holidays of the day's year; it was judged by its weekday.
    CalendarMissing,
    /// A flexibility in seconds could only be milliseconds and was read so.
    MsSuspected,
    /// The last off punch is before the first on punch; the hours are 0.
    OffBeforeOn,
    /// WeCom marked a punch with something unknown, verbatim.
    UnknownException(String),
    /// A punch at 0 or after now; never used.
    ImpossibleTime,
    /// A punch just outside the day's window; it counts for no day.
    UnattributedPunch,
    /// The date is both a special work day and a special day off; it was taken as worked.
    ConflictingSpecialDay,
    /// The only records of the day are 未打卡 rows.
    PlaceholderOnly,
    /// The scheduled shift is not in the rule; its hours came from the schedule.
    RuleFallback,
    /// The rule names a weekday outside 0 to 6.
    InvalidWeekday,
    /// A fixed rule without any hours: every day is off.
    RuleWithoutHours,
    /// A late leave the day before might have allowed the late, but that day's records are not known.
    DayBeforeUnknown,
    /// Overtime was approved, but how the rule counts overtime is not known.
    OvertimeTermsUnknown,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CalendarMissing => "calendar_missing",
            Self::MsSuspected => "ms_suspected",
            Self::OffBeforeOn => "off_before_on",
            Self::UnknownException(text) => return write!(f, "unknown_exception:{text}"),
            Self::ImpossibleTime => "impossible_time",
            Self::UnattributedPunch => "unattributed_punch",
            Self::ConflictingSpecialDay => "conflicting_special_day",
            Self::PlaceholderOnly => "placeholder_only",
            Self::RuleFallback => "rule_fallback",
            Self::InvalidWeekday => "invalid_weekday",
            Self::RuleWithoutHours => "rule_without_hours",
            Self::DayBeforeUnknown => "day_before_unknown",
            Self::OvertimeTermsUnknown => "overtime_terms_unknown",
        })
    }
}

impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
