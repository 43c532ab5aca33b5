//! Runs: who asked WeCom, when, and how it ended.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use wecom_checkin::UserId;

use crate::Counts;

/// One `sync`, from its start on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct RunId(pub(crate) i64);

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RunEnd {
    /// What its record slices changed.
    pub records: Counts,
    /// What was asked for and not got.
    pub failed: Vec<FailedSlice>,
}

/// A slice that could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailedSlice {
    /// The call, as WeCom names it.
    pub call: String,
    /// Whom it was to ask about.
    pub users: Vec<UserId>,
    /// First day.
    pub from: Date,
    /// Last day, inclusive.
    pub to: Date,
    /// Why it failed.
    pub reason: String,
}

/// A run as the ledger remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Which.
    pub id: RunId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` while it runs, or when it was killed.
    pub ended_at: Option<Timestamp>,
    /// How it ended.
    pub end: Option<RunEnd>,
}
