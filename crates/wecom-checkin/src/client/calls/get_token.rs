//! `gettoken`: the access token that every other call carries.

use serde::Deserialize;

use crate::tolerant;

/// The answer.
#[derive(Deserialize)]
pub(crate) struct Granted {
    #[serde(default, deserialize_with = "tolerant::field")]
    pub(crate) access_token: Option<String>,
    /// Seconds.
    #[serde(default, deserialize_with = "tolerant::field")]
    pub(crate) expires_in: Option<i64>,
}
