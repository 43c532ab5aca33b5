//! What a sync is asked for, and what it answers.

use daka_ledger::{Counts, FailedSlice};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;
use wecom_checkin::UserId;

use crate::{Missed, PhotoFolder, plan::Settling};

/// What to bring up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Whom.
    pub people: People,
    /// Which days.
    pub days: Days,
    /// The company's zone: it says which day is today.
    pub zone: TimeZone,
    /// For how many days a day may still move after it ended; see [`crate::plan::LOOK_BACK_DAYS`].
    pub look_back: i64,
    /// How many months before the first of the days approvals may have been handed in that bear on
    /// them; see [`crate::plan::APPROVALS_BACK_MONTHS`].
    pub approvals_back_months: i64,
    /// What else, on purpose only.
    pub extras: Extras,
}

impl Request {
    /// Today in the company's zone.
    pub(crate) fn today(&self, now: Timestamp) -> Date {
        now.to_zoned(self.zone.clone()).date()
    }

    /// When days stop moving, seen from today.
    pub(crate) fn settling(&self, now: Timestamp) -> Settling {
        Settling { zone: self.zone.clone(), today: self.today(now), look_back: self.look_back }
    }
}

/// What a sync fetches on purpose only, because it costs calls or keeps what is personal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extras {
    /// WeCom's own day and month reports.
    pub reports: bool,
    /// The photos of records, into this folder.
    pub photos: Option<PhotoFolder>,
}

/// Whose days to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum People {
    /// Everyone on the contact list (`user/list_id`, the contact secret's call).
    Everyone,
    /// Everyone whom a rule covers (the ranges of `getcorpcheckinoption`); needs no contact
    /// secret, and says of nobody that they have left.
    FromRules,
    /// Everyone the ledger has heard of who has not left.
    OnFile,
    /// These.
    Named(Vec<UserId>),
}

/// Which attendance days to fetch. None is ever fetched before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// What is missing or may still move, up to today; see [`crate::plan::horizon`].
    Moving,
    /// All of these, whatever is known.
    All {
        /// First day.
        from: Date,
        /// Last day, inclusive.
        to: Date,
    },
}

/// What a sync did.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// People asked about.
    pub people: usize,
    /// What changed on the contact list.
    pub members: Counts,
    /// What changed in the tree of departments.
    pub departments: Counts,
    /// What changed among the company's own rules.
    pub corp_rules: Counts,
    /// What changed among people's rules, counted by person-day.
    pub rules: Counts,
    /// What changed among the schedules.
    pub schedules: Counts,
    /// What changed among the records.
    pub records: Counts,
    /// What changed among the approvals.
    pub approvals: Counts,
    /// What changed among WeCom's day reports.
    pub day_reports: Counts,
    /// What changed among WeCom's month reports.
    pub month_reports: Counts,
    /// What became of photos.
    pub photos: Photos,
    /// Departments, tags and photos that could not be fetched.
    pub missed: Vec<Missed>,
    /// What was asked for and not got, cause by cause.
    pub failed: Vec<Failure>,
    /// Userids that WeCom does not know, sorted.
    pub unknown: Vec<UserId>,
    /// People whom the rules of their last day do not name, sorted.
    pub without_rule: Vec<UserId>,
    /// Calls that WeCom refuses to this secret and that a sync can do without.
    pub refused: Vec<wecom_checkin::Error>,
}

/// What became of the photos that were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Photos {
    /// Kept.
    pub kept: u64,
    /// WeCom no longer had them.
    pub gone: u64,
}

/// One cause and the slices that fell to it.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The cause.
    pub error: wecom_checkin::Error,
    /// What fell to it.
    pub slices: Vec<FailedSlice>,
}

/// How a sync gets on, for a progress bar or a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// So much is to be done of one call. Said once for each call, before its first slice. Less is
    /// done when WeCom refuses the call altogether, or the disk a photo.
    Planned {
        /// The call, as WeCom names it.
        call: &'static str,
        /// Slices.
        slices: usize,
    },
    /// One slice of the call is in the ledger, or has failed.
    Done {
        /// The call.
        call: &'static str,
        /// What it changed; `None` when it failed.
        counts: Option<Counts>,
    },
}
