//! One thing that the doctor looked at.

use wecom_checkin::Error;

use crate::{
    cli::wecom,
    lang::{Lang, Text},
};

/// What was found, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) level: Level,
    /// What was looked at: a word for programs.
    pub(super) check: String,
    pub(super) found: Text,
    /// What to do and where; empty when all is well.
    pub(super) advice: Text,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// As it should be.
    Ok,
    /// Something will be missing or go wrong some day.
    Warn,
    /// The job cannot be done.
    Fail,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl Finding {
    pub(super) fn ok(check: impl Into<String>, found: Text) -> Self {
        Self::new(Level::Ok, check, found, Text::default())
    }

    pub(super) fn warn(check: impl Into<String>, found: Text, advice: Text) -> Self {
        Self::new(Level::Warn, check, found, advice)
    }

    pub(super) fn fail(check: impl Into<String>, found: Text, advice: Text) -> Self {
        Self::new(Level::Fail, check, found, advice)
    }

    pub(super) fn new(level: Level, check: impl Into<String>, found: Text, advice: Text) -> Self {
        Self { level, check: check.into(), found, advice }
    }

    /// A call that did not get the answer it was made for.
    pub(super) fn refused(check: impl Into<String>, error: &Error) -> Self {
        Self::fail(check, wecom::said(error), wecom::hint(error))
    }

    pub(super) fn to_json(&self, lang: Lang) -> String {
        serde_json::json!({
            "level": self.level.word(),
            "check": self.check,
            "finding": self.found.in_lang(lang),
            "advice": self.advice.in_lang(lang),
        })
        .to_string()
    }

    pub(super) fn cells(&self, lang: Lang) -> Vec<String> {
        let (found, advice) = (self.found.in_lang(lang), self.advice.in_lang(lang));
        [self.level.word(), &self.check, found, advice].map(str::to_owned).to_vec()
    }
}
