//! Opening a ledger, and the one right to sync it.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use crate::{
    Error, Result,
    db::{Db, SqliteStore, Table},
};

const COMPANY: Table = Table { name: "company", columns: &["company", "corp_id"] };

/// A company's ledger. Clones share the database.
#[derive(Debug, Clone)]
pub struct Ledger {
    pub(crate) db: Db,
    company: Which,
}

/// Which company of the database is meant.
#[derive(Debug, Clone, Copy)]
enum Which {
    One(i64),
    /// None was named, and there are so many.
    Unnamed(usize),
}

impl Ledger {
    /// Opens a ledger that must exist, at the address `sqlite:PATH`.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Foreign`], [`Error::Broken`] and [`Error::Newer`] leave the
    /// file byte for byte as it was.
    pub async fn open(address: &str) -> Result<Self> {
        Self::of(Db::Sqlite(SqliteStore::open(path(address)?).await?)).await
    }

    /// Opens a ledger, and makes it where there is none.
    ///
    /// # Errors
    /// As [`Ledger::open`], without [`Error::Missing`].
    pub async fn create_or_open(address: &str) -> Result<Self> {
        Self::of(Db::Sqlite(SqliteStore::create_or_open(path(address)?).await?)).await
    }

    async fn of(db: Db) -> Result<Self> {
        let mut tx = db.read("reading companies").await?;
        let mut companies = tx.rows("SELECT company FROM company", vec![]).await?;
        drop(tx);
        let company = match companies.as_mut_slice() {
            [one] => Which::One(one.int()?),
            several => Which::Unnamed(several.len()),
        };
        Ok(Self { db, company })
    }

    /// The same database for the company of that corp id, which must be in it.
    pub async fn company(&self, corp_id: &str) -> Result<Self> {
        let mut tx = self.db.read("finding a company").await?;
        let found =
            tx.rows("SELECT company FROM company WHERE corp_id = $1", vec![corp_id.into()]).await?;
        match found.into_iter().next() {
            Some(mut row) => Ok(Self { company: Which::One(row.int()?), ..self.clone() }),
            None => Err(Error::Company { held: format!("no company {corp_id}") }),
        }
    }

    /// The same database for the company of that corp id, which is added when it is not in it.
    pub async fn add_company(&self, corp_id: &str) -> Result<Self> {
        let mut tx = self.db.write("adding a company").await?;
        let next = "SELECT coalesce(max(company), 0) + 1 FROM company";
        let number = tx.row(next, vec![]).await?.int()?;
        tx.insert(&COMPANY, vec![number.into(), corp_id.into()]).await?;
        tx.commit().await?;
        self.company(corp_id).await
    }

    pub(crate) fn company_id(&self) -> Result<i64> {
        match self.company {
            Which::One(company) => Ok(company),
            Which::Unnamed(0) => Err(Error::Company { held: "no company yet".into() }),
            Which::Unnamed(n) => Err(Error::Company { held: format!("{n} companies") }),
        }
    }

    /// Takes the right to sync, which one process has at a time.
    ///
    /// # Errors
    /// [`Error::Busy`] when another has it.
    #[expect(clippy::unused_async, reason = "a server's lock is a query")]
    pub async fn lock_sync(&self) -> Result<SyncLock> {
        match &self.db {
            Db::Sqlite(store) => SyncLock::take(&store.path),
        }
    }

    /// Writes out what is in memory and lets go of the files.
    pub async fn close(self) {
        self.db.close().await;
    }
}

/// The path of a `sqlite:` address.
fn path(address: &str) -> Result<&Path> {
    let path = address.strip_prefix("sqlite:").filter(|path| !path.is_empty());
    let path = path.ok_or_else(|| Error::Address(address.to_owned()))?;
    Ok(Path::new(path.strip_prefix("//").unwrap_or(path)))
}

/// The right to sync a ledger; given back when dropped, or when the process ends in any way.
#[derive(Debug)]
pub struct SyncLock {
    _file: File,
}

impl SyncLock {
    fn take(ledger: &Path) -> Result<Self> {
        let mut name = ledger.as_os_str().to_owned();
        name.push(".lock");
        let path = PathBuf::from(name);
        let opened = File::options().create(true).truncate(false).write(true).open(&path);
        let taken = opened.map_err(TryLockError::Error).and_then(|file| {
            file.try_lock()?;
            Ok(file)
        });
        match taken {
            Ok(file) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Busy),
            Err(TryLockError::Error(source)) => Err(Error::File { doing: "locking", path, source }),
        }
    }
}
