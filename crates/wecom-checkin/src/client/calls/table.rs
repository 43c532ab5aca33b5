//! Every call, once: path, name, documents, answer, limits. The planner, the request types and the
//! throttle read it; nobody else writes one of these numbers down.

use super::{
    Call, Method, Span,
    SpanUnit::{self, Day, Midnights, Seconds, Text},
};
use crate::limits::{GENERAL, HOUR, minute};

const READ: Call = Call {
    name: "",
    path: "",
    method: Method::Post,
    docs: &[],
    payload: "",
    writes: false,
    people: None,
    span: None,
    page: None,
    quotas: GENERAL,
};

const WRITE: Call = Call { writes: true, ..READ };

const fn days(days: i64, unit: SpanUnit) -> Span {
    Span { days, unit }
}

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
        method: Method::Get, docs: &[91039],
    }
    GETCHECKINDATA = READ "checkin/getcheckindata" as "getcheckindata" {
        docs: &[90262, 94205, 96497], payload: "checkindata", people: Some(100), span: Some(days(30, Seconds)), quotas: &[minute(600), HOUR],
    }
    GETCHECKINOPTION = READ "checkin/getcheckinoption" as "getcheckinoption" {
        docs: &[90263, 94204, 99443], payload: "info", people: Some(100), span: Some(days(1, Day)),
    }
    GETCORPCHECKINOPTION = READ "checkin/getcorpcheckinoption" as "getcorpcheckinoption" {
        docs: &[93384, 99444], payload: "group", quotas: &[minute(60), HOUR],
    }
    GETCHECKIN_DAYDATA = READ "checkin/getcheckin_daydata" as "getcheckin_daydata" {
        docs: &[93374, 94206, 96498], payload: "datas", people: Some(100), span: Some(days(30, Midnights)), quotas: &[minute(100), HOUR],
    }
    GETCHECKIN_MONTHDATA = READ "checkin/getcheckin_monthdata" as "getcheckin_monthdata" {
        docs: &[93387, 94207, 96499], payload: "datas", // No longest span is documented; integrators ask from the 1st to the next 1st.
        people: Some(100), span: Some(days(32, Midnights)), quotas: &[minute(60), HOUR],
    }
    GETCHECKINSCHEDULIST = READ "checkin/getcheckinschedulist" as "getcheckinschedulist" {
        docs: &[93380, 94208, 96500], payload: "schedule_list", // "One month", taken as 30 days.
        people: Some(100), span: Some(days(30, Seconds)), quotas: &[minute(60), HOUR],
    }
    SETCHECKINSCHEDULIST = WRITE "checkin/setcheckinschedulist" as "setcheckinschedulist" {
        docs: &[93385, 94209, 96501], quotas: &[minute(60), HOUR],
    }
    PUNCH_CORRECTION = WRITE "checkin/punch_correction" as "punch_correction" {
        docs: &[95803], quotas: &[minute(600), HOUR],
    }
    ADD_CHECKIN_RECORD = WRITE "checkin/add_checkin_record" as "add_checkin_record" {
        docs: &[99647], people: Some(200), quotas: &[minute(60), HOUR],
    }
    ADDCHECKINUSERFACE = WRITE "checkin/addcheckinuserface" as "addcheckinuserface" {
        docs: &[93378], quotas: &[minute(10), HOUR],
    }
    ADD_CHECKIN_OPTION = WRITE "checkin/add_checkin_option" as "add_checkin_option" {
        docs: &[98041, 98767],
    }
    UPDATE_CHECKIN_OPTION = WRITE "checkin/update_checkin_option" as "update_checkin_option" {
        docs: &[98041, 98767],
    }
    CLEAR_CHECKIN_OPTION_ARRAY_FIELD = WRITE "checkin/clear_checkin_option_array_field" as "clear_checkin_option_array_field" {
        docs: &[98041, 98767],
    }
    DEL_CHECKIN_OPTION = WRITE "checkin/del_checkin_option" as "del_checkin_option" {
        docs: &[98041, 98767],
    }
    GET_HARDWARE_CHECKIN_DATA = READ "hardware/get_hardware_checkin_data" as "get_hardware_checkin_data" {
        docs: &[94126, 95176, 96504], payload: "checkindata", // "One month", taken as 30 days.
        people: Some(100), span: Some(days(30, Seconds)),
    }
    USER_LIST_ID = READ "user/list_id" as "user/list_id" {
        docs: &[96067], payload: "dept_user", page: Some(10_000),
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
        method: Method::Get, docs: &[96486],
    }
    GETAPPROVALINFO = READ "oa/getapprovalinfo" as "getapprovalinfo" {
        docs: &[96509], payload: "sp_no_list", span: Some(days(31, Text)), page: Some(100), quotas: &[minute(600), HOUR],
    }
    GETAPPROVALDETAIL = READ "oa/getapprovaldetail" as "getapprovaldetail" {
        payload: "info", quotas: &[minute(600), HOUR],
    }
    VACATION_GETCORPCONF = READ "oa/vacation/getcorpconf" as "vacation/getcorpconf" {
        method: Method::Get, payload: "lists", quotas: &[minute(600), HOUR],
    }
    VACATION_GETUSERVACATIONQUOTA = READ "oa/vacation/getuservacationquota" as "vacation/getuservacationquota" {
        payload: "lists", quotas: &[minute(600), HOUR],
    }
    VACATION_SETONEUSERQUOTA = WRITE "oa/vacation/setoneuserquota" as "vacation/setoneuserquota" {
        quotas: &[minute(600), HOUR],
    }
    MESSAGE_SEND = WRITE "message/send" as "message/send" {
        docs: &[90236],
    }
}
