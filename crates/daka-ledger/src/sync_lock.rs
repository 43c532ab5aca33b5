//! The one right to sync a company.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::Arc,
};

use sqlx::{Connection as _, PgConnection};
use tokio::sync::Mutex;

use crate::{
    Error, Ledger, Result,
    db::{Db, ledger_file, unlock_sync},
};

/// The right to sync a company: one process at a time has it. Given back when dropped, or when the
/// process ends in any way.
///
/// On PostgreSQL it hangs on a transaction. The server takes it back from a host that is silent for
/// half a minute, and nothing that goes through [`SyncLock::ledger`] is written from then on.
#[derive(Debug)]
pub struct SyncLock {
    ledger: Ledger,
    guard: Arc<Guard>,
}

/// What stands for the right.
#[derive(Debug)]
pub(crate) enum Guard {
    /// A locked file beside the ledger.
    File(#[expect(dead_code, reason = "it is locked as long as it is open")] File),
    /// The connection that holds the server's lock; `None` once it was given back.
    Session(Box<Mutex<Option<PgConnection>>>),
}

impl Ledger {
    /// Takes the right to sync this company.
    ///
    /// # Errors
    /// [`Error::Busy`] when another has it.
    pub async fn lock_sync(&self) -> Result<SyncLock> {
        let company = self.company_id()?;
        let guard = match &self.db {
            Db::Sqlite(store) => Guard::File(lock_file(&store.path, company)?),
            Db::Postgres(store) => {
                let session = store.lock_sync(company).await?;
                Guard::Session(Box::new(Mutex::new(Some(session))))
            }
        };
        let guard = Arc::new(guard);
        Ok(SyncLock { ledger: self.guarded(guard.clone()), guard })
    }
}

impl SyncLock {
    /// The company's ledger, written to only while the right is held: [`Error::LockLost`] after.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Gives the right back. Dropping does so too, though a server may take a moment to notice.
    pub async fn release(self) {
        if let Guard::Session(session) = &*self.guard
            && let Some(session) = session.lock().await.take()
        {
            unlock_sync(session).await;
        }
    }
}

impl Guard {
    /// Makes sure that the right was not lost.
    pub(crate) async fn check(&self) -> Result<()> {
        let Self::Session(session) = self else { return Ok(()) };
        match session.lock().await.as_mut() {
            Some(session) => session.ping().await.map_err(|_| Error::LockLost),
            None => Err(Error::LockLost),
        }
    }
}

fn lock_file(ledger: &Path, company: i64) -> Result<File> {
    let mut name = ledger.as_os_str().to_owned();
    name.push(format!(".{company}.lock"));
    let path = PathBuf::from(name);
    let file = ledger_file::lock(&path, ledger)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Busy),
        Err(TryLockError::Error(source)) => Err(Error::File { doing: "locking", path, source }),
    }
}
