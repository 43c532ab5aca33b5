//! Refusals that a sync can live with.

use wecom_checkin::{Error, codes::Refuses};

/// WeCom said no for good, and not because of the credentials: what was asked for is not for this
/// app, or not at all.
pub(crate) fn is_refusal(error: &Error) -> bool {
    error.errcode().is_some()
        && !error.is_retryable()
        && !error.is_auth()
        && !error.is_token_rejected()
}

/// The call is closed to this secret: to ask it for anything else would be refused likewise.
pub(crate) fn is_closed(error: &Error) -> bool {
    error.refuses().is_some_and(|refused| refused > Refuses::Request)
}
