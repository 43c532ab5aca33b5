//! Who people are: what is told of them by whom, and what a roster changes.

use std::collections::BTreeMap;

use calamine::{Data, Reader as _, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::{Value, json};

use crate::support::{self, Config, Features, Stage};

fn stage(people: u32) -> Stage {
    let config =
        Config { people, features: Features::ALL, clock: support::noon(), ..Config::default() };
    Stage::new(config)
}

fn people(stage: &Stage, args: &[&str]) -> BTreeMap<String, Value> {
    let listed = stage.daka(&[&["people", "--format", "jsonl"], args].concat()).json_lines();
    let userid = |person: &Value| person["userid"].as_str().unwrap().to_owned();
    let users: Vec<String> = listed.iter().map(userid).collect();
    assert!(users.is_sorted(), "{users:?}");
    users.into_iter().zip(listed).collect()
}

fn judge(stage: &Stage, args: &[&str]) -> Vec<Value> {
    stage.daka(&[&["judge", "--month", "2026-10", "--format", "jsonl"], args].concat()).json_lines()
}

fn import(stage: &Stage, roster: &str, args: &[&str]) -> support::Done {
    std::fs::write(stage.folder.path().join("roster.csv"), roster).unwrap();
    stage.daka(&[&["people", "import", "roster.csv"], args].concat())
}

/// Each source beside the one that knows better.
#[test]
fn who_knows_better_is_believed() {
    let stage = stage(8);
    assert_eq!(stage.daka(&["sync", "--all", "--month", "2026-10"]).code, 0);
    let listed = people(&stage, &[]);
    let user = listed.keys().next().unwrap().clone();
    let me = &listed[&user];
    assert_eq!((&me["name"], &me["sources"]["name"]), (&json!(user), &json!("userid")));
    assert_eq!(me["sources"]["departments"], "contacts");
    for unknown in ["employee_no", "position", "joined", "left"] {
        assert_eq!((&me[unknown], me["sources"].get(unknown)), (&Value::Null, None));
    }

    assert_eq!(stage.daka(&["sync", "--all", "--month", "2026-10", "--reports"]).code, 0);
    let me = people(&stage, &["--users", &user])[&user].clone();
    assert_ne!(me["name"], json!(user));
    assert_eq!(me["sources"]["name"], "month_report");
    assert_eq!(me["departments"], listed[&user]["departments"], "the company's name is left out");

    let reported = crate::count(&stage, "SELECT max(known_from) FROM month_report");
    let before = jiff::Timestamp::from_millisecond(reported).unwrap().to_string();
    let roster = format!("\u{feff}备注,账号,姓名,工号\r\n甲,{user},李 四,00123\r\n乙,1E5,,1E5\r\n");
    let dry = import(&stage, &roster, &["--dry-run"]);
    assert_eq!((dry.code, dry.stderr.as_str()), (0, "ignored columns: 备注\n"));
    assert!(dry.stdout.contains(&format!("{user}  name: -- → 李 四\n")), "{}", dry.stdout);
    assert!(dry.stdout.ends_with("2 people: 2 new, 0 changed, 0 unchanged; nothing was changed\n"));
    assert_eq!(people(&stage, &["--users", &user])[&user], me);
    let done = import(&stage, &roster, &[]);
    assert_eq!((done.code, done.stdout.as_str()), (0, "2 people: 2 new, 0 changed, 0 unchanged\n"));
    let now = people(&stage, &[]);
    assert_eq!(
        (&now[&user]["name"], &now[&user]["employee_no"], &now[&user]["sources"]["name"]),
        (&json!("李 四"), &json!("00123"), &json!("roster"))
    );
    assert_eq!(now[&user]["departments"], me["departments"], "the roster does not say");
    assert_eq!(now["1E5"]["employee_no"], "1E5");
    // A later roster says all that is said of those whom it names.
    let again = import(&stage, &format!("userid,joined\n{user},2026/10/12\n"), &[]);
    assert_eq!(again.stdout, "1 people: 0 new, 1 changed, 0 unchanged\n");
    let now = people(&stage, &[]);
    assert_eq!((&now[&user]["joined"], &now[&user]["name"]), (&json!("2026-10-12"), &me["name"]));
    assert_eq!(now["1E5"]["employee_no"], "1E5");
    assert_eq!(people(&stage, &["--as-of", &before]).get(&user), Some(&me));
}

#[test]
fn a_wrong_roster_changes_nothing() {
    let stage = stage(3);
    assert_eq!(stage.daka(&["sync", "--all", "--month", "2026-10"]).code, 0);
    let before = people(&stage, &[]);
    let done = import(&stage, "userid,name,joined\nnew,新,2026-10-01\nbad,坏,2026-10-32\n", &[]);
    assert_eq!((done.code, done.stdout.as_str()), (2, ""));
    assert!(done.stderr.contains("line 3"), "{}", done.stderr);
    assert!(!done.stderr.contains("line 2"), "{}", done.stderr);
    let missing = stage.daka(&["people", "import", "nowhere.csv"]);
    assert_eq!(missing.code, 2, "{}", missing.stderr);
    assert_eq!(people(&stage, &[]), before);
    assert_eq!(stage.daka(&["people", "--users", "nobody"]).code, 1);
}

/// Days outside the roster's dates owe nothing, and nobody needs to fetch them.
#[test]
fn dates_of_the_roster_bound_what_is_judged() {
    let stage = stage(4);
    assert_eq!(stage.daka(&["sync", "--all", "--month", "2026-10"]).code, 0);
    let before = judge(&stage, &[]);
    let user = before[0]["userid"].as_str().unwrap();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["离职日期", "userid", "joined"]).unwrap();
    let date = Format::new().set_num_format("yyyy/m/d");
    for (row, (userid, column, day)) in
        [(user, 2, (10, 9)), ("gone", 0, (9, 30))].iter().enumerate()
    {
        let row = u32::try_from(row).unwrap() + 1;
        let day = ExcelDateTime::from_ymd(2026, day.0, day.1).unwrap();
        sheet.write(row, 1, *userid).unwrap();
        sheet.write_with_format(row, *column, &day, &date).unwrap();
    }
    book.save(stage.folder.path().join("roster.xlsx")).unwrap();
    let done = stage.daka(&["people", "import", "roster.xlsx"]);
    assert_eq!(done.code, 0, "{}", done.stderr);

    let after = judge(&stage, &[]);
    let (gone, staff): (Vec<_>, Vec<_>) = after.iter().partition(|v| v["userid"] == "gone");
    assert_eq!(gone.len(), 31);
    for (before, after) in before.iter().zip(staff) {
        let date = before["date"].as_str().unwrap();
        if before["userid"] == user && date < "2026-10-09" {
            assert_eq!(after["status"], "not_employed");
            assert_eq!((&after["exceptions"], &after["standard_sec"]), (&json!([]), &json!(0)));
            assert_eq!(after["reasons"], json!(["before the person joined on 2026-10-09"]));
        } else {
            assert_eq!(after, before);
        }
    }
    for verdict in gone {
        assert_eq!(verdict["status"], "not_employed");
        assert_eq!(verdict["reasons"], json!(["after the person's last day, 2026-09-30"]));
    }
}

/// Where no date is known, WeCom's silence is: who is not in its reports was not in the company.
#[test]
fn silence_of_kept_reports_is_no_absence() {
    // Of these people one joins in the middle of October.
    let config = Config { people: 10, seed: 6, features: Features::ALL, ..Config::default() };
    let stage = Stage::new(Config { clock: support::noon(), ..config });
    let comes = "sunqiang9";
    let planned = stage.truth("2026-10-01", "2026-10-31");
    let planned = planned.iter().filter(|truth| truth["userid"] == comes);
    let joined = planned.map(|truth| truth["date"].as_str().unwrap()).min().unwrap();
    assert!(joined > "2026-10-03", "{joined}");
    assert_eq!(stage.daka(&["sync", "--all", "--month", "2026-10"]).code, 0);
    let before = judge(&stage, &[]);
    assert_eq!(stage.daka(&["sync", "--all", "--month", "2026-10", "--reports"]).code, 0);
    for (before, after) in before.iter().zip(judge(&stage, &[])) {
        if after["userid"] == comes && after["date"].as_str().unwrap() < joined {
            assert_eq!(after["status"], "not_employed", "{after}");
            let why = after["reasons"][0].as_str().unwrap();
            assert!(why.contains("day reports have none from 2026-10-01"), "{why}");
        } else {
            assert_eq!(&after, before);
        }
    }
}

/// The sheets list people by department, then 工号, else name by pinyin.
#[test]
fn sheets_list_people_as_people_look_for_them() {
    let stage = stage(9);
    assert_eq!(stage.daka(&["sync", "--all", "--month", "2026-10"]).code, 0);
    let users: Vec<String> = people(&stage, &[]).into_keys().take(6).collect();
    let order = [5, 3, 0, 4, 1, 2];
    let lines = [
        ("A部", "", "周"),
        ("研发部", "2", "周"),
        ("研发部", "10", "安"),
        ("研发部", "", "李宗"),
        ("研发部", "", "梁安"),
        ("运营部", "1", "安"),
    ];
    let mut roster = vec!["userid,department,employee_no,name,position".to_owned()];
    roster.extend(order.iter().zip(lines).map(|(at, (department, number, name))| {
        format!("{},{department},{number},{name},工程师", users[*at])
    }));
    let roster = roster.join("\n");
    assert_eq!(import(&stage, &roster, &[]).code, 0);
    let chosen = users.join(",");
    let report = ["report", "--month", "2026-10", "--users", &chosen];
    assert_eq!(stage.daka(&[&report[..], &["-o", "book.xlsx"]].concat()).code, 0);
    let mut book: Xlsx<_> = calamine::open_workbook(stage.folder.path().join("book.xlsx")).unwrap();
    let range = book.worksheet_range("月报").unwrap();
    let heads: Vec<String> = range.rows().nth(3).unwrap().iter().map(Data::to_string).collect();
    let column = |title: &str| {
        let at = heads.iter().position(|head| head == title).unwrap();
        range.rows().skip(4).take(6).map(|row| row[at].to_string()).collect::<Vec<_>>()
    };
    let told = |at: usize| lines.iter().map(|l| [l.0, l.1, l.2][at]).collect::<Vec<_>>();
    assert_eq!(column("账号"), order.map(|at| users[at].clone()));
    assert_eq!(column("姓名"), told(2));
    assert_eq!(column("部门"), told(0));
    assert_eq!(column("工号").iter().map(|n| n.replace("--", "")).collect::<Vec<_>>(), told(1));
    assert_eq!(column("职务"), ["工程师"; 6]);
    let sums = stage.daka(&[&report[..], &["--format", "jsonl"]].concat()).json_lines();
    let sums: Vec<&str> = sums.iter().map(|row| row["userid"].as_str().unwrap()).collect();
    assert_eq!(sums, order.map(|at| users[at].as_str()));
}
