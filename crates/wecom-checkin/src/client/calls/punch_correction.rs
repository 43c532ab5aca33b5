//! `checkin/punch_correction` (document 95803): a make-up punch. Self-built apps only.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, UserId,
    calls::{self, Call},
    limits::REMARK_BYTES,
    units::{SecOfDay, UnixTime},
    write::{BadField, Write, ensure},
};

/// A make-up punch. It erases an approval punch at the same due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PunchCorrection {
    /// Whose punch.
    pub userid: UserId,
    /// The attendance day, as its midnight at UTC+8.
    pub schedule_date_time: UnixTime,
    /// The due time: a `work_sec` or `off_work_sec` of that day's rule. None on rest days, without a
    /// rule and for free rules; 0 would mean midnight.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub schedule_checkin_time: Option<SecOfDay>,
    /// When the punch is claimed to have been.
    pub checkin_time: UnixTime,
    /// Why; at most 512 bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remark: Option<String>,
}

impl PunchCorrection {
    /// A correction without due time and remark.
    pub fn new(userid: UserId, day: Date, checkin_time: UnixTime) -> Self {
        Self {
            userid,
            schedule_date_time: UnixTime::beijing_midnight(day),
            schedule_checkin_time: None,
            checkin_time,
            remark: None,
        }
    }
}

impl Write for PunchCorrection {
    const CALL: &'static Call = &calls::PUNCH_CORRECTION;

    fn check(&self, now: Timestamp) -> Result<(), BadField> {
        calls::check_user("userid", &self.userid)?;
        calls::check_midnight("schedule_date_time", self.schedule_date_time)?;
        if let Some(due) = self.schedule_checkin_time {
            let is_second_of_day = (0..2 * 86_400).contains(&due.0);
            ensure(
                is_second_of_day,
                "schedule_checkin_time",
                "must be seconds from the day's 00:00",
            )?;
        }
        let is_past = 0 < self.checkin_time.0 && self.checkin_time.0 <= now.as_second();
        ensure(is_past, "checkin_time", "must not lie in the future (WeCom: 301083)")?;
        let remark = self.remark.as_deref().unwrap_or_default();
        ensure(remark.len() <= REMARK_BYTES, "remark", "is longer than 512 bytes")
    }
}

impl Client {
    /// One call of `punch_correction`.
    pub async fn punch_correction(&self, request: &PunchCorrection) -> Result<(), Error> {
        self.write(request).await
    }
}
