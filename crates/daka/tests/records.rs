//! `daka records` and `daka rules`: every field, every record once, no call too many.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use support::Stage;

/// The example answer of the page that the project started from, trailing commas mended.
fn seed(call: &str) -> Value {
    let path = format!("{}/tests/fixtures/seed/{call}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let mended: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    serde_json::from_str(&mended.replace(", }", " }").replace(", ]", " ]")).unwrap()
}

#[test]
fn the_seed_page_comes_back_to_the_last_field() {
    let stage = Stage::answers("seed");
    let records = stage.daka(&[
        "records",
        "--users",
        "james,paul",
        "--from",
        "2017-04-20",
        "--to",
        "2017-04-20",
    ]);
    assert_eq!(Value::Array(records.json_lines()), seed("getcheckindata")["checkindata"]);

    let rules = stage.daka(&["rules", "--users", "james,paul", "--date", "2017-11-30"]);
    assert_eq!(Value::Array(rules.json_lines()), seed("getcheckinoption")["info"]);
    assert_eq!(rules.stderr, "no rule on 2017-11-30: paul\n");
}

#[test]
fn any_people_and_days_take_the_fewest_calls_and_give_each_record_once() {
    let stage = Stage::company(250);
    let all = stage.daka(&["records", "--all", "--from", "2026-08-01", "--to", "2026-10-14"]);
    assert_eq!(stage.calls("getcheckindata"), 3 * 3, "three batches, three windows");
    let all = all.stdout.lines().collect::<Vec<_>>();
    assert!(all.len() > 25_000, "only {} records", all.len());
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "a record came twice");
    let keys: Vec<(String, i64)> = all
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|row| {
            (row["userid"].as_str().unwrap().to_owned(), row["checkin_time"].as_i64().unwrap())
        })
        .collect();
    assert!(keys.is_sorted(), "sorted by userid, then time");
}

/// Night shifts end on the morning after, and some of these mornings open a month. Whatever the
/// days are cut into, the pieces make up the whole.
#[test]
fn pieces_make_up_the_whole_across_nights_and_month_ends() {
    let stage = Stage::company(40);
    let lines = |from: &str, to: &str| -> BTreeMap<String, usize> {
        let done = stage.daka(&["records", "--all", "--from", from, "--to", to]);
        assert_eq!((done.code, done.stderr.as_str()), (0, ""));
        let mut lines = BTreeMap::new();
        for line in done.stdout.lines() {
            *lines.entry(line.to_owned()).or_default() += 1;
        }
        lines
    };
    let whole = lines("2026-08-28", "2026-10-03");
    let mut pieces: BTreeMap<String, usize> = BTreeMap::new();
    for (from, to) in [
        ("2026-08-28", "2026-08-31"),
        ("2026-09-01", "2026-09-01"),
        ("2026-09-02", "2026-09-30"),
        ("2026-10-01", "2026-10-03"),
    ] {
        for (line, count) in lines(from, to) {
            *pieces.entry(line).or_default() += count;
        }
    }
    assert_eq!(pieces, whole);
    let by_shift = whole.keys().filter(|line| !line.contains("\"schedule_id\":0")).count();
    assert!(by_shift > 50, "only {by_shift} records of shifts");
}

#[test]
fn an_unknown_person_costs_nobody_else_anything() {
    let stage = Stage::company(120);
    let everyone = stage.daka(&["records", "--all", "--month", "2026-10"]);
    let mut people = stage.emulator.userids();
    people.push("ghost".to_owned());
    let file = stage.folder.path().join("people.txt");
    std::fs::write(&file, people.join("\n")).unwrap();
    let with_ghost = stage.daka(&[
        "records",
        "--users-file",
        "people.txt",
        "--month",
        "2026-10",
        "--format",
        "jsonl",
    ]);
    assert_eq!(with_ghost.code, 3);
    assert_eq!(with_ghost.stdout, everyone.stdout);
    let error: Value = serde_json::from_str(with_ghost.stderr.trim()).unwrap();
    assert_eq!(error["error"]["errcode"], 301_021);
    assert_eq!(error["error"]["failed"][0]["users"], serde_json::json!(["ghost"]));
}
