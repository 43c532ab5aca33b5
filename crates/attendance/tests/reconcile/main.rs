//! Verdicts beside WeCom's reports: what differs, and which key of the policy explains it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod policy_keys;

use std::collections::BTreeMap;

use attendance::{
    Bundle, Reconciliation,
    reconcile::{self, Line, Outcome},
};
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use wecom_checkin::report::{DayReport, MonthReport};

const DAY: Date = date(2026, 6, 1);
const MIDNIGHT: i64 = 1_780_243_200;

/// A Monday under 09:00-18:00 with a rest at noon and an allowance of ten minutes.
fn monday(punches: &[(&str, i64)], policy: &Value) -> Bundle {
    let rows: Vec<Value> = punches
        .iter()
        .map(|(kind, at)| {
            json!({"userid": "li", "checkin_type": kind, "exception_type": "",
                "checkin_time": MIDNIGHT + at})
        })
        .collect();
    let bundle = json!({
        "from": "2026-06-01", "to": "2026-06-01", "users": ["li"], "policy": policy,
        "checkinoption": [{"date": "2026-06-01", "response": {"errcode": 0, "info": [{
            "userid": "li",
            "group": {"grouptype": 1, "groupid": 11, "groupname": "总部", "checkindate": [{
                "workdays": [1, 2, 3, 4, 5], "allow_flex": true,
                "flex_on_duty_time": 600, "flex_off_duty_time": 0,
                "checkintime": [{"time_id": 1, "work_sec": 32_400, "off_work_sec": 64_800,
                    "allow_rest": true, "rest_begin_time": 43_200, "rest_end_time": 46_800}]
            }]}
        }]}}],
        "checkindata": [{"errcode": 0, "checkindata": rows}]
    });
    Bundle::parse(&bundle.to_string()).unwrap()
}

/// WeCom's report of that day.
fn report(punches: (i64, i64, i64), worked: i64, exceptions: &Value) -> DayReport {
    let (count, first, last) = punches;
    let report = json!({
        "base_info": {"acctid": "li", "date": MIDNIGHT, "day_type": 0},
        "summary_info": {"checkin_count": count, "earliest_time": first, "lastest_time": last,
            "standard_work_sec": 28_800, "regular_work_sec": worked},
        "exception_infos": exceptions,
        "ot_info": {"ot_status": 0, "ot_duration": 0, "exception_duration": []},
        "sp_items": [{"type": 2, "count": 0, "duration": 0, "time_type": 0, "name": "补卡次数"}]
    });
    serde_json::from_value(report).unwrap()
}

fn shown(lines: &[Line]) -> Vec<String> {
    let number = |n: Option<i64>| n.map_or("-".to_owned(), |n| n.to_string());
    let differing = lines.iter().filter(|line| !line.is_same());
    differing
        .map(|l| format!("{} {}/{}", l.field.name(), number(l.ours), number(l.theirs)))
        .collect()
}

/// Compares one day; what is not the same, and the best explanation.
fn compared(bundle: &Bundle, report: Option<DayReport>) -> (Vec<String>, Option<String>) {
    let mut reconciliation = Reconciliation::new(&bundle.company);
    let told = BTreeMap::from([(DAY, report)]);
    let compared = reconciliation.person(&bundle.people[0], DAY..=DAY, &told);
    let explained = reconciliation.explained().into_iter().next();
    let explained =
        explained.map(|e| format!("{} = {} ({}-{})", e.key, e.value, e.removes, e.adds));
    (shown(&compared.days[0].1), explained)
}

#[test]
fn differences_are_named_and_explained() {
    let (on, off) = ("上班打卡", "下班打卡");
    let late = |sec: i64| json!([{"exception": 1, "count": 1, "duration": sec}]);
    let none = json!([]);
    let default = json!({});
    for (what, punches, policy, report, lines, explained) in [
        (
            "equal",
            vec![(on, 32_400), (off, 64_800)],
            &default,
            report((2, 32_400, 64_800), 28_800, &none),
            vec![],
            None,
        ),
        (
            "where a late counts from",
            vec![(on, 33_060), (off, 64_800)],
            &default,
            report((2, 33_060, 64_800), 28_140, &late(60)),
            vec!["late_sec 660/60"],
            Some("late_counts_from = \"allowance\" (1-0)"),
        ),
        (
            "seconds beyond the minute",
            vec![(on, 33_000 + 59), (off, 64_800)],
            &default,
            report((2, 33_059, 64_800), 28_141, &late(659)),
            vec!["late_count -/1", "late_sec -/659"],
            Some("truncate_to_minute = false (2-0)"),
        ),
        (
            "hours of one punch",
            vec![(on, 32_400)],
            &default,
            report((1, 32_400, 32_400), 28_800, &json!([{"exception": 3, "count": 1}])),
            vec!["worked_sec 0/28800"],
            Some("single_punch_hours = \"schedule\" (1-0)"),
        ),
        (
            "a key that is set and should not be",
            vec![(on, 33_060), (off, 64_800)],
            &json!({"round_duration_min": 5}),
            report((2, 33_060, 64_800), 28_140, &late(660)),
            vec!["late_sec 900/660"],
            Some("round_duration_min = \"off\" (1-0)"),
        ),
        (
            "nothing in the policy",
            vec![(on, 32_400), (off, 64_800)],
            &default,
            report((3, 32_400, 64_801), 28_800, &json!([{"exception": 5, "count": 1}])),
            vec!["checkin_count 2/3", "last_sec 64800/64801", "place_count -/1"],
            None,
        ),
    ] {
        let (seen, key) = compared(&monday(&punches, policy), Some(report));
        assert_eq!(seen, lines, "{what}");
        assert_eq!(key.as_deref(), explained, "{what}");
    }
}

#[test]
fn a_day_may_be_on_one_side_only() {
    let punches = [("上班打卡", 32_400), ("下班打卡", 64_800)];
    let closed = monday(&punches, &json!({}));
    assert_eq!(compared(&closed, None), (vec!["day 1/-".to_owned()], None));
    let mut open = monday(&punches, &json!({}));
    open.people[0].known.clear();
    let told = report((2, 32_400, 64_800), 28_800, &json!([]));
    assert_eq!(compared(&open, Some(told)), (vec!["day -/1".to_owned()], None));
    assert_eq!(compared(&open, None), (vec![], None));
}

#[test]
fn a_report_that_says_little_is_compared_by_what_it_says() {
    let bundle = monday(&[("上班打卡", 32_400), ("下班打卡", 64_800)], &json!({}));
    let verdicts = bundle.judge();
    let short: DayReport =
        serde_json::from_value(json!({"summary_info": {"regular_work_sec": 28_800}})).unwrap();
    let lines = reconcile::day(&verdicts[0], Some(&short));
    let fields: Vec<&str> = lines.iter().map(|line| line.field.name()).collect();
    assert_eq!(fields, ["worked_sec"]);
    assert_eq!(lines[0].outcome, Outcome::Same);
}

#[test]
fn a_month_is_compared_once_every_day_of_it_is_known() {
    let mut bundle = monday(&[("上班打卡", 33_060), ("下班打卡", 64_800)], &json!({}));
    let report: MonthReport = serde_json::from_value(json!({
        "summary_info": {"work_days": 1, "regular_days": 0, "except_days": 1, "rest_days": 0,
            "standard_work_sec": 28_800, "regular_work_sec": 28_140},
        "exception_infos": [{"exception": 1, "count": 1, "duration": 600}],
        "overwork_info": {"workday_over_sec": 0}
    }))
    .unwrap();
    let lines = reconcile::month(&bundle.judge(), &report).unwrap();
    assert_eq!(shown(&lines), ["late_sec 660/600"]);
    bundle.people[0].known.clear();
    assert_eq!(reconcile::month(&bundle.judge(), &report), None);
}
