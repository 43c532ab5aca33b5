//! What a sync is asked for, and what it answers.

use daka_ledger::{Counts, FailedSlice};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use wecom_checkin::UserId;

/// What to bring up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Whom.
    pub people: People,
    /// Which days.
    pub days: Days,
}

/// Whose days to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum People {
    /// Everyone on the contact list (`user/list_id`, the contact secret's call).
    Everyone,
    /// These.
    Named(Vec<UserId>),
}

/// Which attendance days to fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// What is missing or may still move, up to today.
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
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Outcome {
    /// People asked about.
    pub people: usize,
    /// What changed among the records.
    pub records: Counts,
    /// What changed among the rules.
    pub rules: Counts,
    /// What changed among the schedules.
    pub schedules: Counts,
    /// What was asked for and not got, cause by cause.
    pub failed: Vec<Failure>,
    /// Userids that WeCom does not know.
    pub unknown: Vec<UserId>,
    /// Calls that the app's permissions do not cover; what they add is left out.
    pub refused: Vec<String>,
}

/// One cause and the slices that fell to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The cause, in one line.
    pub reason: String,
    /// What fell to it.
    pub slices: Vec<FailedSlice>,
}

/// How a sync gets on, for a progress bar or a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// So much is to be done.
    Planned {
        /// People.
        people: usize,
        /// Slices.
        slices: usize,
    },
    /// One slice is in the ledger.
    Committed {
        /// When, by the clock that was handed in.
        at: Timestamp,
        /// What it changed.
        counts: Counts,
    },
    /// One slice failed.
    Failed,
}
