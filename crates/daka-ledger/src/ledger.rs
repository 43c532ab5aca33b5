//! Opening a ledger, and the one right to sync it.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use sqlx::Connection as _;

use crate::{
    Error, Result,
    db::{Db, PostgresStore, SqliteStore, Table, Tx},
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
    /// Opens a ledger that must exist, at `sqlite:PATH` or `postgres://SERVER/DATABASE`.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Foreign`], [`Error::Broken`] and [`Error::Newer`] leave a file
    /// byte for byte as it was.
    pub async fn open(address: &str) -> Result<Self> {
        Self::of(match Address::parse(address)? {
            Address::Sqlite(path) => Db::Sqlite(SqliteStore::open(path).await?),
            Address::Postgres(url) => Db::Postgres(PostgresStore::open(url).await?),
        })
        .await
    }

    /// Opens a ledger, and makes it where there is none.
    ///
    /// # Errors
    /// As [`Ledger::open`], without [`Error::Missing`].
    pub async fn create_or_open(address: &str) -> Result<Self> {
        Self::of(match Address::parse(address)? {
            Address::Sqlite(path) => Db::Sqlite(SqliteStore::create_or_open(path).await?),
            Address::Postgres(url) => Db::Postgres(PostgresStore::create_or_open(url).await?),
        })
        .await
    }

    async fn of(db: Db) -> Result<Self> {
        let mut tx = db.read("reading companies", 0).await?;
        let mut companies = tx.rows("SELECT company FROM company", vec![]).await?;
        drop(tx);
        let company = match companies.as_mut_slice() {
            [one] => Which::One(one.int()?),
            several => Which::Unnamed(several.len()),
        };
        Ok(Self { db, company })
    }

    /// The corp ids of all companies of the database, sorted.
    pub async fn companies(&self) -> Result<Vec<String>> {
        let mut tx = self.db.read("reading companies", 0).await?;
        let lines = tx.rows("SELECT corp_id FROM company ORDER BY corp_id", vec![]).await?;
        lines.into_iter().map(|mut line| line.text()).collect()
    }

    /// The same database for the company of that corp id, which must be in it.
    pub async fn company(&self, corp_id: &str) -> Result<Self> {
        let mut tx = self.db.read("finding a company", 0).await?;
        let found =
            tx.rows("SELECT company FROM company WHERE corp_id = $1", vec![corp_id.into()]).await?;
        match found.into_iter().next() {
            Some(mut row) => Ok(Self { company: Which::One(row.int()?), ..self.clone() }),
            None => Err(Error::Company { held: format!("no company {corp_id}") }),
        }
    }

    /// The same database for the company of that corp id, which is added when it is not in it.
    pub async fn add_company(&self, corp_id: &str) -> Result<Self> {
        let mut tx = self.db.write("adding a company", 0).await?;
        let next = "SELECT coalesce(max(company), 0) + 1 FROM company";
        let number = tx.row(next, vec![]).await?.int()?;
        tx.insert(&COMPANY, vec![number.into(), corp_id.into()]).await?;
        tx.commit().await?;
        self.company(corp_id).await
    }

    /// Begins to write this company's facts.
    pub(crate) async fn write(&self, doing: &'static str) -> Result<Tx> {
        self.db.write(doing, self.company_id()?).await
    }

    /// Begins to read one consistent state of this company's facts.
    pub(crate) async fn read(&self, doing: &'static str) -> Result<Tx> {
        self.db.read(doing, self.company_id()?).await
    }

    pub(crate) fn company_id(&self) -> Result<i64> {
        match self.company {
            Which::One(company) => Ok(company),
            Which::Unnamed(0) => Err(Error::Company { held: "no company yet".into() }),
            Which::Unnamed(n) => Err(Error::Company { held: format!("{n} companies") }),
        }
    }

    /// Takes the right to sync: one process at a time has it for a SQLite ledger, and one for each
    /// company of a PostgreSQL ledger.
    ///
    /// # Errors
    /// [`Error::Busy`] when another has it.
    pub async fn lock_sync(&self) -> Result<SyncLock> {
        match &self.db {
            Db::Sqlite(store) => SyncLock::take(&store.path),
            Db::Postgres(store) => {
                let session = store.lock_sync(self.company_id()?).await?;
                Ok(SyncLock { held: Held::Session(Box::new(session)) })
            }
        }
    }

    /// Writes out what is in memory and lets go of the files.
    pub async fn close(self) {
        self.db.close().await;
    }
}

/// Where a ledger is.
enum Address<'a> {
    Sqlite(&'a Path),
    Postgres(&'a str),
}

impl<'a> Address<'a> {
    fn parse(address: &'a str) -> Result<Self> {
        let (scheme, rest) = address.split_once(':').unwrap_or((address, ""));
        match scheme {
            "sqlite" if !rest.is_empty() => {
                Ok(Self::Sqlite(Path::new(rest.strip_prefix("//").unwrap_or(rest))))
            }
            "postgres" | "postgresql" => Ok(Self::Postgres(address)),
            _ => Err(Error::Address(scheme.to_owned())),
        }
    }
}

/// The right to sync a ledger; given back when dropped, or when the process ends in any way.
#[derive(Debug)]
pub struct SyncLock {
    held: Held,
}

#[derive(Debug)]
enum Held {
    File(File),
    Session(Box<sqlx::PgConnection>),
}

impl SyncLock {
    /// Gives the right back. Dropping does so too, though a server may take a moment to notice.
    pub async fn release(self) -> Result<()> {
        let failed = |source| Error::Database { doing: "unlocking", source };
        match self.held {
            Held::File(file) => drop(file),
            Held::Session(mut session) => {
                let unlock = sqlx::query("SELECT pg_advisory_unlock_all()");
                unlock.execute(session.as_mut()).await.map_err(failed)?;
                session.close().await.map_err(failed)?;
            }
        }
        Ok(())
    }

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
            Ok(file) => Ok(Self { held: Held::File(file) }),
            Err(TryLockError::WouldBlock) => Err(Error::Busy),
            Err(TryLockError::Error(source)) => Err(Error::File { doing: "locking", path, source }),
        }
    }
}
