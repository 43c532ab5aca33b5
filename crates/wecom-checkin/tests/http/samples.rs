//! Every sample answer, sent by a server and read through the client.

use std::path::PathBuf;

use serde_json::{Value, json};
use wecom_checkin::calls::{self, Call, Method};

use crate::scripted::{Reply, Server};

/// Calls whose samples are not named for them.
const NAMES: &[(&str, &str)] = &[
    ("vacation_getcorpconf", "vacation/getcorpconf"),
    ("vacation_getuservacationquota", "vacation/getuservacationquota"),
    ("vacation", "vacation/setoneuserquota"),
    ("user_list_id", "user/list_id"),
    ("user_simplelist", "user/simplelist"),
    ("contacts", "user/simplelist"),
    ("department_simplelist", "department/simplelist"),
    ("department_list", "department/list"),
    ("tag_list", "tag/list"),
    ("tag_get", "tag/get"),
    ("error", "getcheckindata"),
];

fn answers() -> Vec<(String, &'static Call, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut answers = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some((call, _)) = name.split_once(".resp.") else { continue };
        let renamed = NAMES.iter().find(|(sample, _)| *sample == call).map(|(_, name)| *name);
        let call = match renamed.unwrap_or(call) {
            "media_get" => &calls::MEDIA_GET,
            name => Call::find(name).unwrap_or_else(|| panic!("whose is {name}?")),
        };
        answers.push((name, call, std::fs::read_to_string(path).unwrap()));
    }
    answers
}

#[tokio::test(start_paused = true)]
async fn every_answer_comes_through_as_it_is() {
    let mut refusals = 0;
    for (name, call, text) in answers() {
        if call == &calls::GETTOKEN || call == &calls::MEDIA_GET {
            continue;
        }
        let sent = text.clone();
        let server = Server::with_token(move |_, _| Reply::text(200, &sent)).await;
        let json: Value = serde_json::from_str(&text).unwrap();
        let errcode = json["errcode"].as_i64().unwrap();
        match server.client().call_raw(call.name, "{}").await {
            Ok(answer) => assert_eq!((answer.text(), errcode), (text.as_str(), 0), "{name}"),
            Err(error) => {
                refusals += 1;
                assert_eq!(error.answer(), Some(text.as_str()), "{name}");
                assert_eq!(error.errcode(), Some(errcode), "{name}");
                assert!(error.code().is_some(), "{name}: {errcode} is in no table");
                assert_eq!(
                    error.caller_ip(),
                    json["errmsg"].as_str().unwrap().contains("from ip").then_some("203.0.113.24")
                );
            }
        }
    }
    assert!(refusals > 30, "{refusals}");
}

#[tokio::test(start_paused = true)]
async fn every_token_answer_is_understood() {
    for (name, call, text) in answers() {
        if call != &calls::GETTOKEN {
            continue;
        }
        let errcode = serde_json::from_str::<Value>(&text).unwrap()["errcode"].as_i64();
        let server = Server::start(move |asked, _| match asked.path.as_str() {
            "gettoken" => Reply::text(200, &text),
            _ => Reply::json(&json!({"errcode": 0, "group": []})),
        })
        .await;
        let result = server.client().get_corp_checkin_option().await;
        match errcode.unwrap_or(0) {
            0 => assert!(result.is_ok(), "{name}"),
            code => assert_eq!(result.unwrap_err().errcode(), Some(code), "{name}"),
        }
    }
}

#[tokio::test]
async fn the_table_of_calls_is_whole() {
    let checkin = calls::ALL
        .iter()
        .filter(|call| call.path.starts_with("checkin/") || call.path.starts_with("hardware/"));
    assert_eq!(checkin.count(), 15);
    for call in calls::ALL {
        assert_eq!(Call::find(call.name), Some(*call));
        assert_eq!(Call::find(call.path), Some(*call));
        assert!(!call.quotas.is_empty(), "{}", call.name);
        assert!(!(call.writes && call.method == Method::Get), "{}", call.name);
    }
}

#[tokio::test]
async fn the_readme_lists_every_call() {
    let readme = include_str!("../../README.md");
    for call in calls::ALL {
        assert!(readme.contains(&format!("`{}`", call.path)), "{}", call.path);
    }
}
