//! The bundle as a door: WeCom's own answers, what may be left out, and errors that name a field.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use attendance::{
    Bundle, Lang, PersonMonth, Verdict, Warning, judge, judge_bundle,
    judged::Outcome,
    verdict::{FindingKind, Status},
};
use jiff::civil::date;
use serde_json::{Value, json};

macro_rules! fixture {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("fixtures/", $name, ".json"))).unwrap()
    };
}

/// What WeCom answers for three people: a fixed, a shift and a free rule.
fn answers() -> Value {
    json!({
        "from": "2026-06-01", "to": "2026-07-02",
        "checkinoption": [{"date": "2026-06-01", "response": fixture!("getcheckinoption.full")}],
        "corpcheckinoption": fixture!("getcorpcheckinoption.full"),
        "checkindata": [
            fixture!("getcheckindata.overnight"),
            fixture!("getcheckindata.multi_exception"),
            fixture!("getcheckindata.refused"),
        ],
        "checkinschedulist": [fixture!("getcheckinschedulist.full")],
        "approvals": [
            fixture!("getapprovaldetail.leave"), fixture!("getapprovaldetail.punch_correction"),
        ],
    })
}

fn judged(bundle: &Value) -> Vec<Verdict> {
    judge_bundle(&bundle.to_string()).unwrap()
}

fn on(verdicts: &[Verdict], user: &str, day: jiff::civil::Date) -> Verdict {
    let found = verdicts.iter().find(|v| v.userid.as_str() == user && v.date == day);
    found.unwrap().clone()
}

#[test]
fn the_api_s_own_answers() {
    let verdicts = judged(&answers());
    assert_eq!(verdicts.len(), 3 * 32);
    let people: Vec<&str> = verdicts.iter().map(|v| v.userid.as_str()).collect();
    assert!(people.is_sorted(), "by userid in byte order");

    let late = on(&verdicts, "lin.xia", date(2026, 6, 4));
    assert_eq!(late.finding(FindingKind::Late).unwrap().duration_sec, Some(47 * 60));
    assert_eq!(late.finding(FindingKind::Place).unwrap().count, 1);
    let bundle = Bundle::parse(&answers().to_string()).unwrap();
    let person = bundle.people.iter().find(|p| p.userid.as_str() == "lin.xia").unwrap();
    let day = judge(&bundle.company, person, late.date..=late.date).remove(0);
    let outcomes: Vec<Outcome> = day.slots.iter().map(|slot| slot.outcome).collect();
    assert_eq!(
        outcomes,
        [Outcome::Late(47 * 60), Outcome::Missing, Outcome::Missing, Outcome::Missing]
    );
    // The punch at 00:35 of 1 July answers to 18:00 of 30 June.
    let night = on(&verdicts, "lin.xia", date(2026, 6, 30));
    assert_eq!(night.last.unwrap().to_string(), "2026-07-01T00:35:00+08:00");
    assert_eq!(night.finding(FindingKind::Missing).unwrap().count, 3);
    let corrected = on(&verdicts, "lin.xia", date(2026, 6, 2));
    assert_eq!((corrected.correction_count, corrected.checkin_count), (1, 1));
    let leave = on(&verdicts, "lin.xia", date(2026, 6, 9));
    assert_eq!((leave.leave[0].name.as_str(), leave.leave[0].seconds), ("事假", 3600));
    assert_eq!(on(&verdicts, "wu_qiang", date(2026, 6, 30)).status, Status::Rest);
    assert_eq!(on(&verdicts, "wu_qiang", date(2026, 6, 15)).status, Status::Unscheduled);
    let free = on(&verdicts, "Zhao-Min7", date(2026, 6, 4));
    assert_eq!(free.worked_sec, 20_700);
}

#[test]
fn refused_answers_are_not_silence() {
    let mut bundle = answers();
    bundle["checkindata"] = json!([fixture!("getcheckindata.refused")]);
    let verdicts = judged(&bundle);
    assert!(verdicts.iter().all(|v| v.findings.is_empty()));
    assert_eq!(on(&verdicts, "lin.xia", date(2026, 6, 4)).status, Status::Incomplete);

    bundle["checkindata"] = json!([]);
    assert_eq!(on(&judged(&bundle), "lin.xia", date(2026, 6, 4)).status, Status::Abnormal);
}

#[test]
fn users_choose_and_spell_the_people() {
    let mut bundle = answers();
    bundle["users"] = json!(["LIN.XIA", "nobody"]);
    let verdicts = judged(&bundle);
    assert_eq!(verdicts.len(), 2 * 32);
    assert_eq!(on(&verdicts, "LIN.XIA", date(2026, 6, 4)).checkin_count, 1);
    assert_eq!(on(&verdicts, "nobody", date(2026, 6, 4)).status, Status::NoRule);
}

#[test]
fn one_row_a_person_with_the_rules_joined() {
    // Case 56 of the reference: another rule from the middle of the month on.
    let mut bundle = answers();
    let mut other = fixture!("getcheckinoption.full");
    other["info"].as_array_mut().unwrap().truncate(1);
    other["info"][0]["group"]["groupid"] = json!(999);
    other["info"][0]["group"]["groupname"] = json!("分部固定班");
    let entry = json!({"date": "2026-06-16", "response": other});
    bundle["checkinoption"].as_array_mut().unwrap().push(entry);
    bundle["to"] = json!("2026-06-30");
    bundle["users"] = json!(["lin.xia"]);
    let month = PersonMonth::of(&judged(&bundle)).unwrap();
    assert_eq!(month.rule_names(), "总部固定班;分部固定班");
    // Work days of June by the public calendar, and the rule's own special days: the 19th is off
    // twice over, the 20th is worked.
    assert_eq!((month.totals.days, month.totals.due_days), (30, 22));
    assert_eq!(month.totals.finding(FindingKind::Late).seconds, 47 * 60);
    let shown = serde_json::to_value(&month).unwrap();
    assert_eq!(shown["exceptions"]["late"], json!({"count": 1, "days": 1, "seconds": 2820}));
    assert_eq!(shown["leave"][0]["name"], "事假");
    assert_eq!(shown["rules"][1], json!({"groupid": 999, "groupname": "分部固定班"}));
}

#[test]
fn a_late_credit_hangs_on_the_day_before() {
    let late_rule = json!({
        "allow_offwork_after_time": true, "offwork_after_time": 7200, "onwork_flex_time": 3600,
    });
    let mut bundle = answers();
    let group = &mut bundle["checkinoption"][0]["response"]["info"][0]["group"];
    group["checkindate"][0]["late_rule"] = late_rule;
    let mut bundle = Bundle::parse(&bundle.to_string()).unwrap();
    let day = date(2026, 6, 4);
    let person = bundle.people.iter_mut().find(|p| p.userid.as_str() == "lin.xia").unwrap();
    let judged = |person: &_| judge(&bundle.company, person, day..=day).remove(0).verdict;
    assert_eq!(judged(person).warnings, []);
    // Whoever asked for the 4th alone cannot know how long the 3rd was.
    person.known[0].from = day;
    assert_eq!(judged(person).warnings, [Warning::DayBeforeUnknown]);
}

#[test]
fn a_zone_for_one_rule() {
    let mut bundle = answers();
    bundle["rule_timezones"] = json!({"618": "America/New_York"});
    let verdict = on(&judged(&bundle), "Zhao-Min7", date(2026, 6, 3));
    assert_eq!(verdict.first.unwrap().to_string(), "2026-06-03T22:15:00-04:00");
}

#[test]
fn errors_name_the_field() {
    let cases: [(&str, Value, &str); 14] = [
        ("/from", Value::Null, "from is required"),
        ("/to", json!("2026-13-01"), "to is not a date"),
        ("/to", json!("2026-05-01"), "to is before from"),
        ("/checkinoption", Value::Null, "checkinoption is required"),
        ("/checkindata", Value::Null, "checkindata is required"),
        ("/checkinoption/0/date", Value::Null, "checkinoption[0].date is required"),
        ("/checkinoption/0/response", json!(1), "checkinoption[0].response is not an object"),
        ("/checkindata/1", json!("x"), "checkindata[1] is not an object"),
        ("/checkindata/1/checkindata/2", json!(5), "checkindata[1].checkindata[2] cannot be read"),
        ("/now", json!("soon"), "now is not an instant"),
        ("/timezone", json!("Mars/Olympus"), "timezone is no time zone"),
        ("/policy", json!({"truncate": true}), "policy cannot be read: unknown field `truncate`"),
        ("/calendar", json!({"2027": {"off": ["1 May"]}}), "calendar.2027 cannot be read"),
        ("/users", json!([7]), "users[0] is not a string"),
    ];
    for (pointer, value, expected) in cases {
        let mut bundle = answers();
        match bundle.pointer_mut(pointer) {
            Some(field) => *field = value,
            None => bundle[pointer.trim_start_matches('/')] = value,
        }
        let error = judge_bundle(&bundle.to_string()).unwrap_err().to_string();
        assert!(error.contains(expected), "{pointer}: {error}");
    }
    assert!(judge_bundle("[]").unwrap_err().to_string().contains("is not an object"));
    assert!(judge_bundle("{").unwrap_err().to_string().contains("is not JSON"));
}

#[test]
fn a_day_laid_open() {
    let bundle = Bundle::parse(&answers().to_string()).unwrap();
    let person = bundle.people.iter().find(|p| p.userid.as_str() == "lin.xia").unwrap();
    let day = date(2026, 6, 30);
    let explanation = judge(&bundle.company, person, day..=day).remove(0);
    let english = "\
lin.xia 2026-06-30
rule: 总部固定班
segment 1: 2026-06-30 09:00:00 - 2026-06-30 12:00:00
segment 2: 2026-06-30 13:30:00 - 2026-06-30 18:00:00
owed: 7 h 30 min
the day: 2026-06-30 07:00:00 - 2026-07-01 07:00:00 (until the next day opens)
records asked for: 2026-08-11 00:00:00
2026-07-01 00:35:00 off punch: this day by its due time, the off of segment 2
- one side is not punched: no hours are counted
- missing: no on punch for 2026-06-30 09:00:00
- missing: no off punch for 2026-06-30 12:00:00
- missing: no on punch for 2026-06-30 13:30:00
= abnormal";
    assert_eq!(explanation.page(Lang::En).to_string(), english);
    let chinese = explanation.page(Lang::Zh).to_string();
    assert!(chinese.contains("下班打卡: 按应打卡时间归入当天,时段2下班"), "{chinese}");
}

#[test]
fn a_punch_that_is_not_used_says_why() {
    let bundle = Bundle::parse(&answers().to_string()).unwrap();
    let mut person = bundle.people.iter().find(|p| p.userid.as_str() == "lin.xia").unwrap().clone();
    // 2026-06-11, from 00:00.
    let record = |sec: i64, kind: &str, exception: &str| {
        let at = 1_781_107_200 + sec;
        let record = json!({"userid": "lin.xia", "checkin_type": kind, "exception_type": exception,
            "checkin_time": at, "sch_checkin_time": if exception.is_empty() { 0 } else { at }});
        serde_json::from_value(record).unwrap()
    };
    person.records = vec![
        record(8 * 3600, "上班打卡", ""),
        record(9 * 3600, "上班打卡", ""),
        record(10 * 3600, "仅记录打卡时间和位置", ""),
        record(12 * 3600, "下班打卡", "未打卡"),
        record(18 * 3600, "下班打卡", ""),
        record(19 * 3600, "下班打卡", ""),
    ];
    let day = date(2026, 6, 11);
    let judged = judge(&bundle.company, &person, day..=day).remove(0);
    for (lang, expected) in [
        (
            Lang::En,
            [
                "08:00:00 on punch: this day by the window, the on of segment 1",
                "09:00:00 on punch: this day by the window, not used: an earlier on punch is",
                "10:00:00 record only: this day by the window, no duty punch under this rule",
                "12:00:00 not punched: this day by its due time, nobody punched",
                "18:00:00 off punch: this day by the window, not used: a later off punch is",
                "19:00:00 off punch: this day by the window, the off of segment 2",
            ],
        ),
        (
            Lang::Zh,
            [
                "08:00:00 上班打卡: 按打卡时间段归入当天,时段1上班",
                "09:00:00 上班打卡: 按打卡时间段归入当天,未采用:另有更早的上班打卡",
                "10:00:00 仅记录: 按打卡时间段归入当天,按此规则不算上下班打卡",
                "12:00:00 未打卡: 按应打卡时间归入当天,没有实际打卡",
                "18:00:00 下班打卡: 按打卡时间段归入当天,未采用:另有更晚的下班打卡",
                "19:00:00 下班打卡: 按打卡时间段归入当天,时段2下班",
            ],
        ),
    ] {
        let page = judged.page(lang).to_string();
        let punches: Vec<&str> =
            page.lines().filter_map(|l| l.strip_prefix("2026-06-11 ")).collect();
        assert_eq!(punches, expected, "{page}");
    }
}

#[test]
fn what_was_found_is_doubtful_where_approvals_are_not_known() {
    let doubtful = |coverage: Value| -> Vec<Verdict> {
        let mut bundle = answers();
        bundle["coverage"] = coverage;
        let judged = judged(&bundle);
        // Written and read again, too.
        let again = Bundle::parse(&bundle.to_string()).unwrap().to_json();
        assert_eq!(judge_bundle(&again.to_string()).unwrap(), judged);
        judged.into_iter().filter(|v| v.warnings.contains(&Warning::ApprovalsUnknown)).collect()
    };
    let from_on = |from: &str| json!([{"call": "approvals", "from": from, "to": "2026-07-02"}]);
    // Nothing said: as if all were known.
    assert_eq!(doubtful(json!([])), []);
    assert_eq!(doubtful(from_on("2026-06-01")), []);
    let all = doubtful(json!([{"call": "approvals"}]));
    assert!(all.iter().any(|v| v.status == Status::Abnormal), "{}", all.len());
    for verdict in judged(&answers()) {
        let is_doubtful = all.iter().any(|v| v.userid == verdict.userid && v.date == verdict.date);
        match verdict.status {
            Status::Abnormal => assert!(is_doubtful, "{verdict:?}"),
            Status::Rest => {}
            _ => assert!(!is_doubtful, "{verdict:?}"),
        }
    }
    let early: Vec<Verdict> = all.into_iter().filter(|v| v.date < date(2026, 6, 15)).collect();
    assert_eq!(doubtful(from_on("2026-06-15")), early);
}
