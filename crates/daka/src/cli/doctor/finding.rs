//! One thing that the doctor looked at.

use serde::Serialize;
use wecom_checkin::Error;

/// What was found, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub(super) level: Level,
    /// What was looked at.
    pub(super) check: String,
    #[serde(rename = "finding")]
    pub(super) found: String,
    /// What to do and where; empty when all is well.
    pub(super) advice: String,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    /// As it should be.
    Ok,
    /// Something will be missing or go wrong some day.
    Warn,
    /// The job cannot be done.
    Fail,
}

impl Finding {
    pub(super) fn ok(check: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(Level::Ok, check, found, "")
    }

    pub(super) fn warn(
        check: impl Into<String>,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self::new(Level::Warn, check, found, advice)
    }

    pub(super) fn fail(
        check: impl Into<String>,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self::new(Level::Fail, check, found, advice)
    }

    pub(super) fn new(
        level: Level,
        check: impl Into<String>,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self { level, check: check.into(), found: found.into(), advice: advice.into() }
    }

    /// A call that did not get the answer it was made for.
    pub(super) fn refused(check: impl Into<String>, error: &Error) -> Self {
        let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
        let finding = format!("{error}{}", cause.unwrap_or_default());
        Self::fail(check, finding, advice(error))
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }

    pub(super) fn cells(&self) -> Vec<String> {
        let level = match self.level {
            Level::Ok => "ok",
            Level::Warn => "warn",
            Level::Fail => "fail",
        };
        vec![level.to_owned(), self.check.clone(), self.found.clone(), self.advice.clone()]
    }
}

/// What to do about an error; with the address to enter where WeCom does not trust the caller's.
pub(super) fn advice(error: &Error) -> String {
    match error.untrusted_ip() {
        Some(ip) => format!("{}: {ip}", error.hint().en),
        None => error.hint().en.to_owned(),
    }
}
