//! Opening a ledger, and choosing a company in it.

use std::{path::Path, sync::Arc};

use crate::{
    Error, Result,
    db::{Db, PostgresStore, SqliteStore, Table, Tx},
    sync_lock::Guard,
};

const COMPANY: Table<'_> = Table { name: "company", columns: &["company", "corp_id"] };

/// A company's ledger. Clones share the database.
#[derive(Debug, Clone)]
pub struct Ledger {
    pub(crate) db: Db,
    company: Which,
    /// Without which nothing is written.
    guard: Option<Arc<Guard>>,
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
        Ok(Self { db, company, guard: None })
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
            Some(mut row) => {
                Ok(Self { db: self.db.clone(), company: Which::One(row.int()?), guard: None })
            }
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
        let tx = self.db.write(doing, self.company_id()?).await?;
        if let Some(guard) = &self.guard {
            guard.check().await?;
        }
        Ok(tx)
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

    /// The same, written to only while the guard holds.
    pub(crate) fn guarded(&self, guard: Arc<Guard>) -> Self {
        Self { guard: Some(guard), ..self.clone() }
    }

    /// Whom the server takes us for; `None` where the ledger is a file.
    pub async fn role(&self) -> Result<Option<Role>> {
        match &self.db {
            Db::Sqlite(_) => Ok(None),
            Db::Postgres(store) => {
                let (name, above_walls) = store.role().await?;
                Ok(Some(Role { name, above_walls }))
            }
        }
    }

    /// Writes out what is in memory and lets go of the files.
    pub async fn close(self) {
        self.db.close().await;
    }
}

/// A role of a database server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Whether it sees and writes the rows of every company, whichever is chosen: a superuser's
    /// right, or one granted by `BYPASSRLS`.
    pub above_walls: bool,
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
