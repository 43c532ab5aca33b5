//! A client as small as possible: it knows HTTP and JSON, nothing of the API.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code, reason = "test support")]

use std::sync::Once;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use wecom_emulator::{Clock, Config, Emulator};

/// 2026-07-20 12:00 in UTC+8.
pub(crate) const NOW: i64 = 1_784_520_000;

pub(crate) fn fixed(unix: i64) -> Clock {
    Clock::Fixed(Timestamp::from_second(unix).unwrap())
}

/// 00:00 in UTC+8.
pub(crate) fn midnight(date: Date) -> i64 {
    jiff::tz::offset(8).to_timestamp(date.at(0, 0, 0, 0)).unwrap().as_second()
}

pub(crate) struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) base: String,
    pub(crate) corp_id: String,
}

pub(crate) fn http() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::builder().no_proxy().build().unwrap()
}

impl Client {
    pub(crate) fn of(emulator: &Emulator) -> Self {
        Self { http: http(), base: emulator.base_url(), corp_id: emulator.corp_id().to_owned() }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.base);
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn token(&self, secret: &str) -> String {
        let path = format!("/cgi-bin/gettoken?corpid={}&corpsecret={secret}", self.corp_id);
        let answer = self.get(&path).await;
        assert_eq!(answer["errcode"], 0, "{answer}");
        answer["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn response(
        &self,
        call: &str,
        token: &str,
        body: &Value,
    ) -> reqwest::Response {
        let url = format!("{}/cgi-bin/{call}?access_token={token}", self.base);
        self.http.post(url).body(body.to_string()).send().await.unwrap()
    }

    pub(crate) async fn post(&self, call: &str, token: &str, body: &Value) -> Value {
        self.response(call, token, body).await.json().await.unwrap()
    }

    pub(crate) async fn control(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}/_emulator/{path}", self.base);
        let response = self.http.post(url).body(body.to_string()).send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    pub(crate) async fn records(&self, token: &str, users: &[&str], start: i64, end: i64) -> Value {
        let body = json!({"opencheckindatatype": 3, "starttime": start, "endtime": end,
                          "useridlist": users});
        self.post("checkin/getcheckindata", token, &body).await
    }
}

pub(crate) async fn started(config: Config) -> (Emulator, Client) {
    let emulator = Emulator::start(config).await.unwrap();
    let client = Client::of(&emulator);
    (emulator, client)
}
