//! The limits that are documented: quotas, and the sizes of what is sent.
//!
//! How many people and days one call takes and how often it may be made stands with the call, in
//! [`calls::ALL`](crate::calls::ALL).

pub mod written_rule;

use std::{fmt, time::Duration};

/// So many calls in so much time, for one company and one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Calls.
    pub calls: u32,
    /// Time.
    pub per: Duration,
}

/// Any call of one company (document 90454): 10,000 a minute and 150,000 an hour.
pub const GENERAL: &[Quota] = &[minute(10_000), HOUR];

/// The quota of an hour that every call has.
pub const HOUR: Quota = Quota { calls: 150_000, per: LONGEST };

/// The longest time over which any quota counts.
pub const LONGEST: Duration = Duration::from_hours(1);

/// How long WeCom refuses a call after its minute quota was exceeded (document 90454).
pub const MINUTE_PENALTY: Duration = Duration::from_mins(1);

/// A quota of a minute.
pub const fn minute(calls: u32) -> Quota {
    Quota { calls, per: Duration::from_mins(1) }
}

/// Bytes of one answer of `media/get`; larger files come in parts (830002).
pub const MEDIA_BYTES: u64 = 20 << 20;
/// Bytes of a face image before encoding (document 93378).
pub const FACE_BYTES: usize = 1 << 20;
/// Bytes of a correction's remark (document 95803).
pub const REMARK_BYTES: usize = 512;
/// Bytes of a text message of an app (document 90236).
pub const MESSAGE_TEXT_BYTES: usize = 2048;
/// Characters of a written punch's texts (document 99647).
pub const PUNCH_TEXT_CHARS: usize = 1024;
/// Characters of a written punch's device (document 99647).
pub const DEVICE_CHARS: usize = 40;
/// Attachments of a written punch (document 99647).
pub const PUNCH_ATTACHMENTS: usize = 1;
/// Leave by the day is granted in tenths of a day.
pub const LEAVE_DAY_STEP_SEC: i64 = 8640;
/// Leave by the hour is granted in tenths of an hour.
pub const LEAVE_HOUR_STEP_SEC: i64 = 360;

/// A request that WeCom would refuse, and which limit it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideLimit(pub(crate) String);

impl fmt::Display for OutsideLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OutsideLimit {}
