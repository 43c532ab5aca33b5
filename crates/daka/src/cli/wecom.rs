//! From settings to a client of WeCom, and from its errors to ours.

use std::borrow::Cow;

use jiff::{Timestamp, ToSpan};
use secrecy::SecretString;
use wecom_checkin::{Client, CorpId, Error, ErrorKind, RetryPolicy, UserId, token::TokenCache};
use wecom_emulator::Emulator;

use crate::{
    days::{Days, Month},
    failure::{Exit, Failure, Problem},
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
        let missing = |what: &str, variable: &str, key: &str| {
            let hint = match &settings.label {
                Some(_) => "add secret_file to its [[company]] entry in daka.toml".to_owned(),
                None => format!("set {variable}, or {key} in daka.toml; `daka demo` needs neither"),
            };
            Failure::setting(format!("{what} is not set"), hint)
        };
        let corp_id = settings
            .corp_id
            .as_deref()
            .ok_or_else(|| missing("the corp id", "WECOM_CORP_ID", "wecom.corp_id"))?;
        let secret = settings
            .secret
            .clone()
            .ok_or_else(|| missing("the check-in secret", "WECOM_SECRET", "wecom.secret_file"))?;
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
            "the API address (--base-url, WECOM_BASE_URL or wecom.base_url) is no http or https address",
            "write it as https://qyapi.weixin.qq.com, or leave it out",
        ),
        _ => failure(&e),
    })
}

/// Nobody was chosen where somebody must be.
pub(super) fn nobody() -> Failure {
    Failure::usage("nobody is chosen", "add --users a,b, or --users-file FILE, or --all")
}

/// Everyone was asked for without the secret that can list them.
pub(super) fn no_contact_secret() -> Failure {
    Failure::setting(
        "--all needs the contact-sync secret, and it is not set",
        "set WECOM_CONTACT_SECRET, or wecom.contact_secret_file in daka.toml, or name people with --users",
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
    let again =
        if error.is_retryable() { "trying again may help" } else { "trying again does not help" };
    let address = error.untrusted_ip().map_or_else(String::new, |ip| format!(" (address {ip})"));
    Problem {
        company: None,
        kind: Cow::Borrowed(error.kind().as_str()),
        call: error.call().map(str::to_owned),
        errcode: error.errcode(),
        errmsg: with_cause(error),
        hint: format!("{}{address}; {again}", error.hint().en),
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
    let problem = Problem {
        kind: Cow::Borrowed("api"),
        call: Some(call.to_owned()),
        errcode: Some(UNKNOWN_USERID),
        errmsg: format!("{call}: WeCom does not know {}", names.join(", ")),
        hint:
            "check the spelling, and that the app may see these people; trying again does not help"
                .to_owned(),
        ..Problem::default()
    };
    Some(match days.into() {
        Some(days) => problem.undone(unknown, days),
        None => problem,
    })
}

/// What `getcheckindata` answers when somebody on the list is unknown.
const UNKNOWN_USERID: i64 = 301_021;

/// The error and what is behind it, on one line.
fn with_cause(error: &Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// Noon at UTC+8 on the fifth day after a month: by then all of its days are closed.
pub(super) fn midday_after(month: Month) -> Timestamp {
    let day = month.days().last().saturating_add(5.days());
    let midnight = wecom_checkin::units::UnixTime::beijing_midnight(day);
    midnight.timestamp().unwrap_or_default() + 12.hours()
}
