//! Public holidays: which dates are off, which are made up for, which pay 300 %.

mod file;
mod state_council;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use self::file::{CalendarError, years_of_file};

/// The years that somebody has arranged. A year outside is not guessed: its days carry the warning
/// `calendar_missing` and are judged by their weekday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i16, CalendarYear>,
}

/// The arrangement of one year, as in a bundle or in a file: ISO dates.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CalendarYear {
    /// Days off, weekends among them included.
    pub off: BTreeSet<Date>,
    /// Weekend days that are worked.
    pub work: BTreeSet<Date>,
    /// The 300 % days, a subset of `off`.
    pub statutory: BTreeSet<Date>,
    /// Where it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// What the calendar says of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CalendarDay {
    /// Off.
    Off {
        /// One of the 300 % days.
        statutory: bool,
    },
    /// A weekend day that is worked.
    Work,
    /// Whatever the weekday says.
    Plain,
    /// Nobody has arranged that year.
    Unknown,
}

/// What the person owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayType {
    /// Duty.
    Workday,
    /// Off.
    Restday,
    /// Off on a statutory date (the 300 % days).
    Holiday,
}

impl DayType {
    /// The kind of day as the verdict's JSON has it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Workday => "workday",
            Self::Restday => "restday",
            Self::Holiday => "holiday",
        }
    }
}

impl CalendarDay {
    /// One of the 300 % days.
    pub fn is_statutory(self) -> bool {
        self == Self::Off { statutory: true }
    }
}

impl Default for Calendar {
    /// The arrangements of the State Council for mainland China, 2024 to 2026.
    fn default() -> Self {
        Self { years: state_council::years() }
    }
}

impl Calendar {
    /// No year at all.
    pub fn empty() -> Self {
        Self { years: BTreeMap::new() }
    }

    /// Replaces the years named, keeps the others.
    ///
    /// ```
    /// use attendance::{Calendar, calendar::{CalendarDay, CalendarYear}};
    /// use jiff::civil::date;
    ///
    /// let year: CalendarYear = serde_json::from_str(r#"{"off": ["2027-01-01"]}"#)?;
    /// let calendar = Calendar::default().with_years([(2027, year)]);
    /// assert_eq!(calendar.day(date(2027, 1, 1)), CalendarDay::Off { statutory: false });
    /// assert_eq!(calendar.day(date(2028, 1, 1)), CalendarDay::Unknown);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn with_years(mut self, years: impl IntoIterator<Item = (i16, CalendarYear)>) -> Self {
        self.years.extend(years);
        self
    }

    /// What is known of a date.
    ///
    /// A notice may speak of the last days of the year before, so the next year's entries count
    /// too where the date's own year is silent.
    pub fn day(&self, date: Date) -> CalendarDay {
        let own = self.years.get(&date.year());
        let next = self.years.get(&(date.year() + 1));
        let said =
            own.and_then(|year| year.day(date)).or_else(|| next.and_then(|year| year.day(date)));
        said.unwrap_or(if own.is_some() { CalendarDay::Plain } else { CalendarDay::Unknown })
    }

    /// Whether duty is usual on a date, as far as the calendar knows.
    pub fn is_work_day(&self, date: Date) -> bool {
        match self.day(date) {
            CalendarDay::Work => true,
            CalendarDay::Off { .. } => false,
            CalendarDay::Plain | CalendarDay::Unknown => date.weekday().to_monday_zero_offset() < 5,
        }
    }

    /// The years that are arranged, in order.
    pub fn years(&self) -> impl Iterator<Item = (i16, &CalendarYear)> {
        self.years.iter().map(|(&year, days)| (year, days))
    }
}

impl CalendarYear {
    fn day(&self, date: Date) -> Option<CalendarDay> {
        if self.off.contains(&date) || self.statutory.contains(&date) {
            Some(CalendarDay::Off { statutory: self.statutory.contains(&date) })
        } else {
            self.work.contains(&date).then_some(CalendarDay::Work)
        }
    }

    /// What is wrong with the arrangement of `year`, one sentence each; empty when nothing is.
    pub fn problems(&self, year: i16) -> Vec<String> {
        let mut problems = Vec::new();
        if self.off.is_empty() {
            problems.push(format!("no day of {year} is off"));
        }
        for date in self.statutory.difference(&self.off) {
            problems.push(format!("{date} is statutory but not off"));
        }
        for date in self.work.intersection(&self.off) {
            problems.push(format!("{date} is both off and worked"));
        }
        for date in self.off.iter().chain(&self.work) {
            let neighbour = date.year() == year - 1 && date.month() == 12;
            if date.year() != year && !neighbour {
                problems.push(format!("{date} is listed under {year}"));
            }
        }
        for date in &self.work {
            if date.weekday().to_monday_zero_offset() < 5 {
                problems.push(format!("{date} is made up but no weekend day"));
            }
        }
        problems
    }
}
