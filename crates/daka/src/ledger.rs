//! Opening the ledger that the settings name.

use daka_ledger::{Error, Ledger, Trouble};
use wecom_checkin::CorpId;

use crate::{
    failure::{Exit, Failure},
    lang::{Text, text},
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
            text!(
                "the ledger holds several companies and none is chosen: {names}",
                "账本中有多家企业，但没有选定：{names}",
                names = several.join(", ")
            ),
            text!(
                "add --company with a corp id, or set WECOM_CORP_ID or wecom.corp_id",
                "请用 --company 指定 corp id，或设置 WECOM_CORP_ID 或 wecom.corp_id"
            ),
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
    let mut failure = Failure::one(exit, "ledger", said(error), hint(error));
    for problem in &mut failure.problems {
        problem.retryable = error.is_retryable();
    }
    failure
}

/// What failed, the store's own reason, and what was met. A store speaks English.
pub(crate) fn said(error: &Error) -> Text {
    let cause = error.cause().map(|cause| format!(": {cause}")).unwrap_or_default();
    let met = match error.trouble() {
        Some(Trouble::Full) => text!("; the disk is full", "；磁盘已满"),
        Some(Trouble::Held) => {
            text!("; another program holds the file", "；文件正被另一个程序占用")
        }
        _ => Text::default(),
    };
    let what = Text::of(error.to_string(), chinese(error));
    text!([what, met], "{what}{cause}{met}", "{what}{cause}{met}")
}

/// The error in Chinese; a database's or a system's own words stay as they are.
fn chinese(error: &Error) -> String {
    match error {
        Error::Address(scheme) => {
            format!("{scheme:?} 不是账本地址；账本地址形如 sqlite:路径 或 postgres://服务器/数据库")
        }
        Error::Missing(path) => format!("{path} 处没有账本；`daka sync` 会新建"),
        Error::Foreign(path) => format!("{} 不是 daka 账本；未作改动", path.display()),
        Error::Broken { path, why } => {
            format!("账本 {} 已损坏（{why}）；未作改动", path.display())
        }
        Error::Newer { found, known } => {
            format!("账本的结构版本是 {found}，本程序最多认识 {known}；请使用更新版本的 daka")
        }
        Error::Busy => "该企业正由另一个同步写入此账本".to_owned(),
        Error::LockLost => "持有该企业同步权的连接已断开".to_owned(),
        Error::Company { held } => format!("账本中的企业：{held}；请说明是哪一家"),
        Error::Content(what) => format!("账本中有 {what}，不是 daka 写入的"),
        Error::Database { doing, .. } => format!("账本的数据库出错（{doing}）"),
        Error::File { doing, path, .. } => format!("文件 {} 出错（{doing}）", path.display()),
        other => other.to_string(),
    }
}

/// What to do about an error.
fn hint(error: &Error) -> Text {
    match error {
        Error::Address(_) => text!(
            "write --ledger sqlite:PATH or postgres://SERVER/DATABASE",
            "请写 --ledger sqlite:路径 或 postgres://服务器/数据库"
        ),
        Error::Missing(_) => {
            text!("check --ledger and the folder you are in", "请检查 --ledger 和当前文件夹")
        }
        Error::Foreign(_) => {
            text!("choose another path with --ledger", "请用 --ledger 指定另一个路径")
        }
        Error::Broken { .. } => text!(
            "restore a backup, or sync into a new file with --ledger",
            "请恢复备份，或用 --ledger 同步到新文件"
        ),
        Error::Newer { .. } => text!("install the newer daka", "请安装更新版本的 daka"),
        Error::Company { .. } => text!(
            "check --company, WECOM_CORP_ID or wecom.corp_id",
            "请检查 --company、WECOM_CORP_ID 或 wecom.corp_id"
        ),
        Error::Busy => text!("wait until it is done, then try again", "请等它完成后再试"),
        Error::LockLost => {
            text!("what was committed is kept; run it again", "已提交的数据保留；请再次运行")
        }
        _ => remedy(error.trouble().unwrap_or(Trouble::Other)),
    }
}

/// What to do about a store's trouble.
fn remedy(trouble: Trouble) -> Text {
    match trouble {
        Trouble::Full => text!(
            "make room and run it again; what was committed is whole",
            "请腾出空间后再次运行；已提交的数据完好"
        ),
        Trouble::Held => text!(
            "end the program that has it open, then run it again",
            "请结束占用它的程序，然后再次运行"
        ),
        Trouble::Path => text!(
            "check that the folder is there and that you may write to it and the file",
            "请检查文件夹是否存在，以及是否有权写入"
        ),
        Trouble::Disk => text!(
            "check the disk; what was committed before is whole if it can be read",
            "请检查磁盘；只要能读出，此前提交的数据完好"
        ),
        Trouble::Damaged => text!(
            "restore a backup, or sync into a new ledger with --ledger",
            "请恢复备份，或用 --ledger 同步到新账本"
        ),
        Trouble::Unreachable => text!(
            "see that its server runs, then run it again; what was committed is whole",
            "请确认数据库服务正在运行，然后再次运行；已提交的数据完好"
        ),
        Trouble::Login => text!(
            "check user and password of --ledger, and the server's pg_hba.conf",
            "请检查 --ledger 中的用户和密码，以及服务器的 pg_hba.conf"
        ),
        Trouble::NoDatabase => text!(
            "make it (CREATE DATABASE … OWNER …), or check --ledger",
            "请先建库（CREATE DATABASE … OWNER …），或检查 --ledger"
        ),
        Trouble::Rights => text!(
            "let the role of --ledger own the database (ALTER DATABASE … OWNER TO …)",
            "请让 --ledger 的角色拥有该数据库（ALTER DATABASE … OWNER TO …）"
        ),
        Trouble::ReadOnly => text!(
            "name the server that takes writes in --ledger, not a stand-by",
            "--ledger 请指向可写的主库，而不是备库"
        ),
        Trouble::Crowded => text!(
            "let fewer workers run at once, or raise the server's max_connections",
            "请减少同时运行的进程，或调高服务器的 max_connections"
        ),
        Trouble::Pooler => text!(
            "a pooler such as PgBouncer stands between: give it pool_mode = transaction or session, this database and this user, and leave `options` out of --ledger",
            "中间有 PgBouncer 之类的连接池：请设 pool_mode = transaction 或 session，配置该数据库和用户，并去掉 --ledger 中的 `options`"
        ),
        _ => text!(
            "the database's own words tell why; a server's log tells more",
            "原因见数据库自己的说明；服务器日志有更多信息"
        ),
    }
}
