//! Refusals that a sync can live with.

use wecom_checkin::{Error, codes::Refuses};

/// The call is closed to this secret: to ask it for anything else would be refused likewise.
pub(crate) fn is_closed(error: &Error) -> bool {
    error.refuses().is_some_and(|refused| refused > Refuses::Request)
}
