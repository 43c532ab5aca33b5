//! The sheets of the workbook that list things, beside the verdicts.

use std::collections::BTreeMap;

use calamine::{Data, Reader as _, Xlsx};
use serde_json::Value;

use crate::support::{self, Config, Features, Stage};

/// A company in which people are away, and the verdicts of its October.
fn stage() -> (Stage, Vec<Value>) {
    let features = Features { approvals: true, ..Features::default() };
    let config = Config { people: 40, features, clock: support::noon(), ..Config::default() };
    let stage = Stage::new(config);
    assert_eq!(stage.daka(&["sync", "--all", "--month", "2026-10"]).code, 0);
    let verdicts = stage.daka(&["judge", "--month", "2026-10", "--format", "jsonl"]).json_lines();
    (stage, verdicts)
}

/// The rows of a sheet under its heads.
fn rows(stage: &Stage, sheet: &str) -> Vec<BTreeMap<String, Data>> {
    let path = stage.folder.path().join("book.xlsx");
    let mut book: Xlsx<_> = calamine::open_workbook(path).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let heads: Vec<String> = range.rows().nth(3).unwrap().iter().map(ToString::to_string).collect();
    let row = |cells: &[Data]| heads.iter().cloned().zip(cells.iter().cloned()).collect();
    range.rows().skip(4).map(row).collect()
}

fn day_of(row: &BTreeMap<String, Data>) -> (String, String) {
    let Data::DateTime(at) = &row["时间"] else { panic!("{row:?}") };
    let (year, month, day, ..) = at.to_ymd_hms_milli();
    (row["账号"].to_string(), format!("{year}-{month:02}-{day:02}"))
}

fn number(cell: &Data) -> f64 {
    if let Data::Float(number) = cell { *number } else { panic!("{cell:?} is no number") }
}

/// An independent reader finds in the lists what the verdicts hold, and the requests behind it.
#[test]
fn findings_and_leave_are_listed_as_judged_with_the_requests_behind_them() {
    let (stage, verdicts) = stage();
    assert_eq!(stage.daka(&["report", "--month", "2026-10", "-o", "book.xlsx"]).code, 0);
    let day = |verdict: &Value| {
        (
            verdict["userid"].as_str().unwrap().to_owned(),
            verdict["date"].as_str().unwrap().to_owned(),
        )
    };

    let findings = rows(&stage, "异常明细");
    let mut listed: Vec<_> =
        findings.iter().map(|row| (day_of(row), number(&row["次数(次)"]).to_string())).collect();
    let mut found: Vec<_> = verdicts
        .iter()
        .flat_map(|verdict| {
            let findings = verdict["exceptions"].as_array().unwrap();
            findings.iter().map(|finding| (day(verdict), finding["count"].to_string()))
        })
        .collect();
    listed.sort();
    found.sort();
    assert_eq!(listed, found);
    assert!(findings.iter().all(|row| row["判定依据"].to_string().len() > 10));

    let leave = rows(&stage, "假勤");
    let mut listed: Vec<_> = leave
        .iter()
        .map(|row| (day_of(row), row["名称"].to_string(), number(&row["时长(小时)"])))
        .collect();
    let mut granted: Vec<_> = verdicts
        .iter()
        .flat_map(|verdict| {
            verdict["leave"].as_array().unwrap().iter().map(|leave| {
                let hours = leave["seconds"].as_f64().unwrap() / 3600.0;
                (day(verdict), leave["name"].as_str().unwrap().to_owned(), hours)
            })
        })
        .collect();
    assert!(granted.len() > 5, "{} days of leave", granted.len());
    listed.sort_by(|a, b| a.partial_cmp(b).unwrap());
    granted.sort_by(|a, b| a.partial_cmp(b).unwrap());
    assert_eq!(listed, granted);
    let numbered = |row: &BTreeMap<String, Data>| row["审批编号"] != Data::String("--".into());
    assert!(leave.iter().all(numbered), "{leave:?}");

    // A request that was not granted changes nothing, but whoever wonders sees it.
    let requests: String = findings.iter().map(|row| row["相关审批"].to_string()).collect();
    assert!(requests.contains(|c: char| c.is_ascii_digit()), "{requests}");
}

/// The cells of each section of a page: its title, then its rows, put together from the tables that
/// they are spread over.
fn sections(page: &str) -> Vec<(String, Vec<Vec<String>>)> {
    let plain = |text: &str| {
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        text.replace("&#39;", "'").replace("&amp;", "&")
    };
    let between = |text: &str, from: &str, to: &str| -> String {
        let after = text.split_once(from).unwrap_or_else(|| panic!("no {from} in {text}")).1;
        after.split_once(to).unwrap().0.to_owned()
    };
    let cells = |row: &str| {
        let cells = row.split("</td>").filter(|cell| cell.contains("<td"));
        cells.map(|cell| plain(&between(cell.split_once("<td").unwrap().1, ">", "\u{0}"))).collect()
    };
    let marked = |row: &str| row.replace("</td>", "\u{0}</td>");
    page.split("<section>")
        .skip(1)
        .map(|section| {
            let mut rows: Vec<Vec<String>> = Vec::new();
            for table in section.split("<table>").skip(1) {
                let body = between(table, "<tbody>\n", "</tbody>");
                for (at, row) in body.split("</tr>\n").filter(|row| !row.is_empty()).enumerate() {
                    rows.resize(rows.len().max(at + 1), Vec::new());
                    let row: Vec<String> = cells(&marked(row));
                    rows[at].extend(row);
                }
            }
            (plain(&between(section, "<h2>", "</h2>")), rows)
        })
        .collect()
}

/// The page to print holds every cell of the workbook's sheets, the overview's drawing apart.
#[test]
fn the_page_to_print_holds_what_the_workbook_holds() {
    let (stage, _) = stage();
    let report = |args: &[&str]| {
        assert_eq!(stage.daka(&[&["report", "--month", "2026-10"], args].concat()).code, 0);
    };
    report(&["-o", "book.xlsx"]);
    report(&["--format", "html", "-o", "page.html"]);
    let page = std::fs::read_to_string(stage.folder.path().join("page.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=zh-CN>") && page.ends_with("</html>\n"));
    let path = stage.folder.path().join("book.xlsx");
    let mut book: Xlsx<_> = calamine::open_workbook(path).unwrap();
    let sections = sections(&page);
    let sheets = book.worksheets();
    assert_eq!(sections.len(), sheets.len() - 1);
    let (mut texts, mut figures) = (0, 0);
    for ((title, rows), (name, range)) in sections.iter().zip(&sheets[1..]) {
        assert_eq!(*title, range.get((0, 0)).unwrap().to_string(), "{name}");
        let total = usize::from(name == "月报");
        assert_eq!(rows.len(), range.height() - 4 - total, "{name}");
        for (row, cells) in rows.iter().zip(range.rows().skip(4)) {
            assert_eq!(row.len(), cells.len(), "{name}");
            for (ours, theirs) in row.iter().zip(cells) {
                match theirs {
                    Data::Float(number) => {
                        figures += 1;
                        let ours: f64 = ours.trim_end_matches('*').parse().unwrap();
                        assert!((ours - number).abs() < 0.051, "{name}: {ours} {number}");
                    }
                    // 说明 says when it was made.
                    Data::String(text) if name != "说明" => {
                        texts += 1;
                        assert_eq!(ours, text, "{name}");
                    }
                    _ => {}
                }
            }
        }
    }
    assert!(texts > 5_000 && figures > 5_000, "{texts} {figures}");
    // Sums have no sheets, sheets no sums.
    for args in
        [&["--format", "csv", "--sheets", "月报"][..], &["--format", "html", "--by", "company"]]
    {
        let done = stage.daka(&[&["report", "--month", "2026-10"], args].concat());
        assert_eq!(done.code, 2, "{}", done.stderr);
    }
}

/// The sheet 对账 is there where reports are kept, and lists what `daka reconcile` lists.
#[test]
fn differences_to_kept_reports_are_listed() {
    let (stage, _) = stage();
    let sheets = || {
        assert_eq!(stage.daka(&["report", "--month", "2026-10", "-o", "book.xlsx"]).code, 0);
        let path = stage.folder.path().join("book.xlsx");
        let book: Xlsx<_> = calamine::open_workbook(path).unwrap();
        book.sheet_names()
    };
    assert!(!sheets().contains(&"对账".to_owned()));
    assert_eq!(stage.daka(&["sync", "--all", "--month", "2026-10", "--reports"]).code, 0);
    assert_eq!(sheets()[7..], ["规则", "对账", "说明"]);
    // Late from the first minute on, and other hours: now we differ.
    std::fs::write(
        stage.folder.path().join("daka.toml"),
        "[policy]\ntruncate_to_minute = false\nsingle_punch_hours = \"schedule\"\n",
    )
    .unwrap();
    sheets();
    let args = ["reconcile", "--month", "2026-10", "--from-ledger", "--format", "jsonl"];
    let lines = stage.daka(&args).json_lines();
    assert!(!lines.is_empty());
    let mut expected: Vec<[String; 4]> = lines
        .iter()
        .map(|line| {
            let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
            let number = |key: &str| line[key].as_i64().map_or("--".to_owned(), |n| n.to_string());
            [text("userid"), text("days"), number("ours"), number("theirs")]
        })
        .collect();
    let mut listed: Vec<[String; 4]> = rows(&stage, "对账")
        .iter()
        .map(|row| ["账号", "时间", "daka", "企业微信"].map(|head| row[head].to_string()))
        .collect();
    expected.sort();
    listed.sort();
    assert_eq!(listed, expected);
}

/// Names, types of leave that nobody took, and 审批打卡次数 come from WeCom's own month reports.
#[test]
fn kept_reports_tell_names() {
    let (stage, _) = stage();
    assert_eq!(stage.daka(&["report", "--month", "2026-10", "-o", "book.xlsx"]).code, 0);
    let of_month = |column: &str| -> Vec<String> {
        let month = rows(&stage, "月报");
        let people = month.iter().filter(|row| row["姓名"] != Data::String("合计".into()));
        people.map(|row| row[column].to_string()).collect()
    };
    assert_eq!(of_month("姓名"), of_month("账号"));
    assert!(of_month("审批打卡次数(次)").iter().all(|cell| cell == "--"));
    assert_eq!(stage.daka(&["sync", "--all", "--month", "2026-10", "--reports"]).code, 0);
    assert_eq!(stage.daka(&["report", "--month", "2026-10", "-o", "book.xlsx"]).code, 0);
    let names = of_month("姓名");
    assert!(names.iter().zip(of_month("账号")).all(|(name, userid)| *name != userid), "{names:?}");
    assert!(of_month("审批打卡次数(次)").iter().all(|cell| cell == "0"));
}

/// Each type of leave has a column of its own, in the unit in which it is asked for.
#[test]
fn every_type_of_leave_is_summed_in_its_unit() {
    let (stage, verdicts) = stage();
    assert_eq!(stage.daka(&["report", "--month", "2026-10", "-o", "book.xlsx"]).code, 0);
    let month = rows(&stage, "月报");
    let heads: Vec<&String> = month[0].keys().collect();
    let mut names: Vec<&str> = verdicts
        .iter()
        .flat_map(|verdict| verdict["leave"].as_array().unwrap())
        .filter(|leave| leave["kind"] == "leave")
        .map(|leave| leave["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    names.dedup();
    assert!(names.len() > 1, "{names:?}");
    for name in names {
        let head = heads.iter().find(|head| head.starts_with(&format!("{name}("))).unwrap();
        for row in month.iter().filter(|row| row["姓名"] != Data::String("合计".into())) {
            let userid = row["账号"].to_string();
            let of_days = verdicts.iter().filter(|verdict| verdict["userid"] == userid.as_str());
            let sum: f64 = of_days
                .flat_map(|verdict| {
                    verdict["leave"].as_array().unwrap().iter().map(move |leave| (verdict, leave))
                })
                .filter(|(_, leave)| leave["name"] == name)
                .map(|(verdict, leave)| {
                    let day = verdict["standard_sec"].as_f64().unwrap();
                    let unit = if head.ends_with("(天)") { day } else { 3600.0 };
                    leave["seconds"].as_f64().unwrap() / unit
                })
                .sum();
            let shown = number(&row[*head]);
            assert!((shown - sum).abs() < 0.02, "{head} of {userid}: {shown}, not {sum}");
        }
    }
}
