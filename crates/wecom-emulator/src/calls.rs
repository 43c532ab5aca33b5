//! The calls served, as a table: path, method, limits, who may call, and what a refusal's body looks like.

use crate::answer::{Payload, Refusal};
use crate::ask::Ask;
use crate::routes;
use crate::server::Server;
use crate::token::Holder;

/// Who may make a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Right {
    /// No token needed.
    Anyone,
    /// The check-in app only.
    Checkin,
    /// The contact-sync helper only.
    Contacts,
    /// Either secret.
    Both,
}

impl Right {
    pub(crate) fn includes(self, holder: Holder) -> bool {
        match self {
            Self::Anyone | Self::Both => true,
            Self::Checkin => holder == Holder::Checkin,
            Self::Contacts => holder == Holder::Contacts,
        }
    }
}

/// HTTP method of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Method {
    Get,
    Post,
}

/// One call.
pub(crate) struct Spec {
    /// Below `/cgi-bin/`.
    pub(crate) path: &'static str,
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    pub(crate) right: Right,
    /// The call's own limit; the general one where none is documented.
    pub(crate) per_minute: u64,
    /// The key of the rows, also given empty with a refusal.
    pub(crate) payload: Option<&'static str>,
    /// In data mode the given answer is played without looking at the request further.
    pub(crate) plays: bool,
    pub(crate) answer: Answer,
}

/// Calls a minute of one API that a company may make where nothing narrower is documented.
const GENERAL: u64 = 10_000;

pub(crate) const CALLS: &[Spec] = &[
    get("gettoken", "gettoken", Right::Anyone, GENERAL, None, routes::gettoken::answer),
    post(
        "checkin/getcheckindata",
        "getcheckindata",
        Right::Checkin,
        600,
        Some("checkindata"),
        routes::getcheckindata::answer,
    ),
    post(
        "checkin/getcheckinoption",
        "getcheckinoption",
        Right::Checkin,
        GENERAL,
        Some("info"),
        routes::getcheckinoption::answer,
    ),
    post(
        "checkin/getcorpcheckinoption",
        "getcorpcheckinoption",
        Right::Checkin,
        60,
        Some("group"),
        routes::getcorpcheckinoption::answer,
    ),
    post(
        "checkin/getcheckin_daydata",
        "getcheckin_daydata",
        Right::Checkin,
        100,
        Some("datas"),
        routes::reports::days,
    ),
    post(
        "checkin/getcheckin_monthdata",
        "getcheckin_monthdata",
        Right::Checkin,
        60,
        Some("datas"),
        routes::reports::months,
    ),
    post(
        "checkin/getcheckinschedulist",
        "getcheckinschedulist",
        Right::Checkin,
        60,
        Some("schedule_list"),
        routes::getcheckinschedulist::answer,
    ),
    post(
        "checkin/setcheckinschedulist",
        "setcheckinschedulist",
        Right::Checkin,
        60,
        None,
        routes::setcheckinschedulist::answer,
    ),
    post(
        "checkin/punch_correction",
        "punch_correction",
        Right::Checkin,
        600,
        None,
        routes::punch_correction::answer,
    ),
    post(
        "checkin/add_checkin_record",
        "add_checkin_record",
        Right::Checkin,
        60,
        None,
        routes::add_checkin_record::answer,
    ),
    post(
        "checkin/addcheckinuserface",
        "addcheckinuserface",
        Right::Checkin,
        10,
        None,
        routes::addcheckinuserface::answer,
    ),
    post(
        "checkin/add_checkin_option",
        "add_checkin_option",
        Right::Checkin,
        GENERAL,
        None,
        routes::rule_management::add,
    ),
    post(
        "checkin/update_checkin_option",
        "update_checkin_option",
        Right::Checkin,
        GENERAL,
        None,
        routes::rule_management::update,
    ),
    post(
        "checkin/clear_checkin_option_array_field",
        "clear_checkin_option_array_field",
        Right::Checkin,
        GENERAL,
        None,
        routes::rule_management::clear,
    ),
    post(
        "checkin/del_checkin_option",
        "del_checkin_option",
        Right::Checkin,
        GENERAL,
        None,
        routes::rule_management::delete,
    ),
    post(
        "hardware/get_hardware_checkin_data",
        "get_hardware_checkin_data",
        Right::Checkin,
        GENERAL,
        Some("checkindata"),
        routes::get_hardware_checkin_data::answer,
    ),
    get("media/get", "media_get", Right::Checkin, GENERAL, None, routes::media_get::answer),
    get(
        "auth/getuserinfo",
        "auth_getuserinfo",
        Right::Checkin,
        GENERAL,
        None,
        routes::auth_getuserinfo::answer,
    ),
    post(
        "message/send",
        "message_send",
        Right::Checkin,
        GENERAL,
        None,
        routes::message_send::answer,
    ),
    post("webhook/send", "webhook_send", Right::Anyone, 20, None, routes::webhook_send::answer),
    post(
        "user/list_id",
        "user_list_id",
        Right::Contacts,
        GENERAL,
        Some("dept_user"),
        routes::user_list_id::answer,
    ),
    get(
        "user/simplelist",
        "user_simplelist",
        Right::Both,
        GENERAL,
        Some("userlist"),
        routes::contacts::simplelist,
    ),
    get(
        "department/simplelist",
        "department_simplelist",
        Right::Both,
        GENERAL,
        Some("department_id"),
        routes::contacts::department_simplelist,
    ),
    get(
        "department/list",
        "department_list",
        Right::Both,
        GENERAL,
        Some("department"),
        routes::contacts::department_list,
    ),
    get("tag/list", "tag_list", Right::Both, GENERAL, Some("taglist"), routes::contacts::tag_list),
    get("tag/get", "tag_get", Right::Both, GENERAL, None, routes::contacts::tag_get),
    post(
        "oa/getapprovalinfo",
        "getapprovalinfo",
        Right::Checkin,
        600,
        Some("sp_no_list"),
        routes::approvals::getapprovalinfo,
    ),
    post(
        "oa/getapprovaldetail",
        "getapprovaldetail",
        Right::Checkin,
        600,
        None,
        routes::approvals::getapprovaldetail,
    ),
    get(
        "oa/vacation/getcorpconf",
        "vacation_getcorpconf",
        Right::Checkin,
        600,
        Some("lists"),
        routes::approvals::getcorpconf,
    ),
    post(
        "oa/vacation/getuservacationquota",
        "vacation_getuservacationquota",
        Right::Checkin,
        600,
        Some("lists"),
        routes::approvals::getuservacationquota,
    ),
    post(
        "oa/vacation/setoneuserquota",
        "vacation_setoneuserquota",
        Right::Checkin,
        600,
        None,
        routes::approvals::setoneuserquota,
    ),
];

type Answer = fn(&Server, &Ask) -> Result<Payload, Refusal>;

const fn get(
    path: &'static str,
    name: &'static str,
    right: Right,
    per_minute: u64,
    payload: Option<&'static str>,
    answer: Answer,
) -> Spec {
    let plays = !matches!(name.as_bytes(), b"gettoken" | b"auth_getuserinfo");
    Spec { path, name, method: Method::Get, right, per_minute, payload, plays, answer }
}

const fn post(
    path: &'static str,
    name: &'static str,
    right: Right,
    per_minute: u64,
    payload: Option<&'static str>,
    answer: Answer,
) -> Spec {
    let plays = !matches!(
        name.as_bytes(),
        b"getcheckindata"
            | b"getcheckinoption"
            | b"getcheckinschedulist"
            | b"user_list_id"
            | b"message_send"
            | b"webhook_send"
    );
    Spec { path, name, method: Method::Post, right, per_minute, payload, plays, answer }
}

pub(crate) fn find(path: &str) -> Option<&'static Spec> {
    CALLS.iter().find(|spec| spec.path == path)
}
