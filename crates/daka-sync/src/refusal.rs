//! Refusals that a sync can live with.

use wecom_checkin::Error;

/// WeCom said no for good, and not because of the credentials: what was asked for is not for this
/// app, or not at all.
pub(crate) fn is_refusal(error: &Error) -> bool {
    error.errcode().is_some()
        && !error.is_retryable()
        && !error.is_auth()
        && !error.is_token_rejected()
}
