//! What the API answers is what the commands say.

use std::{collections::BTreeSet, io::Cursor};

use calamine::{Reader as _, Xlsx};

use super::*;

fn judged(stage: &Stage, args: &[&str]) -> Vec<Value> {
    let done = stage.daka(
        &[&["judge", "--format", "jsonl", "--lang", "en", "--allow-incomplete"], args].concat(),
    );
    done.json_lines()
}

#[test]
fn verdicts_are_those_of_judge_whatever_the_page() {
    let stage = stage();
    let service = Service::start(&stage);
    let all = judged(&stage, &OCTOBER);
    assert!(all.len() > 300);
    for limit in [1_000, 100, 31, 7] {
        let (items, pages) =
            service.items(&format!("/api/v1/verdicts?month=2026-10&limit={limit}"));
        assert_eq!(items, all, "{limit}");
        assert_eq!(pages, all.len().div_ceil(limit));
    }
    // Bytes too: fields in their order, numbers as they are written.
    let line =
        stage.daka(&[&["judge", "--format", "jsonl", "--lang", "zh"], &OCTOBER[..]].concat());
    let userid = all[40]["userid"].as_str().unwrap();
    let date = all[40]["date"].as_str().unwrap();
    let one = service.get(&format!("/api/v1/verdicts/{userid}/{date}?lang=zh"));
    assert_eq!(one.text(), line.stdout.lines().nth(40).unwrap());
}

type Filter<'a> = &'a dyn Fn(&Value) -> bool;

#[test]
fn a_filter_leaves_what_it_names() {
    let stage = stage();
    let service = Service::start(&stage);
    let all = judged(&stage, &OCTOBER);
    let is = |day: &Value, status: &str| day["status"] == status;
    let has = |day: &Value, kind: &str| {
        day["exceptions"].as_array().unwrap().iter().any(|finding| finding["kind"] == kind)
    };
    let first = all[0]["userid"].as_str().unwrap();
    let second = all[40]["userid"].as_str().unwrap();
    assert_ne!(first, second);
    let cases: [(String, Filter<'_>); 5] = [
        ("status=abnormal".to_owned(), &|day| is(day, "abnormal")),
        ("status=rest,exempt".to_owned(), &|day| is(day, "rest") || is(day, "exempt")),
        ("finding=late,missing".to_owned(), &|day| has(day, "late") || has(day, "missing")),
        (format!("userid={second},{first}"), &|day| {
            day["userid"] == first || day["userid"] == second
        }),
        ("userid=nobody".to_owned(), &|_| false),
    ];
    for (filter, keep) in cases {
        let path = format!("/api/v1/verdicts?month=2026-10&limit=5&{filter}");
        let expected: Vec<Value> = all.iter().filter(|day| keep(day)).cloned().collect();
        assert_eq!(service.items(&path).0, expected, "{filter}");
        assert!(expected.len() < all.len() && (expected.len() > 5 || filter.contains("nobody")));
    }
}

#[test]
fn a_cursor_goes_on_behind_what_it_has_given_while_the_ledger_grows() {
    let stage = made_up();
    let users = stage.emulator.userids();
    let half = users.iter().step_by(2).cloned().collect::<Vec<_>>().join(",");
    let sync = |who: &[&str]| {
        assert_eq!(stage.daka(&[&["sync"], who, &OCTOBER[..]].concat()).code, 0);
    };
    sync(&["--users", &half]);
    let service = Service::start(&stage);
    let path = "/api/v1/verdicts?month=2026-10&limit=70";
    let first = service.get(path).json();
    sync(&["--all"]);
    let (rest, _) = service.items_from(path, first["next_cursor"].as_str());
    let key = |day: &Value| (day["userid"].to_string(), day["date"].to_string());
    let last = key(first["items"].as_array().unwrap().last().unwrap());
    let all = judged(&stage, &OCTOBER);
    let behind: Vec<Value> = all.into_iter().filter(|day| key(day) > last).collect();
    assert_eq!(rest, behind);
}

#[test]
fn an_answer_after_a_sync_shows_the_sync() {
    let stage = made_up();
    let userid = stage.emulator.userids()[3].clone();
    let sync = |day: &str| {
        let days = ["sync", "--all", "--from", day, "--to", day];
        assert_eq!(stage.daka(&days).code, 0);
    };
    sync("2026-10-12");
    let service = Service::start(&stage);
    let path = format!("/api/v1/verdicts/{userid}/2026-10-13");
    let before = service.get(&path);
    assert_eq!(before.json()["status"], "incomplete");
    sync("2026-10-13");
    let after = service.get(&path);
    assert_ne!(after.json()["status"], "incomplete");
    assert_ne!(before.header("etag"), after.header("etag"));
    let runs = service.get("/api/v1/runs?limit=1").json();
    assert_eq!(runs["items"][0]["id"], 2);
    let next = runs["next_cursor"].as_str().unwrap();
    let runs = service.get(&format!("/api/v1/runs?limit=1&cursor={next}")).json();
    assert_eq!((&runs["items"][0]["id"], &runs["next_cursor"]), (&1.into(), &Value::Null));
}

#[test]
fn an_explanation_is_the_one_of_explain() {
    let stage = stage();
    let service = Service::start(&stage);
    let userid = stage.emulator.userids()[5].clone();
    for date in ["2026-10-01", "2026-10-14", "2026-10-18"] {
        for lang in ["en", "zh"] {
            let args = ["explain", &userid, date, "--format", "json", "--lang", lang];
            // Without a secret WeCom is not asked.
            let told = stage.daka_with(&args, &[("WECOM_SECRET", "")]);
            let path = format!("/api/v1/verdicts/{userid}/{date}/explanation?lang={lang}");
            assert_eq!(service.get(&path).text(), told.stdout.trim_end(), "{date} {lang}");
        }
    }
}

#[test]
fn places_are_told_on_purpose_only() {
    const OF_PLACE: [&str; 7] =
        ["location_title", "location_detail", "lat", "lng", "wifiname", "wifimac", "mediaids"];
    let stage = stage();
    let service = Service::start(&stage);
    let path = "/api/v1/records?month=2026-10&limit=37";
    let (whole, pages) = service.items(&format!("{path}&place=true"));
    assert!(pages > 5);
    assert!(whole.iter().any(|record| record["lat"].as_i64().is_some_and(|lat| lat != 0)));
    let mut bare = whole.clone();
    for record in &mut bare {
        let fields = record.as_object_mut().unwrap();
        for name in OF_PLACE {
            fields.remove(name);
        }
    }
    assert_eq!(service.items(path).0, bare);
    // Each record once, as WeCom sent it.
    let exported = stage.daka(&[&["records", "--all", "--format", "jsonl"], &OCTOBER[..]].concat());
    let sent: BTreeSet<String> = exported.json_lines().iter().map(Value::to_string).collect();
    let served: BTreeSet<String> = whole.iter().map(Value::to_string).collect();
    assert_eq!(served.len(), whole.len());
    assert!(sent.intersection(&served).count() * 10 > sent.len() * 9);
}

#[test]
fn people_rules_and_coverage_are_listed_page_by_page() {
    let stage = stage();
    let service = Service::start(&stage);
    let mut users = stage.emulator.userids();
    users.sort();
    let of = |items: &[Value]| -> Vec<String> {
        items.iter().map(|item| item["userid"].as_str().unwrap().to_owned()).collect()
    };
    for limit in [1, 5, users.len(), 1_000] {
        let (people, pages) = service.items(&format!("/api/v1/people?limit={limit}"));
        assert_eq!(of(&people), users, "{limit}");
        assert_eq!(pages, users.len().div_ceil(limit));
    }
    let (rules, _) = service.items("/api/v1/rules?month=2026-10&limit=3");
    assert_eq!(BTreeSet::from_iter(of(&rules)), BTreeSet::from_iter(users.clone()));
    assert!(rules.iter().any(|rule| rule["group"]["checkindate"].is_array()));
    assert!(rules.iter().all(|rule| rule["from"].as_str() <= rule["to"].as_str()));
    let (covered, _) = service.items("/api/v1/coverage?month=2026-10&limit=3");
    let mut covered_users = of(&covered);
    covered_users.dedup();
    assert_eq!(covered_users, users);
    for userid in &users {
        let of_one: Vec<&Value> =
            covered.iter().filter(|days| days["userid"] == **userid).collect();
        assert_eq!(of_one[0]["from"], "2026-10-01");
        assert_eq!(of_one.last().unwrap()["to"], "2026-10-31");
    }
}

#[test]
fn a_department_is_meant_with_those_below_it() {
    let stage = stage();
    let service = Service::start(&stage);
    let (all, _) = service.items("/api/v1/people?limit=100");
    let (company, _) = service.items("/api/v1/people?limit=100&department=1");
    assert_eq!(company, all);
    let mut seen = 0;
    for department in 2..40 {
        let (people, _) =
            service.items(&format!("/api/v1/people?limit=100&department={department}"));
        seen += usize::from(!people.is_empty() && people.len() < all.len());
    }
    assert!(seen > 0);
}

#[test]
fn the_workbook_is_the_one_of_report() {
    let stage = stage();
    let service = Service::start(&stage);
    let answer = service.get("/api/v1/reports/2026-10.xlsx?lang=en");
    let name = "attachment; filename=\"attendance-2026-10.xlsx\"";
    assert_eq!(answer.header("content-disposition"), Some(name));
    let mut served = Xlsx::new(Cursor::new(answer.body)).unwrap();
    let file = stage.folder.path().join("own.xlsx");
    let args = ["report", "--month", "2026-10", "--lang", "en", "-o", file.to_str().unwrap()];
    assert_eq!(stage.daka(&args).code, 0);
    let mut own: Xlsx<_> = calamine::open_workbook(file).unwrap();
    assert_eq!(served.sheet_names(), own.sheet_names());
    let (served, own) =
        (served.worksheet_range("Days").unwrap(), own.worksheet_range("Days").unwrap());
    let rows = |range: &calamine::Range<calamine::Data>| -> Vec<String> {
        // The line that says when it was made is left out.
        range.rows().skip(3).map(|row| format!("{row:?}")).collect()
    };
    assert!(rows(&own).len() > 300);
    assert_eq!(rows(&served), rows(&own));
}

#[test]
fn a_wrong_question_is_told_what_is_wrong_with_it() {
    let stage = stage();
    let service = Service::start(&stage);
    for (path, status, says) in [
        ("verdicts", 400, "no days"),
        ("verdicts?month=2026-13", 400, "month"),
        ("verdicts?month=2026-10&from=2026-10-01", 400, "month"),
        ("verdicts?to=2026-10-01", 400, "from"),
        ("verdicts?from=2026-10-02&to=2026-10-01", 400, "after"),
        ("verdicts?month=2026-10&status=bad", 400, "status"),
        ("verdicts?month=2026-10&finding=late,bad", 400, "finding"),
        ("verdicts?month=2026-10&limit=0", 400, "limit"),
        ("verdicts?month=2026-10&limit=1001", 400, "limit"),
        ("verdicts?month=2026-10&limit=x", 400, "limit"),
        ("verdicts?month=2026-10&cursor=x", 400, "cursor"),
        ("verdicts?month=2026-10&department=x", 400, "department"),
        ("verdicts?month=2026-10&month=2026-09", 400, "twice"),
        ("verdicts?month=2026-10&colour=red", 400, "colour"),
        ("verdicts?month=2026-10&lang=fr", 400, "lang"),
        ("verdicts?month=%ff", 400, ""),
        ("verdicts/nobody/2026-10-12", 404, "nobody"),
        ("verdicts/a%20b/2026-10-12", 400, "a b"),
        ("verdicts/nobody/2026-10-32", 400, "date"),
        ("records?month=2026-10&place=yes", 400, "place"),
        ("reports/2026-13.xlsx", 404, ""),
        ("reports/2026-10.pdf", 404, ""),
        ("runs?cursor=x", 400, "cursor"),
    ] {
        let answer = service.get(&format!("/api/v1/{path}"));
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        let problem: Value = serde_json::from_slice(&answer.body).unwrap();
        assert!(problem["detail"].as_str().unwrap().contains(says), "{path}: {problem}");
    }
}

#[test]
fn what_the_document_describes_is_there() {
    let stage = stage();
    let service = Service::start(&stage);
    let document = service.get("/api/v1/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    let userid = stage.emulator.userids()[0].clone();
    for (path, described) in document["paths"].as_object().unwrap() {
        let path = path.replace("{userid}", &userid).replace("{date}", "2026-10-12");
        let path = path.replace("{month}", "2026-10");
        let operation = &described["get"];
        let days = operation["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .any(|p| p["name"] == "month" && p["in"] == "query");
        let answer = service.get(&if days { format!("{path}?month=2026-10") } else { path });
        assert_eq!(answer.status, 200, "{}", answer.text());
        let content = operation["responses"]["200"]["content"].as_object().unwrap();
        assert!(content.contains_key(answer.header("content-type").unwrap()));
    }
}
