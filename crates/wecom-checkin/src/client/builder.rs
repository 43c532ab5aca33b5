//! The settings of a [`Client`].

use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

use jiff::Timestamp;
use secrecy::SecretString;

use super::{
    Client, Company, Error, Inner,
    observe::Observer,
    retry::RetryPolicy,
    throttle::Throttle,
    tls,
    token::{TokenCache, TokenKey, TokenSource},
};
use crate::CorpId;

/// The settings of a [`Client`]; every one has a default.
#[must_use = "a builder does nothing until `build`"]
pub struct ClientBuilder {
    corp: CorpId,
    secret: SecretString,
    base_url: String,
    cache: TokenCache,
    concurrency: usize,
    timeout: Duration,
    connect_timeout: Duration,
    user_agent: String,
    http: Option<reqwest::Client>,
    retry: RetryPolicy,
    root_certificates: Vec<Vec<u8>>,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    pub(super) observer: Option<Observer>,
}

impl ClientBuilder {
    /// WeCom's public address.
    pub const PUBLIC_BASE_URL: &'static str = "https://qyapi.weixin.qq.com";

    pub(crate) fn new(corp: CorpId, secret: SecretString) -> Self {
        Self {
            corp,
            secret,
            base_url: Self::PUBLIC_BASE_URL.to_owned(),
            cache: TokenCache::default(),
            concurrency: 8,
            timeout: Duration::from_mins(1),
            connect_timeout: Duration::from_secs(10),
            user_agent: concat!("wecom-checkin/", env!("CARGO_PKG_VERSION")).to_owned(),
            http: None,
            retry: RetryPolicy::default(),
            root_certificates: Vec::new(),
            clock: Arc::new(system_clock),
            observer: None,
        }
    }

    /// The API address, used for every request, the token's included. A path is kept as a prefix.
    /// Default: [`ClientBuilder::PUBLIC_BASE_URL`].
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// Where the token is kept. Default: a file for all processes of the user.
    pub fn token_cache(mut self, cache: TokenCache) -> Self {
        self.cache = cache;
        self
    }

    /// How many requests of one call may be in flight at once. Default: 8.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests.max(1);
        self
    }

    /// How long one request may take in all. Default: a minute.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long connecting may take. Default: 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The `User-Agent`. Default: this crate's name and version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Sends through this HTTP client, with its connections, proxies, certificates and timeouts:
    /// [`timeout`](Self::timeout), [`connect_timeout`](Self::connect_timeout),
    /// [`user_agent`](Self::user_agent) and [`root_certificates`](Self::root_certificates) are the
    /// given client's own then. It should not follow redirects: they would carry the token along.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// When failed calls are made again.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Trusts the certificates of a PEM file in addition to the system's: the authority of a
    /// company's proxy, for instance. May be given several times.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// What time it is, for the lives of tokens. Default: the system's clock.
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// Proxies come from the environment (`HTTPS_PROXY`, `NO_PROXY` …), except for an API address
    /// on this machine, which is always reached directly.
    ///
    /// # Errors
    /// When the API address is no `http` or `https` URL, the corp id or the secret is empty, or a
    /// certificate cannot be read.
    pub fn build(self) -> Result<Client, Error> {
        use secrecy::ExposeSecret as _;
        if self.corp.as_str().is_empty() || self.secret.expose_secret().trim().is_empty() {
            return Err(Error::input("the corp id and the secret must not be empty"));
        }
        let base_url = self.base_url.trim_end_matches('/');
        let parsed = reqwest::Url::parse(base_url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .filter(|url| url.query().is_none() && url.username().is_empty())
            .ok_or_else(|| {
                Error::setting("base_url", "must be an address such as https://qyapi.weixin.qq.com")
            })?;
        let http = match &self.http {
            Some(http) => http.clone(),
            None => self.own_http_client(&parsed)?,
        };
        let company = Company {
            http,
            base_url: base_url.into(),
            throttle: Arc::new(Throttle::new(self.concurrency)),
            retry: self.retry,
            breaker: Arc::default(),
            concurrency: self.concurrency,
            cache: self.cache,
            clock: self.clock,
            observer: self.observer,
        };
        let secret = SecretString::from(self.secret.expose_secret().trim().to_owned());
        Ok(Client::assemble(self.corp, secret, company))
    }
}

impl ClientBuilder {
    fn own_http_client(&self, base_url: &reqwest::Url) -> Result<reqwest::Client, Error> {
        tls::ensure_provider();
        let mut http = reqwest::Client::builder()
            .timeout(self.timeout)
            .connect_timeout(self.connect_timeout)
            .user_agent(&self.user_agent)
            // The API never redirects, and a redirect would carry the token elsewhere.
            .redirect(reqwest::redirect::Policy::none());
        if base_url.host_str().is_some_and(is_this_machine) {
            http = http.no_proxy();
        }
        let mut certificates = Vec::new();
        for pem in &self.root_certificates {
            match reqwest::Certificate::from_pem_bundle(pem) {
                Ok(bundle) if !bundle.is_empty() => certificates.extend(bundle),
                _ => return Err(Error::setting("root_certificates", "must be PEM text")),
            }
        }
        if !certificates.is_empty() {
            http = http.tls_certs_merge(certificates);
        }
        http.build().map_err(|e| {
            let e = e.without_url();
            Error::input(format!("the HTTP client cannot be set up: {e}"))
        })
    }
}

impl Client {
    pub(crate) fn assemble(corp: CorpId, secret: SecretString, company: Company) -> Self {
        let key = TokenKey::new(corp.clone(), &secret, &company.base_url);
        let tokens = TokenSource::new(key, company.cache.store());
        Self(Arc::new(Inner { corp, secret, company, tokens }))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("corp", &self.corp).finish_non_exhaustive()
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[expect(clippy::disallowed_methods, reason = "the default clock: the edge that the others hide")]
fn system_clock() -> Timestamp {
    Timestamp::now()
}
