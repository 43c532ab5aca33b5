//! What was written since the start: the little that is kept in memory.

use std::collections::HashMap;
use std::sync::Arc;

use crate::day::Day;

/// Everything written, by whom it concerns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    /// Shifts set for a person and day; `None` takes the day off the schedule.
    pub(crate) shifts: HashMap<(u32, Day), Option<i64>>,
    /// Punches written for an attendance day.
    pub(crate) punches: HashMap<(u32, Day), Vec<Arc<Written>>>,
    /// `checkin_time` of punches taken away from an attendance day.
    pub(crate) withdrawn: HashMap<(u32, Day), Vec<i64>>,
    /// Divisions that people moved to, oldest first.
    pub(crate) moves: HashMap<u32, Vec<(Day, i64)>>,
    /// `sp_status` of approvals that were decided by hand.
    pub(crate) decisions: HashMap<String, i64>,
    /// Seconds left of a vacation, by person and vacation id.
    pub(crate) quotas: HashMap<(u32, i64), i64>,
    /// People whose face is stored, and the hash of the picture.
    pub(crate) faces: HashMap<u32, u64>,
}

/// A punch written through the API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// Unix seconds.
    pub(crate) at: i64,
    /// The due instant it was made up for; none for a record that finds its own slot.
    pub(crate) due: Option<i64>,
    pub(crate) notes: String,
    pub(crate) location_title: String,
    pub(crate) location_detail: String,
    pub(crate) wifiname: String,
    pub(crate) wifimac: String,
    pub(crate) mediaids: Vec<String>,
    pub(crate) place: Option<(i64, i64)>,
    pub(crate) device: String,
}
