//! What can be checked without asking anybody: settings and their files.

use std::path::Path;

use super::finding::Finding;
use crate::{failure::Problem, lang::text, settings::Settings};

/// Settings, the file they come from, and who can read the secrets.
pub(super) fn check(settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![match &settings.file {
        Some(path) => Finding::ok(
            "settings file",
            text!("{path} was read", "已读取 {path}", path = path.display()),
        ),
        None => Finding::ok(
            "settings file",
            text!("none; the environment and the defaults hold", "没有；使用环境变量和默认值"),
        ),
    }];
    if let Err(failure) = settings.one_company() {
        let unchosen = |problem: Problem| Finding::fail("company", problem.errmsg, problem.hint);
        findings.extend(failure.problems.into_iter().map(unchosen));
        return findings;
    }
    findings.push(match &settings.corp_id {
        Some(corp_id) => Finding::ok("corp id", text!("{corp_id} is set", "已设置 {corp_id}")),
        None => Finding::fail(
            "corp id",
            text!("it is not set", "未设置"),
            text!(
                "set WECOM_CORP_ID, or wecom.corp_id in daka.toml; it stands under 我的企业 > 企业信息",
                "请设置 WECOM_CORP_ID，或 daka.toml 中的 wecom.corp_id；见管理后台「我的企业 > 企业信息」"
            ),
        ),
    });
    findings.push(match &settings.secret {
        Some(_) => Finding::ok("check-in secret", text!("it is set", "已设置")),
        None => Finding::fail(
            "check-in secret",
            text!("it is not set", "未设置"),
            text!(
                "set WECOM_SECRET, or wecom.secret_file in daka.toml; it stands under 应用管理 > the app > Secret",
                "请设置 WECOM_SECRET，或 daka.toml 中的 wecom.secret_file；见管理后台「应用管理 > 该应用 > Secret」"
            ),
        ),
    });
    findings.push(match &settings.contact_secret {
        Some(_) => Finding::ok("contact secret", text!("it is set", "已设置")),
        None => Finding::warn(
            "contact secret",
            text!(
                "it is not set: --all cannot be used, and nobody can tell who is outside the visible range",
                "未设置：不能使用 --all，也无法知道谁不在可见范围内"
            ),
            text!(
                "set WECOM_CONTACT_SECRET, or wecom.contact_secret_file in daka.toml; it stands under 管理工具 > 通讯录同步",
                "请设置 WECOM_CONTACT_SECRET，或 daka.toml 中的 wecom.contact_secret_file；见管理后台「管理工具 > 通讯录同步」"
            ),
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
            text!(
                "others than its owner may use {shown} (mode {mode:03o})",
                "除所有者外，其他用户也能使用 {shown}（权限 {mode:03o}）",
                mode = mode & 0o777
            ),
            text!("chmod 600 {shown}", "chmod 600 {shown}"),
        ),
        Ok(_) => Finding::ok(
            "secret file",
            text!("only its owner may use {shown}", "只有所有者能使用 {shown}"),
        ),
        Err(error) => Finding::warn(
            "secret file",
            text!("{shown}: {error}", "{shown}：{error}"),
            text!("check the path", "请检查路径"),
        ),
    }
}

#[cfg(not(unix))]
fn readers(path: &Path) -> Finding {
    Finding::ok("secret file", text!("{path} was read", "已读取 {path}", path = path.display()))
}
