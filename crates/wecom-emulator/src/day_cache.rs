//! Rows of person-days that nothing can change any more, kept as bytes: writing them again costs more than all the rest.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use crate::day::Day;
use crate::window::Window;

/// Bytes kept at most; then the cache begins anew.
const MOST_BYTES: usize = 64 << 20;

/// The rows of one person-day.
pub(crate) struct Settled {
    /// The state of the company that they were made from.
    pub(crate) version: u64,
    /// Nothing changes from this instant on.
    pub(crate) since: i64,
    /// The earliest and the latest `checkin_time`; none without rows.
    pub(crate) span: Option<(i64, i64)>,
    /// Rows with commas between them.
    pub(crate) bytes: Vec<u8>,
}

/// Settled person-days by person and day.
#[derive(Default)]
pub(crate) struct DayCache(RwLock<Kept>);

#[derive(Default)]
struct Kept {
    days: HashMap<(u32, Day), Settled>,
    bytes: usize,
}

impl DayCache {
    /// Gives the rows of a day to `write`; false when they are not known, or not all of them go out.
    pub(crate) fn give(
        &self,
        key: (u32, Day),
        version: u64,
        now: i64,
        window: &Window,
        write: impl FnOnce(&[u8]),
    ) -> bool {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let Some(settled) = kept.days.get(&key) else { return false };
        let current = settled.version == version && settled.since <= now;
        let whole = settled
            .span
            .is_none_or(|(first, last)| window.lets_out(first) && window.lets_out(last));
        if !current || !whole {
            return false;
        }
        write(&settled.bytes);
        true
    }

    pub(crate) fn keep(&self, key: (u32, Day), settled: Settled) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes > MOST_BYTES {
            *kept = Kept::default();
        }
        kept.bytes += settled.bytes.len();
        if let Some(before) = kept.days.insert(key, settled) {
            kept.bytes = kept.bytes.saturating_sub(before.bytes.len());
        }
    }
}
