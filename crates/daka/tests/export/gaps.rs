//! Days that nobody fetched are counted, named, and closed by the command that is printed.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Config, Done, Features, Stage};

const OCTOBER: [&str; 2] = ["--month", "2026-10"];
const COMMANDS: [&[&str]; 3] =
    [&["judge", "--format", "jsonl"], &["report", "-o", "a.xlsx"], &["report", "--format", "csv"]];

fn run(stage: &Stage, args: &[&str], days: &[&str]) -> Done {
    stage.daka(&[args, days].concat())
}

/// The person-days that are incomplete, and the people they are of.
fn incomplete(stage: &Stage) -> (usize, usize) {
    let judged = run(stage, &["judge", "--format", "jsonl", "--allow-incomplete"], &OCTOBER);
    let mut lines = judged.json_lines();
    lines.retain(|line| line["status"] == "incomplete");
    let users: BTreeSet<&str> = lines.iter().filter_map(|line| line["userid"].as_str()).collect();
    (lines.len(), users.len())
}

/// The command between the back ticks, as words.
fn command(said: &str) -> Vec<String> {
    let command = said.split('`').nth(1).unwrap();
    let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
    assert_eq!(words[0], "daka", "{said}");
    words[1..].to_vec()
}

#[test]
fn a_month_that_was_never_fetched_is_said_until_it_is() {
    let stage = Stage::company(12);
    let one = ["--from", "2026-09-30", "--to", "2026-09-30"];
    assert_eq!(run(&stage, &["sync", "--all"], &one).code, 0);
    let (days, people) = incomplete(&stage);
    assert!(days > 11 * 20, "only {days} person-days");
    let said = &format!("{days} person-days of {people} people were never fetched");
    for args in COMMANDS {
        let done = run(&stage, args, &OCTOBER);
        assert_eq!(done.code, 3, "{args:?} {}", done.stderr);
        assert!(!done.stdout.is_empty());
        assert!(done.stderr.contains(said), "{}", done.stderr);
        let allowed = run(&stage, &[args, &["--allow-incomplete"]].concat(), &OCTOBER);
        assert_eq!(allowed.code, 0);
        assert!(allowed.stderr.starts_with("warning: ") && allowed.stderr.contains(said));
    }
    // What was judged is on file now, and is exported with the same remark.
    let done = run(&stage, &["export", "-o", "lake", "--tables", "verdict_day"], &OCTOBER);
    assert_eq!(done.code, 3, "{}", done.stderr);
    assert!(done.stderr.contains(said), "{}", done.stderr);

    let judged = run(&stage, COMMANDS[0], &OCTOBER);
    let error: Value = serde_json::from_str(judged.stderr.trim()).unwrap();
    assert_eq!(error["error"]["kind"], "incomplete");
    let failed = error["error"]["failed"].as_array().unwrap();
    let date = |value: &Value| value.as_str().unwrap().parse::<jiff::civil::Date>().unwrap();
    let listed = failed.iter().map(|run| {
        let length = (date(&run["to"]) - date(&run["from"])).get_days() + 1;
        usize::try_from(length).unwrap() * run["users"].as_array().unwrap().len()
    });
    assert_eq!(listed.sum::<usize>(), days);

    let sync = command(error["error"]["hint"].as_str().unwrap());
    let sync: Vec<&str> = sync.iter().map(String::as_str).collect();
    assert_eq!(sync[0], "sync");
    assert_eq!(stage.daka(&sync).code, 0);
    for args in COMMANDS {
        let done = run(&stage, args, &OCTOBER);
        assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn a_slice_that_failed_is_said_in_the_head_of_every_sheet() {
    let stage = Stage::company(12);
    let userid = stage.emulator.userids().remove(0);
    let others: Vec<String> = stage.emulator.userids().into_iter().skip(1).collect();
    assert_eq!(run(&stage, &["sync", "--users", &others.join(",")], &OCTOBER).code, 0);
    let part = ["--from", "2026-10-05", "--to", "2026-10-09"];
    assert_eq!(run(&stage, &["sync", "--users", &userid], &part).code, 0);

    let done = run(&stage, &["report", "-o", "a.xlsx"], &OCTOBER);
    assert_eq!(done.code, 3, "{}", done.stderr);
    let (days, _) = incomplete(&stage);
    assert!(done.stderr.contains(&format!("{days} person-days of 1 people")), "{}", done.stderr);
    let path = stage.folder.path().join("a.xlsx");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    for (name, sheet) in calamine::Reader::worksheets(&mut book) {
        let head: String = sheet.rows().take(4).map(|row| row[0].to_string()).collect();
        assert!(head.contains(&format!("1 人共 {days} 个人日从未取数")), "{name}: {head}");
        assert!(head.contains(&format!("daka sync --users {userid}")), "{name}: {head}");
        assert!(head.contains("数据截至:20"), "{name}: {head}");
    }
    let sync = command(&done.stderr);
    assert_eq!(stage.daka(&sync.iter().map(String::as_str).collect::<Vec<_>>()).code, 0);
    let closed = run(&stage, &["report", "-o", "a.xlsx"], &OCTOBER);
    assert_eq!(closed.code, 0, "{}", closed.stderr);
}

/// Where approvals cannot be read, an absence may be a leave: the figures stand, and are doubted
/// wherever somebody reads them.
#[test]
fn figures_without_approvals_are_doubted_in_every_head() {
    let refused = "[[fault]]\ncall = \"getapprovalinfo\"\nkind = \"errcode\"\nerrcode = 301055\n";
    let stage = Stage::faulty(refused);
    assert_eq!(run(&stage, &["sync", "--all"], &OCTOBER).code, 0);
    let judged = run(&stage, COMMANDS[0], &OCTOBER);
    let without = |line: &Value| {
        line["warnings"].as_array().unwrap().contains(&Value::from("approvals_unknown"))
    };
    let days = judged.json_lines().into_iter().filter(without).count();
    assert!(days > 0, "{}", judged.stdout);
    let said = format!("approvals are not known for {days} person-days of ");
    for args in COMMANDS {
        let done = run(&stage, args, &OCTOBER);
        assert_eq!(done.code, 0, "{args:?} {}", done.stderr);
        assert!(done.stderr.starts_with(&format!("warning: {said}")), "{args:?} {}", done.stderr);
    }
    let path = stage.folder.path().join("a.xlsx");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    for (name, sheet) in calamine::Reader::worksheets(&mut book) {
        let head: String = sheet.rows().take(4).map(|row| row[0].to_string()).collect();
        assert!(head.contains(&format!("{days} 人日没有审批数据")), "{name}: {head}");
    }
    let status = stage.daka(&["sync", "--status", "--lang", "zh"]);
    assert!(status.stdout.contains("没有审批数据"), "{}", status.stdout);
    // The last run's failure is on file in the words of that day.
    let ours = status.stdout.lines().filter(|line| !line.contains("301055"));
    let english: Vec<&str> = ours.filter(|line| line.contains("people")).collect();
    assert!(english.is_empty() && status.stdout.contains("全员"), "{}", status.stdout);
}

#[test]
fn a_company_in_which_nobody_punched_is_no_company_on_strike() {
    let folder = tempfile::tempdir().unwrap();
    let answers = folder.path();
    let people = ["bo", "cy", "di", "ed", "flo"];
    let rule = |userid: &&str| {
        serde_json::json!({"userid": userid, "group": {"grouptype": 1, "groupid": 7, "groupname": "g",
            "checkindate": [{"workdays": [1, 2, 3, 4, 5],
                "checkintime": [{"time_id": 1, "work_sec": 32400, "off_work_sec": 64800}]}]}})
    };
    let rules: Vec<Value> = people.iter().map(rule).collect();
    let write = |name: &str, value: Value| {
        std::fs::write(answers.join(format!("{name}.json")), value.to_string()).unwrap();
    };
    write("getcheckinoption", serde_json::json!({"errcode": 0, "errmsg": "ok", "info": rules}));
    write("getcheckindata", serde_json::json!({"errcode": 0, "errmsg": "ok", "checkindata": []}));
    let source = crate::support::Source::Data(answers.to_owned());
    let stage = Stage::new(Config { source, features: Features::default(), ..Config::default() });
    let sync = run(&stage, &["sync", "--users", &people.join(",")], &OCTOBER);
    assert!(matches!(sync.code, 0 | 3), "{}", sync.stderr);
    let report = run(&stage, &["report", "-o", "a.xlsx", "--allow-incomplete"], &OCTOBER);
    assert_eq!(report.code, 0, "{}", report.stderr);
    let said = "warning: not one of 5 people punched from 2026-10-01 to 2026-10-31";
    assert!(report.stderr.contains(said), "{}", report.stderr);
}
