//! The way of every request: the token, the gate, the answer, another try.

use bytes::Bytes;
use jiff::SignedDuration;
use reqwest::{Response, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::{
    Client, Company, Error, Observation,
    answer::{self, Answer},
    calls::{self, Call, Method, get_token::Granted},
    retry::{History, Next},
    rows::Rows,
    throttle::Signal,
    token::Token,
};
use crate::Row;

/// A request before the token is added.
pub(crate) enum Payload {
    Query(Vec<(String, String)>),
    /// A query for a part of a file, as the value of a `Range` header.
    Part(Vec<(String, String)>, String),
    Json(Bytes),
}

pub(super) type Decode<A> = fn(&Call, &[u8]) -> Result<Answer<A>, serde_json::Error>;

impl Client {
    /// A call whose answer is a list of rows under the call's payload key.
    pub(crate) async fn rows<T: DeserializeOwned>(
        &self,
        call: &'static Call,
        request: &impl Serialize,
    ) -> Result<Vec<Row<T>>, Error> {
        let rows: Rows<T> = self.call_under_key(call, request).await?;
        Ok(rows.0)
    }

    /// A call whose answer has one payload key.
    pub(crate) async fn call_under_key<A: DeserializeOwned>(
        &self,
        call: &'static Call,
        request: &impl Serialize,
    ) -> Result<A, Error> {
        let body = body(call, request)?;
        let read: Decode<A> = |call, body| answer::keyed(body, call.payload);
        self.call(call, &body, read).await
    }

    /// A call whose answer has several.
    pub(crate) async fn call_whole<A: DeserializeOwned>(
        &self,
        call: &'static Call,
        request: &impl Serialize,
    ) -> Result<A, Error> {
        let body = body(call, request)?;
        let read: Decode<A> = |_, body| answer::whole(body);
        self.call(call, &body, read).await
    }

    /// A checked write.
    pub(crate) async fn send_write(&self, call: &'static Call, body: String) -> Result<(), Error> {
        let read: Decode<()> =
            |_, body| Ok(Answer { status: serde_json::from_slice(body)?, payload: Some(()) });
        self.call(call, &Payload::Json(body.into()), read).await
    }

    /// A call whose answer is JSON.
    pub(super) async fn call<A>(
        &self,
        call: &'static Call,
        payload: &Payload,
        decode: Decode<A>,
    ) -> Result<A, Error> {
        self.send_with_retry(call, payload, |response| read(call, response, decode)).await
    }

    /// Sends, tries again, replaces tokens: until there is an answer or no hope.
    pub(crate) async fn send_with_retry<A, F>(
        &self,
        call: &'static Call,
        payload: &Payload,
        read: impl Fn(Response) -> F,
    ) -> Result<A, Error>
    where
        F: Future<Output = Result<A, Error>>,
    {
        let mut history = History::default();
        let mut rejected: Option<Token> = None;
        loop {
            let token = self.token(rejected.as_ref()).await?;
            let error = match self.send_once(call, payload, Some(&token), &read).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if rejected.is_none() && is_token_trouble(&error) {
                tracing::debug!(call = call.name, errcode = error.errcode(), "taking a new token");
                rejected = Some(token);
                continue;
            }
            self.pause_or_fail(call, &mut history, error).await?;
        }
    }

    pub(super) async fn token(&self, rejected: Option<&Token>) -> Result<Token, Error> {
        let clock = &self.0.company.clock;
        self.0.tokens.get(rejected, || clock(), || self.fetch_token()).await
    }

    async fn fetch_token(&self) -> Result<Token, Error> {
        let call = &calls::GETTOKEN;
        let payload = Payload::Query(vec![
            ("corpid".to_owned(), self.0.corp.as_str().to_owned()),
            ("corpsecret".to_owned(), self.0.secret.expose_secret().to_owned()),
        ]);
        let mut history = History::default();
        loop {
            let decode: Decode<Granted> = |_, body| answer::whole(body);
            let read = |response| read(call, response, decode);
            let error = match self.send_once(call, &payload, None, &read).await {
                Ok(Granted { access_token: Some(token), expires_in }) if !token.is_empty() => {
                    let life = expires_in.map(SignedDuration::from_secs);
                    let now = (self.0.company.clock)();
                    return Ok(Token::granted(SecretString::from(token), now, life));
                }
                Ok(_) => Error::unexpected(call.name, "there is no token in it"),
                Err(error) => error,
            };
            self.pause_or_fail(call, &mut history, error).await?;
        }
    }

    async fn pause_or_fail(
        &self,
        call: &Call,
        history: &mut History,
        error: Error,
    ) -> Result<(), Error> {
        let Company { retry, breaker, .. } = &self.0.company;
        match retry.next(history, call, &error) {
            Next::GiveUp => {
                breaker.note_given_up(&error);
                Err(error)
            }
            Next::AgainAfter(_) if breaker.is_open(&error) => Err(error),
            Next::AgainWhenFree => {
                tracing::warn!(call = call.name, "the quota is used up, waiting");
                Ok(())
            }
            Next::AgainAfter(pause) => {
                tracing::debug!(call = call.name, %error, ?pause, "trying again");
                tokio::time::sleep(pause).await;
                Ok(())
            }
        }
    }

    /// One request through the gate, one answer.
    async fn send_once<A, F>(
        &self,
        call: &'static Call,
        payload: &Payload,
        token: Option<&Token>,
        read: &impl Fn(Response) -> F,
    ) -> Result<A, Error>
    where
        F: Future<Output = Result<A, Error>>,
    {
        let span = tracing::debug_span!("wecom", call = call.name, corp = %self.0.corp);
        async {
            let came = Instant::now();
            let gate = self.0.company.throttle.gate(call);
            let permit = gate.enter().await;
            let sent = Instant::now();
            let result = match self.send(call, payload, token).await {
                Ok(response) => read(response).await,
                Err(error) => Err(Error::from_http(call.name, error)),
            };
            let error = result.as_ref().err();
            permit.leave(signal(error));
            self.0.company.breaker.note_request(error);
            let observation =
                Observation { call, waited: sent - came, took: sent.elapsed(), error };
            let errcode = error.and_then(Error::errcode);
            tracing::debug!(took = ?observation.took, errcode, ok = error.is_none(), "answered");
            if let Some(observer) = &self.0.company.observer {
                observer(&observation);
            }
            result
        }
        .instrument(span)
        .await
    }

    /// The one place that makes URLs. They hold tokens and secrets, so none is ever shown.
    async fn send(
        &self,
        call: &Call,
        payload: &Payload,
        token: Option<&Token>,
    ) -> Result<Response, reqwest::Error> {
        let Company { http, base_url, .. } = &self.0.company;
        let url = format!("{base_url}/cgi-bin/{}", call.path);
        let mut request = match payload {
            Payload::Query(query) => http.get(url).query(query),
            Payload::Part(query, range) => http.get(url).query(query).header(header::RANGE, range),
            Payload::Json(body) => {
                http.post(url).header(header::CONTENT_TYPE, "application/json").body(body.clone())
            }
        };
        if let Some(token) = token {
            request = request.query(&[("access_token", token.secret().expose_secret())]);
        }
        request.send().await
    }
}

async fn read<A>(call: &'static Call, response: Response, decode: Decode<A>) -> Result<A, Error> {
    let status = response.status();
    let body = response.bytes().await.map_err(|e| Error::from_http(call.name, e))?;
    // Gateways have been seen to prefix a byte order mark.
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&body);
    let answer = match decode(call, body) {
        Ok(answer) if status.is_success() || answer.status.errcode.is_some() => answer,
        Err(error) if status.is_success() => return Err(Error::decode(call.name, body, &error)),
        _ => return Err(Error::http(call.name, status.as_u16(), body)),
    };
    match answer.status.errcode {
        None if call.writes => Err(Error::unexpected(call.name, "it has no errcode")),
        Some(errcode) if errcode != 0 => {
            let errmsg = answer.status.errmsg.unwrap_or_default();
            let text = (call != &calls::GETTOKEN).then(|| String::from_utf8_lossy(body).into());
            Err(Error::api(call.name, errcode, &errmsg, text))
        }
        _ => answer
            .payload
            .ok_or_else(|| Error::unexpected(call.name, format!("it has no {:?}", call.payload))),
    }
}

fn signal(error: Option<&Error>) -> Signal {
    match error.and_then(Error::errcode) {
        Some(45009) => Signal::QuotaUsedUp,
        Some(45033) => Signal::TooMany,
        _ => Signal::Fine,
    }
}

/// 40001 on a call means that the token does not fit, whatever it means to `gettoken`.
fn is_token_trouble(error: &Error) -> bool {
    error.is_token_rejected() || error.errcode() == Some(40001)
}

fn body(call: &'static Call, request: &impl Serialize) -> Result<Payload, Error> {
    let bad = |e| Error::input(format!("{}: the request is no JSON: {e}", call.name));
    match call.method {
        Method::Post => Ok(Payload::Json(serde_json::to_vec(request).map_err(bad)?.into())),
        Method::Get => match serde_json::to_value(request).map_err(bad)? {
            serde_json::Value::Object(object) => Ok(Payload::Query(query(object))),
            _ => Ok(Payload::Query(Vec::new())),
        },
    }
}

pub(super) fn query(object: serde_json::Map<String, serde_json::Value>) -> Vec<(String, String)> {
    let text = |value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    object.into_iter().map(|(key, value)| (key, text(value))).collect()
}
