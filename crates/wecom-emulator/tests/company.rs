//! The generated company: what goes over the wire agrees with the planned truth, person-day by person-day.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use serde_json::{Value, json};
use support::{Client, NOW, fixed, midnight, started};
use wecom_emulator::{Config, Emulator, Manners};

const DAY: i64 = 86_400;

fn july(people: u32) -> Config {
    Config { people, clock: fixed(NOW), ..Config::default() }
}

async fn ready(config: Config) -> (Emulator, Client, String) {
    let (emulator, client) = started(config).await;
    let token = client.token(emulator.secret()).await;
    (emulator, client, token)
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap()
}

fn rows(answer: &Value) -> &Vec<Value> {
    answer["checkindata"].as_array().unwrap_or_else(|| panic!("{answer}"))
}

/// The attendance day of a record, read from the outside: its due time, else its own time with the day turning at four.
fn filed(row: &Value) -> String {
    let due = row["sch_checkin_time"].as_i64().unwrap();
    let at = if due > 0 { due } else { row["checkin_time"].as_i64().unwrap() - 4 * 3_600 };
    // A night shift's off is due the next morning.
    let at = if due > 0 && row["schedule_id"] == 103 { at - 12 * 3_600 } else { at };
    jiff::Timestamp::from_second(at)
        .unwrap()
        .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))
        .date()
        .to_string()
}

fn count(row: &Value, kind: &str) -> i64 {
    let found = row["exceptions"].as_array().unwrap().iter().find(|one| one["kind"] == kind);
    found.map_or(0, |one| one["count"].as_i64().unwrap())
}

/// June 2026 as records and as truth, both keyed by person and day.
async fn june(people: u32) -> (Vec<Value>, BTreeMap<(String, String), Vec<Value>>) {
    let (emulator, client, token) = ready(july(people)).await;
    let users = emulator.userids();
    let start = midnight(date(2026, 6, 1));
    let mut by_day: BTreeMap<(String, String), Vec<Value>> = BTreeMap::new();
    for batch in users.chunks(100) {
        let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
        // One window reaches into July, so that the month's last night is whole.
        for (from, to) in [(start, start + 29 * DAY), (start + 29 * DAY, start + 31 * DAY)] {
            let answer = client.records(&token, &batch, from, to).await;
            for row in rows(&answer) {
                let key = (text(row, "userid").to_owned(), filed(row));
                let known = by_day.entry(key).or_default();
                if !known.contains(row) {
                    known.push(row.clone());
                }
            }
        }
    }
    let truth = client.get("/_emulator/truth?from=2026-06-01&to=2026-06-30").await;
    (truth.as_array().unwrap().clone(), by_day)
}

#[tokio::test]
async fn records_are_what_the_truth_was_derived_from() {
    let (truth, mut by_day) = june(120).await;
    assert_eq!(truth.len(), 120 * 30);
    let mut seen: BTreeMap<&str, i64> = BTreeMap::new();
    for day in &truth {
        let key = (text(day, "userid").to_owned(), text(day, "date").to_owned());
        let records = by_day.remove(&key).unwrap_or_default();
        let blank = |row: &&Value| text(row, "exception_type") == "未打卡";
        let outdoor = |row: &&Value| text(row, "checkin_type") == "外出打卡";
        let blanks = records.iter().filter(blank).count();
        let outdoors = records.iter().filter(outdoor).count();
        let mut punches: Vec<i64> = records
            .iter()
            .filter(|row| !blank(row) && !outdoor(row))
            .map(|row| row["checkin_time"].as_i64().unwrap())
            .collect();
        punches.sort_unstable();
        let context = format!("{day} {records:?}");
        assert_eq!(day["checkin_count"], json!(punches.len()), "{context}");
        assert_eq!(day["outdoor_count"], json!(outdoors), "{context}");
        if count(day, "absent") == 0 {
            assert_eq!(count(day, "missing"), i64::try_from(blanks).unwrap(), "{context}");
        } else {
            assert!(punches.is_empty(), "{context}");
        }
        for (kind, word) in [("device", "非常用设备"), ("other", "虚拟定位")] {
            let named =
                records.iter().filter(|row| text(row, "exception_type").contains(word)).count();
            assert_eq!(count(day, kind), i64::try_from(named).unwrap(), "{context}");
        }
        let timely = |word: &str| {
            let late = |row: &&Value| {
                text(row, "checkin_type") == word
                    && text(row, "exception_type").contains("时间异常")
            };
            i64::try_from(records.iter().filter(late).count()).unwrap()
        };
        assert_eq!(count(day, "late"), timely("上班打卡"), "{context}");
        assert_eq!(count(day, "early"), timely("下班打卡"), "{context}");
        for kind in ["late", "early", "missing", "absent", "place", "device", "other"] {
            *seen.entry(kind).or_default() += count(day, kind);
        }
        *seen.entry(text(day, "status")).or_default() += 1;
        *seen.entry(text(day, "day_type")).or_default() += 1;
        *seen.entry(if outdoors > 0 { "outdoor" } else { "indoor" }).or_default() += 1;
    }
    by_day.retain(|(_, day), _| day.as_str() >= "2026-06-01" && day.as_str() <= "2026-06-30");
    assert!(by_day.is_empty(), "records outside the truth: {by_day:?}");
    for story in [
        "late",
        "early",
        "missing",
        "absent",
        "place",
        "device",
        "other",
        "normal",
        "abnormal",
        "rest",
        "unscheduled",
        "workday",
        "restday",
        "holiday",
        "outdoor",
    ] {
        assert!(seen.get(story).is_some_and(|count| *count > 0), "no {story} in {seen:?}");
    }
}

#[tokio::test]
async fn every_field_of_the_reference_occurs_and_exceptions_come_several_at_once() {
    let (_truth, by_day) = june(120).await;
    let records: Vec<&Value> = by_day.values().flatten().collect();
    let mut fields = BTreeSet::new();
    let mut types = BTreeSet::new();
    for row in &records {
        fields.extend(row.as_object().unwrap().keys().map(String::as_str));
        types.insert(text(row, "checkin_type"));
        if text(row, "exception_type") == "未打卡" {
            assert_eq!(row["checkin_time"], row["sch_checkin_time"]);
            assert_eq!((&row["lat"], &row["lng"]), (&json!(0), &json!(0)));
            assert!(row.get("deviceid").is_none());
        }
    }
    let all = [
        "checkin_time",
        "checkin_type",
        "deviceid",
        "exception_type",
        "groupid",
        "groupname",
        "lat",
        "lng",
        "location_detail",
        "location_title",
        "mediaids",
        "notes",
        "sch_checkin_time",
        "schedule_id",
        "timeline_id",
        "userid",
        "wifimac",
        "wifiname",
    ];
    assert_eq!(fields.into_iter().collect::<Vec<_>>(), all);
    assert_eq!(types.len(), 3);
    let several =
        |separator: &str| records.iter().any(|row| text(row, "exception_type").contains(separator));
    assert!(several(";") && several("；"));
    assert!(records.iter().any(|row| row.get("lat").is_none()), "Wi-Fi punches have no place");
}

#[tokio::test]
async fn same_seed_same_company_other_seed_another() {
    let ask = async |seed| {
        let (emulator, client, token) = ready(Config { seed, ..july(30) }).await;
        let users = emulator.userids();
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        let start = midnight(date(2026, 6, 1));
        let answer = client.records(&token, &users, start, start + 5 * DAY).await;
        (emulator.corp_id().to_owned(), answer.to_string())
    };
    let first = ask(7).await;
    assert_eq!(first, ask(7).await);
    let other = ask(8).await;
    assert_ne!(first.0, other.0);
    assert_ne!(first.1, other.1);
}

#[tokio::test]
async fn a_client_without_overlap_loses_the_night_punches_of_the_month_end() {
    let collect = async |client: &Client, token: &str, users: &[&str], windows: &[(i64, i64)]| {
        let mut found = BTreeSet::new();
        for (from, to) in windows {
            let answer = client.records(token, users, *from, *to).await;
            found.extend(rows(&answer).iter().map(Value::to_string));
        }
        found
    };
    let (june, july_1, august) =
        (midnight(date(2026, 6, 1)), midnight(date(2026, 7, 1)), midnight(date(2026, 7, 3)));
    let apart = [(june, july_1 - 1), (july_1, august)];
    let overlapping = [(june, july_1 - 1), (july_1 - DAY, august)];
    let (emulator, client, token) = ready(july(100)).await;
    let users = emulator.userids();
    let users: Vec<&str> = users.iter().map(String::as_str).collect();
    let lossy = collect(&client, &token, &users, &apart).await;
    let whole = collect(&client, &token, &users, &overlapping).await;
    let lost: Vec<Value> =
        whole.difference(&lossy).map(|row| serde_json::from_str(row).unwrap()).collect();
    assert!(!lost.is_empty());
    for row in &lost {
        let at = row["checkin_time"].as_i64().unwrap();
        assert!((july_1..july_1 + 12 * 3_600).contains(&at), "{row}");
        assert_eq!(filed(row), "2026-06-30", "{row}");
    }
    let manners = Manners { month_end_hole: false, ..Manners::default() };
    let (emulator, client, token) = ready(Config { manners, ..july(100) }).await;
    let users = emulator.userids();
    let users: Vec<&str> = users.iter().map(String::as_str).collect();
    assert_eq!(collect(&client, &token, &users, &apart).await, whole);
}

#[tokio::test]
async fn an_evening_hour_returns_the_whole_next_day() {
    let (emulator, client, token) = ready(july(40)).await;
    let users = emulator.userids();
    let users: Vec<&str> = users.iter().map(String::as_str).collect();
    let evening = midnight(date(2026, 6, 16)) + 22 * 3_600;
    let answer = client.records(&token, &users, evening, evening + 3_600).await;
    let days: BTreeSet<String> = rows(&answer).iter().map(filed).collect();
    assert_eq!(days.into_iter().collect::<Vec<_>>(), ["2026-06-17"]);
}

#[tokio::test]
async fn what_is_ahead_shows_only_as_placeholders() {
    for future_placeholders in [true, false] {
        let manners = Manners { future_placeholders, ..Manners::default() };
        let (emulator, client, token) = ready(Config { manners, ..july(40) }).await;
        let users = emulator.userids();
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        let answer = client.records(&token, &users, NOW - DAY, NOW + 10 * DAY).await;
        let ahead: Vec<&Value> = rows(&answer)
            .iter()
            .filter(|row| row["checkin_time"].as_i64().unwrap() > NOW)
            .collect();
        assert_eq!(!ahead.is_empty(), future_placeholders);
        for row in ahead {
            assert_eq!(text(row, "exception_type"), "未打卡");
            assert!(row["checkin_time"].as_i64().unwrap() < NOW + 3 * DAY);
        }
    }
}

#[tokio::test]
async fn a_day_is_pending_until_its_window_closes_and_punches_replace_placeholders() {
    let (emulator, client, token) = ready(july(30)).await;
    let today = date(2026, 7, 20);
    let office: Vec<String> = emulator
        .userids()
        .into_iter()
        .filter(|userid| emulator.truth(userid, today).unwrap().grouptype == 1)
        .filter(|userid| emulator.truth(userid, today).unwrap().status == "pending")
        .collect();
    assert!(!office.is_empty());
    let users: Vec<&str> = office.iter().map(String::as_str).collect();
    let blanks = async || {
        let answer = client.records(&token, &users, NOW - 3_600, NOW).await;
        rows(&answer).iter().filter(|row| text(row, "exception_type") == "未打卡").count()
    };
    let at_noon = blanks().await;
    client.control("clock", &json!({"advance_sec": 18 * 3_600})).await;
    assert_ne!(emulator.truth(users[0], today).unwrap().status, "pending");
    let token = client.token(emulator.secret()).await;
    let answer = client.records(&token, &users, NOW - 3_600, NOW).await;
    let later = rows(&answer).iter().filter(|row| text(row, "exception_type") == "未打卡").count();
    assert!(later < at_noon, "{later} {at_noon}");
}

#[tokio::test]
async fn rules_and_schedules_fit_the_records() {
    let (emulator, client, token) = ready(july(60)).await;
    let users = emulator.userids();
    let day = midnight(date(2026, 6, 29));
    let body = json!({"datetime": day, "useridlist": users});
    let options = client.post("checkin/getcheckinoption", &token, &body).await;
    let groups: BTreeMap<String, i64> = options["info"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(one, "userid").to_owned(), one["group"]["groupid"].as_i64().unwrap()))
        .collect();
    assert_eq!(groups.len(), 60);
    let answer = client.post("checkin/getcorpcheckinoption", &token, &json!({})).await;
    let corp: BTreeSet<i64> = answer["group"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["groupid"].as_i64().unwrap())
        .collect();
    assert!(groups.values().all(|groupid| corp.contains(groupid)));
    let body = json!({"starttime": day, "endtime": day + 3 * DAY, "useridlist": users});
    let answer = client.post("checkin/getcheckinschedulist", &token, &body).await;
    let months = answer["schedule_list"].as_array().unwrap();
    let keys: BTreeSet<(&str, i64)> = months
        .iter()
        .map(|one| (text(one, "userid"), one["yearmonth"].as_i64().unwrap()))
        .collect();
    assert_eq!(keys.len(), months.len(), "one element for each person and month");
    assert!(keys.iter().any(|key| key.1 == 202_606) && keys.iter().any(|key| key.1 == 202_607));
    let nights: Vec<&Value> = months
        .iter()
        .flat_map(|one| one["schedule"]["scheduleList"].as_array().unwrap())
        .filter(|one| one["schedule_info"]["schedule_id"] == 103)
        .collect();
    assert!(!nights.is_empty());
    assert_eq!(nights[0]["schedule_info"]["time_section"][0]["off_work_sec"], 108_000);
}

#[tokio::test]
async fn a_million_people_cost_nothing_until_asked_for() {
    let (emulator, client, token) = ready(july(1_000_000)).await;
    let contacts = client.token(emulator.contact_secret()).await;
    let page =
        client.post("user/list_id", &contacts, &json!({"limit": 3, "cursor": "CUR999990-0"})).await;
    let userid = text(&page["dept_user"][0], "userid").to_owned();
    let start = midnight(date(2024, 2, 1));
    let answer = client.records(&token, &[&userid], start, start + 28 * DAY).await;
    assert_eq!(answer["errcode"], 0);
    let truth = client
        .get(&format!("/_emulator/truth?userid={userid}&from=2024-02-01&to=2024-02-29"))
        .await;
    assert_eq!(truth.as_array().unwrap().len(), 29);
}

#[tokio::test]
async fn asked_again_or_in_parts_the_answer_is_the_same() {
    let (emulator, client, token) = ready(july(40)).await;
    let users = emulator.userids();
    let users: Vec<&str> = users.iter().map(String::as_str).collect();
    let start = midnight(date(2026, 6, 1));
    let first = client.records(&token, &users, start, start + 29 * DAY).await;
    assert_eq!(first, client.records(&token, &users, start, start + 29 * DAY).await);
    let mut parts = BTreeSet::new();
    for week in 0..5 {
        let from = start + week * 6 * DAY;
        let answer =
            client.records(&token, &users, from, (from + 6 * DAY).min(start + 29 * DAY)).await;
        parts.extend(rows(&answer).iter().map(Value::to_string));
    }
    let whole: BTreeSet<String> = rows(&first).iter().map(Value::to_string).collect();
    assert_eq!(parts, whole);
    // Back in June nobody knows yet what comes later.
    client.control("clock", &json!({"fixed": "2026-06-10T12:00:00+08:00"})).await;
    let early = client.records(&token, &users, start, start + 29 * DAY).await;
    let known = |row: &&Value| text(row, "exception_type") != "未打卡";
    let latest = rows(&early).iter().filter(known).map(|row| row["checkin_time"].as_i64()).max();
    assert!(latest.unwrap().unwrap() <= start + 9 * DAY + 12 * 3_600);
}
