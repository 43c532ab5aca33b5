//! WeCom's error codes, in the one table that everybody reads: what each means, what the client
//! does about it, what else it would refuse, and what a person can do.

mod hints;

use hints as h;

/// A sentence in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bilingual {
    /// English.
    pub en: &'static str,
    /// Chinese.
    pub zh: &'static str,
}

const fn both(en: &'static str, zh: &'static str) -> Bilingual {
    Bilingual { en, zh }
}

/// One error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiCode {
    /// `errcode`.
    pub code: i64,
    /// What it means, in a few words.
    pub meaning: Bilingual,
    /// What the client does about it.
    pub reaction: Reaction,
    /// What else would be refused for the same reason.
    pub refuses: Refuses,
    /// What a person does about it, and where in the admin console (管理后台).
    pub hint: Bilingual,
}

/// What the client does about an error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
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
    DropMember,
    /// Halves a list of members and asks for each half. A list of one is an error.
    FewerMembers,
    /// Reports the error; whoever walks over a span asks again for shorter ones.
    ShorterSpan,
    /// Reports that what was asked for is no more.
    Gone,
    /// Stops: asking again with the same credentials does harm.
    Stop,
    /// Reports success with a warning: the thing was done.
    Done,
    /// Reports the error.
    Fail,
}

/// What an error code refuses: a request, or more than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Refuses {
    /// This request; another one may pass.
    Request,
    /// The call, whatever it asks for. Other calls may pass.
    Call,
    /// Every call with this secret.
    Secret,
}

/// The entry of a code, if it is a known one.
pub fn find(code: i64) -> Option<&'static ApiCode> {
    TABLE.iter().find(|entry| entry.code == code)
}

/// The entry of a code as the answer of a call: a few mean something else there.
pub fn find_in(call: &str, code: i64) -> Option<&'static ApiCode> {
    let special = IN_CALLS.iter().filter(|(calls, _)| calls.contains(&call));
    special.map(|(_, entry)| entry).find(|entry| entry.code == code).or_else(|| find(code))
}

const fn code(
    code: i64,
    reaction: Reaction,
    refuses: Refuses,
    en: &'static str,
    zh: &'static str,
    hint: Bilingual,
) -> ApiCode {
    ApiCode { code, meaning: both(en, zh), reaction, refuses, hint }
}

/// 60020: the caller's address is not among the company's trusted ones.
#[cfg(feature = "client")]
pub(crate) const UNTRUSTED_ADDRESS: i64 = 60_020;

/// 301096: two rules were made at once, and this one was not.
#[cfg(feature = "client")]
pub(crate) const CONCURRENT_CREATION: i64 = 301_096;

use Reaction::{
    Done, DropMember, Fail, FewerMembers, Gone, NewToken, Retry, ShorterSpan, SlowDown, Stop,
    WaitOut,
};
use Refuses::{Call, Request, Secret};

/// Every code that the check-in calls and the calls around them are known to answer.
#[rustfmt::skip]
pub const TABLE: &[ApiCode] = &[
    code(-1, Retry, Request, "the system is busy", "系统繁忙", h::AGAIN),
    code(6000, Retry, Request, "two changes met (data version conflict)", "两处修改相互冲突（数据版本冲突）", h::AGAIN),
    code(40001, Stop, Secret, "the secret is wrong, or not of this company, or its app is disabled", "secret 不正确、不属于该企业，或应用已停用", h::CREDENTIALS),
    code(40003, DropMember, Request, "a userid is malformed or unknown", "userid 格式不对或不存在", h::REMOVE),
    code(40007, Gone, Request, "the media id is malformed or expired", "media_id 格式不对或已过期", h::MEDIA_LIVES),
    code(40013, Stop, Secret, "the corp id is wrong", "corpid 不正确", h::CREDENTIALS),
    code(40014, NewToken, Request, "the access token is not valid", "access_token 无效", h::CREDENTIALS),
    code(40031, DropMember, Request, "the list of userids holds an invalid one", "userid 列表中有无效的 userid", h::REMOVE),
    code(40032, FewerMembers, Request, "the list of userids is too long", "userid 列表过长", h::HUNDRED),
    code(40035, Fail, Request, "a parameter is invalid", "参数无效", h::REQUEST),
    code(40056, Fail, Request, "the agent id is wrong", "agentid 不正确", h::AGENT_ID),
    code(40058, FewerMembers, Request, "a parameter is illegal: bad JSON, a value or list too long, an empty mandatory value, or GET for POST", "参数不合法：JSON 有误、值或列表过长、必填项为空，或该用 POST 却用了 GET", h::REQUEST),
    code(40063, Fail, Request, "a parameter is empty", "参数为空", h::REQUEST),
    code(40066, Fail, Request, "the department id is wrong", "部门 id 不正确", h::REQUEST),
    code(40068, Fail, Request, "the tag id is wrong", "标签 id 不正确", h::REQUEST),
    code(40091, Stop, Secret, "the secret is invalid, perhaps another company's", "secret 无效，可能属于别的企业", h::CREDENTIALS),
    code(41001, Fail, Request, "the access token is missing", "缺少 access_token", h::BUG),
    code(41002, Stop, Secret, "the corp id is missing", "缺少 corpid", h::CREDENTIALS),
    code(41004, Stop, Secret, "the secret is missing", "缺少 secret", h::CREDENTIALS),
    code(41006, Fail, Request, "the media id is missing", "缺少 media_id", h::BUG),
    code(41009, Fail, Request, "the userid is missing", "缺少 userid", h::BUG),
    code(42001, NewToken, Request, "the access token has expired", "access_token 已过期", h::AGAIN),
    code(45009, WaitOut, Request, "the call's quota is used up", "接口调用次数超过限制", h::OTHERS_WAIT),
    code(45033, SlowDown, Request, "too many of these calls at once", "接口并发调用过多", h::OTHERS_SLOW),
    code(46004, DropMember, Request, "the member does not exist", "成员不存在", h::REMOVE),
    code(48001, Fail, Call, "the app is not authorised for this call", "应用未获授权调用该接口", h::LIST_APP),
    code(48002, Fail, Call, "this app may not make this call", "该应用无权调用该接口", h::LIST_APP),
    code(48004, Fail, Secret, "the authorisation is void", "授权已失效", h::AUTHORISE),
    code(48005, Fail, Call, "the call has been retired", "接口已下线", h::UPDATE),
    code(48006, Fail, Secret, "the authorisation was taken back", "授权已被收回", h::AUTHORISE),
    code(48009, Fail, Call, "the contact-sync secret may not read details from this address", "通讯录同步的 secret 不能从该 IP 读取成员详情", h::LIST_ID),
    code(50002, Fail, Request, "the member is out of the app's range", "成员不在应用可见范围内", h::VISIBLE),
    code(50003, Fail, Secret, "the app is disabled", "应用已停用", h::ENABLE),
    code(60003, Fail, Request, "the department does not exist", "部门不存在", h::REQUEST),
    code(60011, DropMember, Request, "no right on this member, department or tag", "对该成员、部门或标签没有权限", h::VISIBLE),
    code(60020, Fail, Secret, "the caller's address is not trusted", "调用方 IP 不在企业可信 IP 中", h::TRUSTED_IP),
    code(60111, DropMember, Request, "the userid is unknown, has left, or is outside the visible range", "userid 不存在、已离职，或不在可见范围内", h::REMOVE_OR_SEE),
    code(60123, Fail, Request, "the department id is invalid", "部门 id 无效", h::REQUEST),
    code(71049, Fail, Request, "the company has as many rules as it may have", "企业的打卡规则数已达上限", h::FEWER_RULES),
    code(81013, Fail, Request, "nobody of those named exists or may see the app", "收件人不存在，或都不在应用可见范围内", h::VISIBLE),
    code(301_002, Fail, Call, "no right on that app", "对该应用没有权限", h::LIST_APP),
    code(301_007, Stop, Secret, "the company has been dissolved or banned", "企业已解散或被封禁", h::COMPANY_GONE),
    code(301_021, DropMember, Request, "at least one userid is not in the contacts", "至少有一个 userid 不在通讯录中", h::CONTACTS),
    code(301_022, Retry, Request, "WeCom could not fetch the records", "企业微信获取打卡数据失败", h::AGAIN),
    code(301_023, FewerMembers, Request, "the list of members is empty or longer than 100", "成员列表为空或超过 100 人", h::HUNDRED_POST),
    code(301_024, ShorterSpan, Request, "the window is bad: its end is not after its start, or it is longer than 30 days", "时间范围不对：结束不晚于开始，或超过 30 天", h::THIRTY_DAYS),
    code(301_025, ShorterSpan, Request, "the approval request is bad: often a span over 31 days, or milliseconds", "审批请求参数有误：多为超过 31 天，或用了毫秒", h::THIRTY_ONE_DAYS),
    code(301_026, Fail, Request, "the approval's form is wrong", "审批模板有误", h::REQUEST),
    code(301_055, Fail, Call, "the app may not read approvals", "应用无权读取审批", h::APPROVAL_APP),
    code(301_056, Fail, Call, "the approval app is disabled", "审批应用已停用", h::ENABLE_APPROVAL),
    code(301_057, Retry, Request, "the approval service failed", "审批服务出错", h::AGAIN),
    code(301_062, Fail, Call, "no right on leave accounts", "没有假期余额的权限", h::APPROVAL_APP),
    code(301_063, Fail, Request, "the leave request is bad", "假期请求参数有误", h::REQUEST),
    code(301_064, Retry, Request, "the leave service failed", "假期服务出错", h::AGAIN),
    code(301_069, DropMember, Request, "the member does not exist", "成员不存在", h::CONTACTS),
    code(301_070, Retry, Request, "WeCom's system failed", "企业微信系统出错", h::AGAIN),
    code(301_071, Done, Request, "a similar face exists; this one was stored all the same", "已有相似的人脸；这次仍已保存", h::RIGHT_FACE),
    code(301_072, Fail, Request, "the face image cannot be used", "人脸图片不可用", h::CLEAR_FACE),
    code(301_073, Fail, Request, "only future days can be scheduled", "只能给将来的日期排班", h::FUTURE_DAYS),
    code(301_075, Fail, Request, "the schedule request is bad", "排班请求参数有误", h::SECONDS),
    code(301_079, Fail, Request, "the times of leave conflict", "请假时间有冲突", h::LEAVE_TIMES),
    code(301_080, Fail, Request, "the due time does not exist or needs no punch", "该应打卡时间不存在或无需打卡", h::DUE_TIME),
    code(301_081, Fail, Request, "the punch lies outside the permitted window", "打卡时间不在允许的范围内", h::PUNCH_WINDOW),
    code(301_082, Fail, Request, "the day is no work day, and the rule permits no punch on other days", "当天不是工作日，而规则不允许在非工作日打卡", h::CHECK_DAY),
    code(301_083, Fail, Request, "the correction is bad: often a time in the future", "补卡参数有误：多为时间在将来", h::REQUEST),
    code(301_088, Fail, Call, "no right to do this to rules", "没有管理打卡规则的权限", h::LIST_APP),
    code(301_089, Fail, Request, "there is no such rule", "打卡规则不存在", h::GROUP_ID),
    code(301_090, Fail, Request, "the rule's range is outside the app's", "规则的范围超出应用的可见范围", h::VISIBLE),
    code(301_091, Fail, Request, "the rule's range meets another rule's", "规则的范围与另一条规则重叠", h::OTHER_RULE),
    code(301_092, Fail, Request, "another app made this rule, so only it may change it", "规则由另一个应用创建，只有它可以修改", h::MAKER),
    code(301_093, Fail, Request, "a field of the rule is illegal", "规则中有字段不合法", h::RULE),
    code(301_094, Fail, Request, "the rule has a field that may not be written", "规则中有不可写的字段", h::RULE),
    code(301_095, Fail, Request, "too many rules", "打卡规则过多", h::FEWER_RULES),
    code(301_096, Retry, Request, "two rules were made at once", "同时创建了两条规则", h::AGAIN),
    code(301_097, Fail, Request, "neither a Wi-Fi network nor a place would remain", "Wi-Fi 和打卡地点都将为空", h::KEEP_ONE),
    code(301_098, Fail, Request, "the member is out of range", "成员不在范围内", h::VISIBLE),
    code(301_099, Fail, Request, "correcting a late punch is closed", "规则不允许补迟到的卡", h::CORRECTIONS),
    code(301_101, Fail, Request, "correcting an early leave is closed", "规则不允许补早退的卡", h::CORRECTIONS),
    code(301_102, Fail, Request, "correcting a missing punch is closed", "规则不允许补缺卡", h::CORRECTIONS),
    code(301_103, Fail, Request, "correcting other exceptions is closed", "规则不允许补其他异常的卡", h::CORRECTIONS),
    code(301_104, Fail, Request, "correcting late punches with other exceptions is closed", "规则不允许补迟到且另有异常的卡", h::CORRECTIONS),
    code(301_105, Fail, Request, "correcting early leaves with other exceptions is closed", "规则不允许补早退且另有异常的卡", h::CORRECTIONS),
    code(301_112, ShorterSpan, Request, "there is too much in the span", "时间范围内的数据过多", h::LESS),
    code(600_017, Fail, Request, "the punch time is invalid", "打卡时间无效", h::REQUEST),
    code(600_018, Fail, Request, "the range is invalid", "范围无效", h::REQUEST),
    code(830_002, Fail, Request, "the file or the range is too large", "文件或所取的部分过大", h::TWENTY_MB),
];

const APPROVAL_CALLS: &[&str] = &[
    "getapprovalinfo",
    "getapprovaldetail",
    "vacation/getcorpconf",
    "vacation/getuservacationquota",
    "vacation/setoneuserquota",
];

/// Codes that mean something else in some calls.
#[rustfmt::skip]
const IN_CALLS: &[(&[&str], ApiCode)] = &[
    (&["addcheckinuserface"], code(301_021, Fail, Request, "a parameter is bad", "参数有误", h::FACE_REQUEST)),
    (APPROVAL_CALLS, code(48_001, Fail, Call, "the app is not authorised for this call", "应用未获授权调用该接口", h::APPROVAL_APP)),
    (APPROVAL_CALLS, code(48_002, Fail, Call, "this app may not make this call", "该应用无权调用该接口", h::APPROVAL_APP)),
    (&["user/list_id"], code(48_002, Fail, Call, "only the contact-sync secret may make this call", "只有通讯录同步的 secret 可以调用该接口", h::CONTACT_SECRET)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(TABLE.windows(2).all(|pair| pair[0].code < pair[1].code));
    }

    #[test]
    fn every_text_is_there_in_both_languages() {
        let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for entry in TABLE.iter().chain(IN_CALLS.iter().map(|(_, entry)| entry)) {
            for text in [entry.meaning, entry.hint] {
                assert!(!text.en.is_empty() && is_chinese(text.zh), "{entry:?}");
            }
            assert!(!is_chinese(entry.meaning.en), "{entry:?}");
        }
    }
}
