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
    pub(crate) answer: fn(&Server, &Ask) -> Result<Payload, Refusal>,
}

/// Calls a minute of one API that a company may make where nothing narrower is documented.
const GENERAL: u64 = 10_000;

pub(crate) const CALLS: &[Spec] = &[
    Spec {
        path: "gettoken",
        name: "gettoken",
        method: Method::Get,
        right: Right::Anyone,
        per_minute: GENERAL,
        payload: None,
        answer: routes::gettoken::answer,
    },
    Spec {
        path: "checkin/getcheckindata",
        name: "getcheckindata",
        method: Method::Post,
        right: Right::Checkin,
        per_minute: 600,
        payload: Some("checkindata"),
        answer: routes::getcheckindata::answer,
    },
    Spec {
        path: "checkin/getcheckinoption",
        name: "getcheckinoption",
        method: Method::Post,
        right: Right::Checkin,
        per_minute: GENERAL,
        payload: Some("info"),
        answer: routes::getcheckinoption::answer,
    },
    Spec {
        path: "checkin/getcorpcheckinoption",
        name: "getcorpcheckinoption",
        method: Method::Post,
        right: Right::Checkin,
        per_minute: 60,
        payload: Some("group"),
        answer: routes::getcorpcheckinoption::answer,
    },
    Spec {
        path: "checkin/getcheckinschedulist",
        name: "getcheckinschedulist",
        method: Method::Post,
        right: Right::Checkin,
        per_minute: 60,
        payload: Some("schedule_list"),
        answer: routes::getcheckinschedulist::answer,
    },
    Spec {
        path: "user/list_id",
        name: "user/list_id",
        method: Method::Post,
        right: Right::Contacts,
        per_minute: GENERAL,
        payload: Some("dept_user"),
        answer: routes::user_list_id::answer,
    },
];

pub(crate) fn find(path: &str) -> Option<&'static Spec> {
    CALLS.iter().find(|spec| spec.path == path)
}
