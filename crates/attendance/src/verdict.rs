//! Everything concluded for one person and day, in the shape that the program prints.

use jiff::{Zoned, civil::Date};
use serde::{Serialize, Serializer};
use wecom_checkin::{GroupId, ScheduleId, UserId};

/// The verdict on one person's attendance day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The person.
    pub userid: UserId,
    /// The attendance day.
    pub date: Date,
    /// The outcome in one word.
    pub status: Status,
    /// What the person owed that day.
    pub day_type: DayType,
    /// The rule that judged, if any.
    pub rule: Option<RuleName>,
    /// What was wrong: each kind at most once, in the order of [`FindingKind`].
    #[serde(rename = "exceptions")]
    pub findings: Vec<Finding>,
    /// Duty punches of the day.
    pub checkin_count: u32,
    /// Earliest duty punch.
    #[serde(serialize_with = "instant")]
    pub first: Option<Zoned>,
    /// Latest duty punch.
    #[serde(serialize_with = "instant")]
    pub last: Option<Zoned>,
    /// Seconds owed.
    pub standard_sec: i64,
    /// Seconds worked.
    pub worked_sec: i64,
    /// Overtime.
    pub overtime: Overtime,
    /// Leave, trips and outings that touch the day.
    pub leave: Vec<Leave>,
    /// Punches counted as field work.
    pub field_count: u32,
    /// Outdoor punches.
    pub outdoor_count: u32,
    /// Approved corrections.
    pub correction_count: u32,
    /// One sentence a finding and a step: the punch, the rule's number, the arithmetic.
    pub reasons: Vec<String>,
    /// What a clerk should know about the input.
    pub warnings: Vec<String>,
}

/// The outcome of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing wrong.
    Normal,
    /// At least one finding.
    Abnormal,
    /// A day off.
    Rest,
    /// On the rule's white list.
    Exempt,
    /// Shift rule, no shift set.
    Unscheduled,
    /// No rule on that day.
    NoRule,
    /// The day is still open.
    Pending,
    /// Not fetched, or not since it closed.
    Incomplete,
    /// A rule of a kind that cannot be judged.
    UnsupportedRule,
}

/// What the person owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DayType {
    /// Duty.
    Workday,
    /// Off.
    Restday,
    /// Off on a statutory date (the 300 % days).
    Holiday,
}

/// The name of the rule, and of the shift where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleName {
    /// Its id.
    pub groupid: GroupId,
    /// Its name.
    pub groupname: String,
    /// Its kind as WeCom numbers it.
    pub grouptype: i64,
    /// The shift; 0 for none.
    pub schedule_id: ScheduleId,
    /// Its name; empty for none.
    pub schedule_name: String,
}

/// Something wrong with a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// How many punches (days, for absent).
    pub count: u32,
    /// How long, for late, early and absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_sec: Option<i64>,
}

/// Kinds of finding, in the order of every listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingKind {
    /// 迟到.
    Late,
    /// 早退.
    Early,
    /// 缺卡.
    Missing,
    /// 旷工.
    Absent,
    /// 地点异常.
    Place,
    /// 设备异常.
    Device,
    /// Anything WeCom marks that we do not know.
    Other,
}

/// Overtime of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Overtime {
    /// Counted seconds.
    pub seconds: i64,
    /// Which of the three it is paid as.
    pub bucket: DayType,
    /// Whether what was approved was worked.
    pub status: OvertimeStatus,
    /// Approved but not worked.
    pub short_sec: i64,
}

/// Whether approved overtime was worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OvertimeStatus {
    /// There was none.
    None,
    /// All of it.
    Ok,
    /// Less than approved.
    Short,
}

/// Leave, trip or outing on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Leave {
    /// Which of the three.
    pub kind: LeaveKind,
    /// Its name, such as 年假.
    pub name: String,
    /// Its share of the day.
    pub seconds: i64,
}

/// Leave, trip or outing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LeaveKind {
    /// 请假.
    Leave,
    /// 出差.
    Trip,
    /// 外出.
    Out,
}

/// RFC 3339 with the offset, without the zone's name: `2026-06-01T09:01:07+08:00`.
#[expect(clippy::ref_option, reason = "serde hands a reference to the field")]
fn instant<S: Serializer>(at: &Option<Zoned>, s: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => s.serialize_str(&at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()),
        None => s.serialize_none(),
    }
}
