//! The typed form of every sample row, written again, is the same JSON.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use wecom_checkin::{Record, approval::Approval, rule::MemberRule, rule::Rule, schedule::Schedule};

fn check<T: DeserializeOwned + Serialize>(call: &str, payload: &str) {
    let mut files = 0;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures")).unwrap()
    {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with(&format!("{call}.resp.")) {
            continue;
        }
        let answer: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let rows = match &answer[payload] {
            Value::Array(rows) => rows.clone(),
            Value::Null => vec![],
            one => vec![one.clone()],
        };
        for row in rows {
            let typed: T = serde_json::from_value(row.clone()).unwrap();
            assert_eq!(serde_json::to_value(typed).unwrap(), row, "{name}");
        }
        files += 1;
    }
    assert!(files > 0, "no sample of {call}");
}

#[test]
fn records() {
    check::<Record>("getcheckindata", "checkindata");
}

#[test]
fn member_rules() {
    check::<MemberRule>("getcheckinoption", "info");
}

#[test]
fn corp_rules() {
    check::<Rule>("getcorpcheckinoption", "group");
}

#[test]
fn schedules() {
    // The documented key of a segment is `time_id`; schedules alone say `id`.
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/getcheckinschedulist.resp.full.json"
    ))
    .unwrap();
    let answer: Value = serde_json::from_str(&text).unwrap();
    let typed: Vec<Schedule> = serde_json::from_value(answer["schedule_list"].clone()).unwrap();
    let written = serde_json::to_string(&typed).unwrap().replace("\"time_id\"", "\"id\"");
    assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), answer["schedule_list"]);
}

#[test]
fn approvals() {
    check::<Approval>("getapprovaldetail", "info");
}
