//! From what could not be fetched to a line that says so.

use daka_sync::FetchError;

use super::wecom;
use crate::{failure::Problem, lang::text};

/// Why something could not be fetched, as one line.
pub(super) fn problem(error: &FetchError) -> Problem {
    match error {
        FetchError::WeCom(error) => wecom::problem(error),
        FetchError::File { source, .. } => Problem {
            kind: "file".into(),
            errmsg: text!("{error}: {source}", "照片无法保存：{source}"),
            hint: text!(
                "check the folder, its permissions and the space on the disk",
                "请检查目录、权限和磁盘空间"
            ),
            ..Problem::default()
        },
        _ => Problem {
            kind: "network".into(),
            call: Some("media/get".to_owned()),
            errmsg: text!("{error}", "照片没有传完"),
            hint: text!("try again", "请重试"),
            retryable: true,
            ..Problem::default()
        },
    }
}
