//! The days that a command works on, as people say them.

use std::{fmt, str::FromStr};

use clap::Args;
use jiff::{Timestamp, ToSpan as _, civil::Date};
pub(crate) use wecom_checkin::plan::Days;

use crate::{
    failure::Failure,
    lang::{Refusal, text},
};

/// `--from`, `--to` and `--month`.
#[derive(Debug, Clone, Args, Default)]
pub(crate) struct DayArgs {
    /// First attendance day: a date such as 2026-10-01, today or yesterday
    #[arg(long, value_name = "DATE", conflicts_with = "month")]
    pub(crate) from: Option<DateArg>,
    /// Last attendance day, included; today unless given
    #[arg(long, value_name = "DATE", conflicts_with = "month", requires = "from")]
    pub(crate) to: Option<DateArg>,
    /// A whole month: 2026-10, this or last
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) month: Option<MonthArg>,
}

/// A date as people say it: `2026-10-12`, `today`, `yesterday`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateArg {
    On(Date),
    Today,
    Yesterday,
}

impl DateArg {
    /// The date that is meant.
    pub(crate) fn on(self, today: Date) -> Date {
        match self {
            Self::On(date) => date,
            Self::Today => today,
            Self::Yesterday => today.saturating_sub(1.day()),
        }
    }
}

impl FromStr for DateArg {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let complaint = || {
            Refusal(text!(
                "{text:?} is no date; write it like 2026-10-12, or today, yesterday",
                "{text:?} 不是日期；请写成 2026-10-12，或 today（今天）、yesterday（昨天）"
            ))
        };
        match text {
            "today" => Ok(Self::Today),
            "yesterday" => Ok(Self::Yesterday),
            _ => Date::strptime("%Y-%m-%d", text).map(Self::On).map_err(|_| complaint()),
        }
    }
}

/// A month as people say it: `2026-10`, `this`, `last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MonthArg {
    Of(Month),
    This,
    Last,
}

impl MonthArg {
    /// The month that is meant; `None` beyond the calendar.
    pub(crate) fn on(self, today: Date) -> Option<Month> {
        match self {
            Self::Of(month) => Some(month),
            Self::This => Month::of(today),
            Self::Last => Month::of(today)?.before(),
        }
    }

    /// The same, which must be of the calendar.
    pub(crate) fn required(self, today: Date) -> Result<Month, Failure> {
        self.on(today).ok_or_else(|| {
            Failure::usage(
                text!("there is no such month", "没有这个月份"),
                text!("name one in which somebody may have worked", "请指定可能上班的月份"),
            )
        })
    }
}

impl FromStr for MonthArg {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        match text {
            "this" => Ok(Self::This),
            "last" => Ok(Self::Last),
            _ => text.parse().map(Self::Of),
        }
    }
}

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Month(Days);

impl Month {
    /// The month that a day lies in; `None` beyond the calendar.
    pub(crate) fn of(day: Date) -> Option<Self> {
        Days::new(day.first_of_month(), day.last_of_month()).ok().map(Self)
    }

    /// The month before it.
    pub(crate) fn before(self) -> Option<Self> {
        Self::of(self.0.first().yesterday().ok()?)
    }

    /// The month after it.
    pub(crate) fn after(self) -> Option<Self> {
        Self::of(self.0.last().tomorrow().ok()?)
    }

    /// Its days.
    pub(crate) fn days(self) -> Days {
        self.0
    }
}

impl FromStr for Month {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let first = Date::strptime("%Y-%m-%d", format!("{text}-01")).ok();
        let written_so = |month: &Self| month.to_string() == text;
        first.and_then(Self::of).filter(written_so).ok_or_else(|| {
            Refusal(text!(
                "{text:?} is no month; write it like 2026-10, or this, last",
                "{text:?} 不是月份；请写成 2026-10，或 this（本月）、last（上月）"
            ))
        })
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.first().strftime("%Y-%m"))
    }
}

/// Reads an instant.
pub(crate) fn parse_instant(text: &str) -> Result<Timestamp, Refusal> {
    text.parse().map_err(|_| {
        Refusal(text!(
            "{text:?} is no instant; write it like 2026-11-02T09:00:00+08:00",
            "{text:?} 不是时刻；请写成 2026-11-02T09:00:00+08:00"
        ))
    })
}

/// The days from one to another.
pub(crate) fn from_to(first: Date, last: Date) -> Result<Days, Failure> {
    if first > last {
        return Err(Failure::usage(
            text!("{first} is after {last}", "{first} 晚于 {last}"),
            text!(
                "swap them: both days are included, the earlier one first",
                "请对调：起止两天都包括，较早的在前"
            ),
        ));
    }
    Days::new(first, last).map_err(|e| {
        Failure::usage(
            text!("{e}", "{first} 至 {last} 超出可查范围"),
            text!("name days on which somebody may have worked", "请指定可能上班的日期"),
        )
    })
}

impl DayArgs {
    /// The days asked for, or `None` when none were named.
    pub(crate) fn resolve(&self, today: Date) -> Result<Option<Days>, Failure> {
        if let Some(month) = self.month {
            return Ok(month.on(today).map(Month::days));
        }
        let Some(from) = self.from else { return Ok(None) };
        from_to(from.on(today), self.to.unwrap_or(DateArg::Today).on(today)).map(Some)
    }

    /// The days asked for.
    pub(crate) fn required(&self, today: Date) -> Result<Days, Failure> {
        self.resolve(today)?.ok_or_else(|| {
            Failure::usage(
                text!("no days are named", "没有指定日期"),
                text!(
                    "add --month YYYY-MM, or --from DATE --to DATE",
                    "请加 --month YYYY-MM，或 --from DATE --to DATE"
                ),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 3, 1);

    #[test]
    fn months_are_read_and_whole() {
        for (text, days) in [
            ("2026-02", Some(("2026-02-01", "2026-02-28"))),
            ("2028-02", Some(("2028-02-01", "2028-02-29"))),
            ("this", Some(("2026-03-01", "2026-03-31"))),
            ("last", Some(("2026-02-01", "2026-02-28"))),
            ("2026-13", None),
            ("2026-1", None),
            ("2026-10-01", None),
            ("next", None),
        ] {
            let month = text.parse::<MonthArg>().ok().and_then(|month| month.on(TODAY));
            let read = month.map(|m| (m.days().first(), m.days().last()));
            let want = days.map(|(a, b)| (a.parse().unwrap(), b.parse().unwrap()));
            assert_eq!(read, want, "{text}");
        }
    }

    #[test]
    fn dates_are_read_as_people_say_them() {
        for (text, date) in [
            ("2026-10-12", Some("2026-10-12")),
            ("today", Some("2026-03-01")),
            ("yesterday", Some("2026-02-28")),
            ("2026-02-30", None),
            ("2026-10-12T09:00", None),
            ("tomorrow", None),
            ("", None),
        ] {
            let read = text.parse::<DateArg>().ok().map(|date| date.on(TODAY).to_string());
            assert_eq!(read.as_deref(), date, "{text}");
        }
    }
}
