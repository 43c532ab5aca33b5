//! From what could not be fetched to a line that says so.

use daka_sync::FetchError;

use super::wecom;
use crate::failure::Problem;

/// Why something could not be fetched, as one line.
pub(super) fn problem(error: &FetchError) -> Problem {
    match error {
        FetchError::WeCom(error) => wecom::problem(error),
        FetchError::File { source, .. } => Problem {
            kind: "file".into(),
            errmsg: format!("{error}: {source}"),
            hint: "check the folder, its permissions and the space on the disk".to_owned(),
            ..Problem::default()
        },
        _ => Problem {
            kind: "network".into(),
            call: Some("media/get".to_owned()),
            errmsg: error.to_string(),
            hint: "try again".to_owned(),
            retryable: true,
            ..Problem::default()
        },
    }
}
