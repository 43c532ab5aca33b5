//! Our verdicts beside the emulator's own reports: clean, and every planted difference found.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::{
    collections::BTreeSet,
    io::{Read as _, Write as _},
    net::TcpStream,
};

use serde_json::{Value, json};
use support::{Config, Stage};
use wecom_emulator::Features;

const MONTH: [&str; 3] = ["reconcile", "--month", "2026-10"];

/// A company whose October is in the ledger.
fn october() -> Stage {
    synced(Stage::company(60))
}

/// The same with every kind of rule and people who come, go and are moved. Without approvals:
/// they are not in the ledger.
fn varied_october() -> Stage {
    let features =
        Features { more_rules: true, turnover: true, rule_edits: true, ..Features::default() };
    synced(Stage::new(Config {
        people: 120,
        clock: support::noon(),
        features,
        ..Config::default()
    }))
}

fn synced(stage: Stage) -> Stage {
    let sync = stage.daka(&["sync", "--all", "--from", "2026-09-28", "--to", "2026-10-31"]);
    assert_eq!(sync.code, 0, "{}", sync.stderr);
    stage
}

/// Has the emulator do something.
fn act(stage: &Stage, action: &Value) {
    let base_url = stage.emulator.base_url();
    let address = base_url.strip_prefix("http://").unwrap();
    let body = action.to_string();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST /_emulator/do HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
}

fn summary(stage: &Stage) -> Vec<Value> {
    stage.daka(&[&MONTH[..], &["--summary", "--format", "jsonl"]].concat()).json_lines()
}

#[test]
fn the_emulators_own_reports_differ_in_nothing() {
    let stage = varied_october();
    let done = stage.daka(&[&MONTH[..], &["--format", "jsonl", "--lang", "en"]].concat());
    assert_eq!((done.code, done.stdout.as_str()), (0, ""), "{}", done.stderr);
    assert!(done.stderr.ends_with("numbers are the same, 0 are not\n"), "{}", done.stderr);

    let rows = summary(&stage);
    let of = |what: &str| -> BTreeSet<&str> {
        let rows = rows.iter().filter(|row| row["of"] == what);
        rows.map(|row| row["name"].as_str().unwrap()).collect()
    };
    assert_eq!(of("policy"), BTreeSet::new());
    for field in [
        "day_type",
        "checkin_count",
        "first_sec",
        "last_sec",
        "standard_sec",
        "worked_sec",
        "late_count",
        "late_sec",
        "early_sec",
        "missing_count",
        "absent_sec",
        "place_count",
        "device_count",
        "overtime_sec",
        "overtime_workday_sec",
    ] {
        assert!(of("day").contains(field), "{field} was never compared: {rows:?}");
    }
    assert!(of("month").contains("due_days") && of("month").contains("worked_sec"), "{rows:?}");

    let user = &stage.emulator.userids()[0];
    let one_day = ["--from", "2026-10-12", "--to", "2026-10-12", "--users", user];
    let same = [&["reconcile", "--same", "--format", "jsonl"], &one_day[..]].concat();
    let same = stage.daka(&same).json_lines();
    assert!(same.len() >= 4 && same.iter().all(|line| line["outcome"] == "same"), "{same:?}");
}

#[test]
fn each_planted_difference_is_found() {
    let stage = october();
    let normal = |from: &str| {
        let day = stage.truth(from, from).into_iter().find(|day| {
            day["status"] == "normal" && day["grouptype"] == 1 && day["checkin_count"] == 2
        });
        let day = day.unwrap();
        let text = |key: &str| day[key].as_str().unwrap().to_owned();
        (text("userid"), text("date"), text("first"), text("last"))
    };
    let second = |at: &str| at.parse::<jiff::Timestamp>().unwrap().as_second();
    let mut planted = BTreeSet::new();
    // A punch that WeCom withdrew after the sync, and one that came after it.
    let (user, date, first, _) = normal("2026-10-13");
    act(
        &stage,
        &json!({"do": "withdraw_punch", "userid": user, "date": date,
        "checkin_time": second(&first)}),
    );
    planted.insert((user, date, "missing_count", "only_theirs"));
    let (user, date, _, last) = normal("2026-10-15");
    act(
        &stage,
        &json!({"do": "add_punch", "userid": user, "date": date,
        "checkin_time": second(&last) + 600}),
    );
    planted.insert((user, date, "last_sec", "differs"));

    let done = stage.daka(&[&MONTH[..], &["--format", "jsonl"]].concat());
    let lines = done.json_lines();
    let days: BTreeSet<(String, String)> =
        planted.iter().map(|(user, date, ..)| (user.clone(), date.clone())).collect();
    for (user, date, field, outcome) in planted {
        let found = lines.iter().find(|line| {
            line["userid"] == user.as_str()
                && line["days"] == date.as_str()
                && line["field"] == field
        });
        assert_eq!(found.unwrap()["outcome"], outcome, "{user} {date} {field}: {lines:?}");
    }
    for line in &lines {
        let text = |key: &str| line[key].as_str().unwrap().to_owned();
        let is_month = text("days") == "2026-10";
        assert!(is_month || days.contains(&(text("userid"), text("days"))), "{line}");
    }
    assert!(lines.iter().any(|line| line["days"] == "2026-10"), "the months differ too");
}

#[test]
fn a_policy_that_is_not_wecoms_is_named() {
    let stage = october();
    let settings = stage.folder.path().join("daka.toml");
    for (policy, key) in [
        ("late_counts_from = 'allowance'", "late_counts_from = \"work\""),
        ("truncate_to_minute = false", "truncate_to_minute = true"),
        ("single_punch_hours = 'schedule'", "single_punch_hours = \"zero\""),
        ("round_duration_min = 10", "round_duration_min = \"off\""),
        ("late_to_absent_min = 30", "late_to_absent_min = \"off\""),
    ] {
        std::fs::write(&settings, format!("[policy]\n{policy}\n")).unwrap();
        let rows = summary(&stage);
        let differences: i64 = rows
            .iter()
            .filter(|row| row["of"] == "day")
            .map(|row| ["differs", "only_ours", "only_theirs"].map(|k| row[k].as_i64().unwrap()))
            .map(|counts| counts.iter().sum::<i64>())
            .sum();
        assert!(differences > 0, "{policy} changes nothing in this company");
        let best = rows.iter().find(|row| row["of"] == "policy").unwrap();
        assert_eq!(best["name"], key, "{rows:?}");
        assert_eq!((best["removes"].as_i64(), best["adds"].as_i64()), (Some(differences), Some(0)));
    }
}

#[test]
fn days_that_could_not_be_fetched_are_listed_and_the_rest_is_compared() {
    let stage = october();
    act(
        &stage,
        &json!({"do": "set_faults", "fault": [
        {"call": "getcheckin_monthdata", "kind": "errcode", "errcode": 48002}]}),
    );
    let user = stage.emulator.userids().remove(0);
    let users = format!("{user},nobody");
    let args = ["--users", &users, "--format", "json"];
    let done = stage.daka(&[&MONTH[..], &args].concat());
    assert_eq!(done.code, 3, "{}", done.stderr);
    assert!(done.stderr.contains("48002") && done.stderr.contains("knows nothing of nobody"));
    assert_eq!(done.stdout, "[]\n");
}

/// What the ledger keeps of WeCom's reports is what WeCom says, and what it kept earlier is there.
#[test]
fn kept_reports_compare_as_those_that_wecom_sends() {
    let stage = synced(Stage::company(12));
    let kept = |more: &[&str]| {
        let args = ["--from-ledger", "--format", "jsonl", "--lang", "en"];
        stage.daka(&[&MONTH[..], &args, more].concat())
    };
    let none = kept(&[]);
    assert_eq!((none.code, none.stdout.as_str()), (1, ""), "{}", none.stderr);
    assert!(none.stderr.contains("daka sync --reports"), "{}", none.stderr);

    let half = ["--from", "2026-10-01", "--to", "2026-10-15"];
    let sync = |days: &[&str]| {
        let sync = stage.daka(&[&["sync", "--reports"], days].concat());
        assert_eq!(sync.code, 0, "{}", sync.stderr);
        sync
    };
    sync(&half);
    let in_part = kept(&[]);
    assert_eq!(in_part.code, 3, "{}", in_part.stderr);
    assert!(in_part.stderr.contains("2026-10-16") && !in_part.stderr.contains("2026-10-14"));

    let done = sync(&["--month", "2026-10"]);
    assert!(done.stdout.contains("WeCom's reports"), "{}", done.stdout);
    let then = runs_end(&stage);
    // WeCom loses a punch; the next sync finds out.
    let day = stage.truth("2026-10-13", "2026-10-13").into_iter().find(|day| {
        day["status"] == "normal" && day["grouptype"] == 1 && day["checkin_count"] == 2
    });
    let day = day.unwrap();
    let first = day["first"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    act(
        &stage,
        &json!({"do": "withdraw_punch", "userid": day["userid"], "date": "2026-10-13",
        "checkin_time": first.as_second()}),
    );
    let asked = || stage.daka(&[&MONTH[..], &["--format", "jsonl", "--lang", "en"]].concat());
    let calls = stage.calls("getcheckin_daydata");
    let same = kept(&[]);
    assert_eq!((same.code, same.stdout.as_str()), (0, ""), "{}", same.stderr);
    assert_eq!(stage.calls("getcheckin_daydata"), calls, "WeCom is not asked");
    let differs = asked();
    assert!(differs.stdout.contains("missing_count"), "{}", differs.stdout);

    sync(&["--from", "2026-10-01", "--to", "2026-10-31"]);
    // With a policy that is not WeCom's there are many differences, and they are the same.
    let settings = stage.folder.path().join("daka.toml");
    std::fs::write(&settings, "[policy]\nlate_counts_from = 'allowance'\n").unwrap();
    let (now, asked) = (kept(&[]), asked());
    assert!(now.stdout.lines().count() > 10, "{}", now.stdout);
    assert_eq!((now.code, now.stdout, now.stderr), (asked.code, asked.stdout, asked.stderr));
    std::fs::remove_file(settings).unwrap();

    let before = kept(&["--as-of", &then]);
    assert_eq!((before.code, before.stdout.as_str()), (0, ""), "{}", before.stderr);
    let never = kept(&["--as-of", "2020-01-01T00:00:00Z"]);
    assert_eq!(never.stdout, "");
}

/// When the last sync ended.
fn runs_end(stage: &Stage) -> String {
    let status = stage.daka(&["sync", "--status", "--format", "json"]).json_lines().remove(0);
    status["runs"][0]["ended_at"].as_str().unwrap().to_owned()
}
