//! `daka export`: the same rows in every format, whole files only, the same bytes again.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod book;
#[cfg(unix)]
mod files;
mod gaps;
mod page;
mod people;
mod reading;
#[path = "../support/mod.rs"]
mod support;

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

use daka_ledger::{Ledger, Slice};
use jiff::{Timestamp, civil::date};
use reading::Sheet;
use sqlx::{AssertSqlSafe, Connection as _, Row as _};
use support::{Config, Features, Stage};
use wecom_checkin::{Record, Row, UserId};

const ALL: &str = "punch,record,rule,verdict_day,verdict_month,schedule,covered";
const MONTHS: [&str; 4] = ["--from", "2026-09-01", "--to", "2026-10-31"];

/// A company with two months in the ledger, judged.
fn stage(seed: u64) -> Stage {
    let stage = Stage::new(Config {
        people: 12,
        seed,
        features: Features::ALL,
        clock: support::noon(),
        ..Config::default()
    });
    assert_eq!(stage.daka(&[&["sync", "--all"], &MONTHS[..]].concat()).code, 0);
    assert_eq!(stage.daka(&[&["judge"], &MONTHS[..]].concat()).code, 0);
    stage
}

fn export(stage: &Stage, args: &[&str]) -> support::Done {
    stage.daka(&[&["export"], &MONTHS[..], args].concat())
}

/// Every file under a folder, by its path in it.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let content = std::fs::read(&path).unwrap();
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), content);
            }
        }
    }
    found
}

/// The only sheet of a table's month.
fn sheet(stage: &Stage, folder: &str, table: &str, month: &str, ending: &str) -> Sheet {
    let company = format!("company={}", stage.emulator.corp_id());
    let path = [folder, table, &company, &format!("month={month}"), &format!("part-0.{ending}")];
    Sheet::read(&stage.folder.path().join(path.iter().collect::<PathBuf>()))
}

/// One number from the ledger's own views.
fn count(stage: &Stage, sql: &str) -> i64 {
    let address = format!("sqlite:{}", stage.folder.path().join("daka.db").display());
    stage.block_on(async {
        let mut db = sqlx::SqliteConnection::connect(&address).await.unwrap();
        sqlx::query(AssertSqlSafe(sql)).fetch_one(&mut db).await.unwrap().get(0)
    })
}

#[test]
fn the_formats_hold_the_same_rows_and_as_many_as_the_views() {
    let stage = stage(7);
    let manual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/export.md");
    let manual = std::fs::read_to_string(manual).unwrap();
    for format in ["jsonl", "csv", "parquet"] {
        let args = ["--format", format, "-o", format, "--tables", ALL, "--personal", "--raw"];
        let done = export(&stage, &args);
        assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{format}");
        assert_eq!(done.stdout.lines().count(), 7 * 2, "{}", done.stdout);
    }
    for (table, view) in [
        ("punch", "punch WHERE substr(filed_on, 1, 7)"),
        ("record", "record_now WHERE substr(filed_on, 1, 7)"),
        ("verdict_day", "verdict_day WHERE substr(date, 1, 7)"),
        ("verdict_month", "verdict_month WHERE month"),
        (
            "rule",
            "(SELECT '2026-09' AS month, from_day, until_day FROM rule_on_day
                UNION ALL SELECT '2026-10', from_day, until_day FROM rule_on_day)
             WHERE substr(from_day, 1, 7) <= month AND coalesce(until_day > month || '-01', 1)
                AND month",
        ),
        ("schedule", ""),
        ("covered", ""),
    ] {
        for month in ["2026-09", "2026-10"] {
            let parquet = sheet(&stage, "parquet", table, month, "parquet");
            assert!(parquet.rows.len() >= 10, "{table} {month}: {} rows", parquet.rows.len());
            assert_eq!(sheet(&stage, "jsonl", table, month, "jsonl"), parquet, "{table} {month}");
            for column in &parquet.columns {
                assert!(
                    manual.contains(&format!("`{column}`")),
                    "{table}.{column} is in no manual"
                );
            }
            let csv = sheet(&stage, "csv", table, month, "csv");
            let mut unquoted = parquet;
            for cell in unquoted.rows.iter_mut().flatten() {
                *cell = cell.take().filter(|text| !text.is_empty());
            }
            assert_eq!(csv, unquoted, "{table} {month}");
            if !view.is_empty() {
                let seen = count(&stage, &format!("SELECT count(*) FROM {view} = '{month}'"));
                assert_eq!(i64::try_from(csv.rows.len()), Ok(seen), "{table} {month}");
            }
        }
    }

    let sums = sheet(&stage, "parquet", "verdict_month", "2026-10", "parquet");
    let worked = sums.column("worked_sec").into_iter().map(|s| s.unwrap().parse::<i64>().unwrap());
    let view = "SELECT sum(worked_sec) FROM verdict_month WHERE month = '2026-10'";
    assert_eq!(worked.sum::<i64>(), count(&stage, view));

    // The day and second need no arithmetic of zones, and a row holds itself.
    let records = sheet(&stage, "parquet", "record", "2026-10", "parquet");
    let clock = records.column("day").into_iter().zip(records.column("second_of_day"));
    for ((day, second), raw) in clock.zip(records.column("raw")) {
        let (day, second): (jiff::civil::Date, i64) =
            (day.unwrap().parse().unwrap(), second.unwrap().parse().unwrap());
        let at = day.at(0, 0, 0, 0) + jiff::Span::new().seconds(second);
        let at = at.to_zoned(jiff::tz::TimeZone::get("Asia/Shanghai").unwrap()).unwrap();
        let raw: serde_json::Value = serde_json::from_str(raw.unwrap()).unwrap();
        assert_eq!(raw["checkin_time"], at.timestamp().as_second());
        assert!((0..86_400).contains(&second));
    }
}

/// Whatever the store, and however often.
#[test]
fn the_same_history_is_the_same_bytes() {
    let unique = tempfile::tempdir().unwrap();
    let mut hasher = DefaultHasher::new();
    unique.path().hash(&mut hasher);
    // A company of its own on a server that other runs have used.
    let seed = hasher.finish() % 1_000_000_000;
    let stage = stage(seed);
    let folder = stage.folder.path();
    let tables = "punch,rule,verdict_day,verdict_month,schedule";
    let args = ["--tables", tables, "-o"];
    assert_eq!(export(&stage, &[&args[..], &["first"]].concat()).code, 0);
    let first = files(&folder.join("first"));
    assert_eq!(first.len(), 5 * 2);
    assert_eq!(export(&stage, &[&args[..], &["first"]].concat()).code, 0);
    assert_eq!(files(&folder.join("first")), first, "seed {seed}");

    let Ok(server) = std::env::var("DAKA_TEST_POSTGRES") else { return };
    let there = [("DAKA_LEDGER", server.as_str())];
    for command in [&["sync", "--all"][..], &["judge"], &["export", "--tables", tables, "-o", "pg"]]
    {
        let done = stage.daka_with(&[command, &MONTHS[..]].concat(), &there);
        assert_eq!(done.code, 0, "{}", done.stderr);
    }
    assert!(files(&folder.join("pg")) == first, "the stores differ, seed {seed}");
}

#[test]
fn a_partition_is_replaced_and_nothing_else() {
    let stage = stage(7);
    let folder = stage.folder.path().join("out");
    assert_eq!(export(&stage, &["-o", "out", "--format", "csv", "--tables", "rule"]).code, 0);
    let company = format!("rule/company={}", stage.emulator.corp_id());
    let october = folder.join(&company).join("month=2026-10");
    for name in ["part-1.parquet", ".part-0.parquet.part", "notes.txt"] {
        std::fs::write(october.join(name), "x").unwrap();
    }
    let args = ["export", "--month", "2026-10", "-o", "out", "--tables", "rule"];
    assert_eq!(stage.daka(&args).code, 0);
    let left: Vec<String> =
        files(&folder).into_keys().map(|path| path.display().to_string()).collect();
    assert_eq!(
        left,
        [
            format!("{company}/month=2026-09/part-0.csv"),
            format!("{company}/month=2026-10/notes.txt"),
            format!("{company}/month=2026-10/part-0.parquet"),
        ]
    );
}

/// Killed as soon as it has begun a file, again and again: what has a final name is whole.
#[test]
fn a_killed_export_leaves_no_half_file() {
    let stage = stage(7);
    let folder = stage.folder.path();
    let args = [&["export", "--tables", ALL, "-o", "whole"], &MONTHS[..]].concat();
    assert_eq!(stage.daka(&args).code, 0);
    let whole = files(&folder.join("whole"));

    let args = [&["export", "--tables", ALL, "-o", "killed"], &MONTHS[..]].concat();
    for begun in 1..=whole.len() {
        let mut child = stage.command(&args).stdout(std::process::Stdio::null()).spawn().unwrap();
        // A table's folder is made when its first file is begun.
        let seen = || std::fs::read_dir(folder.join("killed")).map_or(0, Iterator::count);
        while seen() < begun.min(7) && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for (path, content) in files(&folder.join("killed")) {
            let hidden = path.file_name().unwrap().to_string_lossy().starts_with('.');
            assert!(hidden || whole[&path] == content, "{}", path.display());
        }
    }
    assert_eq!(stage.daka(&args).code, 0);
    assert!(files(&folder.join("killed")) == whole);
}

/// Records that try everything a column could get wrong.
fn odd_records() -> Vec<Row<Record>> {
    [
        r#"{"userid":"li","checkin_time":1790816400,"groupname":"","groupid":0,"lat":0,"notes":"=1+1","location_title":"@office","new_in_2027":[1]}"#,
        r#"{"userid":"li","checkin_time":1790816460,"groupname":null,"sch_checkin_time":0,"notes":"a,\"b\"\nc","exception_type":"未打卡"}"#,
        r#"{"userid":"li","checkin_time":1790871000,"sch_checkin_time":1790869500,"groupname":"+ 总部","deviceid":"D-1","mediaids":["m"],"wifiname":"net","lng":120212563}"#,
    ]
    .iter()
    .map(|json| serde_json::from_str(json).unwrap())
    .collect()
}

/// Files the whole truth about October as it was told at that instant.
fn tell(stage: &Stage, rows: &[Row<Record>], at: &str) {
    let address = format!("sqlite:{}", stage.folder.path().join("daka.db").display());
    let at: Timestamp = at.parse().unwrap();
    stage.block_on(async {
        let ledger = Ledger::create_or_open(&address).await.unwrap();
        let corp_id = stage.emulator.corp_id();
        let ledger = match ledger.company(corp_id).await {
            Ok(ledger) => ledger,
            Err(_) => ledger.add_company(corp_id).await.unwrap(),
        };
        let run = ledger.begin_run(at).await.unwrap();
        let (from, to) = (date(2026, 10, 1), date(2026, 10, 31));
        let slice = Slice { people: &[UserId::from("li")], from, to, asked_at: at, fetched_at: at };
        ledger.commit_records(run, slice, rows).await.unwrap();
        ledger.close().await;
    });
}

#[test]
fn what_is_personal_is_told_on_purpose_only() {
    let stage = Stage::company(2);
    tell(&stage, &odd_records(), "2026-11-01T00:00:00Z");
    let export = |args: &[&str]| {
        let args = [&["export", "--month", "2026-10", "--tables", "record,punch"], args].concat();
        let done = stage.daka(&args);
        assert_eq!(done.code, 0, "{}", done.stderr);
    };
    export(&["-o", "shy", "--format", "jsonl"]);
    export(&["-o", "open", "--format", "jsonl", "--personal", "--raw"]);
    export(&["-o", "csv", "--format", "csv", "--personal"]);

    let shy = sheet(&stage, "shy", "record", "2026-10", "jsonl");
    let told = shy.columns.join(" ");
    for personal in ["location", "wifi", "device", "lat", "lng", "notes", "mediaids", "raw"] {
        assert!(!told.contains(personal), "{told}");
    }
    // Null, 0 and the empty text are three things.
    assert_eq!(shy.column("groupname"), [Some(""), None, Some("+ 总部")]);
    assert_eq!(shy.column("groupid"), [Some("0"), None, None]);
    assert_eq!(shy.column("sch_checkin_time"), [None, Some("0"), Some("1790869500")]);
    // Ten past midnight, for what was due a quarter to.
    let night = ["filed_on", "day", "second_of_day"].map(|column| shy.column(column)[2]);
    assert_eq!(night, [Some("2026-10-01"), Some("2026-10-02"), Some("600")]);
    assert_eq!(shy.column("checkin_at")[0], Some("2026-10-01T01:00:00Z"));
    assert_eq!(sheet(&stage, "shy", "punch", "2026-10", "jsonl").rows.len(), 2);

    let open = sheet(&stage, "open", "record", "2026-10", "jsonl");
    assert_eq!(open.column("lat"), [Some("0"), None, None]);
    assert_eq!(open.column("mediaids")[2], Some(r#"["m"]"#));
    assert_eq!(open.column("notes")[0], Some("=1+1"));
    let raw: Vec<_> = open.column("raw").into_iter().flatten().collect();
    assert_eq!(raw, odd_records().iter().map(Row::raw).collect::<Vec<_>>());

    let csv = sheet(&stage, "csv", "record", "2026-10", "csv");
    assert_eq!(csv.column("notes"), [Some("'=1+1"), Some("a,\"b\"\nc"), None]);
    assert_eq!(csv.column("location_title")[0], Some("'@office"));
    assert_eq!(csv.column("groupname"), [None, None, Some("'+ 总部")]);
    let text = files(&stage.folder.path().join("csv")).into_values().next().unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains(r#",0,"",,"#), "an empty text is quoted, null is not: {text}");
}

#[test]
fn what_was_known_then_is_exported_as_it_was() {
    let stage = Stage::company(2);
    let export = |out: &str, as_of: &[&str]| {
        let args = ["export", "--month", "2026-10", "--tables", "record,covered", "-o", out];
        assert_eq!(stage.daka(&[&args, as_of].concat()).code, 0);
        files(&stage.folder.path().join(out))
    };
    tell(&stage, &odd_records(), "2026-11-01T00:00:00Z");
    let before = export("before", &[]);
    tell(&stage, &odd_records()[1..], "2026-11-03T00:00:00Z");
    assert!(export("now", &[]) != before);
    assert!(export("then", &["--as-of", "2026-11-02T00:00:00Z"]) == before);
    export("never", &["--as-of", "2026-10-01T00:00:00Z"]);
    let never = sheet(&stage, "never", "record", "2026-10", "parquet");
    assert_eq!((never.columns.len(), never.rows.len()), (13, 0), "an empty file has its columns");
}

#[test]
fn what_cannot_be_exported_is_said_in_one_line() {
    let stage = Stage::company(3);
    assert_eq!(stage.daka(&["sync", "--all", "--month", "2026-10"]).code, 0);
    let known = stage.emulator.userids().remove(0);
    let both = format!("{known},ghost");
    let month = ["export", "--month", "2026-10"];
    let run = |args: &[&str]| stage.daka(&[&month, args].concat());

    let in_part = run(&["--users", &both, "-o", "part", "--tables", "punch"]);
    assert_eq!(in_part.code, 3);
    assert!(in_part.stderr.contains("ghost"), "{}", in_part.stderr);
    let punches = sheet(&stage, "part", "punch", "2026-10", "parquet");
    assert!(punches.column("userid").iter().all(|userid| *userid == Some(&known)));
    let nothing = run(&["--users", "ghost", "-o", "none"]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (1, ""));
    assert!(!stage.folder.path().join("none").exists());

    std::fs::write(stage.folder.path().join("file"), "mine").unwrap();
    let wrong = run(&["-o", "file"]);
    assert_eq!((wrong.code, wrong.stderr.lines().count()), (1, 1), "{}", wrong.stderr);
    assert_eq!(std::fs::read(stage.folder.path().join("file")).unwrap(), b"mine");
    let raw = run(&["-o", "raw", "--raw"]);
    assert_eq!(raw.code, 2);
    assert!(raw.stderr.contains("--personal"), "{}", raw.stderr);

    // Nobody has judged yet: the verdicts are empty, and that is said.
    let unjudged = run(&["-o", "unjudged"]);
    assert_eq!(unjudged.code, 0);
    let days = 3 * 31;
    let said = format!("no verdict on file for {days} person-days; `daka judge` files them\n");
    assert_eq!(unjudged.stderr, said);
}
