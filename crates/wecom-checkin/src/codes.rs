//! WeCom's error codes: what each means, what the client does about it, what a person can do.

/// One error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// `errcode`.
    pub code: i64,
    /// What it means, in a few words.
    pub meaning: &'static str,
    /// What the client does about it.
    pub reaction: Reaction,
    /// What a person does about it, and where in the admin console (管理后台).
    pub advice: &'static str,
}

/// What the client does about an error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reaction {
    /// Tries again after a moment, a few times.
    Retry,
    /// Lowers the concurrency of this call, then tries again.
    SlowDown,
    /// Waits until the quota is free again, then goes on.
    WaitOut,
    /// Takes a new token once and tries once more.
    NewToken,
    /// Finds the members it is about by halving the list, and goes on without them.
    Isolate,
    /// Stops: asking again with the same credentials does harm.
    Stop,
    /// Reports success with a warning: the thing was done.
    Done,
    /// Reports the error.
    Fail,
}

/// 301096: two rules were made at once, and this one was not.
pub(crate) const CONCURRENT_CREATION: i64 = 301_096;

/// The entry of a code, if it is a known one.
pub fn find(code: i64) -> Option<&'static Code> {
    TABLE.iter().find(|entry| entry.code == code)
}

const LIST_APP: &str = "in the admin console open 应用管理 > 打卡 > API > 可调用接口的应用, add the app whose secret you use, and use that app's secret";
const TRUSTED_IP: &str = "in the admin console open 应用管理 > the app > 企业可信IP and add the address given; it acts after about a minute";
const VISIBLE: &str = "in the admin console open 应用管理 > the app > 可见范围 and add the people or their department";
const CREDENTIALS: &str = "compare the corp id with 我的企业 > 企业信息 and the secret with 应用管理 > the app > Secret; both must be of one company";
const AGAIN: &str = "try again in a minute; if it lasts, ask WeCom's support with the hint number";
const BUG: &str =
    "this is a defect of the caller: report it with the call's name and the hint number";
const REQUEST: &str = "compare the request with the call's document page";
const CORRECTIONS: &str =
    "the rule has this kind of correction closed: 打卡 > 规则 > 补卡 in the admin console";
const RULE: &str = "mend the rule as the message says";

const fn code(code: i64, reaction: Reaction, meaning: &'static str, advice: &'static str) -> Code {
    Code { code, meaning, reaction, advice }
}

use Reaction::{Done, Fail, Isolate, NewToken, Retry, SlowDown, Stop, WaitOut};

/// Every code that the check-in calls and the calls around them are known to answer.
pub const TABLE: &[Code] = &[
    code(-1, Retry, "the system is busy", AGAIN),
    code(6000, Retry, "two changes met (data version conflict)", AGAIN),
    code(
        40001,
        Stop,
        "the secret is wrong, or not of this company, or its app is disabled",
        CREDENTIALS,
    ),
    code(40003, Isolate, "a userid is malformed or unknown", "remove the userid from the list"),
    code(
        40007,
        Fail,
        "the media id is malformed or expired",
        "media ids live for three days; the file is lost",
    ),
    code(40013, Stop, "the corp id is wrong", CREDENTIALS),
    code(40014, NewToken, "the access token is not valid", CREDENTIALS),
    code(
        40031,
        Isolate,
        "the list of userids holds an invalid one",
        "remove the userid from the list",
    ),
    code(40032, Fail, "the list of userids is too long", "ask for at most 100 members a call"),
    code(40035, Fail, "a parameter is invalid", REQUEST),
    code(40056, Fail, "the agent id is wrong", "compare it with 应用管理 > the app > AgentId"),
    code(
        40058,
        Fail,
        "a parameter is illegal: bad JSON, a value or list too long, an empty mandatory value, or GET for POST",
        REQUEST,
    ),
    code(40063, Fail, "a parameter is empty", REQUEST),
    code(40066, Fail, "the department id is wrong", REQUEST),
    code(40068, Fail, "the tag id is wrong", REQUEST),
    code(40091, Stop, "the secret is invalid, perhaps another company's", CREDENTIALS),
    code(41001, Fail, "the access token is missing", BUG),
    code(41002, Stop, "the corp id is missing", CREDENTIALS),
    code(41004, Stop, "the secret is missing", CREDENTIALS),
    code(41006, Fail, "the media id is missing", BUG),
    code(41009, Fail, "the userid is missing", BUG),
    code(42001, NewToken, "the access token has expired", AGAIN),
    code(
        45009,
        WaitOut,
        "the call's quota is used up",
        "wait a minute (an hour if it lasts), and look for other programs that use the same app",
    ),
    code(
        45033,
        SlowDown,
        "too many of these calls at once",
        "lower the concurrency, and look for other programs that use the same app",
    ),
    code(46004, Isolate, "the member does not exist", "remove the userid from the list"),
    code(48001, Fail, "the app is not authorised for this call", LIST_APP),
    code(48002, Fail, "this app may not make this call", LIST_APP),
    code(
        48004,
        Fail,
        "the authorisation is void",
        "have the company's administrator authorise the app again",
    ),
    code(48005, Fail, "the call has been retired", "update this program"),
    code(
        48006,
        Fail,
        "the authorisation was taken back",
        "have the company's administrator authorise the app again",
    ),
    code(
        48009,
        Fail,
        "the contact-sync secret may not read details from this address",
        "use user/list_id, or an app's secret",
    ),
    code(50002, Fail, "the member is out of the app's range", VISIBLE),
    code(
        50003,
        Fail,
        "the app is disabled",
        "in the admin console open 应用管理 > the app and enable it",
    ),
    code(60003, Fail, "the department does not exist", REQUEST),
    code(60011, Fail, "no right on this member, department or tag", VISIBLE),
    code(60020, Fail, "the caller's address is not trusted", TRUSTED_IP),
    code(
        60111,
        Isolate,
        "the userid is unknown, has left, or is outside the visible range",
        "remove the userid from the list, or widen 应用管理 > the app > 可见范围",
    ),
    code(60123, Fail, "the department id is invalid", REQUEST),
    code(
        71049,
        Fail,
        "the company has as many rules as it may have",
        "delete rules that are not used",
    ),
    code(301_002, Fail, "no right on that app", LIST_APP),
    code(
        301_021,
        Isolate,
        "at least one userid is not in the contacts",
        "remove the userid from the list: compare with 通讯录",
    ),
    code(301_022, Retry, "WeCom could not fetch the records", AGAIN),
    code(
        301_023,
        Fail,
        "the list of members is empty or longer than 100",
        "ask for 1 to 100 members a call; with fewer, check that the request reaches WeCom as a POST with a JSON body",
    ),
    code(
        301_024,
        Fail,
        "the window is bad: its end is not after its start, or it is longer than 30 days",
        "ask for at most 30 days a call, in seconds",
    ),
    code(
        301_025,
        Fail,
        "the approval request is bad: often a span over 31 days, or milliseconds",
        REQUEST,
    ),
    code(301_026, Fail, "the approval's form is wrong", REQUEST),
    code(
        301_055,
        Fail,
        "the app may not read approvals",
        "in the admin console open 应用管理 > 审批 > API > 可调用接口的应用 and add the app",
    ),
    code(301_056, Fail, "the approval app is disabled", "enable 应用管理 > 审批"),
    code(301_057, Retry, "the approval service failed", AGAIN),
    code(
        301_062,
        Fail,
        "no right on leave accounts",
        "in the admin console open 应用管理 > 审批 > API > 可调用接口的应用 and add the app",
    ),
    code(301_063, Fail, "the leave request is bad", REQUEST),
    code(301_064, Retry, "the leave service failed", AGAIN),
    code(301_069, Fail, "the member does not exist", "compare the userid with 通讯录"),
    code(301_070, Retry, "WeCom's system failed", AGAIN),
    code(
        301_071,
        Done,
        "a similar face exists; this one was stored all the same",
        "check that the photo is of the right person",
    ),
    code(
        301_072,
        Fail,
        "the face image cannot be used",
        "send a clear photo of one face, at most 1 MB",
    ),
    code(
        301_073,
        Fail,
        "only future days can be scheduled",
        "leave out today and the days before it",
    ),
    code(
        301_075,
        Fail,
        "the schedule request is bad",
        "check seconds against milliseconds, and that the rule is by shift",
    ),
    code(
        301_080,
        Fail,
        "the due time does not exist or needs no punch",
        "give a work or off-work time of the day's rule",
    ),
    code(
        301_081,
        Fail,
        "the punch lies outside the permitted window",
        "give a time inside the segment's punch window",
    ),
    code(
        301_082,
        Fail,
        "the day is no work day, and the rule permits no punch on other days",
        "check the day",
    ),
    code(301_083, Fail, "the correction is bad: often a time in the future", REQUEST),
    code(301_088, Fail, "no right to do this to rules", LIST_APP),
    code(301_089, Fail, "there is no such rule", "take the group id from getcorpcheckinoption"),
    code(301_090, Fail, "the rule's range is outside the app's", VISIBLE),
    code(
        301_091,
        Fail,
        "the rule's range meets another rule's",
        "take the people out of the other rule first",
    ),
    code(
        301_092,
        Fail,
        "another app made this rule, so only it may change it",
        "use that app's secret, or change the rule in the admin console",
    ),
    code(301_093, Fail, "a field of the rule is illegal", RULE),
    code(301_094, Fail, "the rule has a field that may not be written", RULE),
    code(301_095, Fail, "too many rules", "delete rules that are not used"),
    code(CONCURRENT_CREATION, Retry, "two rules were made at once", AGAIN),
    code(
        301_097,
        Fail,
        "neither a Wi-Fi network nor a place would remain",
        "keep at least one of the two",
    ),
    code(301_098, Fail, "the member is out of range", VISIBLE),
    code(301_099, Fail, "correcting a late punch is closed", CORRECTIONS),
    code(301_101, Fail, "correcting an early leave is closed", CORRECTIONS),
    code(301_102, Fail, "correcting a missing punch is closed", CORRECTIONS),
    code(301_103, Fail, "correcting other exceptions is closed", CORRECTIONS),
    code(301_104, Fail, "correcting late punches with other exceptions is closed", CORRECTIONS),
    code(301_105, Fail, "correcting early leaves with other exceptions is closed", CORRECTIONS),
    code(600_017, Fail, "the punch time is invalid", REQUEST),
    code(600_018, Fail, "the range is invalid", REQUEST),
    code(830_002, Fail, "the file or the range is too large", "ask for at most 20 MB at a time"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(TABLE.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
