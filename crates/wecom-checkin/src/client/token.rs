//! Access tokens: taken once for everyone who waits, refreshed early, replaced when revoked.

mod file;
mod key;

pub use file::FileStore;
pub use key::TokenKey;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use crate::Error;

/// An access token and its life.
#[derive(Clone)]
pub struct Token {
    secret: SecretString,
    expires_at: Timestamp,
    refresh_at: Timestamp,
}

/// What is assumed where an answer does not say how long its token lives.
const USUAL_LIFE: SignedDuration = SignedDuration::from_hours(2);

/// A token is replaced this long before it expires, or after nine tenths of a shorter life.
const EARLY: SignedDuration = SignedDuration::from_mins(5);

impl Token {
    /// A token that was granted at `now` for `life`.
    pub fn granted(secret: SecretString, now: Timestamp, life: Option<SignedDuration>) -> Self {
        let life = life.unwrap_or(USUAL_LIFE).max(SignedDuration::ZERO);
        let expires_at = now.saturating_add(life).unwrap_or(Timestamp::MAX);
        Self::expiring(secret, expires_at, EARLY.min(life / 10))
    }

    /// A token as a [`TokenStore`] kept it.
    pub fn stored(secret: SecretString, refresh_at: Timestamp, expires_at: Timestamp) -> Self {
        Self { secret, expires_at, refresh_at }
    }

    fn expiring(secret: SecretString, expires_at: Timestamp, early: SignedDuration) -> Self {
        let refresh_at = expires_at.saturating_sub(early).unwrap_or(Timestamp::MIN);
        Self { secret, expires_at, refresh_at }
    }

    /// The token itself.
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// When it stops being valid, as far as WeCom told.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// From when on it should be replaced.
    pub fn refresh_at(&self) -> Timestamp {
        self.refresh_at
    }

    fn is_same(&self, other: &Self) -> bool {
        self.secret.expose_secret() == other.secret.expose_secret()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// An error of a [`TokenStore`]. It is logged and otherwise ignored: a client without its store
/// works, it only asks for tokens more often.
pub type StoreError = Box<dyn std::error::Error + Send + Sync>;

/// What a [`TokenStore`] hands out while one client refreshes: others wait until it is dropped.
pub struct StoreLock(#[expect(dead_code, reason = "kept to be dropped")] Box<dyn Send>);

impl StoreLock {
    /// Ends when `guard` is dropped.
    pub fn new(guard: impl Send + 'static) -> Self {
        Self(Box::new(guard))
    }
}

/// Where tokens live beyond one client: a file, a fleet's database.
///
/// A store never decides anything. The client calls `lock`, `load`, and `save` if what it loaded
/// does not help, in that order.
pub trait TokenStore: Send + Sync {
    /// The token kept for this key, expired or not.
    fn load<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<Token>, StoreError>>;

    /// Keeps the token in place of the one before.
    fn save<'a>(
        &'a self,
        key: &'a TokenKey,
        token: &'a Token,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Waits until nobody else refreshes this key. Without an own implementation two processes may
    /// each take a token at the same time, which is harmless and rare.
    fn lock<'a>(&'a self, _key: &'a TokenKey) -> BoxFuture<'a, Result<StoreLock, StoreError>> {
        Box::pin(async { Ok(StoreLock::new(())) })
    }
}

/// Where a client keeps its token.
#[derive(Clone, Default)]
pub enum TokenCache {
    /// In a file of the user's cache folder, for every process of the user ([`FileStore`]).
    #[default]
    File,
    /// In the client only.
    Memory,
    /// Wherever the store says.
    Store(Arc<dyn TokenStore>),
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "File",
            Self::Memory => "Memory",
            Self::Store(_) => "Store(..)",
        })
    }
}

impl TokenCache {
    pub(crate) fn store(&self) -> Option<Arc<dyn TokenStore>> {
        match self {
            Self::Memory => None,
            Self::Store(store) => Some(store.clone()),
            Self::File => {
                let store = FileStore::in_cache_folder();
                if store.is_none() {
                    tracing::warn!("no cache folder: tokens are kept in memory only");
                }
                store.map(|store| -> Arc<dyn TokenStore> { Arc::new(store) })
            }
        }
    }
}

/// One secret's token.
pub(crate) struct TokenSource {
    key: TokenKey,
    store: Option<Arc<dyn TokenStore>>,
    state: Mutex<State>,
    /// Refreshes begun so far; tells a waiter whether somebody refreshed while it waited.
    refreshes: AtomicU64,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    /// WeCom refused the credentials: never ask again.
    refused: Option<Error>,
    /// Why the latest refresh failed, if it did.
    failed: Option<Error>,
}

impl TokenSource {
    pub(crate) fn new(key: TokenKey, store: Option<Arc<dyn TokenStore>>) -> Self {
        Self { key, store, state: Mutex::default(), refreshes: AtomicU64::new(0) }
    }

    /// A token to call with: not `rejected`, if that one was refused. Whoever comes while a refresh
    /// runs waits for it and shares its end, good or bad.
    pub(crate) async fn get<F>(
        &self,
        rejected: Option<&Token>,
        now: impl Fn() -> Timestamp,
        fetch: impl FnOnce() -> F,
    ) -> Result<Token, Error>
    where
        F: Future<Output = Result<Token, Error>>,
    {
        let seen = self.refreshes.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if let Some(refused) = &state.refused {
            return Err(refused.clone());
        }
        let usable = |token: &Token| rejected.is_none_or(|rejected| !token.is_same(rejected));
        if let Some(token) = &state.token
            && usable(token)
            && now() < token.refresh_at
        {
            return Ok(token.clone());
        }
        if self.refreshes.load(Ordering::Acquire) != seen {
            // Somebody refreshed while this task waited. A token of no life at all is good for
            // those who waited for it.
            match (&state.failed, &state.token) {
                (Some(failed), _) => return Err(failed.clone()),
                (None, Some(token)) if usable(token) => return Ok(token.clone()),
                _ => {}
            }
        }
        let refreshed = self.refresh(&usable, &now, fetch).await;
        self.refreshes.fetch_add(1, Ordering::AcqRel);
        match refreshed {
            Ok(token) => {
                state.token = Some(token.clone());
                state.failed = None;
                Ok(token)
            }
            Err(error) => {
                if error.is_auth() {
                    state.refused = Some(error.clone());
                    state.token = None;
                } else if let Some(token) =
                    state.token.as_ref().filter(|token| usable(token) && now() < token.expires_at)
                {
                    // Too early to give up: the old token still lives.
                    return Ok(token.clone());
                }
                state.failed = Some(error.clone());
                Err(error)
            }
        }
    }

    async fn refresh<F>(
        &self,
        usable: &impl Fn(&Token) -> bool,
        now: &impl Fn() -> Timestamp,
        fetch: impl FnOnce() -> F,
    ) -> Result<Token, Error>
    where
        F: Future<Output = Result<Token, Error>>,
    {
        let Some(store) = &self.store else { return fetch().await };
        let _lock = warn_on_error(store.lock(&self.key).await);
        if let Some(token) = warn_on_error(store.load(&self.key).await).flatten()
            && usable(&token)
            && now() < token.refresh_at
        {
            return Ok(token);
        }
        let token = fetch().await?;
        warn_on_error(store.save(&self.key, &token).await);
        Ok(token)
    }
}

/// The value, or a warning in its place.
fn warn_on_error<T>(result: Result<T, StoreError>) -> Option<T> {
    result.inspect_err(|error| tracing::warn!(%error, "the token store failed")).ok()
}
