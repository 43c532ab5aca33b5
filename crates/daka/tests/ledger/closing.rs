//! Months closed for payroll: the same bytes from then on, whatever comes.

use std::{fmt::Write as _, fs};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::support::{Done, Stage};

const MONTH: &str = "2026-10";
const JUDGE: [&str; 5] = ["judge", "--month", MONTH, "--format", "jsonl"];

fn fine(done: &Done) -> &str {
    assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{}", done.stdout);
    &done.stdout
}

fn synced(people: u32) -> Stage {
    let stage = Stage::company(people);
    fine(&stage.daka(&["sync", "--all", "--month", MONTH]));
    stage
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

/// Somebody's day that is late.
fn late_day(lines: &str) -> (String, String) {
    let late = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let late = late.into_iter().find(|v| v["exceptions"][0]["kind"] == "late").unwrap();
    let text = |key: &str| late[key].as_str().unwrap().to_owned();
    (text("userid"), text("date"))
}

/// Edits everything that a month is judged by and that people can reach.
fn edit(stage: &Stage, (user, date): (&str, &str)) {
    fine(&stage.daka(&["override", "add", user, date, "--excuse", "all", "--why", "snow"]));
    let write = |name: &str, text: &str| fs::write(stage.folder.path().join(name), text).unwrap();
    write("roster.csv", &format!("userid,name,left\n{user},Somebody Else,2026-10-20\n"));
    fine(&stage.daka(&["people", "import", "roster.csv"]));
    write("daka.toml", "[policy]\nlate_free_per_month = 1\nlate_to_absent_min = 3\n");
    fine(&stage.daka(&["sync", "--all", "--month", MONTH]));
}

#[test]
fn a_closed_month_is_the_same_bytes_whatever_comes() {
    let stage = synced(15);
    let lines = fine(&stage.daka(&JUDGE)).to_owned();
    let (user, date) = late_day(&lines);
    let closed = stage.daka(&["close", MONTH, "--by", "hr"]).json_lines().remove(0);
    let expected = json!({
        "month": MONTH, "by": "hr", "closed_at": closed["closed_at"],
        "people": 15, "person_days": lines.lines().count(), "sha256": sha256(&lines),
    });
    assert_eq!(closed, expected);

    // What people are shown of it: each is to stay as it is now.
    let shown: [&[&str]; 8] = [
        &JUDGE,
        &["judge", "--month", MONTH, "--format", "json", "--lang", "zh"],
        &["judge", "--month", MONTH, "--format", "csv"],
        &[
            "judge",
            "--users",
            &user,
            "--from",
            "2026-09-28",
            "--to",
            "2026-11-02",
            "--allow-incomplete",
            "--format",
            "jsonl",
        ],
        &["report", "--month", MONTH, "--format", "csv"],
        &["report", "--month", MONTH, "--format", "json", "--by", "department"],
        &["explain", &user, &date, "--format", "json"],
        &["explain", &user, &date, "--lang", "zh"],
    ];
    let look = || -> Vec<String> {
        let outside = |line: &&str| {
            let day: Option<Value> = serde_json::from_str(line).ok();
            day.and_then(|v| Some(v["date"].as_str()?.starts_with(MONTH))).unwrap_or(true)
        };
        let printed = shown.iter().map(|args| {
            let done = stage.daka(args);
            assert_eq!(done.code, 0, "{args:?}: {}", done.stderr);
            done.stdout.lines().filter(outside).collect::<Vec<_>>().join("\n")
        });
        printed.collect()
    };
    let before = look();
    edit(&stage, (&user, &date));
    for ((args, before), after) in shown.iter().zip(&before).zip(look()) {
        assert_eq!(*before, after, "{args:?}");
    }
    assert_eq!(stage.daka(&JUDGE).stdout, lines);
    let live = stage.daka(&[&JUDGE[..], &["--live"]].concat());
    assert_ne!(fine(&live), lines);
    assert_eq!(stage.daka(&JUDGE).stdout, lines, "a look at what is live files nothing");

    // Opened again it is live; what was closed is still there to be read, and so is the new closing.
    let opened = ["reopen", MONTH, "--why", "snow", "--by", "boss"];
    let opened = stage.daka(&opened).json_lines().remove(0);
    let reopened = json!({"at": opened["reopened"]["at"], "by": "boss", "why": "snow"});
    assert_eq!((&opened["closing"], &opened["reopened"]), (&json!(1), &reopened));
    assert_eq!(stage.daka(&JUDGE).stdout, live.stdout);
    let numbered = |nr: &str| stage.daka(&[&JUDGE[..], &["--closed", nr]].concat());
    assert_eq!(fine(&numbered("1")), lines);
    let again = stage.daka(&["close", MONTH]).json_lines().remove(0);
    assert_eq!(again["sha256"], sha256(&live.stdout));
    assert_eq!((fine(&numbered("1")), fine(&numbered("2"))), (&*lines, &*live.stdout));
    assert_eq!(numbered("3").code, 1);
    let listed = stage.daka(&["close", "--list"]).json_lines();
    let numbers: Vec<&Value> = listed.iter().map(|closing| &closing["closing"]).collect();
    assert_eq!(numbers, [1, 2]);
    // What was in force then: the first closing, and nothing before it.
    let as_of = |at: &Value| stage.daka(&[&JUDGE[..], &["--as-of", at.as_str().unwrap()]].concat());
    assert_eq!(fine(&as_of(&closed["closed_at"])), lines);
    assert_eq!(fine(&as_of(&again["closed_at"])), live.stdout);
}

#[test]
fn the_sum_is_of_the_lines_in_the_language_of_the_closing() {
    let stage = synced(5);
    let chinese = [("DAKA_LANG", "zh")];
    let closed = stage.daka_with(&["close", MONTH], &chinese).json_lines().remove(0);
    let lines = stage.daka_with(&JUDGE, &chinese);
    assert_eq!(closed["sha256"], sha256(fine(&lines)));
    assert_ne!(lines.stdout, stage.daka(&JUDGE).stdout);
}

#[test]
fn nothing_is_closed_where_something_stands_in_the_way() {
    let stage = synced(6);
    let users = stage.emulator.userids();
    let (one, other) = (users[0].clone(), users[1].clone());
    let refused: [(&[&str], i32, &[&str]); 7] = [
        (&["close", "2026-09"], 1, &["incomplete", "daka sync --all --month 2026-09"]),
        (&["close", "2099-01"], 1, &["pending", "daka close 2099-01", &one]),
        (&["close", MONTH, "--users", &format!("{one},nobody")], 1, &["ledger", "nobody"]),
        (&["reopen", MONTH, "--why", "x"], 1, &["closed", "daka close --list"]),
        (&["reopen", MONTH, "--why", " "], 2, &["usage", "--why"]),
        (&["close", "2026-13"], 2, &["2026-13"]),
        (&["judge", "--month", MONTH, "--closed", "1"], 1, &["daka close --list"]),
    ];
    for (args, code, words) in refused {
        let done = stage.daka(&[args, &["--format", "jsonl"]].concat());
        assert_eq!((done.code, done.stdout.as_str()), (code, ""), "{args:?}: {}", done.stderr);
        for word in words {
            assert!(done.stderr.contains(word), "{args:?}: {word} in {}", done.stderr);
        }
    }
    assert_eq!(fine(&stage.daka(&["close", "--list"])), "");

    // Some people first; then the others, but not everybody, and nobody twice.
    fine(&stage.daka(&["close", MONTH, "--users", &one]));
    let closed: [&[&str]; 3] = [
        &["close", MONTH],
        &["close", MONTH, "--users", &one],
        &["close", MONTH, "--users", &format!("{one},{other}")],
    ];
    for args in closed {
        let done = stage.daka(args);
        assert_eq!((done.code, done.stdout.as_str()), (1, ""), "{args:?}");
        for word in ["closed already", "daka adjustments --month 2026-10", "daka reopen 2026-10"] {
            assert!(done.stderr.contains(word), "{args:?}: {word} in {}", done.stderr);
        }
    }
    fine(&stage.daka(&["close", MONTH, "--users", &other]));
    assert_eq!(stage.daka(&["close", "--list"]).json_lines().len(), 2);
    // Days that were never fetched are frozen as such where that is allowed.
    let allowed = stage.daka(&["close", "2026-09", "--allow-incomplete"]);
    assert_eq!(allowed.code, 0, "{}", allowed.stderr);
    assert!(allowed.stderr.contains("never fetched"), "{}", allowed.stderr);
}

/// What was killed closed the month whole, or not at all.
#[test]
#[cfg(unix)]
fn a_killed_closing_closes_nothing_or_all() {
    let stage = synced(10);
    let lines = stage.daka(&JUDGE).stdout;
    let (mut whole, mut nothing) = (0, 0);
    for spins in [0, 1, 2, 4, 8, 16, 32, 64] {
        let mut child = stage.command(&["close", MONTH]).spawn().unwrap();
        for _ in 0..spins * 1_000_000 {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let closed = stage.daka(&["close", "--list"]).json_lines();
        let closed: Vec<&Value> = closed.iter().filter(|c| c["reopened"].is_null()).collect();
        match closed.as_slice() {
            [] => nothing += 1,
            [one] => {
                whole += 1;
                assert_eq!(one["sha256"], sha256(&lines));
                assert_eq!(stage.daka(&JUDGE).stdout, lines);
                fine(&stage.daka(&["reopen", MONTH, "--why", "again"]));
            }
            several => panic!("{several:?}"),
        }
    }
    assert!(nothing > 0, "whole {whole}");
}
