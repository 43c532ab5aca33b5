//! Opening the ledger that the settings name.

use daka_ledger::{Error, Ledger};
use wecom_checkin::CorpId;

use crate::{
    failure::{Exit, Failure},
    settings::Settings,
};

/// Opens a ledger that must exist, for the one company that is meant.
pub(crate) async fn open(settings: &Settings) -> Result<Ledger, Failure> {
    settings.one_company()?;
    let failed = |e| failure(&e);
    let ledger = Ledger::open(&settings.ledger).await.map_err(failed)?;
    if let Some(corp_id) = &settings.corp_id {
        return ledger.company(corp_id).await.map_err(failed);
    }
    match ledger.companies().await.map_err(failed)?.as_slice() {
        [] | [_] => Ok(ledger),
        several => Err(Failure::setting(
            format!(
                "the ledger holds several companies and none is chosen: {}",
                several.join(", ")
            ),
            "add --company with a corp id, or set WECOM_CORP_ID or wecom.corp_id",
        )),
    }
}

/// Opens a ledger for a company, and makes it where there is none.
pub(crate) async fn create_or_open(settings: &Settings, corp: &CorpId) -> Result<Ledger, Failure> {
    let ledger = Ledger::create_or_open(&settings.ledger).await.map_err(|e| failure(&e))?;
    with_company(&ledger, corp).await
}

/// The same ledger for a company, which is added where it is not in it.
pub(crate) async fn with_company(ledger: &Ledger, corp: &CorpId) -> Result<Ledger, Failure> {
    let found = match ledger.company(corp.as_str()).await {
        Err(Error::Company { .. }) => ledger.add_company(corp.as_str()).await,
        found => found,
    };
    found.map_err(|e| failure(&e))
}

/// A ledger's error as the end of a command.
pub(crate) fn failure(error: &Error) -> Failure {
    let (exit, hint) = match error {
        Error::Address(_) => {
            (Exit::Usage, "write --ledger sqlite:PATH or postgres://SERVER/DATABASE")
        }
        Error::Missing(_) => (Exit::Failed, "check --ledger and the folder you are in"),
        Error::Foreign(_) => (Exit::Failed, "choose another path with --ledger"),
        Error::Broken { .. } => {
            (Exit::Failed, "restore a backup, or sync into a new file with --ledger")
        }
        Error::Newer { .. } => (Exit::Failed, "install the newer daka"),
        Error::Company { .. } => (Exit::Failed, "check --company, WECOM_CORP_ID or wecom.corp_id"),
        Error::Busy => (Exit::Failed, "wait until it is done, then try again"),
        full if full.is_full() => {
            (Exit::Failed, "make room and run it again; what was committed is whole")
        }
        Error::LockLost => (Exit::Failed, "what was committed is kept; run it again"),
        gone if gone.is_unreachable() => (
            Exit::Failed,
            "see that its server runs, then run it again; what was committed is whole",
        ),
        _ => (Exit::Failed, "check the disk and the file's permissions"),
    };
    let cause = error.cause().map(|cause| format!(": {cause}"));
    let full = if error.is_full() { "; the disk is full" } else { "" };
    let errmsg = format!("{error}{}{full}", cause.unwrap_or_default());
    let mut failure = Failure::one(exit, "ledger", errmsg, hint);
    for problem in &mut failure.problems {
        problem.retryable = error.is_retryable();
    }
    failure
}
