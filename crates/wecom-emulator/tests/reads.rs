//! Reports, contacts, photos and machines: one company behind all of them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use serde_json::{Value, json};
use support::{Client, NOW, fixed, midnight, started};
use wecom_emulator::{Config, Emulator, Features};

const DAY: i64 = 86_400;

async fn ready(people: u32) -> (Emulator, Client, String) {
    let config = Config { people, clock: fixed(NOW), features: Features::ALL, ..Config::default() };
    let (emulator, client) = started(config).await;
    let token = client.token(emulator.secret()).await;
    (emulator, client, token)
}

fn list<'a>(answer: &'a Value, key: &str) -> &'a Vec<Value> {
    answer[key].as_array().unwrap_or_else(|| panic!("{answer}"))
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_else(|| panic!("no {key} in {row}"))
}

#[tokio::test]
async fn the_varied_company_has_every_story() {
    let (_emulator, client, _token) = ready(400).await;
    let truth = client.get("/_emulator/truth?from=2026-06-01&to=2026-06-30").await;
    let mut seen = BTreeSet::new();
    for day in truth.as_array().unwrap() {
        seen.insert(text(day, "status").to_owned());
        for one in list(day, "exceptions") {
            seen.insert(text(one, "kind").to_owned());
        }
        for one in list(day, "leave") {
            seen.insert(text(one, "kind").to_owned());
        }
        let overtime = &day["overtime"];
        seen.insert(format!("ot {} {}", text(overtime, "bucket"), text(overtime, "status")));
        for count in ["field_count", "outdoor_count", "correction_count"] {
            if day[count] != 0 {
                seen.insert(count.to_owned());
            }
        }
    }
    for story in [
        "normal",
        "abnormal",
        "rest",
        "exempt",
        "unscheduled",
        "no_rule",
        "late",
        "early",
        "missing",
        "absent",
        "place",
        "device",
        "other",
        "leave",
        "trip",
        "out",
        "field_count",
        "outdoor_count",
        "correction_count",
        "ot workday ok",
        "ot workday short",
        "ot restday ok",
    ] {
        assert!(seen.contains(story), "no {story} in {seen:?}");
    }
}

#[tokio::test]
async fn day_reports_say_what_the_truth_says() {
    let (emulator, client, token) = ready(100).await;
    let users: Vec<String> = emulator.userids().into_iter().take(100).collect();
    let (first, last) = (date(2026, 6, 8), date(2026, 6, 14));
    let body =
        json!({"starttime": midnight(first), "endtime": midnight(last), "useridlist": users});
    let answer = client.post("checkin/getcheckin_daydata", &token, &body).await;
    let mut reports: BTreeMap<(String, i64), Value> = BTreeMap::new();
    for report in list(&answer, "datas") {
        let base = &report["base_info"];
        reports.insert(
            (text(base, "acctid").to_owned(), base["date"].as_i64().unwrap()),
            report.clone(),
        );
    }
    let numbers = ["late", "early", "missing", "absent", "place", "device"];
    let mut days = 0;
    for userid in &users {
        for day in first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last) {
            let Some(truth) = emulator.truth(userid, day) else { continue };
            let truth = serde_json::to_value(truth).unwrap();
            let report = &reports[&(userid.clone(), midnight(day))];
            days += 1;
            let summary = &report["summary_info"];
            assert_eq!(summary["checkin_count"], truth["checkin_count"], "{report}");
            assert_eq!(summary["regular_work_sec"], truth["worked_sec"], "{report}");
            assert_eq!(summary["standard_work_sec"], truth["standard_sec"], "{report}");
            let off = i64::from(truth["day_type"] != "workday");
            assert_eq!(report["base_info"]["day_type"], off, "{report}");
            let expected: Vec<Value> = list(&truth, "exceptions")
                .iter()
                .filter(|one| one["kind"] != "other")
                .map(|one| {
                    let number = 1 + numbers.iter().position(|kind| one["kind"] == *kind).unwrap();
                    let duration = one.get("duration_sec").cloned().unwrap_or(json!(0));
                    json!({"exception": number, "count": one["count"], "duration": duration})
                })
                .collect();
            assert_eq!(report["exception_infos"], json!(expected), "{report}");
            assert_eq!(report["ot_info"]["ot_duration"], truth["overtime"]["seconds"], "{report}");
        }
    }
    assert_eq!(days, reports.len());
    let month = client.post("checkin/getcheckin_monthdata", &token, &body).await;
    for month in list(&month, "datas") {
        let userid = text(&month["base_info"], "acctid");
        let own = reports.iter().filter(|((owner, _), _)| owner == userid);
        let worked: i64 = own
            .map(|(_, report)| report["summary_info"]["regular_work_sec"].as_i64().unwrap())
            .sum();
        assert_eq!(month["summary_info"]["regular_work_sec"], worked);
    }
    for (start, end, errcode) in [
        (midnight(first) + 8 * 3_600, midnight(first) + 10 * 3_600, 0),
        (midnight(first), midnight(first) + 31 * DAY, 301_024),
    ] {
        let body = json!({"starttime": start, "endtime": end, "useridlist": users});
        let answer = client.post("checkin/getcheckin_daydata", &token, &body).await;
        assert_eq!((&answer["errcode"], &answer["datas"]), (&json!(errcode), &json!([])));
    }
}

/// Times in the records, judged by hand: enough of a rule to see that durations are right.
#[tokio::test]
async fn durations_follow_from_the_records() {
    let config = Config { people: 100, clock: fixed(NOW), ..Config::default() };
    let (emulator, client) = started(config).await;
    let token = client.token(emulator.secret()).await;
    let users = emulator.userids();
    let names: Vec<&str> = users.iter().map(String::as_str).collect();
    let start = midnight(date(2026, 6, 1));
    let answer = client.records(&token, &names, start, start + 14 * DAY).await;
    // Late beyond ten minutes at the head office, five at the shops and in the factory by day, else at once.
    let allowance = |row: &Value| match (
        row["groupid"].as_i64().unwrap(),
        row["schedule_id"].as_i64().unwrap(),
    ) {
        (11, _) => (600, 600),
        (13, _) => (300, 300),
        (21, 101 | 102) => (300, 0),
        _ => (0, 0),
    };
    let mut late: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
    for row in list(&answer, "checkindata") {
        let due = row["sch_checkin_time"].as_i64().unwrap();
        if due == 0 || text(row, "exception_type") == "未打卡" {
            continue;
        }
        let minute = row["checkin_time"].as_i64().unwrap() / 60 * 60;
        let (on, off) = allowance(row);
        let (side, by, forgiven) = match text(row, "checkin_type") {
            "上班打卡" => (0, minute - due, on),
            _ => (1, due - minute, off),
        };
        let late_sec = if by > forgiven { by } else { 0 };
        assert_eq!(late_sec > 0, text(row, "exception_type").contains("时间异常"), "{row}");
        let duty_start =
            if row["schedule_id"] == 103 && side == 1 { due - 12 * 3_600 } else { due };
        let day = jiff::Timestamp::from_second(duty_start).unwrap();
        let day = day.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8))).date();
        let sums = late.entry((text(row, "userid").to_owned(), day.to_string())).or_default();
        if side == 0 { sums.0 += late_sec } else { sums.1 += late_sec }
    }
    let mut seen = 0;
    for ((userid, day), (late_sec, early_sec)) in late {
        let truth = emulator.truth(&userid, day.parse().unwrap()).unwrap();
        for (kind, expected) in [("late", late_sec), ("early", early_sec)] {
            let found = truth.exceptions.iter().find(|one| one.kind == kind);
            assert_eq!(found.and_then(|one| one.duration_sec).unwrap_or(0), expected, "{truth:?}");
            seen += i64::from(expected > 0);
        }
    }
    assert!(seen > 20, "{seen}");
}

#[tokio::test]
async fn punches_arrive_days_late_and_change_the_day() {
    let features = Features { late_uploads: true, ..Features::default() };
    let config = Config { people: 100, clock: fixed(NOW - 2 * DAY), features, ..Config::default() };
    let (emulator, client) = started(config).await;
    let truths = || -> Vec<_> {
        let days = date(2026, 7, 13).series(jiff::Span::new().days(1)).take(5);
        days.flat_map(|day| emulator.userids().into_iter().map(move |user| (user, day)))
            .map(|(user, day)| emulator.truth(&user, day).unwrap())
            .collect()
    };
    let before = truths();
    client.control("clock", &json!({"advance_sec": 5 * DAY})).await;
    let after = truths();
    let changed: Vec<_> = before.iter().zip(&after).filter(|(a, b)| a != b).collect();
    assert!(!changed.is_empty());
    for (before, after) in changed {
        assert!(before.checkin_count < after.checkin_count, "{before:?} {after:?}");
    }
}

#[tokio::test]
async fn departments_tags_and_people_fit_together() {
    let (emulator, client, token) = ready(300).await;
    let get = async |path: &str| client.get(&format!("/cgi-bin/{path}access_token={token}")).await;
    let departments = get("department/simplelist?").await;
    let ids: BTreeSet<i64> =
        list(&departments, "department_id").iter().map(|one| one["id"].as_i64().unwrap()).collect();
    let mut people = BTreeSet::new();
    for department in list(&departments, "department_id") {
        assert!(
            department["parentid"] == 0 || ids.contains(&department["parentid"].as_i64().unwrap())
        );
        let members = get(&format!("user/simplelist?department_id={}&", department["id"])).await;
        for member in list(&members, "userlist") {
            assert!(list(member, "department").contains(&department["id"]));
            people.insert(text(member, "userid").to_owned());
        }
    }
    assert_eq!(people, emulator.userids().into_iter().collect());
    let named = get("department/list?id=11&").await;
    assert_eq!(list(&named, "department")[0]["name"], "总部");
    let tags = get("tag/list?").await;
    let tag = get(&format!("tag/get?tagid={}&", list(&tags, "taglist")[0]["tagid"])).await;
    assert!(!list(&tag, "userlist").is_empty());
    let of_departments = get("tag/get?tagid=7&").await;
    let parties = list(&of_departments, "partylist");
    assert!(parties.len() > 1 && parties.iter().all(|id| ids.contains(&id.as_i64().unwrap())));
    for (path, errcode) in [
        ("user/simplelist?department_id=999&", 60123),
        ("user/simplelist?", 40066),
        ("department/list?id=x&", 60123),
        ("tag/get?tagid=99&", 40068),
    ] {
        assert_eq!(get(path).await["errcode"], errcode, "{path}");
    }
}

#[tokio::test]
async fn photos_last_three_days_and_come_in_ranges() {
    let (emulator, client, token) = ready(300).await;
    let users = emulator.userids();
    let mut photos = Vec::new();
    for batch in users.chunks(100) {
        let names: Vec<&str> = batch.iter().map(String::as_str).collect();
        let answer = client.records(&token, &names, NOW - 12 * DAY, NOW).await;
        for row in list(&answer, "checkindata") {
            for id in list(row, "mediaids") {
                photos
                    .push((row["checkin_time"].as_i64().unwrap(), id.as_str().unwrap().to_owned()));
            }
        }
    }
    photos.sort();
    let url =
        |id: &str| format!("{}/cgi-bin/media/get?access_token={token}&media_id={id}", client.base);
    let (old, new) = (&photos[0].1, &photos.iter().rev().find(|photo| photo.0 < NOW).unwrap().1);
    let another = &photos.iter().rev().find(|photo| photo.0 < NOW - DAY).unwrap().1;
    let gone: Value = client.http.get(url(old)).send().await.unwrap().json().await.unwrap();
    assert_eq!(gone["errcode"], 40007);
    assert!(text(&gone, "errmsg").starts_with("invalid media_id"));
    let response = client.http.get(url(new)).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "image/jpeg");
    let disposition = response.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(disposition, format!("attachment; filename=\"{new}.jpg\""));
    let whole = response.bytes().await.unwrap();
    let part = client.http.get(url(new)).header("Range", "bytes=0-9").send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"], format!("bytes 0-9/{}", whole.len()).as_str());
    assert_eq!(part.bytes().await.unwrap(), whole.slice(..10));
    let another = client.http.get(url(another)).send().await.unwrap().bytes().await.unwrap();
    assert_ne!(another, whole, "photos of two days are two pictures");
    let none: Value = client.http.get(url("")).send().await.unwrap().json().await.unwrap();
    assert_eq!(none["errcode"], 41006);
}

#[tokio::test]
async fn machines_repeat_themselves_and_ignore_strangers() {
    let (emulator, client, token) = ready(300).await;
    let mut users = emulator.userids();
    users.truncate(99);
    users.push("nobody".to_owned());
    let start = midnight(date(2026, 6, 1));
    let body = json!({"starttime": start, "endtime": start + 30 * DAY, "useridlist": users});
    let answer = client.post("hardware/get_hardware_checkin_data", &token, &body).await;
    let rows: Vec<String> = list(&answer, "checkindata").iter().map(Value::to_string).collect();
    let distinct: BTreeSet<&String> = rows.iter().collect();
    assert!(distinct.len() < rows.len() && !distinct.is_empty());
    let keys: Vec<&String> = list(&answer, "checkindata")[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["userid", "checkin_time", "device_sn", "device_name"]);
}

#[tokio::test]
async fn vacations_are_kept_by_person() {
    let (emulator, client, token) = ready(50).await;
    let users = emulator.userids();
    let conf = client.get(&format!("/cgi-bin/oa/vacation/getcorpconf?access_token={token}")).await;
    assert_eq!(list(&conf, "lists")[0]["name"], "年假");
    let quota = async || {
        let body = json!({"userid": users[0]});
        client.post("oa/vacation/getuservacationquota", &token, &body).await["lists"][0].clone()
    };
    let first = quota().await;
    assert_eq!(first["assignduration"], 864_000);
    let set = async |body: Value| {
        client.post("oa/vacation/setoneuserquota", &token, &body).await["errcode"].clone()
    };
    let body = |left: i64| json!({"userid": users[0], "vacation_id": 1, "leftduration": left, "time_attr": 0, "remarks": "x"});
    assert_eq!(set(body(8_641)).await, 301_063);
    assert_eq!(set(json!({"userid": "nobody", "vacation_id": 1})).await, 301_098);
    assert_eq!(set(body(86_400)).await, 0);
    assert_eq!(quota().await["leftduration"], 86_400);
}

#[tokio::test]
async fn the_control_describes_itself() {
    let (_emulator, client, _token) = ready(5).await;
    let document = client.get("/_emulator/openapi.json").await;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let url = format!("{}{path}", client.base);
            let method = method.to_uppercase().parse().unwrap();
            let status = client.http.request(method, url).body("{}").send().await.unwrap().status();
            assert!(status != 404 && status != 405, "{path} {status}");
        }
    }
    let about = client.get("/_emulator/").await;
    assert_eq!(about["people"], 5);
    let everybody = client.get("/_emulator/people").await;
    assert_eq!(everybody.as_array().unwrap().len(), 5);
    let url = format!("{}/_emulator/do", client.base);
    for wrong in ["{}", "{\"do\":\"reset\",\"name\":\"none\"}", "[{\"do\":\"no such\"}]"] {
        let response = client.http.post(&url).body(wrong).send().await.unwrap();
        assert_eq!(response.status(), 400, "{wrong}");
    }
}

/// Names and departments are everybody's; nobody has a report outside employment.
#[tokio::test]
async fn reports_name_everybody_and_end_with_employment() {
    let features = Features { turnover: true, ..Features::default() };
    let config = Config { people: 400, clock: fixed(NOW), features, ..Config::default() };
    let (emulator, client) = started(config).await;
    let token = client.token(emulator.secret()).await;
    let people = client.get("/_emulator/people?from=0").await;
    let joined: BTreeMap<String, String> = (people.as_array().unwrap().iter())
        .filter(|person| person["joined"].is_string())
        .map(|person| (text(person, "userid").to_owned(), text(person, "joined").to_owned()))
        .collect();
    let day_of = |at: i64| {
        let stamp = jiff::Timestamp::from_second(at).unwrap();
        stamp.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8))).date().to_string()
    };
    let mut newcomers = 0;
    for (userid, joined) in joined.iter().filter(|(userid, _)| emulator.userids().contains(userid))
    {
        let first: jiff::civil::Date = joined.parse().unwrap();
        let from = midnight(first) - 10 * DAY;
        let body = json!({"starttime": from, "endtime": from + 20 * DAY, "useridlist": [userid]});
        let answer = client.post("checkin/getcheckin_daydata", &token, &body).await;
        let rows = list(&answer, "datas");
        for row in rows {
            let base = &row["base_info"];
            assert!(
                !text(base, "name").is_empty() && !text(base, "departs_name").is_empty(),
                "{base}"
            );
            assert!(day_of(base["date"].as_i64().unwrap()) >= *joined, "{userid} {joined} {base}");
        }
        if let Some(row) = rows.first() {
            assert_eq!(day_of(row["base_info"]["date"].as_i64().unwrap()), *joined, "{userid}");
            newcomers += 1;
        }
    }
    assert!(newcomers > 3, "{newcomers}");
}
