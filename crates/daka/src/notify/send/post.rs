//! A message as an HTTP request, and what its answer says.

use std::time::Duration;

use reqwest::{StatusCode, Url, header, redirect};
use serde_json::Value;

use super::{Again, No};
use crate::lang::{Text, text};

const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of a receiver's own words that are passed on.
const SHOWN_BYTES: usize = 200;

/// A client for receivers. A receiver that sends elsewhere is not followed: the message is meant
/// for the address that was set.
pub(super) fn client() -> Option<reqwest::Client> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Only fails when another thread was faster, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let client = reqwest::Client::builder().timeout(PATIENCE).redirect(redirect::Policy::none());
    client.build().ok()
}

/// What a receiver answered.
pub(super) struct Answer {
    status: StatusCode,
    retry_after: Option<Duration>,
    body: String,
}

/// Sends a request once. Errors never name the address, which may hold a key.
pub(super) async fn send(
    http: &reqwest::Client,
    url: &str,
    query: &[(&str, String)],
    headers: &[(&'static str, String)],
    body: String,
) -> Result<Answer, No> {
    let wrong = || {
        No::new(None, text!("the address is no http address", "地址不是 http 地址"), check_url())
            .of_all()
    };
    let mut url = Url::parse(url).map_err(|_| wrong())?;
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    let mut request = http.post(url).header(header::CONTENT_TYPE, "application/json").body(body);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let broken = |error: reqwest::Error| {
        let error = error.without_url();
        // The innermost cause is the system's own word: refused, no such name, out of time.
        let mut why: &dyn std::error::Error = &error;
        while let Some(cause) = why.source() {
            why = cause;
        }
        let no = No::new(
            None,
            text!("no answer ({why})", "没有应答（{why}）"),
            text!("check the network and the address", "请检查网络和地址"),
        );
        // Where there was no connection nothing can have arrived.
        if error.is_connect() { no.again(Again::BackOff) } else { no.unsure() }
    };
    let response = request.send().await.map_err(broken)?;
    let retry_after = response.headers().get(header::RETRY_AFTER);
    let retry_after = retry_after.and_then(|after| after.to_str().ok()?.parse().ok());
    let (status, retry_after) = (response.status(), retry_after.map(Duration::from_secs));
    Ok(Answer { status, retry_after, body: response.text().await.map_err(broken)? })
}

fn check_url() -> Text {
    text!(
        "check url_file or url_env of the receiver; what it holds is the robot's key",
        "请检查该接收方的 url_file 或 url_env；其内容即机器人的密钥"
    )
}

impl Answer {
    /// Whether the receiver took it, by the status alone.
    pub(super) fn taken(&self) -> Result<(), No> {
        let status = self.status.as_u16();
        if self.status.is_success() {
            return Ok(());
        }
        let no = No::new(
            None,
            text!("the receiver answered HTTP {status}", "接收方应答 HTTP {status}"),
            check_url(),
        );
        Err(match self.status {
            StatusCode::TOO_MANY_REQUESTS => no.again(Again::Limited(self.retry_after)),
            StatusCode::SERVICE_UNAVAILABLE if self.retry_after.is_some() => {
                no.again(Again::Limited(self.retry_after))
            }
            status if status.is_server_error() => no.again(Again::BackOff),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => no.of_all(),
            _ => no,
        })
    }

    /// Whether a robot took it, by the code in its answer.
    pub(super) fn judged(
        &self,
        call: &'static str,
        key: &str,
        again: impl Fn(i64) -> Again,
    ) -> Result<(), No> {
        let of_call = |mut no: No| {
            no.problem.call = Some(call.to_owned());
            no
        };
        self.taken().map_err(of_call)?;
        let answer: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let Some(code) = answer.get(key).and_then(Value::as_i64) else {
            return Err(of_call(
                No::new(
                    None,
                    text!("the answer is not that of a robot", "应答不是机器人的应答"),
                    Text::default(),
                )
                .unsure(),
            ));
        };
        if code == 0 {
            return Ok(());
        }
        let said = ["errmsg", "msg"].iter().find_map(|key| answer.get(key)?.as_str());
        let said = said.unwrap_or_default();
        let said = said.get(..said.floor_char_boundary(SHOWN_BYTES)).unwrap_or_default();
        let mut no = of_call(No::new(
            None,
            text!("{call} answered {code} ({said})", "{call} 应答 {code}（{said}）"),
            text!(
                "check the robot's address, secret and security settings (keywords, allowed addresses)",
                "请检查机器人的地址、密钥和安全设置（关键词、IP 白名单）"
            ),
        ));
        no.problem.errcode = Some(code);
        Err(no.again(again(code)).of_all())
    }
}
