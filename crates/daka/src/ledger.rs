//! Opening the ledger that the settings name.

use daka_ledger::{Error, Ledger, Trouble};
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
    let exit = if matches!(error, Error::Address(_)) { Exit::Usage } else { Exit::Failed };
    let cause = error.cause().map(|cause| format!(": {cause}")).unwrap_or_default();
    let met = match error.trouble() {
        Some(Trouble::Full) => "; the disk is full",
        Some(Trouble::Held) => "; another program holds the file",
        _ => "",
    };
    let mut failure = Failure::one(exit, "ledger", format!("{error}{cause}{met}"), hint(error));
    for problem in &mut failure.problems {
        problem.retryable = error.is_retryable();
    }
    failure
}

/// What to do about an error.
fn hint(error: &Error) -> &'static str {
    match error {
        Error::Address(_) => "write --ledger sqlite:PATH or postgres://SERVER/DATABASE",
        Error::Missing(_) => "check --ledger and the folder you are in",
        Error::Foreign(_) => "choose another path with --ledger",
        Error::Broken { .. } => "restore a backup, or sync into a new file with --ledger",
        Error::Newer { .. } => "install the newer daka",
        Error::Company { .. } => "check --company, WECOM_CORP_ID or wecom.corp_id",
        Error::Busy => "wait until it is done, then try again",
        Error::LockLost => "what was committed is kept; run it again",
        _ => match error.trouble().unwrap_or(Trouble::Other) {
            Trouble::Full => "make room and run it again; what was committed is whole",
            Trouble::Held => "end the program that has it open, then run it again",
            Trouble::Path => {
                "check that the folder is there and that you may write to it and the file"
            }
            Trouble::Disk => "check the disk; what was committed before is whole if it can be read",
            Trouble::Damaged => "restore a backup, or sync into a new ledger with --ledger",
            Trouble::Unreachable => {
                "see that its server runs, then run it again; what was committed is whole"
            }
            Trouble::Login => "check user and password of --ledger, and the server's pg_hba.conf",
            Trouble::NoDatabase => "make it (CREATE DATABASE … OWNER …), or check --ledger",
            Trouble::Rights => {
                "let the role of --ledger own the database (ALTER DATABASE … OWNER TO …)"
            }
            Trouble::ReadOnly => "name the server that takes writes in --ledger, not a stand-by",
            Trouble::Crowded => {
                "let fewer workers run at once, or raise the server's max_connections"
            }
            Trouble::Pooler => {
                "a pooler such as PgBouncer stands between: give it pool_mode = transaction or \
                 session, this database and this user, and leave `options` out of --ledger"
            }
            _ => "the database's own words tell why; a server's log tells more",
        },
    }
}
