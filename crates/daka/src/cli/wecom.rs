//! From settings to a client of WeCom, and from its errors to ours.

use std::borrow::Cow;

use jiff::{Timestamp, ToSpan};
use secrecy::SecretString;
use wecom_checkin::{Client, CorpId, Error, ErrorKind, RetryPolicy, UserId, token::TokenCache};
use wecom_emulator::Emulator;

use crate::{
    days::{Days, Month},
    failure::{Exit, Failure, Problem},
    lang::{Text, text},
    people::Selection,
    settings::Settings,
};

/// The clients that a command may need: one a secret.
pub(super) struct Clients {
    /// With the secret that may read check-ins.
    pub(super) checkin: Client,
    /// With the secret that lists everyone.
    pub(super) contact: Option<Client>,
}

impl Clients {
    /// Clients as the settings say.
    pub(super) fn new(settings: &Settings) -> Result<Self, Failure> {
        Self::with_retry(settings, RetryPolicy::default())
    }

    /// The same, with another patience.
    pub(super) fn with_retry(settings: &Settings, retry: RetryPolicy) -> Result<Self, Failure> {
        settings.one_company()?;
        let missing = |what: &Text, variable: &str, key: &str| {
            let hint = match &settings.label {
                Some(_) => text!(
                    "add secret_file to its [[company]] entry in daka.toml",
                    "请在 daka.toml 中它的 [[company]] 条目里加上 secret_file"
                ),
                None => text!(
                    "set {variable}, or {key} in daka.toml; `daka demo` needs neither",
                    "请设置 {variable}，或 daka.toml 中的 {key}；`daka demo` 不需要它们"
                ),
            };
            Failure::setting(text!([what], "{what} is not set", "未设置{what}"), hint)
        };
        let corp_id = settings.corp_id.as_deref().ok_or_else(|| {
            missing(&text!("the corp id", "企业 ID（corp id）"), "WECOM_CORP_ID", "wecom.corp_id")
        })?;
        let secret = settings.secret.clone().ok_or_else(|| {
            missing(
                &text!("the check-in secret", "打卡应用的 secret"),
                "WECOM_SECRET",
                "wecom.secret_file",
            )
        })?;
        let base_url = settings.base_url.as_deref();
        let checkin = client(corp_id, secret, base_url, settings.token_cache, retry)?;
        let contact = settings.contact_secret.clone().map(|secret| checkin.with_secret(secret));
        Ok(Self { checkin, contact })
    }

    /// Clients of an emulator in this process.
    pub(super) fn of_emulator(emulator: &Emulator) -> Result<Self, Failure> {
        let base_url = emulator.base_url();
        let secret = SecretString::from(emulator.secret());
        let retry = RetryPolicy::default();
        let checkin = client(emulator.corp_id(), secret, Some(&base_url), false, retry)?;
        let contact = checkin.with_secret(SecretString::from(emulator.contact_secret()));
        Ok(Self { checkin, contact: Some(contact) })
    }

    /// The people selected, in byte order.
    pub(super) async fn people(&self, selection: Selection) -> Result<Vec<UserId>, Failure> {
        match selection {
            Selection::Named(people) => Ok(people),
            Selection::Unsaid => Err(nobody()),
            Selection::All => {
                let contact = self.contact.as_ref().ok_or_else(no_contact_secret)?;
                let mut people = contact.user_ids().await.map_err(|e| failure(&e))?;
                people.sort();
                Ok(people)
            }
        }
    }
}

fn client(
    corp_id: &str,
    secret: SecretString,
    base_url: Option<&str>,
    token_cache: bool,
    retry: RetryPolicy,
) -> Result<Client, Failure> {
    let mut builder = Client::builder(CorpId::from(corp_id), secret).retry(retry);
    if let Some(base_url) = base_url {
        builder = builder.base_url(base_url);
    }
    if !token_cache {
        builder = builder.token_cache(TokenCache::Memory);
    }
    builder.build().map_err(|e| match e.field() {
        Some("base_url") => Failure::setting(
            text!(
                "the API address (--base-url, WECOM_BASE_URL or wecom.base_url) is no http or https address",
                "API 地址（--base-url、WECOM_BASE_URL 或 wecom.base_url）不是 http 或 https 地址"
            ),
            text!(
                "write it as https://qyapi.weixin.qq.com, or leave it out",
                "请写成 https://qyapi.weixin.qq.com，或不写"
            ),
        ),
        _ => failure(&e),
    })
}

/// Nobody was chosen where somebody must be.
pub(super) fn nobody() -> Failure {
    Failure::usage(
        text!("nobody is chosen", "没有指定人员"),
        text!(
            "add --users a,b, or --users-file FILE, or --all",
            "请加 --users a,b，或 --users-file FILE，或 --all"
        ),
    )
}

/// Everyone was asked for without the secret that can list them.
pub(super) fn no_contact_secret() -> Failure {
    Failure::setting(
        text!(
            "--all needs the contact-sync secret, and it is not set",
            "--all 需要通讯录同步的 secret，但未设置"
        ),
        text!(
            "set WECOM_CONTACT_SECRET, or wecom.contact_secret_file in daka.toml, or name people with --users",
            "请设置 WECOM_CONTACT_SECRET，或 daka.toml 中的 wecom.contact_secret_file，或用 --users 指定人员"
        ),
    )
}

/// An error of the API as the end of a command.
pub(super) fn failure(error: &Error) -> Failure {
    let exit = match error.kind() {
        ErrorKind::Auth | ErrorKind::Limit | ErrorKind::Input => Exit::Usage,
        _ => Exit::Failed,
    };
    Failure { exit, problems: vec![problem(error)] }
}

/// An error of the API as one line.
pub(super) fn problem(error: &Error) -> Problem {
    let hint = &hint(error);
    let again = &if error.is_retryable() {
        text!("trying again may help", "重试可能有用")
    } else {
        text!("trying again does not help", "重试没有用")
    };
    Problem {
        company: None,
        kind: Cow::Borrowed(error.kind().as_str()),
        call: error.call().map(str::to_owned),
        errcode: error.errcode(),
        errmsg: said(error),
        hint: text!([hint, again], "{hint}; {again}", "{hint}；{again}"),
        retryable: error.is_retryable(),
        failed: Vec::new(),
    }
}

/// People whom WeCom does not know, as a problem that names them.
pub(super) fn unknown_people(
    call: &str,
    unknown: &[UserId],
    days: impl Into<Option<Days>>,
) -> Option<Problem> {
    if unknown.is_empty() {
        return None;
    }
    let names: Vec<&str> = unknown.iter().map(UserId::as_str).collect();
    let names = names.join(", ");
    let problem = Problem {
        kind: Cow::Borrowed("api"),
        call: Some(call.to_owned()),
        errcode: Some(UNKNOWN_USERID),
        errmsg: text!("{call}: WeCom does not know {names}", "{call}：企业微信不认识 {names}"),
        hint: text!(
            "check the spelling, and that the app may see these people; trying again does not help",
            "请检查拼写，并确认应用的可见范围包括这些人；重试没有用"
        ),
        ..Problem::default()
    };
    Some(match days.into() {
        Some(days) => problem.undone(unknown, days),
        None => problem,
    })
}

/// What `getcheckindata` answers when somebody on the list is unknown.
const UNKNOWN_USERID: i64 = 301_021;

/// The error and what is behind it.
pub(super) fn said(error: &Error) -> Text {
    let said = &Text::of(error.to_string(), error.zh().to_string());
    match std::error::Error::source(error) {
        Some(cause) => text!([said], "{said}: {cause}", "{said}：{cause}"),
        None => said.clone(),
    }
}

/// What to do about it; with the address to enter where WeCom does not trust the caller's.
pub(super) fn hint(error: &Error) -> Text {
    let hint = &Text::from(error.hint());
    match error.untrusted_ip() {
        Some(ip) => text!([hint], "{hint} (address {ip})", "{hint}（地址 {ip}）"),
        None => hint.clone(),
    }
}

/// Noon at UTC+8 on the fifth day after a month: by then all of its days are closed.
pub(super) fn midday_after(month: Month) -> Timestamp {
    let day = month.days().last().saturating_add(5.days());
    let midnight = wecom_checkin::units::UnixTime::beijing_midnight(day);
    midnight.timestamp().unwrap_or_default() + 12.hours()
}
