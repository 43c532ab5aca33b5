//! Access tokens: one for each secret, with an end that the server may bring forward.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Whose secret a token came from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Holder {
    /// The app that may call the check-in API.
    Checkin,
    /// The contact-sync helper.
    Contacts,
}

impl Holder {
    fn letter(self) -> char {
        match self {
            Self::Checkin => 'K',
            Self::Contacts => 'C',
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Live,
    /// Brought to its end before its time.
    Expired,
    /// Unknown from now on.
    Revoked,
}

struct Token {
    holder: Holder,
    ends_ms: i64,
    state: State,
}

/// Every token that was issued.
pub(crate) struct Tokens {
    /// A prefix of its own, so that tokens of two emulators differ.
    prefix: String,
    issued: Mutex<Issued>,
}

#[derive(Default)]
struct Issued {
    count: u64,
    tokens: HashMap<String, Token>,
    current: HashMap<Holder, String>,
}

/// A new or repeated token.
pub(crate) struct Grant {
    pub(crate) token: String,
    pub(crate) expires_in_sec: i64,
}

impl Tokens {
    pub(crate) fn new(prefix: String) -> Self {
        Self { prefix, issued: Mutex::default() }
    }

    /// Grants a token; while one is live and `repeat` is set, the same one again without a longer life.
    pub(crate) fn grant(
        &self,
        holder: Holder,
        lifetime_sec: i64,
        repeat: bool,
        now_ms: i64,
    ) -> Grant {
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(current) = issued.current.get(&holder).filter(|_| repeat)
            && let Some(token) = issued.tokens.get(current)
            && token.state == State::Live
            && token.ends_ms - now_ms >= 1_000
        {
            return Grant {
                token: current.clone(),
                expires_in_sec: (token.ends_ms - now_ms) / 1_000,
            };
        }
        issued.count += 1;
        // A client may keep a token beyond the life of this process: in the next one of the same seed
        // it must not be another secret's.
        let (whose, count) = (holder.letter(), issued.count);
        let text = format!("{}-{whose}{count:06}-{}", self.prefix, "Qz7".repeat(48));
        let token = Token { holder, ends_ms: now_ms + lifetime_sec * 1_000, state: State::Live };
        issued.tokens.insert(text.clone(), token);
        issued.current.insert(holder, text.clone());
        Grant { token: text, expires_in_sec: lifetime_sec }
    }

    /// Makes a token known that somebody else wrote, as in a data folder.
    pub(crate) fn admit(&self, token: &str, holder: Holder, lifetime_sec: i64, now_ms: i64) {
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        let ends_ms = now_ms + lifetime_sec * 1_000;
        issued.tokens.insert(token.to_owned(), Token { holder, ends_ms, state: State::Live });
    }

    /// Whose token it is, or the errcode that refuses it.
    pub(crate) fn holder(&self, token: &str, now_ms: i64) -> Result<Holder, i64> {
        let issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        let token = issued.tokens.get(token).ok_or(40014)?;
        match token.state {
            State::Revoked => Err(40014),
            State::Expired => Err(42001),
            State::Live if token.ends_ms <= now_ms => Err(42001),
            State::Live => Ok(token.holder),
        }
    }

    /// Ends every live token now: the next use answers 42001.
    pub(crate) fn expire_all(&self) -> usize {
        self.end_all(State::Expired)
    }

    /// Forgets every live token: the next use answers 40014.
    pub(crate) fn revoke_all(&self) -> usize {
        self.end_all(State::Revoked)
    }

    fn end_all(&self, state: State) -> usize {
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        let live = issued.tokens.values_mut().filter(|token| token.state == State::Live);
        live.map(|token| token.state = state).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_repeated_until_it_ends() {
        let tokens = Tokens::new("t".into());
        let first = tokens.grant(Holder::Checkin, 100, true, 0);
        let again = tokens.grant(Holder::Checkin, 100, true, 40_000);
        assert_eq!((first.token.as_str(), again.expires_in_sec), (again.token.as_str(), 60));
        assert_ne!(tokens.grant(Holder::Contacts, 100, true, 0).token, first.token);
        assert_eq!(tokens.holder(&first.token, 99_999), Ok(Holder::Checkin));
        assert_eq!(tokens.holder(&first.token, 100_000), Err(42001));
        assert_ne!(tokens.grant(Holder::Checkin, 100, true, 100_000).token, first.token);
        assert_eq!(tokens.holder("made up", 0), Err(40014));
    }

    #[test]
    fn a_token_kept_from_an_earlier_process_is_never_another_secrets() {
        let kept = Tokens::new("t".into()).grant(Holder::Checkin, 100, true, 0).token;
        let next = Tokens::new("t".into());
        next.grant(Holder::Contacts, 100, true, 0);
        assert_eq!(next.holder(&kept, 1), Err(40014));
        next.grant(Holder::Checkin, 100, true, 0);
        assert!(matches!(next.holder(&kept, 1), Err(40014) | Ok(Holder::Checkin)));
    }

    #[test]
    fn the_server_may_end_tokens_early() {
        let tokens = Tokens::new("t".into());
        let token = tokens.grant(Holder::Checkin, 100, true, 0).token;
        assert_eq!(tokens.expire_all(), 1);
        assert_eq!(tokens.holder(&token, 1), Err(42001));
        let token = tokens.grant(Holder::Checkin, 100, true, 1).token;
        assert_eq!(tokens.revoke_all(), 1);
        assert_eq!(tokens.holder(&token, 1), Err(40014));
    }
}
