//! Which credentials a token belongs to.

use std::fmt::Write as _;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::CorpId;

/// The credentials that a token belongs to, without the secret: tokens of different apps of one
/// company are different tokens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenKey {
    corp: CorpId,
    id: String,
}

impl TokenKey {
    pub(crate) fn new(corp: CorpId, secret: &SecretString, base_url: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [corp.as_str(), secret.expose_secret(), base_url] {
            hash.update(part);
            hash.update([0]);
        }
        let id = hash.finalize().iter().take(16).fold(String::new(), |mut id, byte| {
            let _ = write!(id, "{byte:02x}");
            id
        });
        Self { corp, id }
    }

    /// The company.
    pub fn corp(&self) -> &CorpId {
        &self.corp
    }

    /// A name for these credentials: 32 hexadecimal digits of a hash over company, secret and API
    /// address.
    pub fn id(&self) -> &str {
        &self.id
    }
}
