//! Every key of the policy that a report can show is proposed where it explains the report.

use std::collections::{BTreeMap, BTreeSet};

use attendance::{Bundle, Policy, Reconciliation, Verdict, verdict::FindingKind};
use serde_json::{Value, json};
use wecom_checkin::report::DayReport;

use super::{DAY, MIDNIGHT};

/// One key set on a day that it changes.
struct Case {
    key: &'static str,
    value: Value,
    /// The other keys that it needs.
    beside: Value,
    /// The day's records: kind, seconds after its midnight.
    records: &'static [(&'static str, i64)],
    /// The key that `reconcile` proposes to a company whose reports are made so; `None` for what
    /// companies decide on top of WeCom's figures, which no report can show.
    proposed: Option<&'static str>,
}

const ON: &str = "上班打卡";
const OFF: &str = "下班打卡";
const LATE: &[(&str, i64)] = &[(ON, 34_800), (OFF, 64_800)];
const MORNING: &[(&str, i64)] = &[(ON, 32_400), (OFF, 43_200)];

fn cases() -> Vec<Case> {
    let case =
        |key, value, records, proposed| Case { key, value, beside: json!({}), records, proposed };
    let itself = |key, value, records| case(key, value, records, Some(key));
    let own = |key, value, records| case(key, value, records, None);
    vec![
        itself("truncate_to_minute", json!(false), &[(ON, 33_059), (OFF, 64_800)]),
        itself("late_counts_from", json!("allowance"), LATE),
        itself("late_to_half_absent_min", json!(30), LATE),
        itself("late_to_absent_min", json!(30), LATE),
        itself(
            "late_rule_after_restday",
            json!(true),
            &[(ON, -40_000), (OFF, -14_400), (ON, 34_800), (OFF, 64_800)],
        ),
        itself("single_punch_hours", json!("schedule"), &[(ON, 32_400)]),
        itself("deduct_rest_from_late", json!(true), &[(ON, 45_000), (OFF, 64_800)]),
        itself("one_side_outdoor", json!("absent"), &[("外出打卡", 36_000)]),
        itself("part_day_leave_punches", json!("none"), &[(ON, 32_400)]),
        own("settle_minutes", json!(10_000), LATE),
        own("late_free_per_month", json!(1), LATE),
        Case {
            beside: json!({"late_free_per_month": 1}),
            ..own("late_free_max_min", json!(10), LATE)
        },
        own("late_tiers", json!([{"from_min": 30, "name": "严重迟到"}]), LATE),
        own("half_absent_below_min", json!(240), MORNING),
        own("absent_below_min", json!(240), MORNING),
        itself("round_duration_min", json!(30), LATE),
        Case {
            beside: json!({"round_duration_min": 30}),
            ..case("round_duration", json!("down"), LATE, Some("round_duration_min"))
        },
    ]
}

/// A Monday from 09:00 to 18:00 with ten minutes of allowance and a late right, and leave from
/// 15:00 where the case is of leave.
fn monday(case: &Case, policy: &Value) -> Bundle {
    let rows = case.records.iter().map(|(kind, at)| {
        json!({"userid": "li", "checkin_type": kind, "exception_type": "", "checkin_time": MIDNIGHT + at})
    });
    let range =
        json!({"type": "hour", "new_begin": MIDNIGHT + 54_000, "new_end": MIDNIGHT + 64_800});
    let leave = json!({"errcode": 0, "info": {
        "sp_no": "1", "sp_name": "事假", "sp_status": 2, "applyer": {"userid": "li"},
        "apply_data": {"contents": [{"control": "Attendance", "value": {
            "attendance": {"type": 1, "date_range": range},
        }}]},
    }});
    let approvals = if case.key == "part_day_leave_punches" { vec![leave] } else { Vec::new() };
    let bundle = json!({
        "from": "2026-06-01", "to": "2026-06-01", "users": ["li"], "policy": policy,
        "now": "2026-06-03T00:00:00+08:00",
        "checkinoption": [{"date": "2026-05-25", "response": {"errcode": 0, "info": [{
            "userid": "li",
            "group": {"grouptype": 1, "groupid": 11, "groupname": "总部", "checkindate": [{
                "workdays": [1, 2, 3, 4, 5], "allow_flex": true,
                "flex_on_duty_time": 600, "flex_off_duty_time": 0,
                "late_rule": {"allow_offwork_after_time": true, "timerules": [
                    {"offwork_after_time": 3600, "onwork_flex_time": 3600}]},
                "checkintime": [{"time_id": 1, "work_sec": 32_400, "off_work_sec": 64_800,
                    "allow_rest": true, "rest_begin_time": 43_200, "rest_end_time": 46_800}]
            }]}
        }]}}],
        "checkindata": [{"errcode": 0, "checkindata": rows.collect::<Vec<_>>()}],
        "approvals": approvals,
    });
    Bundle::parse(&bundle.to_string()).unwrap()
}

/// The report of a company that counts as this verdict does.
fn report(verdict: &Verdict) -> DayReport {
    let exceptions = verdict.findings.iter().map(|finding| {
        let number = match finding.kind {
            FindingKind::Late => 1,
            FindingKind::Early => 2,
            FindingKind::Missing => 3,
            FindingKind::Absent => 4,
            other => panic!("{other:?} on a day without marks"),
        };
        json!({"exception": number, "count": finding.count, "duration": finding.duration_sec})
    });
    serde_json::from_value(json!({
        "base_info": {"acctid": "li", "date": MIDNIGHT, "day_type": 0},
        "summary_info": {"standard_work_sec": verdict.standard_sec, "regular_work_sec": verdict.worked_sec},
        "exception_infos": exceptions.collect::<Vec<_>>(),
    }))
    .unwrap()
}

#[test]
fn every_key_of_the_policy_is_proposed_where_it_explains_the_report() {
    let policy = serde_json::to_value(Policy::default()).unwrap();
    let keys: BTreeSet<&str> = policy.as_object().unwrap().keys().map(String::as_str).collect();
    let cases = cases();
    assert_eq!(cases.iter().map(|case| case.key).collect::<BTreeSet<_>>(), keys);
    for case in cases {
        let key = case.key;
        let mut set = case.beside.clone();
        set[key] = case.value.clone();
        let unset = monday(&case, &case.beside);
        let after = &monday(&case, &set).judge()[0];
        let mut reconciliation = Reconciliation::new(&unset.company);
        let told = BTreeMap::from([(DAY, Some(report(after)))]);
        reconciliation.person(&unset.people[0], DAY..=DAY, &told);
        let proposed = reconciliation.explained();
        match case.proposed {
            Some(name) => assert!(proposed.iter().any(|e| e.key == name), "{key}: {proposed:?}"),
            None => assert!(proposed.iter().all(|e| e.key != key), "{key}: {proposed:?}"),
        }
    }
}
