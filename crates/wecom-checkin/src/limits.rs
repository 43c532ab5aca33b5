//! Every documented limit, in one table: people and days a call, calls a minute and an hour.
//!
//! The planner, the request types and the throttle read it; nothing else in the crate writes one
//! of these numbers down.

use std::time::Duration;

/// The limits of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most members in one request; `None` where the call takes no list.
    pub people: Option<usize>,
    /// The most days that a request may span; `None` where it takes no span.
    pub days: Option<i64>,
    /// How many calls a company may make, each quota on its own.
    pub quotas: &'static [Quota],
    /// Where the numbers come from: document ids, or "general" for the company-wide rule.
    pub source: &'static str,
}

/// So many calls in so much time, for one company and one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Calls.
    pub calls: u32,
    /// Time.
    pub per: Duration,
}

/// Any call of one company (document 90454): 10,000 a minute and 150,000 an hour.
const GENERAL: &[Quota] = &[minute(10_000), HOUR];
const HOUR: Quota = Quota { calls: 150_000, per: LONGEST };

/// The longest time over which any quota counts.
pub const LONGEST: Duration = Duration::from_hours(1);

/// How long WeCom refuses a call after its minute quota was exceeded (document 90454).
pub const MINUTE_PENALTY: Duration = Duration::from_mins(1);

const fn minute(calls: u32) -> Quota {
    Quota { calls, per: Duration::from_mins(1) }
}

const PLAIN: Limits = Limits { people: None, days: None, quotas: GENERAL, source: "general" };

/// Calls that take up to 100 members over up to 30 days.
const PEOPLE_AND_DAYS: Limits = Limits { people: Some(100), days: Some(30), ..PLAIN };

/// `gettoken`. No quota is documented; repeated wrong secrets ban the caller's address for an hour.
pub const GETTOKEN: Limits = PLAIN;
/// `getcheckindata`.
pub const GETCHECKINDATA: Limits =
    Limits { quotas: &[minute(600), HOUR], source: "90262, 96497", ..PEOPLE_AND_DAYS };
/// `getcheckinoption`: one day a call.
pub const GETCHECKINOPTION: Limits =
    Limits { people: Some(100), days: Some(1), source: "90263", ..PLAIN };
/// `getcorpcheckinoption`.
pub const GETCORPCHECKINOPTION: Limits =
    Limits { quotas: &[minute(60), HOUR], source: "93384", ..PLAIN };
/// `getcheckin_daydata`.
pub const GETCHECKIN_DAYDATA: Limits =
    Limits { quotas: &[minute(100), HOUR], source: "93374", ..PEOPLE_AND_DAYS };
/// `getcheckin_monthdata`. No longest span is documented; a month is what it is for.
pub const GETCHECKIN_MONTHDATA: Limits =
    Limits { days: Some(31), quotas: &[minute(60), HOUR], source: "93387", ..PEOPLE_AND_DAYS };
/// `getcheckinschedulist`: "one month", taken as 30 days.
pub const GETCHECKINSCHEDULIST: Limits =
    Limits { quotas: &[minute(60), HOUR], source: "93380", ..PEOPLE_AND_DAYS };
/// `setcheckinschedulist`.
pub const SETCHECKINSCHEDULIST: Limits =
    Limits { quotas: &[minute(60), HOUR], source: "93385", ..PLAIN };
/// `punch_correction`.
pub const PUNCH_CORRECTION: Limits =
    Limits { quotas: &[minute(600), HOUR], source: "95803", ..PLAIN };
/// `add_checkin_record`: here `people` counts records.
pub const ADD_CHECKIN_RECORD: Limits =
    Limits { people: Some(200), quotas: &[minute(60), HOUR], source: "99647", ..PLAIN };
/// `addcheckinuserface`.
pub const ADDCHECKINUSERFACE: Limits =
    Limits { quotas: &[minute(10), HOUR], source: "93378", ..PLAIN };
/// The four rule calls.
pub const RULES: Limits = PLAIN;
/// `get_hardware_checkin_data`: "one month", taken as 30 days.
pub const GET_HARDWARE_CHECKIN_DATA: Limits = Limits { source: "94126", ..PEOPLE_AND_DAYS };
/// The contact calls.
pub const CONTACTS: Limits = PLAIN;
/// Entries of one `user/list_id` page.
pub const LIST_ID_PAGE: u32 = 10_000;
/// `media/get`.
pub const MEDIA: Limits = PLAIN;
/// `getapprovalinfo`: 31 days.
pub const GETAPPROVALINFO: Limits =
    Limits { days: Some(31), quotas: &[minute(600), HOUR], source: "96509", ..PLAIN };
/// Numbers of one `getapprovalinfo` page.
pub const APPROVAL_PAGE: u32 = 100;
/// Approval details and vacation accounts.
pub const APPROVALS: Limits = Limits { quotas: &[minute(600), HOUR], source: "96509", ..PLAIN };
