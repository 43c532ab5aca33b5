//! The client: one company, one secret; and the way of every request through it.

mod builder;
mod observe;
mod reach;
mod spent;

pub use builder::ClientBuilder;
pub use observe::{Observation, Pace};
pub use reach::Reach;
pub use spent::Spent;

use std::{fmt, sync::Arc};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use observe::Observer;
use reqwest::{Response, header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::{
    CorpId, Error, Row,
    answer::{self, Answer},
    calls::{self, Call, Method, get_token::Granted},
    outage::Outage,
    retry::{History, Next, RetryPolicy},
    rows::Rows,
    throttle::{Throttle, Verdict},
    token::{Token, TokenSource},
};

/// The check-in API for one company and one secret. Cheap to clone; clones share everything.
///
/// Every method of one call's name makes that one call, inside the documented limits, waiting for
/// the quota and trying again where that helps. The methods named for things ([`records`],
/// [`rules`], [`user_ids`] …) do whole jobs.
///
/// [`records`]: Client::records
/// [`rules`]: Client::rules
/// [`user_ids`]: Client::user_ids
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) corp: CorpId,
    pub(crate) secret: SecretString,
    pub(crate) company: Company,
    pub(crate) tokens: TokenSource,
}

/// What clients of one company share whatever their secret.
#[derive(Clone)]
pub(crate) struct Company {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: Arc<str>,
    pub(crate) throttle: Arc<Throttle>,
    pub(crate) retry: RetryPolicy,
    pub(crate) outage: Arc<Outage>,
    pub(crate) concurrency: usize,
    pub(crate) cache: crate::token::TokenCache,
    pub(crate) clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    pub(crate) observer: Option<Observer>,
}

/// The text of an answer, as received.
#[derive(Debug, Clone)]
pub struct RawAnswer(String);

impl RawAnswer {
    /// The JSON text.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The JSON text.
    pub fn into_text(self) -> String {
        self.0
    }
}

/// A request before the token is added.
pub(crate) enum Payload {
    Query(Vec<(String, String)>),
    /// A query for a part of a file, as the value of a `Range` header.
    Part(Vec<(String, String)>, String),
    Json(Bytes),
}

type Decode<A> = fn(&Call, &[u8]) -> Result<Answer<A>, serde_json::Error>;

impl Client {
    /// Starts a client for a company and a secret of one of its apps.
    pub fn builder(corp: impl Into<CorpId>, secret: SecretString) -> ClientBuilder {
        ClientBuilder::new(corp.into(), secret)
    }

    /// A client for another secret of the same company: it shares connections, quotas and
    /// settings with this one, and has tokens of its own. Listing members needs the contact-sync
    /// secret, for instance.
    #[must_use]
    pub fn with_secret(&self, secret: SecretString) -> Self {
        Self::assemble(self.0.corp.clone(), secret, self.0.company.clone())
    }

    /// The company.
    pub fn corp(&self) -> &CorpId {
        &self.0.corp
    }

    /// The API address, without credentials.
    pub fn base_url(&self) -> &str {
        &self.0.company.base_url
    }

    /// Makes sure that there is a token, taking one if need be; tells when it expires.
    ///
    /// # Errors
    /// 40001, 40013 and 40091 mean that the credentials are wrong; they are remembered, and WeCom
    /// is not asked again.
    pub async fn check_credentials(&self) -> Result<Timestamp, Error> {
        Ok(self.token(None).await?.expires_at())
    }

    /// Any documented call with any body, and the answer's text.
    ///
    /// `name` is a call's name or path, see [`Call::find`]. `json` must be an object; it is sent as
    /// it is, or as the query string where the call is a GET. Limits are left to WeCom.
    ///
    /// # Errors
    /// A non-zero `errcode` is an error that still has the text ([`Error::answer`]). An unknown
    /// name, `gettoken` (whose answer is a secret), `media/get` (whose answer is no JSON) and a
    /// text that is no object are refused before anything is sent.
    pub async fn call_raw(&self, name: &str, json: &str) -> Result<RawAnswer, Error> {
        let call = Call::find(name)
            .ok_or_else(|| Error::input(format!("there is no call named {name:?}")))?;
        if call == &calls::GETTOKEN || call == &calls::MEDIA_GET {
            return Err(Error::input(format!("{} cannot be called raw", call.name)));
        }
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json)
            .map_err(|e| Error::input(format!("the request is no JSON object: {e}")))?;
        let payload = match call.method {
            Method::Post => Payload::Json(Bytes::copy_from_slice(json.as_bytes())),
            Method::Get => Payload::Query(query(object)),
        };
        let decode: Decode<RawAnswer> = |_, body| {
            let text = RawAnswer(String::from_utf8_lossy(body).into_owned());
            let status = serde_json::from_slice(body)?;
            Ok(Answer { status, payload: Some(text) })
        };
        self.exchange(call, &payload, decode).await
    }

    /// A call whose answer is a list of rows under the call's payload key.
    pub(crate) async fn rows<T: DeserializeOwned>(
        &self,
        call: &'static Call,
        request: &impl Serialize,
    ) -> Result<Vec<Row<T>>, Error> {
        let rows: Rows<T> = self.keyed(call, request).await?;
        Ok(rows.0)
    }

    /// A call whose answer has one payload key.
    pub(crate) async fn keyed<A: DeserializeOwned>(
        &self,
        call: &'static Call,
        request: &impl Serialize,
    ) -> Result<A, Error> {
        let body = body(call, request)?;
        let read: Decode<A> = |call, body| answer::keyed(body, call.payload);
        self.exchange(call, &body, read).await
    }

    /// A call whose answer has several.
    pub(crate) async fn whole<A: DeserializeOwned>(
        &self,
        call: &'static Call,
        request: &impl Serialize,
    ) -> Result<A, Error> {
        let body = body(call, request)?;
        let read: Decode<A> = |_, body| answer::whole(body);
        self.exchange(call, &body, read).await
    }

    /// A checked write.
    pub(crate) async fn send_write(&self, call: &'static Call, body: String) -> Result<(), Error> {
        let read: Decode<()> =
            |_, body| Ok(Answer { status: serde_json::from_slice(body)?, payload: Some(()) });
        self.exchange(call, &Payload::Json(body.into()), read).await
    }

    /// A call whose answer is JSON.
    async fn exchange<A>(
        &self,
        call: &'static Call,
        payload: &Payload,
        decode: Decode<A>,
    ) -> Result<A, Error> {
        self.until_answered(call, payload, |response| read(call, response, decode)).await
    }

    /// Sends, tries again, replaces tokens: until there is an answer or no hope.
    pub(crate) async fn until_answered<A, F>(
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
            let error = match self.once(call, payload, Some(&token), &read).await {
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

    async fn token(&self, rejected: Option<&Token>) -> Result<Token, Error> {
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
            let error = match self.once(call, &payload, None, &read).await {
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
        let Company { retry, outage, .. } = &self.0.company;
        match retry.next(history, call, &error) {
            Next::GiveUp => {
                outage.note_given_up(&error);
                Err(error)
            }
            Next::AgainAfter(_) if outage.is_lost(&error) => Err(error),
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
    async fn once<A, F>(
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
            let pass = gate.enter().await;
            let sent = Instant::now();
            let result = match self.send(call, payload, token).await {
                Ok(response) => read(response).await,
                Err(error) => Err(Error::from_http(call.name, error)),
            };
            let error = result.as_ref().err();
            pass.leave(verdict(error));
            self.0.company.outage.note_request(error);
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

fn verdict(error: Option<&Error>) -> Verdict {
    match error.and_then(Error::errcode) {
        Some(45009) => Verdict::QuotaUsedUp,
        Some(45033) => Verdict::TooMany,
        _ => Verdict::Fine,
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

fn query(object: serde_json::Map<String, serde_json::Value>) -> Vec<(String, String)> {
    let text = |value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    object.into_iter().map(|(key, value)| (key, text(value))).collect()
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("corp", &self.0.corp)
            .field("base_url", &self.0.company.base_url)
            .finish_non_exhaustive()
    }
}
