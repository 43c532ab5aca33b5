//! Opening the ledger that the settings name.

use daka_ledger::{Error, Ledger};
use wecom_checkin::CorpId;

use crate::{
    failure::{Exit, Failure},
    settings::Settings,
};

/// Opens a ledger that must exist.
pub(crate) async fn open(settings: &Settings) -> Result<Ledger, Failure> {
    let failed = |e| failure(&e);
    let ledger = Ledger::open(&settings.ledger).await.map_err(failed)?;
    match &settings.corp_id {
        Some(corp_id) => ledger.company(corp_id).await.map_err(failed),
        None => Ok(ledger),
    }
}

/// Opens a ledger for a company, and makes it where there is none.
pub(crate) async fn create_or_open(settings: &Settings, corp: &CorpId) -> Result<Ledger, Failure> {
    let failed = |e| failure(&e);
    let ledger = Ledger::create_or_open(&settings.ledger).await.map_err(failed)?;
    match ledger.company(corp.as_str()).await {
        Ok(ledger) => Ok(ledger),
        Err(Error::Company { .. }) => ledger.add_company(corp.as_str()).await.map_err(failed),
        Err(error) => Err(failed(error)),
    }
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
        Error::Company { .. } => (Exit::Failed, "check WECOM_CORP_ID or wecom.corp_id"),
        Error::Busy => (Exit::Failed, "wait until it is done, then try again"),
        gone if gone.is_unreachable() => (
            Exit::Failed,
            "see that its server runs, then run it again; what was committed is whole",
        ),
        _ => (Exit::Failed, "check the disk and the file's permissions"),
    };
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    Failure::one(exit, "ledger", format!("{error}{}", cause.unwrap_or_default()), hint)
}
