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
pub(crate) mod get_token;
pub mod get_vacations;
pub mod list_department_members;
pub mod list_departments;
pub mod list_tags;
pub mod list_user_ids;
pub mod punch_correction;
mod rule_limits;
pub mod set_checkin_schedule_list;
pub mod set_vacation_quota;
pub mod update_checkin_option;

use crate::{
    UserId,
    limits::{self, Limits},
    units::UnixTime,
    write::{BadField, ensure},
};

/// A documented call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// What its documents limit.
    pub limits: Limits,
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
}

const READ: Call = Call {
    name: "",
    path: "",
    method: Method::Post,
    docs: &[],
    payload: "",
    writes: false,
    limits: limits::CONTACTS,
};

const WRITE: Call = Call { writes: true, ..READ };

macro_rules! calls {
    ($($constant:ident = $base:ident $path:literal as $name:literal { $($field:ident: $value:expr),* $(,)? })+) => {
        $(
            #[doc = concat!("`", $path, "`")]
            pub static $constant: Call = Call { name: $name, path: $path, $($field: $value,)* ..$base };
        )+

        /// Every call that this crate knows.
        pub static ALL: &[&Call] = &[$(&$constant),+];
    };
}

calls! {
    GETTOKEN = READ "gettoken" as "gettoken" {
        method: Method::Get, docs: &[91039], limits: limits::GETTOKEN,
    }
    GETCHECKINDATA = READ "checkin/getcheckindata" as "getcheckindata" {
        docs: &[90262, 94205, 96497], payload: "checkindata", limits: limits::GETCHECKINDATA,
    }
    GETCHECKINOPTION = READ "checkin/getcheckinoption" as "getcheckinoption" {
        docs: &[90263, 94204, 99443], payload: "info", limits: limits::GETCHECKINOPTION,
    }
    GETCORPCHECKINOPTION = READ "checkin/getcorpcheckinoption" as "getcorpcheckinoption" {
        docs: &[93384, 99444], payload: "group", limits: limits::GETCORPCHECKINOPTION,
    }
    GETCHECKIN_DAYDATA = READ "checkin/getcheckin_daydata" as "getcheckin_daydata" {
        docs: &[93374, 94206, 96498], payload: "datas", limits: limits::GETCHECKIN_DAYDATA,
    }
    GETCHECKIN_MONTHDATA = READ "checkin/getcheckin_monthdata" as "getcheckin_monthdata" {
        docs: &[93387, 94207, 96499], payload: "datas", limits: limits::GETCHECKIN_MONTHDATA,
    }
    GETCHECKINSCHEDULIST = READ "checkin/getcheckinschedulist" as "getcheckinschedulist" {
        docs: &[93380, 94208, 96500], payload: "schedule_list", limits: limits::GETCHECKINSCHEDULIST,
    }
    SETCHECKINSCHEDULIST = WRITE "checkin/setcheckinschedulist" as "setcheckinschedulist" {
        docs: &[93385, 94209, 96501], limits: limits::SETCHECKINSCHEDULIST,
    }
    PUNCH_CORRECTION = WRITE "checkin/punch_correction" as "punch_correction" {
        docs: &[95803], limits: limits::PUNCH_CORRECTION,
    }
    ADD_CHECKIN_RECORD = WRITE "checkin/add_checkin_record" as "add_checkin_record" {
        docs: &[99647], limits: limits::ADD_CHECKIN_RECORD,
    }
    ADDCHECKINUSERFACE = WRITE "checkin/addcheckinuserface" as "addcheckinuserface" {
        docs: &[93378], limits: limits::ADDCHECKINUSERFACE,
    }
    ADD_CHECKIN_OPTION = WRITE "checkin/add_checkin_option" as "add_checkin_option" {
        docs: &[98041, 98767], limits: limits::RULES,
    }
    UPDATE_CHECKIN_OPTION = WRITE "checkin/update_checkin_option" as "update_checkin_option" {
        docs: &[98041, 98767], limits: limits::RULES,
    }
    CLEAR_CHECKIN_OPTION_ARRAY_FIELD = WRITE "checkin/clear_checkin_option_array_field" as "clear_checkin_option_array_field" {
        docs: &[98041, 98767], limits: limits::RULES,
    }
    DEL_CHECKIN_OPTION = WRITE "checkin/del_checkin_option" as "del_checkin_option" {
        docs: &[98041, 98767], limits: limits::RULES,
    }
    GET_HARDWARE_CHECKIN_DATA = READ "hardware/get_hardware_checkin_data" as "get_hardware_checkin_data" {
        docs: &[94126, 95176, 96504], payload: "checkindata", limits: limits::GET_HARDWARE_CHECKIN_DATA,
    }
    USER_LIST_ID = READ "user/list_id" as "user/list_id" {
        docs: &[96067], payload: "dept_user",
    }
    USER_SIMPLELIST = READ "user/simplelist" as "user/simplelist" {
        method: Method::Get, docs: &[96259], payload: "userlist",
    }
    DEPARTMENT_SIMPLELIST = READ "department/simplelist" as "department/simplelist" {
        method: Method::Get, docs: &[95406], payload: "department_id",
    }
    DEPARTMENT_LIST = READ "department/list" as "department/list" {
        method: Method::Get, docs: &[90344], payload: "department",
    }
    TAG_LIST = READ "tag/list" as "tag/list" {
        method: Method::Get, payload: "taglist",
    }
    TAG_GET = READ "tag/get" as "tag/get" {
        method: Method::Get,
    }
    MEDIA_GET = READ "media/get" as "media/get" {
        method: Method::Get, docs: &[96486], limits: limits::MEDIA,
    }
    GETAPPROVALINFO = READ "oa/getapprovalinfo" as "getapprovalinfo" {
        docs: &[96509], payload: "sp_no_list", limits: limits::GETAPPROVALINFO,
    }
    GETAPPROVALDETAIL = READ "oa/getapprovaldetail" as "getapprovaldetail" {
        payload: "info", limits: limits::APPROVALS,
    }
    VACATION_GETCORPCONF = READ "oa/vacation/getcorpconf" as "vacation/getcorpconf" {
        method: Method::Get, payload: "lists", limits: limits::APPROVALS,
    }
    VACATION_GETUSERVACATIONQUOTA = READ "oa/vacation/getuservacationquota" as "vacation/getuservacationquota" {
        payload: "lists", limits: limits::APPROVALS,
    }
    VACATION_SETONEUSERQUOTA = WRITE "oa/vacation/setoneuserquota" as "vacation/setoneuserquota" {
        limits: limits::APPROVALS,
    }
}

/// A userid that a write names.
fn check_user(field: &str, user: &UserId) -> Result<(), BadField> {
    UserId::parse(user.as_str()).map(drop).map_err(|e| BadField::new(field, format!("is bad: {e}")))
}

/// A day that a write names.
fn check_midnight(field: &str, at: UnixTime) -> Result<(), BadField> {
    let is_midnight = at.beijing_date().is_some_and(|day| UnixTime::beijing_midnight(day) == at);
    ensure(is_midnight && at.0 > 0, field, "must be a day's midnight at UTC+8")
}
