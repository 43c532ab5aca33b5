//! A slice: the people and days that one answer speaks for, and what it changed.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use wecom_checkin::UserId;

/// The people and days that an answer speaks for.
///
/// The days are those that were asked for *at heart*: an answer may hold rows of days around them
/// (a window has margins), and says nothing about what else those days hold.
#[derive(Debug, Clone, Copy)]
pub struct Slice<'a> {
    /// Everyone who was asked about, whether the answer names them or not.
    pub people: &'a [UserId],
    /// First day.
    pub from: Date,
    /// Last day, inclusive.
    pub to: Date,
    /// When it was asked for. What happened later is not in it.
    pub asked_at: Timestamp,
    /// When the answer came: the instant from which on the ledger knows it.
    pub fetched_at: Timestamp,
}

/// What a slice changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Facts that were not there.
    pub new: u64,
    /// Facts that were there, word for word.
    pub unchanged: u64,
    /// Facts that were there with another content; the earlier version is closed.
    pub revised: u64,
    /// Facts that were there and are no more; the version is closed.
    pub withdrawn: u64,
}

impl Counts {
    /// Whether anything differs from what was known before.
    pub fn changed(&self) -> bool {
        self.new + self.revised + self.withdrawn > 0
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.new += more.new;
        self.unchanged += more.unchanged;
        self.revised += more.revised;
        self.withdrawn += more.withdrawn;
    }
}

impl std::ops::Sub for Counts {
    type Output = Self;

    /// What was counted since `earlier`.
    fn sub(self, earlier: Self) -> Self {
        Self {
            new: self.new.saturating_sub(earlier.new),
            unchanged: self.unchanged.saturating_sub(earlier.unchanged),
            revised: self.revised.saturating_sub(earlier.revised),
            withdrawn: self.withdrawn.saturating_sub(earlier.withdrawn),
        }
    }
}

/// The calls whose answers the ledger keeps account of, day by day and person by person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// `getcheckindata`.
    Records,
    /// `getcheckinoption`.
    Rules,
    /// `getcheckinschedulist`.
    Schedules,
    /// `getcheckin_daydata`.
    DayReports,
    /// `getcheckin_monthdata`.
    MonthReports,
    /// `getapprovalinfo`, by the days on which approvals were handed in.
    HandIns,
    /// The days for which approvals are known: every hand-in that could bear on them was asked for.
    Approvals,
}

impl Call {
    /// The word under which the ledger files it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Rules => "rules",
            Self::Schedules => "schedules",
            Self::DayReports => "day_reports",
            Self::MonthReports => "month_reports",
            Self::HandIns => "hand_ins",
            Self::Approvals => "approvals",
        }
    }
}
