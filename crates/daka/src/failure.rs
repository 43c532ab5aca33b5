//! What went wrong, in the words and the exit status that scripts rely on.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use jiff::civil::Date;
use serde::Serialize;
use wecom_checkin::{UserId, plan::Days};

use crate::settings::Label;

/// Why a command did not do all it was asked for.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) problems: Vec<Problem>,
}

/// The program's exit status beside success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing of what was asked for could be done.
    Failed = 1,
    /// The command line or a setting is wrong.
    Usage = 2,
    /// What succeeded is kept, what did not is listed.
    Partial = 3,
}

/// One cause, on one line or as one JSON object.
#[derive(Debug, Clone, Serialize, Default)]
pub(crate) struct Problem {
    /// Of which company, where a command works on several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) company: Option<Label>,
    /// A stable word: `usage`, `setting`, `api`, `network`, `ledger`, `file`, …
    pub(crate) kind: Cow<'static, str>,
    /// The call that failed, by WeCom's name.
    pub(crate) call: Option<String>,
    /// WeCom's code.
    pub(crate) errcode: Option<i64>,
    /// What failed and why.
    pub(crate) errmsg: String,
    /// What to do next.
    pub(crate) hint: String,
    /// Whether trying again may help.
    pub(crate) retryable: bool,
    /// What was not done because of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) failed: Vec<Undone>,
}

/// People and days that are missing from what was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Undone {
    pub(crate) users: Vec<UserId>,
    pub(crate) from: Date,
    pub(crate) to: Date,
}

impl Failure {
    /// The command line or a setting is wrong.
    pub(crate) fn usage(errmsg: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::one(Exit::Usage, "usage", errmsg, hint)
    }

    /// A setting is missing or wrong.
    pub(crate) fn setting(errmsg: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::one(Exit::Usage, "setting", errmsg, hint)
    }

    /// A file could not be read or written.
    pub(crate) fn file(path: &std::path::Path, did: &str, error: &std::io::Error) -> Self {
        Self::one(
            Exit::Failed,
            "file",
            format!("{did} {} failed: {error}", path.display()),
            "check the path and its permissions",
        )
    }

    /// A failure with a single cause.
    pub(crate) fn one(
        exit: Exit,
        kind: &'static str,
        errmsg: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let problem = Problem {
            kind: kind.into(),
            errmsg: errmsg.into(),
            hint: hint.into(),
            ..Problem::default()
        };
        Self { exit, problems: vec![problem] }
    }

    /// The same, each problem naming the company that it is of.
    #[must_use]
    pub(crate) fn of_company(mut self, label: Option<&Label>) -> Self {
        for problem in &mut self.problems {
            problem.company = label.cloned();
        }
        self
    }

    /// Ends a command that did what it could: success without problems, else [`Exit::Partial`]
    /// (or [`Exit::Failed`] when nothing at all was done).
    pub(crate) fn unless_whole(problems: Vec<Problem>, did_something: bool) -> Result<(), Self> {
        match (problems.is_empty(), did_something) {
            (true, _) => Ok(()),
            (false, true) => Err(Self { exit: Exit::Partial, problems: merge(problems) }),
            (false, false) => Err(Self { exit: Exit::Failed, problems: merge(problems) }),
        }
    }
}

/// One problem per distinct cause, with all that it left undone, told once.
fn merge(problems: Vec<Problem>) -> Vec<Problem> {
    let mut causes: BTreeMap<(String, Option<i64>, String), Problem> = BTreeMap::new();
    for mut problem in problems {
        let cause =
            (problem.call.clone().unwrap_or_default(), problem.errcode, problem.errmsg.clone());
        causes
            .entry(cause)
            .and_modify(|known| known.failed.append(&mut problem.failed))
            .or_insert(problem);
    }
    let mut causes: Vec<Problem> = causes.into_values().collect();
    for problem in &mut causes {
        problem.failed.dedup();
    }
    causes
}

impl Problem {
    /// The problem with what was not done because of it.
    pub(crate) fn undone(mut self, users: &[UserId], days: Days) -> Self {
        self.failed.push(Undone { users: users.to_vec(), from: days.first(), to: days.last() });
        self
    }

    /// The problem as one JSON object on one line.
    pub(crate) fn to_json(&self) -> String {
        serde_json::json!({ "error": self }).to_string()
    }
}

impl fmt::Display for Problem {
    /// One line: text from outside cannot start another.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// More are in the JSON.
        const SHOWN: usize = 3;
        let mut parts: Vec<String> =
            self.company.iter().map(|label| format!("{label}: ")).collect();
        parts.push(self.errmsg.clone());
        parts.extend((!self.hint.is_empty()).then(|| format!("; {}", self.hint)));
        parts.extend(self.failed.iter().take(SHOWN).map(|undone| format!(" [{undone}]")));
        let more = self.failed.len().saturating_sub(SHOWN);
        parts.extend((more > 0).then(|| format!(" [and {more} more]")));
        for c in parts.iter().flat_map(|part| part.chars()) {
            if c.is_control() { write!(f, " ")? } else { write!(f, "{c}")? }
        }
        Ok(())
    }
}

impl fmt::Display for Undone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 3;
        let names: Vec<&str> = self.users.iter().take(SHOWN).map(UserId::as_str).collect();
        write!(f, "not done: {}", names.join(","))?;
        if self.users.len() > SHOWN {
            write!(f, " and {} more", self.users.len() - SHOWN)?;
        }
        // Some calls are about days alone.
        let comma = if self.users.is_empty() { "" } else { ", " };
        write!(f, "{comma}{} to {}", self.from, self.to)
    }
}
