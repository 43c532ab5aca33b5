//! Given answers come back as they were given.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test")]

mod support;

use std::path::Path;

use serde_json::{Value, json};
use support::started;
use wecom_emulator::{Config, Source};

fn fixtures(name: &str) -> Source {
    Source::Data(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name))
}

#[tokio::test]
async fn the_documented_examples_are_given_back_field_for_field() {
    let (emulator, client) =
        started(Config { source: fixtures("seed"), ..Config::default() }).await;
    let token = client.token(emulator.secret()).await;
    let records = client.records(&token, &["james", "paul"], 1_492_617_600, 1_492_790_400).await;
    let given: Value =
        serde_json::from_str(include_str!("fixtures/seed/getcheckindata.json")).unwrap();
    assert_eq!(records, given);
    let body = json!({"datetime": 1_511_971_200, "useridlist": ["james", "paul"]});
    let rules = client.post("checkin/getcheckinoption", &token, &body).await;
    // The example has commas that JSON does not allow.
    let text = include_str!("fixtures/seed/getcheckinoption.json");
    assert!(serde_json::from_str::<Value>(text).is_err());
    let mended = text.replace("\",\n}", "\"\n}").replace("},\n]", "}\n]");
    let given: Value = serde_json::from_str(&mended).unwrap();
    assert_eq!(rules, given);
    assert_eq!(emulator.userids(), ["james", "paul"]);
    let truth = client.get("/_emulator/truth").await;
    assert!(truth["error"].is_string(), "{truth}");
}

#[tokio::test]
async fn rows_are_chosen_by_person_time_and_kind() {
    let (emulator, client) =
        started(Config { source: fixtures("seed"), ..Config::default() }).await;
    let token = client.token(emulator.secret()).await;
    let ask = async |kind: i64, users: &[&str], start: i64| {
        let body = json!({"opencheckindatatype": kind, "starttime": start, "endtime": start + 86_400,
                          "useridlist": users});
        let answer = client.post("checkin/getcheckindata", &token, &body).await;
        answer["checkindata"].as_array().unwrap().len()
    };
    let day = 1_492_617_600;
    assert_eq!(ask(3, &["james", "paul"], day).await, 2);
    assert_eq!(ask(1, &["james", "paul"], day).await, 1);
    assert_eq!(ask(2, &["james", "paul"], day).await, 1);
    assert_eq!(ask(3, &["PAUL"], day).await, 1);
    assert_eq!(ask(3, &["nobody"], day).await, 0);
    assert_eq!(ask(3, &["james", "paul"], day + 5 * 86_400).await, 0);
}

#[tokio::test]
async fn a_given_token_opens_the_calls() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("gettoken.json", r#"{"access_token":"tk","expires_in":7200}"#);
    write(
        "user_list_id.resp.page1.json",
        r#"{"errcode":0,"errmsg":"ok","next_cursor":"more","dept_user":[{"userid":"a","department":1}]}"#,
    );
    let source = Source::Data(folder.path().to_owned());
    let (emulator, client) = started(Config { source, ..Config::default() }).await;
    let path = format!(
        "/cgi-bin/gettoken?corpid={}&corpsecret={}",
        emulator.corp_id(),
        emulator.contact_secret()
    );
    let granted = client.get(&path).await;
    assert_eq!(granted, json!({"access_token": "tk", "expires_in": 7200}));
    let page = client.post("user/list_id", "tk", &json!({})).await;
    assert_eq!(page["dept_user"].as_array().unwrap().len(), 1);
    let page = client.post("user/list_id", "tk", &json!({"cursor": "more"})).await;
    assert_eq!(page["next_cursor"], "");
}
