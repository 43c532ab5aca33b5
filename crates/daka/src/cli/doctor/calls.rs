//! What the check-in secret may do, and whom it sees.

use std::collections::BTreeSet;

use futures::StreamExt as _;
use jiff::Timestamp;
use serde_json::{Value, json};
use wecom_checkin::{
    Client, Error, UserId,
    codes::{self, Reaction, Refuses},
    units::UnixTime,
};

use super::{
    super::Context,
    finding::{Finding, Level},
};
use crate::{
    cli::wecom,
    days::Days,
    lang::{Text, text},
    progress,
};

/// A call that reads, and what cannot be done without it.
struct Probe {
    call: &'static str,
    /// Without it nothing can be done.
    needed: bool,
    without: fn() -> Text,
    body: fn(&str, Timestamp) -> Value,
}

const PROBES: [Probe; 9] = [
    Probe {
        call: "getcheckindata",
        needed: true,
        without: || text!("no record can be read", "读不到任何打卡记录"),
        body: records,
    },
    Probe {
        call: "getcheckinoption",
        needed: true,
        without: || text!("no day can be judged", "无法判断任何一天"),
        body: rules,
    },
    Probe {
        call: "getcorpcheckinoption",
        needed: false,
        without: || {
            text!(
                "overtime, white lists and corrections of the rules stay unknown",
                "规则的加班、白名单和补卡设置未知"
            )
        },
        body: |_, _| json!({}),
    },
    Probe {
        call: "getcheckinschedulist",
        needed: false,
        without: || {
            text!("days of people who work by shift cannot be judged", "排班人员的考勤无法判断")
        },
        body: window,
    },
    Probe {
        call: "getcheckin_daydata",
        needed: false,
        without: || {
            text!(
                "`daka reconcile` has no day reports to compare with",
                "`daka reconcile` 没有日报可对"
            )
        },
        body: reports,
    },
    Probe {
        call: "getcheckin_monthdata",
        needed: false,
        without: || {
            text!(
                "`daka reconcile` has no month reports to compare with",
                "`daka reconcile` 没有月报可对"
            )
        },
        body: reports,
    },
    Probe {
        call: "get_hardware_checkin_data",
        needed: false,
        without: || text!("`daka device-records` cannot be read", "读不到 `daka device-records`"),
        body: window,
    },
    Probe {
        call: "getapprovalinfo",
        needed: false,
        without: || {
            text!("leave, trips, outings and overtime stay unknown", "请假、出差、外出和加班未知")
        },
        body: approvals,
    },
    Probe {
        call: "vacation/getcorpconf",
        needed: false,
        without: || text!("the names of the kinds of leave stay unknown", "假期类型的名称未知"),
        body: |_, _| json!({}),
    },
];

fn records(userid: &str, now: Timestamp) -> Value {
    let mut body = window(userid, now);
    if let Some(body) = body.as_object_mut() {
        body.insert("opencheckindatatype".to_owned(), json!(3));
    }
    body
}

fn rules(userid: &str, now: Timestamp) -> Value {
    json!({"datetime": midnight(now), "useridlist": [userid]})
}

fn window(userid: &str, now: Timestamp) -> Value {
    json!({"starttime": midnight(now), "endtime": midnight(now) + 3_600, "useridlist": [userid]})
}

fn reports(userid: &str, now: Timestamp) -> Value {
    json!({"starttime": midnight(now), "endtime": midnight(now), "useridlist": [userid]})
}

fn approvals(_: &str, now: Timestamp) -> Value {
    let from = midnight(now);
    json!({
        "starttime": from.to_string(), "endtime": (from + 3_600).to_string(),
        "new_cursor": "", "size": 1, "filters": [],
    })
}

/// Today's midnight at UTC+8.
fn midnight(now: Timestamp) -> i64 {
    UnixTime::from(now).beijing_date().map_or(0, |today| UnixTime::beijing_midnight(today).0)
}

/// What the probes found.
pub(super) struct Rights {
    pub(super) findings: Vec<Finding>,
    allowed: Vec<&'static str>,
}

impl Rights {
    /// Whether the call may be made.
    pub(super) fn may(&self, call: &str) -> bool {
        self.allowed.contains(&call)
    }
}

/// Makes each reading call once, for an hour of one person.
pub(super) async fn rights(client: &Client, person: Option<&UserId>, now: Timestamp) -> Rights {
    /// Somebody has to be asked about; that nobody is called so is an answer too.
    const NOBODY: &str = "daka-doctor";
    let userid = person.map_or(NOBODY, UserId::as_str);
    let mut rights = Rights { findings: Vec::new(), allowed: Vec::new() };
    let mut slowed = Vec::new();
    for probe in &PROBES {
        let body = (probe.body)(userid, now).to_string();
        let answer = client.call_raw(probe.call, &body).await;
        match answer.as_ref().err().map(|error| (error, Refused::by(error))) {
            None | Some((_, Refused::Content)) => {
                rights.allowed.push(probe.call);
                let may = text!("this secret may make this call", "该 secret 可以调用此接口");
                rights.findings.push(Finding::ok(probe.call, may));
            }
            Some((error, Refused::Quota)) => {
                slowed.push(format!("{} ({})", probe.call, error.errcode().unwrap_or_default()));
            }
            Some((error, Refused::Call)) => rights.findings.push(forbidden(probe, error)),
            Some((error, Refused::Network)) => {
                rights.findings.push(unanswered(probe, error));
            }
            Some((error, Refused::Everything)) => {
                rights.findings.push(Finding::refused("permissions", error));
                return rights;
            }
        }
    }
    rights.findings.push(quota(&slowed));
    rights
}

/// What a refusal is about.
enum Refused {
    /// The request: the call itself was let in.
    Content,
    Quota,
    Call,
    /// Nobody knows: there was no answer of WeCom's.
    Network,
    /// Any other call would be refused too.
    Everything,
}

impl Refused {
    fn by(error: &Error) -> Self {
        match (error.refuses(), error.reaction()) {
            (None, _) => Self::Network,
            _ if error.is_token_rejected() => Self::Everything,
            (Some(Refuses::Secret), _) => Self::Everything,
            (Some(Refuses::Call), _) => Self::Call,
            (_, Some(Reaction::WaitOut | Reaction::SlowDown)) => Self::Quota,
            _ if error.is_retryable() => Self::Network,
            _ => Self::Content,
        }
    }
}

fn forbidden(probe: &Probe, error: &Error) -> Finding {
    let level = if probe.needed { Level::Fail } else { Level::Warn };
    let (said, without) = (wecom::said(error), (probe.without)());
    let finding = text!([said, without], "{said}: {without}", "{said}：{without}");
    Finding::new(level, probe.call, finding, wecom::hint(error))
}

fn unanswered(probe: &Probe, error: &Error) -> Finding {
    let finding = Finding::refused(probe.call, error);
    let level = if probe.needed { Level::Fail } else { Level::Warn };
    Finding { level, ..finding }
}

/// The quota of a call is used up.
const QUOTA_USED_UP: i64 = 45_009;

fn quota(slowed: &[String]) -> Finding {
    if slowed.is_empty() {
        return Finding::ok(
            "rate limit",
            text!(
                "no call was refused for its rate; WeCom does not tell how much is left",
                "没有调用因频率被拒；企业微信不告知剩余额度"
            ),
        );
    }
    Finding::warn(
        "rate limit",
        text!(
            "WeCom refused for their rate: {calls}",
            "企业微信因频率拒绝了：{calls}",
            calls = slowed.join(", ")
        ),
        codes::find(QUOTA_USED_UP).map(|code| Text::from(code.hint)).unwrap_or_default(),
    )
}

/// The contact secret could not list anybody.
pub(super) fn no_list(error: &Error) -> Finding {
    let wrong_secret = text!(
        "the contact secret must be the one under 管理工具 > 通讯录同步, not an app's: see WECOM_CONTACT_SECRET or wecom.contact_secret_file",
        "通讯录 secret 必须是「管理工具 > 通讯录同步」的 secret，而不是某个应用的：见 WECOM_CONTACT_SECRET 或 wecom.contact_secret_file"
    );
    let finding = Finding::refused("contact list", error);
    match Refused::by(error) {
        Refused::Call => Finding { advice: wrong_secret, ..finding },
        _ => finding,
    }
}

/// The most people that are looked up unasked: ten calls.
const SAMPLE: usize = 1_000;

/// Whether the check-in secret knows the people whom the contact secret lists.
pub(super) async fn range(
    context: &Context,
    client: &Client,
    mut people: Vec<UserId>,
    everyone: bool,
) -> Finding {
    const CHECK: &str = "visible range";
    let listed = people.len();
    people.sort();
    if !everyone {
        people.truncate(SAMPLE);
    }
    let asked = people.len();
    let Ok(today) = Days::one(context.today()) else {
        return Finding::warn(
            CHECK,
            text!("today is no day that WeCom knows", "今天不是企业微信认识的日期"),
            text!("check the clock", "请检查本机时间"),
        );
    };
    let bar = progress::bar("people", u64::try_from(asked.div_ceil(100)).unwrap_or(u64::MAX));
    let mut slices = client.records(people, today).slices();
    let mut unknown = BTreeSet::new();
    while let Some(slice) = slices.next().await {
        bar.inc(1);
        if let Err(error) = slice.rows {
            bar.finish_and_clear();
            return Finding::refused(CHECK, &error);
        }
        unknown.extend(slice.unknown);
    }
    bar.finish_and_clear();
    let of = if asked < listed {
        text!(
            "the first {asked} of {listed} people (--everyone looks up all)",
            "{listed} 人中的前 {asked} 人（--everyone 查全部）"
        )
    } else {
        text!("{listed} people", "{listed} 人")
    };
    if unknown.is_empty() {
        return Finding::ok(
            CHECK,
            text!([of], "the check-in secret knows all of {of}", "打卡 secret 能看到全部 {of}"),
        );
    }
    Finding::warn(
        CHECK,
        text!(
            [of],
            "the check-in secret does not know {count} of {of}: {names}",
            "{of}中有 {count} 人不在打卡 secret 的可见范围内：{names}",
            count = unknown.len(),
            names = first_few(&unknown)
        ),
        text!(
            "in the admin console open 应用管理 > the app > 可见范围 and add the people or their department",
            "请在管理后台「应用管理 > 该应用 > 可见范围」中加入这些人或其部门"
        ),
    )
}

fn first_few(people: &BTreeSet<UserId>) -> String {
    const SHOWN: usize = 20;
    let names: Vec<&str> = people.iter().take(SHOWN).map(UserId::as_str).collect();
    let more = people.len().saturating_sub(SHOWN);
    if more == 0 { names.join(", ") } else { format!("{}, … (+{more})", names.join(", ")) }
}
