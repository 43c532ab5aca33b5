//! Limits, errors, headers and tokens, as the reference describes them, over real HTTP.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test")]

mod support;

use serde_json::{Value, json};
use support::{Client, NOW, fixed, midnight, started};
use wecom_emulator::{Config, Emulator, Faults, Limits};

fn small() -> Config {
    Config { people: 20, clock: fixed(NOW), ..Config::default() }
}

/// A good body for each call, to be spoilt by the tests.
fn records_body(users: &[String]) -> Value {
    json!({"opencheckindatatype": 3, "starttime": NOW - 86_400, "endtime": NOW, "useridlist": users})
}

async fn ready(config: Config) -> (Emulator, Client, String) {
    let (emulator, client) = started(config).await;
    let token = client.token(emulator.secret()).await;
    (emulator, client, token)
}

#[tokio::test]
async fn gettoken_names_what_is_wrong() {
    let (emulator, client) = started(small()).await;
    let (corp, secret) = (emulator.corp_id(), emulator.secret());
    let cases = [
        (format!("corpid={corp}&corpsecret={secret}"), 0),
        (format!("corpid={corp}&corpsecret=wrong"), 40001),
        (format!("corpid=ww0&corpsecret={secret}"), 40013),
        (format!("corpsecret={secret}"), 41002),
        (format!("corpid={corp}"), 41004),
    ];
    for (query, errcode) in cases {
        let answer = client.get(&format!("/cgi-bin/gettoken?{query}")).await;
        assert_eq!(answer["errcode"], errcode, "{answer}");
    }
}

#[tokio::test]
async fn a_live_token_is_given_again_with_what_is_left_of_its_life() {
    let (emulator, client) = started(small()).await;
    let first = client.token(emulator.secret()).await;
    client.control("clock", &json!({"advance_sec": 7_000})).await;
    let path =
        format!("/cgi-bin/gettoken?corpid={}&corpsecret={}", client.corp_id, emulator.secret());
    let again = client.get(&path).await;
    assert_eq!(again["access_token"], first.as_str());
    assert!(again["expires_in"].as_i64().unwrap() <= 200, "{again}");
    client.control("clock", &json!({"advance_sec": 300})).await;
    assert_ne!(client.get(&path).await["access_token"], first.as_str());
}

#[tokio::test]
async fn refusals_come_with_status_200_the_empty_payload_and_headers() {
    let (emulator, client, token) = ready(small()).await;
    let mut users = emulator.userids();
    let cases = [
        (
            "checkin/getcheckindata",
            json!({"opencheckindatatype": 3, "starttime": NOW - 1, "endtime": NOW,
            "useridlist": []}),
            301_023,
            "checkindata",
        ),
        ("checkin/getcheckindata", json!({}), 301_023, "checkindata"),
        ("checkin/getcheckinoption", json!({"datetime": NOW}), 301_023, "info"),
        (
            "checkin/getcheckinschedulist",
            json!({"useridlist": users, "starttime": NOW * 1000,
            "endtime": NOW * 1000 + 1}),
            301_075,
            "schedule_list",
        ),
    ];
    for (call, body, errcode, key) in cases {
        let response = client.response(call, &token, &body).await;
        assert_eq!(response.status(), 200);
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("error-code"), errcode.to_string());
        assert!(header("error-msg").contains("from ip: 127.0.0.1"));
        assert_eq!(header("content-type"), "application/json; charset=UTF-8");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["errcode"], errcode, "{call} {answer}");
        assert_eq!(answer[key], json!([]), "{call}");
        let errmsg = answer["errmsg"].as_str().unwrap();
        assert!(errmsg.contains(", hint: ["), "{errmsg}");
        assert!(errmsg.ends_with(&format!("devtool/query?e={errcode}")), "{errmsg}");
    }
    users.push("nobody".to_owned());
    let answer = client.post("checkin/getcheckindata", &token, &records_body(&users)).await;
    assert_eq!(answer["errcode"], 301_021);
}

#[tokio::test]
async fn limits_hold_to_the_last_one_and_not_beyond() {
    let (emulator, client, token) = ready(Config { people: 150, ..small() }).await;
    let users = emulator.userids();
    let day = 86_400;
    let ask = |users: &[String], start: i64, end: i64| json!({"opencheckindatatype": 3, "starttime": start, "endtime": end, "useridlist": users});
    let cases = [
        (ask(&users[..100], NOW - day, NOW), 0),
        (ask(&users[..101], NOW - day, NOW), 301_023),
        (ask(&users[..1], NOW - 30 * day, NOW), 0),
        (ask(&users[..1], NOW - 30 * day - 1, NOW), 301_024),
        (ask(&users[..1], NOW, NOW), 301_024),
        (ask(&users[..1], NOW, NOW - 1), 301_024),
        (ask(&users[..1], 0, NOW), 301_024),
        (ask(&users[..1], (NOW - day) * 1_000, NOW * 1_000), 301_024),
    ];
    for (body, errcode) in cases {
        let answer = client.post("checkin/getcheckindata", &token, &body).await;
        assert_eq!(answer["errcode"], errcode, "{}", answer["errmsg"]);
    }
}

#[tokio::test]
async fn a_post_route_asked_with_get_answers_its_parameter_error() {
    let (_emulator, client, token) = ready(small()).await;
    let answer = client.get(&format!("/cgi-bin/checkin/getcheckindata?access_token={token}")).await;
    assert_eq!(answer["errcode"], 301_023);
}

#[tokio::test]
async fn a_body_that_is_not_json_is_warned_of() {
    let (_emulator, client, token) = ready(small()).await;
    let url = format!("{}/cgi-bin/checkin/getcheckindata?access_token={token}", client.base);
    let response = client.http.post(url).body("{\"useridlist\":").send().await.unwrap();
    let answer: Value = response.json().await.unwrap();
    let errmsg = answer["errmsg"].as_str().unwrap();
    assert!(errmsg.starts_with("Warning: wrong json format. userlist is over threshold, hint:"));
}

/// One request after the other, as clients in many languages write them, and what it is answered.
#[tokio::test]
async fn what_clients_of_all_kinds_write_is_answered_as_the_real_one_does() {
    let config = Config {
        features: wecom_emulator::Features { more_rules: true, ..Default::default() },
        ..small()
    };
    let (emulator, client, token) = ready(config).await;
    let user = &emulator.userids()[0];
    let first = midnight(jiff::civil::date(2026, 6, 1));
    let next = midnight(jiff::civil::date(2026, 7, 1));
    let july = midnight(jiff::civil::date(2026, 8, 1));
    let list = |users: Value| json!({"opencheckindatatype": 3, "starttime": first, "endtime": first + 86_400, "useridlist": users});
    let cases = [
        (
            "checkin/getcheckin_monthdata",
            json!({"starttime": first, "endtime": next, "useridlist": [user]}),
            0,
        ),
        (
            "checkin/getcheckin_monthdata",
            json!({"starttime": next, "endtime": july, "useridlist": [user]}),
            0,
        ),
        (
            "checkin/getcheckin_daydata",
            json!({"starttime": next, "endtime": july, "useridlist": [user]}),
            301_024,
        ),
        ("checkin/getcheckindata", list(json!([12345, null, user])), 301_021),
        ("checkin/getcheckindata", list(json!([])), 301_023),
        (
            "checkin/getcheckin_daydata",
            json!({"starttime": 1_780_243_200.0, "endtime": 1_780_243_200.0, "useridlist": [user]}),
            0,
        ),
        (
            "checkin/getcheckindata",
            json!({"opencheckindatatype": 3, "starttime": first * 1000, "endtime": first * 1000 + 600, "useridlist": [user]}),
            301_024,
        ),
        ("oa/getapprovaldetail", json!({"sp_no": "209901010001"}), 301_025),
    ];
    for (path, body, errcode) in cases {
        let answer = client.post(path, &token, &body).await;
        assert_eq!(answer["errcode"], errcode, "{path} {body}: {answer}");
        if errcode == 301_025 {
            assert!(answer["errmsg"].as_str().unwrap().contains("sp_no"), "{answer}");
        }
    }
    let url = format!("{}/cgi-bin/checkin/getcorpcheckinoption?access_token={token}", client.base);
    let answer: Value =
        client.http.post(url).body("{bad").send().await.unwrap().json().await.unwrap();
    assert!(answer["errmsg"].as_str().unwrap().starts_with("Warning: wrong json format."));
    assert!(answer["group"][0]["range"]["party_id"][0].is_number());
    client
        .control("do", &json!({"do": "set_manners", "manners": {"party_id_as_text": true}}))
        .await;
    let answer = client.post("checkin/getcorpcheckinoption", &token, &json!({})).await;
    assert!(
        answer["group"][0]["range"]["party_id"][0].is_string(),
        "{}",
        answer["group"][0]["range"]
    );
}

#[tokio::test]
async fn each_secret_opens_its_own_calls() {
    let (emulator, client, token) = ready(small()).await;
    let contacts = client.token(emulator.contact_secret()).await;
    let body = records_body(&emulator.userids());
    let answer = client.post("checkin/getcheckindata", &contacts, &body).await;
    assert_eq!(answer["errcode"], 48002);
    assert!(answer["errmsg"].as_str().unwrap().starts_with("api forbidden, hint"));
    assert_eq!(client.post("user/list_id", &token, &json!({})).await["errcode"], 48002);
    assert_eq!(client.post("user/list_id", &contacts, &json!({})).await["errcode"], 0);
}

#[tokio::test]
async fn tokens_end_when_the_server_says_so() {
    let (emulator, client, token) = ready(small()).await;
    let body = records_body(&emulator.userids());
    let ask = async |token: &str| {
        client.post("checkin/getcheckindata", token, &body).await["errcode"].as_i64().unwrap()
    };
    assert_eq!(ask(&token).await, 0);
    assert_eq!(ask("").await, 41001);
    assert_eq!(ask("made-up").await, 40014);
    client.control("tokens/expire", &json!({})).await;
    assert_eq!(ask(&token).await, 42001);
    let second = client.token(emulator.secret()).await;
    assert_eq!(ask(&second).await, 0);
    client.control("tokens/revoke", &json!({})).await;
    assert_eq!(ask(&second).await, 40014);
    let third = client.token(emulator.secret()).await;
    client.control("clock", &json!({"advance_sec": 7_200})).await;
    assert_eq!(ask(&third).await, 42001);
}

#[tokio::test]
async fn the_minute_bucket_blocks_for_sixty_seconds() {
    let limits = Limits { rate_percent: 1, ..Limits::default() };
    let (emulator, client, token) = ready(Config { limits, ..small() }).await;
    let body = records_body(&emulator.userids());
    let ask = async || {
        client.post("checkin/getcheckindata", &token, &body).await["errcode"].as_i64().unwrap()
    };
    for _ in 0..6 {
        assert_eq!(ask().await, 0);
    }
    assert_eq!(ask().await, 45009);
    client.control("clock", &json!({"advance_sec": 50})).await;
    assert_eq!(ask().await, 45009);
    client.control("clock", &json!({"advance_sec": 11})).await;
    assert_eq!(ask().await, 0);
    let seen: Vec<_> = emulator.calls().iter().filter_map(|call| call.errcode).collect();
    assert_eq!(seen.iter().filter(|code| **code == 45009).count(), 2);
}

#[tokio::test]
async fn list_id_pages_through_every_person_and_department() {
    let (emulator, client) = started(Config { people: 250, ..small() }).await;
    let contacts = client.token(emulator.contact_secret()).await;
    let mut cursor = String::new();
    let mut rows = Vec::new();
    loop {
        let body = json!({"limit": 7, "cursor": cursor});
        let page = client.post("user/list_id", &contacts, &body).await;
        rows.extend(page["dept_user"].as_array().unwrap().iter().cloned());
        cursor = page["next_cursor"].as_str().unwrap().to_owned();
        if cursor.is_empty() {
            break;
        }
    }
    let mut userids: Vec<_> = rows.iter().map(|row| row["userid"].as_str().unwrap()).collect();
    assert!(userids.len() > 250, "some are in two departments");
    userids.dedup();
    assert_eq!(userids, emulator.userids());
    let answer = client.post("user/list_id", &contacts, &json!({"limit": 10_001})).await;
    assert_eq!(answer["errcode"], 40058);
}

#[tokio::test]
async fn faults_come_as_ordered() {
    let faults: Faults = serde_json::from_value(json!({"fault": [
        {"call": "getcheckindata", "count": 1, "kind": "errcode", "errcode": 301_022},
        {"call": "getcheckindata", "count": 1, "kind": "http_status", "status": 502},
        {"call": "getcheckindata", "count": 1, "kind": "html"},
        {"call": "getcheckindata", "count": 1, "kind": "truncated"},
        {"call": "getcheckindata", "count": 1, "kind": "empty_body"},
        {"call": "getcheckindata", "count": 1, "kind": "no_content_type"},
        {"call": "getcheckindata", "count": 1, "kind": "numbers_as_strings"},
        {"call": "getcheckindata", "count": 1, "kind": "drop_before"},
        {"call": "getcheckindata", "count": 1, "kind": "drop_during"},
        {"call": "getcheckindata", "count": 1, "kind": "drop_after"},
    ]}))
    .unwrap();
    let (emulator, client, token) = ready(Config { faults, ..small() }).await;
    let body = records_body(&emulator.userids());
    let url = format!("{}/cgi-bin/checkin/getcheckindata?access_token={token}", client.base);
    let mut seen = Vec::new();
    for _ in 0..11 {
        let sent = client.http.post(&url).body(body.to_string()).send().await;
        seen.push(match sent {
            Err(_) => "no answer".to_owned(),
            Ok(response) => {
                let status = response.status().as_u16();
                let typed = response.headers().contains_key("content-type");
                match response.text().await {
                    Err(_) => "broken off".to_owned(),
                    Ok(text) if text.is_empty() => "empty".to_owned(),
                    Ok(text) => match serde_json::from_str::<Value>(&text) {
                        Ok(value) if typed => format!("{status} {}", value["errcode"]),
                        Ok(_) => "untyped".to_owned(),
                        Err(error) if error.is_eof() => "cut short".to_owned(),
                        Err(_) => format!("{status} text"),
                    },
                }
            }
        });
    }
    let expected = [
        "200 301022",
        "502 text",
        "200 text",
        "cut short",
        "empty",
        "untyped",
        "200 \"0\"",
        "no answer",
        "broken off",
        "no answer",
        "200 0",
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn unknown_paths_are_refused_and_a_company_has_bounds() {
    let (_emulator, client) = started(small()).await;
    let url = format!("{}/cgi-bin/no/such", client.base);
    let answer = client.http.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.json::<Value>().await.unwrap()["errcode"], 48002);
    for people in [0, 1_000_001] {
        assert!(Emulator::start(Config { people, ..small() }).await.is_err());
    }
}

#[tokio::test]
async fn it_stops_when_dropped_and_says_where_it_is() {
    let (emulator, client) = started(small()).await;
    let line = emulator.ready_line();
    assert_eq!(
        line,
        format!(
            "ready base={} corp_id={} secret={} contact_secret={}",
            client.base,
            emulator.corp_id(),
            emulator.secret(),
            emulator.contact_secret()
        )
    );
    emulator.stop().await;
    let url = format!("{}/cgi-bin/gettoken", client.base);
    assert!(client.http.get(url).send().await.is_err());
    let _ = midnight(jiff::civil::date(2026, 6, 1));
}

#[tokio::test]
async fn oddities_are_switched_one_by_one() {
    let (emulator, client, token) = ready(Config { people: 60, ..small() }).await;
    let users = emulator.userids();
    let manners = async |manners: Value| {
        client.control("do", &json!({"do": "set_manners", "manners": manners})).await;
    };
    let refused = async || {
        let response = client.response("checkin/getcheckindata", &token, &json!({})).await;
        let headers = response.headers().contains_key("error-code");
        (headers, response.json::<Value>().await.unwrap())
    };
    let off = json!({"empty_payload_on_error": false, "error_headers": false, "long_errmsg": false,
                     "wrong_json_warning": false});
    manners(off).await;
    let (headers, answer) = refused().await;
    assert!(!headers);
    assert_eq!(answer, json!({"errcode": 301_023, "errmsg": "userlist is over threshold"}));
    manners(json!({})).await;
    let body = json!({"datetime": NOW, "useridlist": users});
    let rules = client.post("checkin/getcheckinoption", &token, &body).await.to_string();
    assert!(rules.contains("\"checkin_method_type\":0"));
    manners(json!({"seed_shape": true})).await;
    let answer = client.post("checkin/getcheckindata", &token, &records_body(&users)).await;
    for row in answer["checkindata"].as_array().unwrap() {
        let newer = ["sch_checkin_time", "groupid", "schedule_id", "timeline_id"];
        assert!(newer.iter().all(|key| row.get(key).is_none()), "{row}");
    }
    let rules = client.post("checkin/getcheckinoption", &token, &body).await.to_string();
    assert!(!rules.contains("flex_on_duty_time") && rules.contains("\"flex_time\""));
    manners(json!({"misspelt_deviceid": true, "dotted_method_key": true})).await;
    let answer =
        client.post("checkin/getcheckindata", &token, &records_body(&users)).await.to_string();
    assert!(answer.contains("\"diviceid\"") && !answer.contains("\"deviceid\""));
    let rules = client.post("checkin/getcheckinoption", &token, &body).await.to_string();
    assert!(rules.contains("\"group.checkin_method_type\":0"));
    manners(json!({"token_without_errcode": true, "token_repeats": false})).await;
    let path =
        format!("/cgi-bin/gettoken?corpid={}&corpsecret={}", client.corp_id, emulator.secret());
    let (first, second) = (client.get(&path).await, client.get(&path).await);
    assert!(first.get("errcode").is_none());
    assert_ne!(first["access_token"], second["access_token"]);
}

#[tokio::test]
async fn addresses_secrets_and_crowds_are_kept_out() {
    let (emulator, client, token) = ready(small()).await;
    let users = emulator.userids();
    let body = records_body(&users);
    let limits = async |limits: Value| {
        client.control("do", &json!({"do": "set_limits", "limits": limits})).await;
    };
    let code =
        async || client.post("checkin/getcheckindata", &token, &body).await["errcode"].clone();
    limits(json!({"trusted_ips": ["203.0.113.24"]})).await;
    assert_eq!(code().await, 60020);
    limits(json!({"closed_calls": ["getcheckindata"]})).await;
    assert_eq!(code().await, 48002);
    limits(json!({"wrong_secrets": 2})).await;
    let wrong = format!("/cgi-bin/gettoken?corpid={}&corpsecret=wrong", client.corp_id);
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(client.get(&wrong).await["errcode"].clone());
    }
    assert_eq!(codes, [40001, 40001, 45009]);
    limits(json!({"concurrent": 0})).await;
    assert_eq!(code().await, 45033);
    limits(json!({})).await;
    assert_eq!(code().await, 0);
}
