//! What went wrong, in the words and the exit status that scripts rely on.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::civil::Date;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use wecom_checkin::{UserId, plan::Days};

use crate::{
    lang::{Lang, Text, text},
    settings::Label,
};

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
#[derive(Debug, Clone, Default)]
pub(crate) struct Problem {
    /// Of which company, where a command works on several.
    pub(crate) company: Option<Label>,
    /// A stable word: `usage`, `setting`, `api`, `network`, `ledger`, `file`, …
    pub(crate) kind: Cow<'static, str>,
    /// The call that failed, by WeCom's name.
    pub(crate) call: Option<String>,
    /// WeCom's code.
    pub(crate) errcode: Option<i64>,
    /// What failed and why.
    pub(crate) errmsg: Text,
    /// What to do next.
    pub(crate) hint: Text,
    /// Whether trying again may help.
    pub(crate) retryable: bool,
    /// What was not done because of it.
    pub(crate) failed: Vec<Undone>,
}

/// People and days that are missing from what was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Undone {
    pub(crate) users: Vec<UserId>,
    pub(crate) from: Date,
    pub(crate) to: Date,
}

/// What is done with a file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FileWork {
    Read,
    Write,
    Make,
    Replace,
}

impl FileWork {
    fn text(self) -> Text {
        match self {
            Self::Read => text!("reading", "读取"),
            Self::Write => text!("writing", "写入"),
            Self::Make => text!("making", "创建"),
            Self::Replace => text!("replacing", "替换"),
        }
    }
}

impl Failure {
    /// The command line or a setting is wrong.
    pub(crate) fn usage(errmsg: Text, hint: Text) -> Self {
        Self::one(Exit::Usage, "usage", errmsg, hint)
    }

    /// A setting is missing or wrong.
    pub(crate) fn setting(errmsg: Text, hint: Text) -> Self {
        Self::one(Exit::Usage, "setting", errmsg, hint)
    }

    /// A file could not be read or written.
    pub(crate) fn file(path: &std::path::Path, did: FileWork, error: &std::io::Error) -> Self {
        let errmsg = text!(
            [did],
            "{did} {path} failed: {error}",
            "{did} {path} 失败：{error}",
            did = did.text(),
            path = path.display()
        );
        let hint = text!("check the path and its permissions", "请检查路径及其权限");
        Self::one(Exit::Failed, "file", errmsg, hint)
    }

    /// A failure with a single cause.
    pub(crate) fn one(exit: Exit, kind: &'static str, errmsg: Text, hint: Text) -> Self {
        let problem = Problem { kind: kind.into(), errmsg, hint, ..Problem::default() };
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
    let mut causes: BTreeMap<(String, Option<i64>, Text), Problem> = BTreeMap::new();
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
    pub(crate) fn to_json(&self, lang: Lang) -> String {
        serde_json::json!({ "error": Object { problem: self, lang } }).to_string()
    }

    /// The problem on one line: text from outside cannot start another.
    pub(crate) fn line(&self, lang: Lang) -> String {
        /// More are in the JSON.
        const SHOWN: usize = 3;
        let mut line = self.company.as_ref().map(|label| format!("{label}: ")).unwrap_or_default();
        line += self.errmsg.in_lang(lang);
        if !self.hint.is_empty() {
            line += lang.pick("；", "; ");
            line += self.hint.in_lang(lang);
        }
        for undone in self.failed.iter().take(SHOWN) {
            line.extend([" [", undone.text().in_lang(lang), "]"]);
        }
        let more = self.failed.len().saturating_sub(SHOWN);
        if more > 0 {
            line += text!(" [and {more} more]", " [另有 {more} 处]").in_lang(lang);
        }
        line.replace(char::is_control, " ")
    }
}

/// A problem as it is written for programs: its words in one language, all else the same in both.
struct Object<'a> {
    problem: &'a Problem,
    lang: Lang,
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Problem { company, kind, call, errcode, errmsg, hint, retryable, failed } =
            self.problem;
        let mut object = serializer.serialize_map(None)?;
        if let Some(company) = company {
            object.serialize_entry("company", company)?;
        }
        object.serialize_entry("kind", kind)?;
        object.serialize_entry("call", call)?;
        object.serialize_entry("errcode", errcode)?;
        object.serialize_entry("errmsg", errmsg.in_lang(self.lang))?;
        object.serialize_entry("hint", hint.in_lang(self.lang))?;
        object.serialize_entry("retryable", retryable)?;
        if !failed.is_empty() {
            object.serialize_entry("failed", failed)?;
        }
        object.end()
    }
}

impl Undone {
    fn text(&self) -> Text {
        const SHOWN: usize = 3;
        let names: Vec<&str> = self.users.iter().take(SHOWN).map(UserId::as_str).collect();
        let (names, more) = (names.join(","), self.users.len().saturating_sub(SHOWN));
        let Self { from, to, .. } = self;
        match (names.as_str(), more) {
            // Some calls are about days alone.
            ("", _) => text!("not done: {from} to {to}", "未完成：{from} 至 {to}"),
            (names, 0) => {
                text!("not done: {names}, {from} to {to}", "未完成：{names}，{from} 至 {to}")
            }
            (names, more) => text!(
                "not done: {names} and {more} more, {from} to {to}",
                "未完成：{names} 等，另有 {more} 人，{from} 至 {to}"
            ),
        }
    }
}
