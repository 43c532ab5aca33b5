//! `[[notify]]`: whom findings are told, and how.

use std::path::{Path, PathBuf};

use attendance::verdict::FindingKind;
use secrecy::SecretString;
use serde::Deserialize;

use super::read_secret;
use crate::{
    failure::Failure,
    lang::{Lang, text},
    notify::{LineTemplate, QuietHours, TitleTemplate},
};

/// One `[[notify]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Receiver {
    /// How `--receiver` and the ledger call it.
    pub(crate) name: String,
    pub(crate) kind: ReceiverKind,
    url_file: Option<PathBuf>,
    url_env: Option<String>,
    secret_file: Option<PathBuf>,
    secret_env: Option<String>,
    pub(crate) agent_id: Option<i64>,
    pub(crate) server: Option<String>,
    #[serde(default)]
    pub(crate) tls: Tls,
    pub(crate) user: Option<String>,
    pub(crate) from: Option<String>,
    #[serde(default)]
    pub(crate) to: Vec<String>,
    #[serde(default = "usual_findings")]
    pub(crate) findings: Vec<FindingKind>,
    lang: Option<String>,
    pub(crate) title: Option<TitleTemplate>,
    pub(crate) template: Option<LineTemplate>,
    pub(crate) quiet: Option<QuietHours>,
    #[serde(default)]
    pub(crate) departments: Vec<i64>,
    #[serde(default)]
    pub(crate) users: Vec<String>,
}

/// What stands at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReceiverKind {
    WecomRobot,
    WecomApp,
    Dingtalk,
    Feishu,
    Webhook,
    Smtp,
}

/// How a mail server is spoken to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Tls {
    /// From the first byte on, usually port 465.
    #[default]
    Implicit,
    /// After a greeting in the clear, usually port 587; never without.
    Starttls,
    /// Not at all.
    None,
}

fn usual_findings() -> Vec<FindingKind> {
    vec![FindingKind::Late, FindingKind::Early, FindingKind::Missing, FindingKind::Absent]
}

impl Receiver {
    /// The same with paths that start from a folder.
    pub(super) fn inside(mut self, folder: &Path) -> Self {
        self.url_file = self.url_file.map(|path| folder.join(path));
        self.secret_file = self.secret_file.map(|path| folder.join(path));
        self
    }

    /// The address, which holds a robot's key.
    pub(crate) fn url(
        &self,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<SecretString, Failure> {
        let given = handed(self.url_env.as_deref(), self.url_file.as_deref(), environment)?;
        given.ok_or_else(|| self.lacks("url_file"))
    }

    /// The secret to sign or log in with; `None` where none is set.
    pub(crate) fn secret(
        &self,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<SecretString>, Failure> {
        let given = handed(self.secret_env.as_deref(), self.secret_file.as_deref(), environment)?;
        let named = self.secret_env.is_some() || self.secret_file.is_some();
        if named && given.is_none() {
            return Err(self.lacks("secret_file"));
        }
        Ok(given)
    }

    /// The language that it is told in.
    pub(crate) fn lang(&self, usual: Lang) -> Result<Lang, Failure> {
        self.lang.as_deref().map_or(Ok(usual), super::company::parse_lang)
    }

    /// The failure of an entry without a key that its kind needs.
    pub(crate) fn lacks(&self, key: &str) -> Failure {
        Failure::setting(
            text!(
                "the receiver {name} needs {key}, and it is not set or empty",
                "接收方 {name} 需要 {key}，但未设置或为空",
                name = self.name
            ),
            text!(
                "add it to its [[notify]] entry; see docs/notify.md",
                "请在它的 [[notify]] 中补上；见 docs/notify.md"
            ),
        )
    }
}

/// What the environment or a file hands in.
fn handed(
    variable: Option<&str>,
    file: Option<&Path>,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Option<SecretString>, Failure> {
    let value = variable.and_then(environment).filter(|value| !value.trim().is_empty());
    match (value, file) {
        (Some(value), _) => Ok(Some(SecretString::from(value.trim()))),
        (None, Some(path)) => read_secret(path).map(Some),
        (None, None) => Ok(None),
    }
}
