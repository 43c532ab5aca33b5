//! A bundle written again: the same verdicts, masked or not, however much was asked for.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use attendance::{Bundle, Employment, Known, Verdict, bundle::mask, verdict::Status};
use jiff::civil::date;
use serde_json::{Value, json};

macro_rules! fixture {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("fixtures/", $name, ".json"))).unwrap()
    };
}

/// What WeCom answers for three people: a fixed, a shift and a free rule.
fn bundle(policy: &Value) -> Bundle {
    let answers = json!({
        "from": "2026-06-01", "to": "2026-07-02", "policy": policy,
        "checkinoption": [{"date": "2026-06-01", "response": fixture!("getcheckinoption.full")}],
        "corpcheckinoption": fixture!("getcorpcheckinoption.full"),
        "checkindata": [fixture!("getcheckindata.overnight"), fixture!("getcheckindata.multi_exception")],
        "checkinschedulist": [fixture!("getcheckinschedulist.full")],
        "approvals": [
            fixture!("getapprovaldetail.leave"), fixture!("getapprovaldetail.punch_correction"),
        ],
        "calendar": {"2026": {"off": ["2026-06-19"], "statutory": ["2026-06-19"]}},
        "rule_timezones": {"507": "Asia/Tokyo"},
    });
    Bundle::parse(&answers.to_string()).unwrap()
}

fn read(json: &Value) -> Vec<Verdict> {
    Bundle::parse(&json.to_string()).unwrap().judge()
}

#[test]
fn a_bundle_written_again_judges_the_same() {
    for policy in [
        json!({}),
        json!({"late_free_per_month": 1, "late_tiers": [{"from_min": 30, "name": "严重迟到"}]}),
    ] {
        let mut bundle = bundle(&policy);
        bundle.people[0].employment =
            Employment { joined: Some(date(2026, 6, 3)), ..Employment::default() };
        bundle.people[1].employment = Employment {
            unreported: vec![(date(2026, 6, 29), date(2026, 6, 30))],
            ..Employment::default()
        };
        let judged = bundle.judge();
        assert!(judged.iter().any(|v| v.status == Status::Abnormal));
        assert!(judged.iter().any(|v| !v.leave.is_empty() || v.correction_count > 0));
        assert_eq!(read(&bundle.to_json()), judged);
        // Of a few days in the middle, only what bears on them is written.
        let whole = bundle.to_json().to_string().len();
        (bundle.from, bundle.to) = (date(2026, 6, 30), date(2026, 7, 1));
        assert_eq!(read(&bundle.to_json()), bundle.judge());
        assert!(bundle.to_json().to_string().len() <= whole);
    }
}

#[test]
fn days_that_were_not_asked_for_stay_unknown() {
    let mut bundle = bundle(&json!({}));
    let until = bundle.company.now();
    let known = |from, to| Known { from, to, until };
    bundle.people[0].known = vec![known(date(2026, 6, 3), date(2026, 6, 20))];
    bundle.people[1].known = Vec::new();
    let judged = bundle.judge();
    let unknown = judged.iter().filter(|v| v.status == Status::Incomplete).count();
    assert!(unknown > 20, "{unknown}");
    assert_eq!(read(&bundle.to_json()), judged);
}

#[test]
fn a_masked_bundle_judges_to_the_same_facts() {
    let bundle = bundle(&json!({}));
    let mut json = bundle.to_json();
    mask(&mut json);
    let facts = |verdicts: &[Verdict]| -> Vec<Value> {
        let facts = verdicts.iter().map(|v| {
            json!([
                v.date,
                v.status,
                v.day_type,
                v.findings,
                v.checkin_count,
                v.first,
                v.last,
                v.standard_sec,
                v.worked_sec,
                v.overtime,
                v.leave,
                v.field_count,
                v.outdoor_count,
                v.correction_count
            ])
        });
        facts.collect()
    };
    let masked = read(&json);
    let open = bundle.judge();
    for (masked, open) in facts(&masked).iter().zip(facts(&open)) {
        assert_eq!(*masked, open);
    }
    assert_eq!(masked.len(), open.len());
    let text = json.to_string();
    for person in &bundle.people {
        assert!(!text.contains(person.userid.as_str()), "{} is still there", person.userid);
    }
    let again = json.clone();
    mask(&mut json);
    assert_eq!(json, again, "a mask stays as it is");
}
