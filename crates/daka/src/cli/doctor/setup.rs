//! What can be checked without asking anybody: settings and their files.

use std::path::Path;

use super::finding::Finding;
use crate::{failure::Problem, settings::Settings};

/// Settings, the file they come from, and who can read the secrets.
pub(super) fn check(settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![match &settings.file {
        Some(path) => Finding::ok("settings file", format!("{} was read", path.display())),
        None => Finding::ok("settings file", "none; the environment and the defaults hold"),
    }];
    if let Err(failure) = settings.one_company() {
        let unchosen = |problem: Problem| Finding::fail("company", problem.errmsg, problem.hint);
        findings.extend(failure.problems.into_iter().map(unchosen));
        return findings;
    }
    findings.push(match &settings.corp_id {
        Some(corp_id) => Finding::ok("corp id", format!("{corp_id} is set")),
        None => Finding::fail(
            "corp id",
            "it is not set",
            "set WECOM_CORP_ID, or wecom.corp_id in daka.toml; it stands under 我的企业 > 企业信息",
        ),
    });
    findings.push(match &settings.secret {
        Some(_) => Finding::ok("check-in secret", "it is set"),
        None => Finding::fail(
            "check-in secret",
            "it is not set",
            "set WECOM_SECRET, or wecom.secret_file in daka.toml; it stands under 应用管理 > the app > Secret",
        ),
    });
    findings.push(match &settings.contact_secret {
        Some(_) => Finding::ok("contact secret", "it is set"),
        None => Finding::warn(
            "contact secret",
            "it is not set: --all cannot be used, and nobody can tell who is outside the visible range",
            "set WECOM_CONTACT_SECRET, or wecom.contact_secret_file in daka.toml; it stands under 管理工具 > 通讯录同步",
        ),
    });
    findings.extend(settings.secret_files.iter().map(|path| readers(path)));
    findings
}

#[cfg(unix)]
fn readers(path: &Path) -> Finding {
    use std::os::unix::fs::PermissionsExt as _;

    const OTHERS: u32 = 0o077;
    let shown = path.display();
    match std::fs::metadata(path).map(|found| found.permissions().mode()) {
        Ok(mode) if mode & OTHERS != 0 => Finding::warn(
            "secret file",
            format!("others than its owner may use {shown} (mode {:03o})", mode & 0o777),
            format!("chmod 600 {shown}"),
        ),
        Ok(_) => Finding::ok("secret file", format!("only its owner may use {shown}")),
        Err(error) => Finding::warn("secret file", format!("{shown}: {error}"), "check the path"),
    }
}

#[cfg(not(unix))]
fn readers(path: &Path) -> Finding {
    Finding::ok("secret file", format!("{} was read", path.display()))
}
