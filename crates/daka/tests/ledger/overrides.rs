//! What people decided about a day, wherever the day is shown.

use serde_json::{Value, json};

use super::support::{Done, Stage};

fn fine(done: &Done) -> &str {
    assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{}", done.stdout);
    &done.stdout
}

#[test]
fn what_an_override_excuses_is_gone_and_told_until_it_is_taken_back() {
    let stage = Stage::company(20);
    fine(&stage.daka(&["sync", "--all", "--month", "2026-10"]));
    let judge = ["judge", "--month", "2026-10", "--format", "jsonl"];
    let before = stage.daka(&judge).json_lines();
    let late = before.iter().find(|v| {
        let found = v["exceptions"].as_array().unwrap();
        found.len() == 1 && found[0]["kind"] == "late"
    });
    let late = late.unwrap().clone();
    let (user, date) = (late["userid"].as_str().unwrap(), late["date"].as_str().unwrap());
    let found = |verdicts: &[Value]| {
        let day = verdicts.iter().find(|v| v["userid"] == user && v["date"] == date);
        day.unwrap().clone()
    };

    let why = "地铁停运 =1+1";
    let add = ["override", "add", user, date, "--excuse", "all", "--why", why, "--by", "hr"];
    let added = stage.daka(&add).json_lines().remove(0);
    assert_eq!(
        (&added["id"], &added["userid"], &added["why"]),
        (&json!(1), &json!(user), &json!(why))
    );
    let excused = found(&stage.daka(&judge).json_lines());
    assert_eq!((&excused["status"], &excused["exceptions"]), (&json!("normal"), &json!([])));
    let decision =
        json!([{"id": 1, "by": "hr", "at": added["at"], "why": why, "excused": ["late"]}]);
    assert_eq!(excused["overrides"], decision);
    assert_eq!(excused["worked_sec"], late["worked_sec"]);
    for lang in ["en", "zh"] {
        let page = stage.daka(&["explain", user, date, "--lang", lang]);
        assert!(fine(&page).contains(why), "{}", page.stdout);
    }
    fine(&stage.daka(&["report", "--month", "2026-10", "-o", "book.xlsx"]));
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook(stage.folder.path().join("book.xlsx")).unwrap();
    for sheet in ["日报", "异常明细"] {
        let sheet = calamine::Reader::worksheet_range(&mut book, sheet).unwrap();
        let row = sheet.rows().find(|row| row.iter().any(|cell| cell.to_string().contains(why)));
        let named = |cell: &calamine::Data| cell.to_string().contains(user);
        assert!(row.unwrap().iter().any(named));
    }

    // Taken back, it is the day of before.
    assert!(found(&before).get("overrides").is_none());
    let removed = stage.daka(&["override", "remove", "1", "--why", "wrong day"]).json_lines();
    assert_eq!(removed[0]["removed"]["why"], "wrong day");
    assert_eq!(found(&stage.daka(&judge).json_lines()), late);
    assert_eq!(stage.daka(&["override", "list"]).json_lines(), removed);
    let again = stage.daka(&["override", "remove", "1", "--why", "wrong day"]);
    assert_eq!(again.code, 1, "{}", again.stderr);
    for (wrong, code) in [
        (["override", "add", "nobody", date, "--excuse", "late", "--why", "x"], 1),
        (["override", "add", user, date, "--excuse", "tardy", "--why", "x"], 2),
        (["override", "add", user, date, "--excuse", "late", "--why", " "], 2),
    ] {
        assert_eq!(stage.daka(&wrong).code, code, "{wrong:?}");
    }
}
