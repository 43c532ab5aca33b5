//! The whole job: sync, judge, report, and the demo that does all three.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::float_cmp)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use serde_json::Value;
use support::{Config, Features, Manners, Stage, daka, done};

/// Month ends, year ends, make-up days, holidays; every kind of rule, shifts over nights, leave and
/// overtime with approvals, late uploads, joiners and leavers, rules that change in mid-month.
#[test]
fn fourteen_months_of_verdicts_equal_the_planned_truth() {
    let stage = Stage::new(Config {
        people: 50,
        features: Features::ALL,
        clock: support::noon(),
        ..Config::default()
    });
    let truths = compared(&stage, "2025-09-01", "2026-10-31");
    assert!(truths.len() > 15_000, "only {} person-days", truths.len());
    let (mut kinds, mut rules, mut leave) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for truth in &truths {
        for finding in truth["exceptions"].as_array().unwrap() {
            kinds.insert(finding["kind"].as_str().unwrap().to_owned());
        }
        rules.insert(truth["grouptype"].as_i64().unwrap());
        leave.extend(part_leave(truth));
    }
    let all = ["absent", "device", "early", "late", "missing", "other", "place"];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), all, "every kind was tried");
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3], "every kind of rule, and none");
    for rule in ["总部固定班", "夜班", "门店两段班", "两头班"] {
        for times in 1..=2 {
            let met = leave.iter().any(|met| (met.0.as_str(), met.1) == (rule, times));
            assert!(met, "leave for parts of a day, {times} of them, under {rule}");
        }
    }
    for finding in ["late", "early", "absent"] {
        assert!(leave.iter().any(|met| met.2 == finding), "{finding} on a day of leave in part");
    }
}

/// Half days that come as instants mean the same.
#[test]
fn literal_half_days_are_judged_as_planned() {
    let stage = Stage::new(Config {
        people: 60,
        seed: 11,
        features: Features::ALL,
        manners: Manners { literal_half_days: true, ..Manners::default() },
        clock: support::noon(),
        ..Config::default()
    });
    let truths = compared(&stage, "2026-09-21", "2026-10-31");
    let leave: BTreeSet<_> = truths.iter().flat_map(part_leave).collect();
    assert!(leave.len() > 5, "{leave:?}");
}

/// Days that leave takes a part of: the rule or shift, how many leaves, and each finding of the day.
fn part_leave(truth: &Value) -> Vec<(String, usize, String)> {
    let leave = truth["leave"].as_array().unwrap();
    let seconds: i64 = leave.iter().map(|leave| leave["seconds"].as_i64().unwrap()).sum();
    let in_part = seconds > 0 && seconds < truth["standard_sec"].as_i64().unwrap();
    if !in_part || leave[0]["kind"] != "leave" {
        return Vec::new();
    }
    let name = |key: &str| truth["rule"][key].as_str().unwrap().to_owned();
    let rule = Some(name("schedule_name")).filter(|name| !name.is_empty());
    let rule = rule.unwrap_or_else(|| name("groupname"));
    let findings = truth["exceptions"].as_array().unwrap().iter();
    let findings = findings.map(|finding| finding["kind"].as_str().unwrap().to_owned());
    let findings = findings.chain([String::new()]);
    findings.map(|finding| (rule.clone(), leave.len(), finding)).collect()
}

/// Syncs and judges these days twice, and holds every verdict against what was planned; what was planned.
fn compared(stage: &Stage, from: &str, to: &str) -> Vec<Value> {
    let sync = stage.daka(&["sync", "--all", "--from", from, "--to", to]);
    assert_eq!(sync.code, 0, "{}", sync.stderr);
    let args = ["judge", "--from", from, "--to", to, "--format", "jsonl"];
    let printed = stage.daka(&args);
    assert_eq!(printed.stdout, stage.daka(&args).stdout, "judging again is byte-identical");
    let verdicts: BTreeMap<(String, String), Value> =
        printed.json_lines().into_iter().map(|verdict| (person_day(&verdict), verdict)).collect();

    let on_file: BTreeSet<String> = verdicts.keys().map(|(userid, _)| userid.clone()).collect();
    let mut truths = stage.truth(from, to);
    // Who has left is on no contact list any more.
    truths.retain(|truth| on_file.contains(truth["userid"].as_str().unwrap()));
    for truth in &truths {
        let key = person_day(truth);
        for (field, planned) in truth.as_object().unwrap() {
            // The truth names the kind of rule once more beside the rule.
            if field != "grouptype" {
                assert_eq!(&verdicts[&key][field], planned, "{key:?} {field}");
            }
        }
    }
    truths
}

fn person_day(row: &Value) -> (String, String) {
    let text = |key: &str| row[key].as_str().unwrap().to_owned();
    (text("userid"), text("date"))
}

#[test]
fn a_second_sync_changes_nothing() {
    let stage = Stage::company(30);
    let args = ["sync", "--all", "--month", "2026-10", "--format", "json"];
    let count =
        |done: support::Done, what: &str| done.json_lines()[0]["records"][what].as_u64().unwrap();
    assert!(count(stage.daka(&args), "new") > 1000);
    let again = stage.daka(&args).json_lines().remove(0);
    for what in ["new", "revised", "withdrawn"] {
        assert_eq!(again["records"][what], 0, "{what}");
        assert_eq!(again["rules"][what], 0, "{what}");
    }
}

#[test]
fn sums_by_person_make_up_those_of_the_company() {
    let stage = Stage::company(40);
    assert_eq!(stage.daka(&["sync", "--all", "--month", "2026-10"]).code, 0);
    let sums = |by: &str| {
        let args = ["report", "--month", "2026-10", "--format", "jsonl", "--by", by];
        stage.daka(&args).json_lines()
    };
    let people = sums("person");
    let company = sums("company").remove(0);
    assert_eq!(people.len(), 40);
    assert_eq!(company["people"], 40);
    for field in ["days", "due_days", "abnormal_days", "worked_sec", "checkin_count"] {
        let sum: i64 = people.iter().map(|person| person[field].as_i64().unwrap()).sum();
        assert_eq!(company[field], sum, "{field}");
        assert!(sum > 0, "{field}");
    }
    let departments = sums("department");
    let members: i64 = departments.iter().map(|row| row["people"].as_i64().unwrap()).sum();
    assert!(departments.len() > 3 && members >= 40, "{} departments", departments.len());
    assert!(departments.iter().all(|row| row["name"].as_str().unwrap().contains('/')));
    // Those above them, with the same people.
    let args = ["report", "--month", "2026-10", "--format", "jsonl"];
    let above = stage.daka(&[&args[..], &["--by", "department", "--level", "1"]].concat());
    let above = above.json_lines();
    assert!(above.iter().all(|row| !row["name"].as_str().unwrap().contains('/')));
    let worked = |rows: &[Value]| -> i64 {
        rows.iter().map(|row| row["worked_sec"].as_i64().unwrap()).sum()
    };
    assert_eq!(worked(&above), worked(&departments));
}

/// A table of sums fits the screen, and no figure of it is broken.
#[test]
fn sums_fit_eighty_columns() {
    let stage = Stage::company(12);
    assert_eq!(stage.daka(&["sync", "--all", "--month", "2026-10"]).code, 0);
    for lang in ["zh", "en"] {
        let args = ["report", "--month", "2026-10", "--format", "table", "--by", "department"];
        let args = [&args[..], &["--lang", lang]].concat();
        let done = stage.daka_with(&args, &[("COLUMNS", "80")]);
        assert_eq!(done.code, 0, "{}", done.stderr);
        let hour = if lang == "zh" { "小时" } else { " h" };
        for line in done.stdout.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{line}");
        }
        let rows = done.stdout.lines().filter(|line| line.contains(hour)).count();
        assert!(rows > 3, "{}", done.stdout);
    }
}

#[test]
fn people_whom_the_ledger_does_not_know_are_named() {
    let stage = Stage::company(3);
    assert_eq!(stage.daka(&["sync", "--all", "--month", "2026-10"]).code, 0);
    let known = stage.emulator.userids().remove(0);
    for command in ["judge", "report"] {
        let both = format!("{known},ghost");
        let in_part = stage.daka(&[command, "--month", "2026-10", "--users", &both]);
        assert_eq!(in_part.code, 3, "{command}");
        assert!(!in_part.stdout.is_empty(), "{command}");
        assert!(in_part.stderr.contains("ghost"), "{}", in_part.stderr);
        let nothing = stage.daka(&[command, "--month", "2026-10", "--users", "ghost"]);
        assert_eq!((nothing.code, nothing.stdout.as_str()), (1, ""), "{command}");
    }
}

#[test]
fn a_ledger_that_is_none_is_left_alone() {
    let stage = Stage::company(2);
    let foreign = b"SELECT 1; -- not a ledger, but somebody's".to_vec();
    let path = stage.folder.path().join("notes.db");
    std::fs::write(&path, &foreign).unwrap();
    for args in [
        &["judge", "--month", "2026-10", "--ledger", "sqlite:notes.db"][..],
        &["sync", "--all", "--month", "2026-10", "--ledger", "sqlite:notes.db"],
    ] {
        let done = stage.daka(args);
        assert_eq!(done.code, 1, "{}", done.stderr);
        assert_eq!(done.stderr.lines().count(), 1, "{}", done.stderr);
        assert_eq!(std::fs::read(&path).unwrap(), foreign);
    }
    let missing = stage.daka(&["report", "--month", "2026-10", "--ledger", "sqlite:nowhere.db"]);
    assert_eq!(missing.code, 1, "{}", missing.stderr);
    assert!(!stage.folder.path().join("nowhere.db").exists());
}

#[test]
fn the_demo_leaves_a_ledger_and_a_workbook_and_may_be_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let run = || {
        let args = ["demo", "--people", "20", "--month", "2026-10"];
        done(daka(folder.path()).args(args).output().unwrap())
    };
    for _ in 0..2 {
        let done = run();
        assert_eq!((done.code, done.stderr.as_str()), (0, ""));
        for file in ["daka-demo/attendance-2026-10.xlsx", "daka-demo/daka.db"] {
            assert!(done.stdout.contains(file), "{}", done.stdout);
            assert!(folder.path().join(file).exists(), "{file}");
        }
    }

    let path = folder.path().join("daka-demo/attendance-2026-10.xlsx");
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    assert_eq!(
        book.sheet_names(),
        ["概览", "月报", "日报", "打卡时间", "原始记录", "异常明细", "假勤", "规则", "说明",]
    );
    let month = book.worksheet_range("月报").unwrap();
    assert_eq!(month.get((0, 0)), Some(&Data::String("上下班打卡_月报".into())));
    let heads: Vec<String> = month.rows().nth(3).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(heads[..3], ["姓名", "账号", "所属规则"]);
    assert_eq!(heads.last().unwrap(), "31\n星期六");
    assert_eq!(month.rows().skip(4).count(), 20 + 1, "people, and the totals");
    let days = book.worksheet_range("日报").unwrap();
    assert_eq!(days.rows().skip(4).count(), 20 * 31);
    assert!(matches!(days.get((4, 0)), Some(Data::DateTime(_))), "dates are dates");
}

/// What the sheet adds up is what the verdicts add up to.
#[test]
fn the_workbook_says_what_the_verdicts_say() {
    let stage = Stage::company(25);
    assert_eq!(stage.daka(&["sync", "--all", "--month", "2026-10"]).code, 0);
    let verdicts = stage.daka(&["judge", "--month", "2026-10", "--format", "jsonl"]).json_lines();
    assert_eq!(stage.daka(&["report", "--month", "2026-10", "-o", "book.xlsx"]).code, 0);
    let mut book: Xlsx<_> = open_workbook(stage.folder.path().join("book.xlsx")).unwrap();
    let month = book.worksheet_range("月报").unwrap();
    let heads: Vec<String> = month.rows().nth(3).unwrap().iter().map(ToString::to_string).collect();
    let column = |head: &str| heads.iter().position(|h| h == head).unwrap();
    let formulas = book.worksheet_formula("月报").unwrap();
    let (last, people): (usize, Vec<_>) =
        (month.rows().count() - 1, month.rows().skip(4).take(25).collect());
    for head in ["迟到次数(次)", "缺卡次数(次)", "实际工作时长(小时)"] {
        let at = column(head);
        let sum: f64 = people.iter().map(|row| row[at].to_string().parse::<f64>().unwrap()).sum();
        let total = month.rows().next_back().unwrap()[at].to_string().parse::<f64>().unwrap();
        assert!((sum - total).abs() < 1e-6, "{head}: {sum} is not {total}");
        let place = (u32::try_from(last).unwrap(), u32::try_from(at).unwrap());
        assert!(formulas.get_value(place).unwrap().starts_with("SUBTOTAL(9,"), "{head}");
    }
    for row in people {
        let userid = row[column("账号")].to_string();
        let of_kind = |kind: &str, what: &str| -> f64 {
            verdicts
                .iter()
                .filter(|verdict| verdict["userid"] == userid.as_str())
                .flat_map(|verdict| verdict["exceptions"].as_array().unwrap())
                .filter(|finding| finding["kind"] == kind)
                .filter_map(|finding| finding[what].as_f64())
                .sum()
        };
        let cell = |head: &str| match &row[column(head)] {
            Data::Float(number) => *number,
            other => panic!("{head} of {userid} is {other:?}"),
        };
        assert_eq!(cell("迟到次数(次)"), of_kind("late", "count"), "{userid}");
        assert_eq!(cell("迟到时长(分钟)") * 60.0, of_kind("late", "duration_sec"), "{userid}");
        assert_eq!(cell("缺卡次数(次)"), of_kind("missing", "count"), "{userid}");
        assert_eq!(cell("旷工次数(次)"), of_kind("absent", "count"), "{userid}");
    }
}

#[test]
fn a_bundle_is_judged_without_a_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = serde_json::json!({
        "from": "2026-06-01", "to": "2026-06-01",
        "checkinoption": [{"date": "2026-06-01", "response": {"errcode": 0, "info": [{
            "userid": "zhangsan",
            "group": {"grouptype": 1, "groupid": 11, "groupname": "总部", "checkindate": [{
                "workdays": [1, 2, 3, 4, 5],
                "checkintime": [{"time_id": 1, "work_sec": 32400, "off_work_sec": 64800,
                    "allow_rest": true, "rest_begin_time": 43200, "rest_end_time": 46800}]
            }]}
        }]}}],
        "checkindata": [{"errcode": 0, "checkindata": [
            {"userid": "zhangsan", "checkin_type": "上班打卡", "exception_type": "",
                "checkin_time": 1_780_275_667},
            {"userid": "zhangsan", "checkin_type": "下班打卡", "exception_type": "",
                "checkin_time": 1_780_308_000}
        ]}]
    });
    std::fs::write(folder.path().join("bundle.json"), bundle.to_string()).unwrap();
    let args = ["judge", "--bundle", "bundle.json", "--format", "jsonl"];
    let verdict = done(daka(folder.path()).args(args).output().unwrap()).json_lines().remove(0);
    assert_eq!(verdict["status"], "abnormal");
    let late = serde_json::json!([{"kind": "late", "count": 1, "duration_sec": 60}]);
    assert_eq!(verdict["exceptions"], late);
    assert_eq!(verdict["first"], "2026-06-01T09:01:07+08:00");
    assert_eq!(verdict["worked_sec"], 28_733);
    assert_eq!(verdict["rule"]["groupname"], Value::from("总部"));
}
