//! The days that a command works on.

use clap::Args;
use jiff::civil::Date;
pub(crate) use wecom_checkin::plan::Days;

use crate::failure::Failure;

/// `--from`, `--to` and `--month`.
#[derive(Debug, Clone, Args, Default)]
pub(crate) struct DayArgs {
    /// First attendance day, such as 2026-10-01
    #[arg(long, value_name = "DATE", conflicts_with = "month")]
    pub(crate) from: Option<Date>,
    /// Last attendance day, included; today unless given
    #[arg(long, value_name = "DATE", conflicts_with = "month", requires = "from")]
    pub(crate) to: Option<Date>,
    /// A whole month, such as 2026-10
    #[arg(long, value_name = "YYYY-MM", value_parser = parse_month)]
    pub(crate) month: Option<Month>,
}

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Month(Days);

impl Month {
    /// Its days.
    pub(crate) fn days(self) -> Days {
        self.0
    }

    /// The month before the one that a day lies in.
    pub(crate) fn before(day: Date) -> Option<Self> {
        let last = day.first_of_month().yesterday().ok()?;
        Days::new(last.first_of_month(), last).ok().map(Self)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.first().strftime("%Y-%m"))
    }
}

/// Reads `YYYY-MM`.
pub(crate) fn parse_month(text: &str) -> Result<Month, String> {
    let complaint = || format!("{text:?} is no month; write it like 2026-10");
    if text.len() != 7 {
        return Err(complaint());
    }
    let first: Date = format!("{text}-01").parse().map_err(|_| complaint())?;
    Days::new(first, first.last_of_month()).map(Month).map_err(|e| e.to_string())
}

impl DayArgs {
    /// The days asked for, or `None` when none were named.
    pub(crate) fn resolve(&self, today: Date) -> Result<Option<Days>, Failure> {
        if let Some(month) = self.month {
            return Ok(Some(month.days()));
        }
        let Some(from) = self.from else { return Ok(None) };
        let to = self.to.unwrap_or(today);
        if from > to {
            return Err(Failure::usage(
                format!("--from {from} is after --to {to}"),
                "swap them: both days are included, the earlier one first",
            ));
        }
        Days::new(from, to).map(Some).map_err(|e| {
            Failure::usage(e.to_string(), "name days on which somebody may have worked")
        })
    }

    /// The days asked for.
    pub(crate) fn required(&self, today: Date) -> Result<Days, Failure> {
        self.resolve(today)?.ok_or_else(|| {
            Failure::usage("no days are named", "add --month YYYY-MM, or --from DATE --to DATE")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_and_whole() {
        for (text, days) in [
            ("2026-02", Some(("2026-02-01", "2026-02-28"))),
            ("2028-02", Some(("2028-02-01", "2028-02-29"))),
            ("2026-13", None),
            ("2026-1", None),
            ("2026-10-01", None),
        ] {
            let read = parse_month(text).ok().map(|m| (m.days().first(), m.days().last()));
            let want = days.map(|(a, b)| (a.parse().unwrap(), b.parse().unwrap()));
            assert_eq!(read, want, "{text}");
        }
    }
}
