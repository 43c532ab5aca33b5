//! Recorded mode: a second emulator plays the real API; what is recorded from it plays again, masked.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test")]

mod support;

use std::collections::BTreeSet;

use jiff::civil::date;
use serde_json::{Value, json};
use support::{Client, NOW, fixed, midnight, started};
use wecom_emulator::{Config, Source};

const DAY: i64 = 86_400;

fn values<'a>(answer: &'a Value, list: &str, key: &str) -> BTreeSet<&'a str> {
    answer[list].as_array().unwrap().iter().filter_map(|row| row[key].as_str()).collect()
}

#[tokio::test]
async fn a_recording_is_masked_and_plays_again() {
    let folder = tempfile::tempdir().unwrap();
    let (real, _) = started(Config { people: 30, clock: fixed(NOW), ..Config::default() }).await;
    let source = Source::Record { upstream: real.base_url(), folder: folder.path().to_owned() };
    let (recorder, _) = started(Config { source, seed: 99, ..Config::default() }).await;
    let client = Client {
        http: support::http(),
        base: recorder.base_url(),
        corp_id: real.corp_id().to_owned(),
    };
    let token = client.token(real.secret()).await;
    let contacts = client.token(real.contact_secret()).await;
    client.post("user/list_id", &contacts, &json!({})).await;
    let users = real.userids();
    let names: Vec<&str> = users.iter().map(String::as_str).collect();
    let start = midnight(date(2026, 6, 1));
    let mut live = BTreeSet::new();
    for (from, to) in [(start, start + 10 * DAY), (start + 9 * DAY, start + 20 * DAY)] {
        let answer = client.records(&token, &names, from, to).await;
        live.extend(answer["checkindata"].as_array().unwrap().iter().map(Value::to_string));
        let body = json!({"datetime": from, "useridlist": names});
        client.post("checkin/getcheckinoption", &token, &body).await;
    }
    let refused = client.records(&token, &["nobody"], start, start + DAY).await;
    assert_eq!(refused["errcode"], 301_021, "passed on as it came");
    assert!(recorder.calls().len() > 6);

    let mut recorded = String::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        recorded += &std::fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    for hidden in
        names.iter().chain(&[token.as_str(), "总部固定班", "望江楼园区", "4e:10:a2:9b:77:c1"])
    {
        assert!(!recorded.contains(&format!("\"{hidden}\"")), "{hidden} shows");
    }

    let source = Source::Data(folder.path().to_owned());
    let (player, client) = started(Config { source, ..Config::default() }).await;
    let token = client.token(player.secret()).await;
    let masked = player.userids();
    assert_eq!(masked.len(), users.len());
    let masked: Vec<&str> = masked.iter().map(String::as_str).collect();
    let mut played = BTreeSet::new();
    for (from, to) in [(start, start + 10 * DAY), (start + 9 * DAY, start + 20 * DAY)] {
        let answer = client.records(&token, &masked, from, to).await;
        played.extend(answer["checkindata"].as_array().unwrap().iter().map(Value::to_string));
        assert!(values(&answer, "checkindata", "userid").iter().all(|user| masked.contains(user)));
    }
    assert_eq!(played.len(), live.len());
    let body = json!({"datetime": start + 9 * DAY, "useridlist": masked});
    let rules = client.post("checkin/getcheckinoption", &token, &body).await;
    assert_eq!(values(&rules, "info", "userid").len(), masked.len());
}

#[tokio::test]
async fn an_upstream_that_is_away_is_a_bad_gateway_without_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let source = Source::Record {
        upstream: "http://127.0.0.1:9".to_owned(),
        folder: folder.path().to_owned(),
    };
    let (_recorder, client) = started(Config { source, ..Config::default() }).await;
    let response = client.response("checkin/getcheckindata", "SECRET-TOKEN", &json!({})).await;
    assert_eq!(response.status(), 502);
    let text = response.text().await.unwrap();
    assert!(!text.contains("SECRET-TOKEN"), "{text}");
}
