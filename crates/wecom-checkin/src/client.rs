//! The client: one company, one secret. Everything that needs the network is in this folder.

mod answer;
#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
pub mod calls;
mod circuit_breaker;
mod error;
mod exchange;
pub mod guide;
mod job;
pub mod merge;
mod observe;
mod ping;
pub mod plan;
mod quota_usage;
mod retry;
mod rows;
mod slice;
mod throttle;
mod tls;
pub mod token;
pub mod write;

/// The crates whose types the client shows, in the versions that it uses.
pub use {bytes, futures, reqwest, secrecy};

pub use builder::ClientBuilder;
pub use error::{Error, ErrorKind};
pub use job::{Fetched, Job, PartialFailure};
pub use observe::{Observation, Pace};
pub use ping::Ping;
pub use quota_usage::QuotaUsage;
pub use retry::RetryPolicy;
pub use slice::Slice;

use std::{fmt, sync::Arc};

use bytes::Bytes;
use jiff::Timestamp;
use secrecy::SecretString;

use answer::Answer;
use calls::{Call, Method};
use circuit_breaker::CircuitBreaker;
use exchange::{Decode, Payload, query};
use observe::Observer;
use throttle::Throttle;
use token::TokenSource;

use crate::CorpId;

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
    pub(crate) breaker: Arc<CircuitBreaker>,
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

impl Client {
    /// Starts a client for a company and a secret of one of its apps.
    pub fn builder(corp: impl Into<CorpId>, secret: impl Into<SecretString>) -> ClientBuilder {
        ClientBuilder::new(corp.into(), secret.into())
    }

    /// A client for another secret of the same company: it shares connections, quotas and
    /// settings with this one, and has tokens of its own. Listing members needs the contact-sync
    /// secret, for instance.
    #[must_use]
    pub fn with_secret(&self, secret: impl Into<SecretString>) -> Self {
        Self::assemble(self.0.corp.clone(), secret.into(), self.0.company.clone())
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
        self.call(call, &payload, decode).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("corp", &self.0.corp)
            .field("base_url", &self.0.company.base_url)
            .finish_non_exhaustive()
    }
}
