//! Public holidays: known years, files, and judging by them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use serde_json::Value;
use support::{Stage, daka, done};

const NEXT_YEAR: &str = r#"{"year": 2027, "off": ["2027-01-01", "2027-01-02", "2027-01-03"],
    "work": ["2027-01-09"], "statutory": ["2027-01-01"], "source": "a notice"}"#;

#[test]
fn a_file_is_checked_then_imported_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("next.json"), NEXT_YEAR).unwrap();
    let run = |args: &[&str]| done(daka(folder.path()).args(args).output().unwrap());
    let years = || -> Vec<Value> { run(&["calendar", "list", "--format", "jsonl"]).json_lines() };
    let work_days: Vec<i64> = years().iter().map(|y| y["work_days"].as_i64().unwrap()).collect();
    assert_eq!(work_days, [251, 248, 248], "2024 to 2026 are built in");

    let check = run(&["calendar", "check", "next.json"]);
    assert_eq!((check.code, check.stderr.as_str()), (0, ""));
    assert!(check.stdout.contains("3 days off, 1 made up, 1 statutory"), "{}", check.stdout);
    assert!(check.stdout.ends_with("known years: 2024, 2025, 2026\n"), "{}", check.stdout);
    let import = run(&["calendar", "import", "next.json"]);
    assert_eq!((import.code, import.stderr.as_str()), (0, ""));
    let listed = years();
    assert_eq!(listed.len(), 4);
    assert_eq!(listed[3]["source"], "a notice");
    let days = run(&["calendar", "list", "2027", "--format", "jsonl"]).json_lines();
    let kinds: Vec<&str> = days.iter().map(|day| day["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["statutory", "off", "off", "work"]);
    assert_eq!(run(&["calendar", "list", "2030"]).code, 1);
}

#[test]
fn what_is_wrong_with_a_file_is_said_day_by_day() {
    let folder = tempfile::tempdir().unwrap();
    let run = |text: &str| {
        std::fs::write(folder.path().join("bad.json"), text).unwrap();
        let done =
            done(daka(folder.path()).args(["calendar", "import", "bad.json"]).output().unwrap());
        (done.code, done.stderr)
    };
    for (text, code, complaints) in [
        (r#"{"year": 2027, "off": ["2026-05-01"]}"#, 1, &["2026-05-01 is listed under 2027"][..]),
        (
            r#"{"2027": {"off": ["2027-01-02"], "work": ["2027-01-02"]}}"#,
            1,
            &["both off and worked"],
        ),
        (
            r#"{"2027": {"off": ["2027-01-01"], "statutory": ["2027-05-01"]}}"#,
            1,
            &["statutory but not off"],
        ),
        (
            r#"{"2027": {"off": ["2027-01-01"], "work": ["2027-01-04", "2027-01-05"]}}"#,
            1,
            &["2027-01-04 is made up but no weekend day", "2027-01-05"],
        ),
        (r#"{"year": 2027}"#, 1, &["no day of 2027 is off"]),
        (r#"{"year": 2027, "of": []}"#, 2, &["unknown field `of`"]),
        (r#"{"next": {"off": []}}"#, 2, &["where a year belongs"]),
        ("{}", 2, &["no year"]),
        ("[", 2, &["no calendar"]),
    ] {
        let (exit, stderr) = run(text);
        assert_eq!(exit, code, "{text}: {stderr}");
        assert_eq!(stderr.lines().count(), complaints.len(), "{stderr}");
        for (line, complaint) in stderr.lines().zip(complaints) {
            assert!(line.starts_with("error: ") && line.contains(complaint), "{line}");
        }
    }
    assert!(!folder.path().join(".config/daka/calendar").exists(), "nothing was imported");
}

#[test]
fn judging_goes_by_the_files() {
    let stage = Stage::company(20);
    let sync = stage.daka(&["sync", "--all", "--from", "2026-10-12", "--to", "2026-10-16"]);
    assert_eq!(sync.code, 0, "{}", sync.stderr);
    let workers = || {
        let args = ["judge", "--from", "2026-10-14", "--to", "2026-10-14", "--format", "jsonl"];
        let verdicts = stage.daka(&args).json_lines();
        verdicts.iter().filter(|verdict| verdict["day_type"] == "workday").count()
    };
    let before = workers();
    let year = r#"{"2026": {"off": ["2026-10-14"], "statutory": ["2026-10-14"]}}"#;
    std::fs::create_dir(stage.folder.path().join("given")).unwrap();
    std::fs::write(stage.folder.path().join("given/year.json"), year).unwrap();
    std::fs::write(
        stage.folder.path().join("daka.toml"),
        "[calendar]\nfiles = ['given/year.json']\n",
    )
    .unwrap();
    let named = workers();
    assert!(named < before, "{named} of {before} still work on a day off");
    std::fs::remove_file(stage.folder.path().join("daka.toml")).unwrap();
    assert_eq!(workers(), before);
    assert_eq!(stage.daka(&["calendar", "import", "given/year.json"]).code, 0);
    assert_eq!(workers(), named, "an imported file counts like a named one");
    std::fs::write(stage.folder.path().join("daka.toml"), "[calendar]\nfiles = ['gone.json']\n")
        .unwrap();
    let gone = stage.daka(&["judge", "--month", "2026-10"]);
    assert_eq!((gone.code, gone.stderr.lines().count()), (2, 1), "{}", gone.stderr);
}
