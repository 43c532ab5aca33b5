//! What can go wrong, as one type.

mod text;

use std::{fmt, sync::Arc};

use crate::{
    codes::{self, ApiCode, Reaction, Refuses},
    plan::OutsideLimit,
    write::BadField,
};

/// Why a call failed.
///
/// Opaque on purpose: ask it ([`kind`](Error::kind), [`errcode`](Error::errcode),
/// [`is_retryable`](Error::is_retryable) …) instead of matching. Cheap to clone. Never holds a
/// URL, a token or a secret, in its text, its `Debug` form or its sources.
///
/// `Display` is one line: the call, and what happened to it ([`zh`](Error::zh) in Chinese). What to do about it is
/// [`hint`](Error::hint).
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

/// The HTTP status of a proxy that lets nobody through without credentials.
const PROXY_WANTS_CREDENTIALS: u16 = 407;

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
        // A proxy that refuses to open a tunnel: its status reaches us as words alone.
        if cause.contains("proxy authorization required") {
            return Self::http(call, PROXY_WANTS_CREDENTIALS, b"");
        }
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

    /// A setting of the client that cannot be used.
    pub(crate) fn setting(setting: &str, complaint: impl Into<String>) -> Self {
        Self::new(
            None,
            What::Input { field: Some(setting.to_owned()), complaint: complaint.into() },
        )
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

    /// The address that WeCom saw the call come from, where its message says so.
    pub fn caller_ip(&self) -> Option<&str> {
        let What::Api { errmsg, .. } = &self.0.what else { return None };
        let after = errmsg.split("from ip:").nth(1)?;
        after.split(',').next().map(str::trim).filter(|ip| !ip.is_empty())
    }

    /// The address to enter as trusted, where WeCom refused the caller's.
    pub fn untrusted_ip(&self) -> Option<&str> {
        self.caller_ip().filter(|_| self.errcode() == Some(codes::UNTRUSTED_ADDRESS))
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

    /// The field of the request that WeCom would have refused, such as `records[3].lat`, or the
    /// setting of [`ClientBuilder`](crate::ClientBuilder) that cannot be used, such as `base_url`.
    pub fn field(&self) -> Option<&str> {
        match &self.0.what {
            What::Input { field, .. } => field.as_deref(),
            _ => None,
        }
    }

    /// What is known about the error code; `None` for codes that nobody documented.
    pub fn code(&self) -> Option<&'static ApiCode> {
        codes::find_in(self.call().unwrap_or_default(), self.errcode()?)
    }

    /// What else WeCom would refuse for the same reason; `None` where it did not refuse anything.
    pub fn refuses(&self) -> Option<Refuses> {
        self.errcode()?;
        Some(self.code().map_or(Refuses::Request, |code| code.refuses))
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
        self.reaction() == Some(Reaction::DropMember)
    }

    /// What was asked for is no more: a file whose id has expired.
    pub fn is_gone(&self) -> bool {
        self.reaction() == Some(Reaction::Gone)
    }

    /// WeCom wants to be asked for a shorter span.
    pub fn wants_shorter_span(&self) -> bool {
        self.reaction() == Some(Reaction::ShorterSpan)
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

    /// What the client does about WeCom's refusal; `None` where it did not refuse anything.
    pub fn reaction(&self) -> Option<Reaction> {
        self.errcode()?;
        Some(self.code().map_or(Reaction::Fail, |code| code.reaction))
    }
}

fn looks_like_html(body: &[u8]) -> bool {
    body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
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
