//! What can go wrong, as one type.

use std::{fmt, sync::Arc};

use crate::{
    codes::{self, Code, Reaction},
    plan::OutsideLimit,
    write::BadField,
};

/// Why a call failed.
///
/// Opaque on purpose: ask it ([`kind`](Error::kind), [`errcode`](Error::errcode),
/// [`is_retryable`](Error::is_retryable) …) instead of matching. Cheap to clone. Never holds a
/// URL, a token or a secret, in its text, its `Debug` form or its sources.
///
/// `Display` is one line: the call, and what happened to it. What to do about it is
/// [`advice`](Error::advice).
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    call: Option<Box<str>>,
    what: What,
}

enum What {
    /// WeCom answered a non-zero `errcode`.
    Api { errcode: i64, errmsg: String, answer: Option<String> },
    /// An HTTP status that carries no answer of WeCom's.
    Http { status: u16, html: bool },
    /// The request or its answer did not get through.
    Network { cause: Cause, connected: bool },
    /// No answer in time.
    Timeout { connected: bool },
    /// The answer is not what the call documents.
    Decode(Cause),
    /// The request breaks a documented limit and was not sent.
    Limit(OutsideLimit),
    /// The request or a setting is wrong; nothing was sent.
    Input { field: Option<String>, complaint: String },
}

/// The kinds of [`Error`]. Their names are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// WeCom refused the call: see [`Error::errcode`].
    Api,
    /// WeCom does not accept the credentials.
    Auth,
    /// The server, or something between, answered with a bare HTTP error.
    Http,
    /// No connection, or it broke.
    Network,
    /// No answer in time.
    Timeout,
    /// The answer is broken, or no JSON at all.
    Decode,
    /// The request breaks a documented limit; nothing was sent.
    Limit,
    /// The request or a setting is wrong; nothing was sent.
    Input,
}

impl ErrorKind {
    /// The kind's name, as JSON output has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Auth => "auth",
            Self::Http => "http",
            Self::Network => "network",
            Self::Timeout => "timeout",
            Self::Decode => "decode",
            Self::Limit => "limit",
            Self::Input => "input",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A chain of causes, flattened to text so that no foreign error (and no URL in it) is kept.
#[derive(Debug)]
struct Cause(String);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Cause {}

impl Error {
    fn new(call: impl Into<Option<&'static str>>, what: What) -> Self {
        Self(Arc::new(Inner { call: call.into().map(Into::into), what }))
    }

    pub(crate) fn api(
        call: &'static str,
        errcode: i64,
        errmsg: &str,
        answer: Option<String>,
    ) -> Self {
        let errmsg = errmsg.replace(char::is_control, " ");
        Self::new(call, What::Api { errcode, errmsg, answer })
    }

    pub(crate) fn http(call: &'static str, status: u16, body: &[u8]) -> Self {
        Self::new(call, What::Http { status, html: looks_like_html(body) })
    }

    /// The one place where an error of the HTTP library becomes ours.
    pub(crate) fn from_http(call: &'static str, error: reqwest::Error) -> Self {
        let connected = !error.is_connect();
        if error.is_timeout() {
            return Self::new(call, What::Timeout { connected });
        }
        let error = error.without_url();
        let mut links = Vec::new();
        let mut source = std::error::Error::source(&error);
        while let Some(link) = source {
            links.push(link.to_string());
            source = link.source();
        }
        let cause = if links.is_empty() { error.to_string() } else { links.join(": ") };
        Self::new(call, What::Network { cause: Cause(cause), connected })
    }

    #[cfg(test)]
    pub(crate) fn no_connection(call: &'static str) -> Self {
        Self::new(call, What::Network { cause: Cause("refused".to_owned()), connected: false })
    }

    pub(crate) fn decode(call: &'static str, body: &[u8], error: &serde_json::Error) -> Self {
        let text = if looks_like_html(body) {
            "it is HTML, so a proxy or another server answered".to_owned()
        } else if body.is_empty() {
            "it is empty".to_owned()
        } else if error.is_eof() {
            format!("it ends early, after {} bytes", body.len())
        } else {
            error.to_string()
        };
        Self::new(call, What::Decode(Cause(text)))
    }

    /// The answer is JSON but not this call's.
    pub(crate) fn unexpected(call: &'static str, text: impl Into<String>) -> Self {
        Self::new(call, What::Decode(Cause(text.into())))
    }

    pub(crate) fn input(text: impl Into<String>) -> Self {
        Self::new(None, What::Input { field: None, complaint: text.into() })
    }

    pub(crate) fn bad_field(call: &'static str, bad: BadField) -> Self {
        let BadField { field, complaint } = bad;
        Self::new(call, What::Input { field: Some(field), complaint })
    }

    /// Which kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        match &self.0.what {
            What::Api { .. } if self.is_auth() => ErrorKind::Auth,
            What::Api { .. } => ErrorKind::Api,
            What::Http { .. } => ErrorKind::Http,
            What::Network { .. } => ErrorKind::Network,
            What::Timeout { .. } => ErrorKind::Timeout,
            What::Decode(_) => ErrorKind::Decode,
            What::Limit(_) => ErrorKind::Limit,
            What::Input { .. } => ErrorKind::Input,
        }
    }

    /// The call, such as `getcheckindata`; `None` where no call was about to be made.
    pub fn call(&self) -> Option<&str> {
        self.0.call.as_deref()
    }

    /// WeCom's error code.
    pub fn errcode(&self) -> Option<i64> {
        match &self.0.what {
            What::Api { errcode, .. } => Some(*errcode),
            _ => None,
        }
    }

    /// WeCom's message without its tail (hint number, caller's address, link). Its wording may
    /// change at any time: branch on [`errcode`](Error::errcode).
    pub fn errmsg(&self) -> Option<&str> {
        match &self.0.what {
            What::Api { errmsg, .. } => {
                let tails = [", hint:", ", from ip:", ", more info at"];
                let end = tails.into_iter().filter_map(|tail| errmsg.find(tail)).min();
                errmsg.get(..end.unwrap_or(errmsg.len()))
            }
            _ => None,
        }
    }

    /// The address that WeCom saw the call come from, where its message says so. This is the one
    /// to enter as trusted after a 60020.
    pub fn caller_ip(&self) -> Option<&str> {
        let What::Api { errmsg, .. } = &self.0.what else { return None };
        let after = errmsg.split("from ip:").nth(1)?;
        after.split(',').next().map(str::trim).filter(|ip| !ip.is_empty())
    }

    /// The text of WeCom's answer, kept by [`Client::call_raw`](crate::Client::call_raw).
    pub fn answer(&self) -> Option<&str> {
        match &self.0.what {
            What::Api { answer, .. } => answer.as_deref(),
            _ => None,
        }
    }

    /// The HTTP status, where the server answered with nothing better.
    pub fn http_status(&self) -> Option<u16> {
        match self.0.what {
            What::Http { status, .. } => Some(status),
            _ => None,
        }
    }

    /// The field of the request that WeCom would have refused, such as `records[3].lat`.
    pub fn field(&self) -> Option<&str> {
        match &self.0.what {
            What::Input { field, .. } => field.as_deref(),
            _ => None,
        }
    }

    /// What the error code means; `None` for codes that nobody documented.
    pub fn meaning(&self) -> Option<&'static str> {
        Some(self.code()?.meaning)
    }

    /// What a person can do about it, and where in the admin console.
    pub fn advice(&self) -> &'static str {
        match &self.0.what {
            What::Api { .. } => self.code().map_or(
                "look the code up at open.work.weixin.qq.com/devtool/query and compare the request with the call's page",
                |code| code.advice,
            ),
            What::Http { status: 500.., .. } => "try again later; if a proxy stands between, look at its log",
            What::Network { cause, .. } if cause.0.contains("certificate") => {
                "if a company proxy opens TLS, trust its authority (a setting); check the clock"
            }
            What::Network { .. } => "check the API address, DNS, the proxy settings (HTTPS_PROXY, NO_PROXY) and the firewall",
            What::Timeout { .. } => "try again; if it lasts, check the network and the proxy, or allow more time",
            What::Http { .. } | What::Decode(_) => "check the API address and what stands between: a proxy, a gateway, a captive portal",
            What::Limit(_) | What::Input { .. } => "change the request",
        }
    }

    /// Whether the same call may succeed later without anybody mending anything.
    pub fn is_retryable(&self) -> bool {
        match &self.0.what {
            What::Api { .. } => matches!(
                self.reaction(),
                Some(Reaction::Retry | Reaction::SlowDown | Reaction::WaitOut)
            ),
            What::Http { status, .. } => matches!(status, 408 | 429 | 500..),
            What::Network { .. } | What::Timeout { .. } | What::Decode(_) => true,
            What::Limit(_) | What::Input { .. } => false,
        }
    }

    /// WeCom does not accept the corp id or the secret.
    pub fn is_auth(&self) -> bool {
        self.reaction() == Some(Reaction::Stop)
    }

    /// The token was not accepted, even after a new one was taken.
    pub fn is_token_rejected(&self) -> bool {
        self.reaction() == Some(Reaction::NewToken)
    }

    /// The quota is used up, and waiting did not help.
    pub fn is_rate_limited(&self) -> bool {
        self.reaction() == Some(Reaction::WaitOut)
    }

    /// At least one member of the list is unknown.
    pub fn is_unknown_user(&self) -> bool {
        self.reaction() == Some(Reaction::Isolate)
    }

    /// No answer in time.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// The request breaks a documented limit; nothing was sent.
    pub fn is_limit(&self) -> bool {
        self.kind() == ErrorKind::Limit
    }

    /// WeCom certainly did not act on the request, so that even a write may be sent again.
    pub fn did_not_happen(&self) -> bool {
        match &self.0.what {
            What::Api { errcode, .. } => {
                *errcode == codes::CONCURRENT_CREATION
                    || matches!(
                        self.reaction(),
                        Some(Reaction::SlowDown | Reaction::WaitOut | Reaction::NewToken)
                    )
            }
            What::Network { .. } | What::Timeout { .. } => self.never_connected(),
            What::Limit(_) | What::Input { .. } => true,
            What::Http { .. } | What::Decode(_) => false,
        }
    }

    /// There was no way to WeCom: no request was sent.
    pub(crate) fn never_connected(&self) -> bool {
        let what = &self.0.what;
        matches!(what, What::Network { connected: false, .. } | What::Timeout { connected: false })
    }

    pub(crate) fn reaction(&self) -> Option<Reaction> {
        self.errcode()?;
        Some(self.code().map_or(Reaction::Fail, |code| code.reaction))
    }

    fn code(&self) -> Option<&'static Code> {
        codes::find(self.errcode()?)
    }
}

fn looks_like_html(body: &[u8]) -> bool {
    body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(call) = self.call() {
            write!(f, "{call}: ")?;
        }
        match &self.0.what {
            What::Api { errcode, .. } => {
                write!(f, "WeCom answered {errcode}")?;
                if let Some(meaning) = self.meaning() {
                    write!(f, ", {meaning}")?;
                }
                match self.errmsg() {
                    Some(errmsg) if !errmsg.is_empty() => write!(f, " ({errmsg})"),
                    _ => Ok(()),
                }
            }
            What::Http { status, html } => {
                write!(f, "the server answered HTTP {status}")?;
                if *html { f.write_str(" with an HTML page") } else { Ok(()) }
            }
            What::Network { connected: false, .. } => f.write_str("no connection"),
            What::Network { .. } => f.write_str("the connection broke"),
            What::Timeout { connected: false } => f.write_str("no connection in time"),
            What::Timeout { .. } => f.write_str("no answer in time"),
            What::Decode(_) => f.write_str("the answer is not what the call documents"),
            What::Limit(limit) => limit.fmt(f),
            What::Input { field: Some(field), complaint } => write!(f, "{field} {complaint}"),
            What::Input { field: None, complaint } => f.write_str(complaint),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cause = match &self.0.what {
            What::Network { cause, .. } | What::Decode(cause) => Some(cause.0.as_str()),
            _ => None,
        };
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("message", &self.to_string())
            .field("cause", &cause)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.what {
            What::Network { cause, .. } | What::Decode(cause) => Some(cause),
            _ => None,
        }
    }
}

impl From<OutsideLimit> for Error {
    fn from(limit: OutsideLimit) -> Self {
        Self::new(None, What::Limit(limit))
    }
}
