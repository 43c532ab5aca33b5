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

/// What WeCom answers when a call is not for this secret at all, whatever it asks for: not
/// authorised, forbidden, void, retired, or not from this address.
const CLOSED: [i64; 8] = [48_001, 48_002, 48_004, 48_005, 48_006, 48_009, 60_020, 301_002];

/// The call is closed to this secret: to ask it for anything else would be refused likewise.
pub(crate) fn is_closed(error: &Error) -> bool {
    error.errcode().is_some_and(|code| CLOSED.contains(&code))
}
