//! The calls, one file each: request, checks, answer. Here is what they have in common.

pub mod add_checkin_option;
pub mod add_checkin_record;
pub mod add_checkin_user_face;
pub mod clear_checkin_option;
pub mod delete_checkin_option;
pub mod get_approval_detail;
pub mod get_approval_info;
pub mod get_checkin_data;
pub mod get_checkin_day_data;
pub mod get_checkin_month_data;
pub mod get_checkin_option;
pub mod get_checkin_schedule_list;
pub mod get_corp_checkin_option;
pub mod get_hardware_checkin_data;
pub mod get_media;
pub mod get_tag;
pub(crate) mod get_token;
pub mod get_vacation_kinds;
pub mod get_vacation_quota;
pub mod list_department_members;
pub mod list_departments;
pub mod list_departments_in_full;
pub mod list_tags;
pub mod list_user_ids;
pub mod punch_correction;
mod rule_limits;
pub mod send_message;
pub mod set_checkin_schedule_list;
pub mod set_vacation_quota;
mod table;
pub mod update_checkin_option;

pub use table::*;

use serde::Serialize;

use crate::{
    UserId,
    limits::Quota,
    units::UnixTime,
    write::{BadField, ensure},
};

/// A documented call, with everything that is documented about its size and pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// Its name: the last part of the path, or as much of the path as tells it apart.
    pub name: &'static str,
    /// Its path below `/cgi-bin/`.
    pub path: &'static str,
    /// How the request is sent.
    pub method: Method,
    /// The pages that document it, at developer.work.weixin.qq.com/document/path/.
    pub docs: &'static [u32],
    /// The key of the answer that holds the rows; empty where there is none, or no single one.
    pub payload: &'static str,
    /// Whether it changes something at WeCom's. Such a call is sent again only when it certainly
    /// did not happen.
    pub writes: bool,
    /// The most members in one request (records in `add_checkin_record`); `None` where the call
    /// takes no list.
    pub people: Option<usize>,
    /// The most days of one request, and how they are written; `None` where it takes no span.
    pub span: Option<Span>,
    /// The most entries of one page; `None` where there are no pages.
    pub page: Option<u32>,
    /// How many calls a company may make, each quota on its own.
    pub quotas: &'static [Quota],
}

/// How long a time one request may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The most days.
    pub days: i64,
    /// How the request writes it.
    pub unit: SpanUnit,
}

/// How a request writes a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpanUnit {
    /// First and last second, Unix time.
    Seconds,
    /// First and last second as strings of digits.
    Text,
    /// Midnights (UTC+8) of the first and the last day.
    Midnights,
    /// The midnight of a single day.
    Day,
}

/// How a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Parameters in the query string.
    Get,
    /// Parameters as a JSON body.
    Post,
}

impl Call {
    /// Finds a call by name or path: `getcheckindata`, `checkin/getcheckindata` and
    /// `/cgi-bin/checkin/getcheckindata` are one call.
    pub fn find(name: &str) -> Option<&'static Self> {
        let name = name.trim_matches('/');
        let name = name.strip_prefix("cgi-bin/").unwrap_or(name);
        ALL.iter().find(|call| call.name == name || call.path == name).copied()
    }

    /// The most days of one request; none are no limit.
    pub(crate) const fn max_days(&self) -> i64 {
        match self.span {
            Some(span) => span.days,
            None => i64::MAX,
        }
    }

    /// The most members of one request.
    pub(crate) const fn max_people(&self) -> usize {
        match self.people {
            Some(people) => people,
            None => usize::MAX,
        }
    }

    /// The most entries of one page.
    pub(crate) const fn max_page(&self) -> u32 {
        match self.page {
            Some(entries) => entries,
            None => u32::MAX,
        }
    }
}

/// The request of a call that takes no parameters; as a body it is `{}`.
#[derive(Serialize)]
pub(crate) struct NoParameters {}

/// A userid that a write names.
fn check_user(field: &str, user: &UserId) -> Result<(), BadField> {
    UserId::parse(user.as_str()).map(drop).map_err(|e| BadField::new(field, format!("is bad: {e}")))
}

/// A day that a write names.
fn check_midnight(field: &str, at: UnixTime) -> Result<(), BadField> {
    let is_midnight = at.beijing_date().is_some_and(|day| UnixTime::beijing_midnight(day) == at);
    ensure(is_midnight && at.0 > 0, field, "must be a day's midnight at UTC+8")
}
