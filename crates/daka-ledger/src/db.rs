//! The database under a ledger: one set of statements, spoken to each kind of store.
//!
//! Statements use what SQLite and PostgreSQL have in common. Two things they do not share are
//! spelled here and translated: `IN $[2]` takes a whole list, without doubles, as its second value,
//! and [`Tx::insert`] writes any number of rows at once.

pub(crate) mod ledger_file;
mod postgres;
mod sqlite;
mod value;

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Postgres, Sqlite, Transaction};

pub(crate) use postgres::{PostgresStore, unlock_sync};
pub(crate) use sqlite::SqliteStore;
pub(crate) use value::{Line, Value};

use crate::{Error, Result};

/// A table that is written many rows at a time.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    pub(crate) name: &'static str,
    pub(crate) columns: &'a [&'static str],
}

/// A database.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

impl Db {
    /// Begins to write a company's facts, alone; waits for whoever else writes them.
    pub(crate) async fn write(&self, doing: &'static str, company: i64) -> Result<Tx> {
        let begun = match self {
            Self::Sqlite(store) => {
                store.writer.begin_with("BEGIN IMMEDIATE").await.map(AnyTx::Sqlite)
            }
            Self::Postgres(store) => {
                Box::pin(store.begin_write(company)).await.map(AnyTx::Postgres)
            }
        };
        begun.map(|tx| Tx { doing, tx }).map_err(|source| Error::Database { doing, source })
    }

    /// Begins to read one consistent state of a company's facts.
    pub(crate) async fn read(&self, doing: &'static str, company: i64) -> Result<Tx> {
        let begun = match self {
            Self::Sqlite(store) => store.readers.begin().await.map(AnyTx::Sqlite),
            Self::Postgres(store) => Box::pin(store.begin_read(company)).await.map(AnyTx::Postgres),
        };
        begun.map(|tx| Tx { doing, tx }).map_err(|source| Error::Database { doing, source })
    }

    /// Makes room for records of these days, where a store keeps them apart by month.
    pub(crate) async fn prepare_days(&self, days: BTreeSet<i64>) -> Result<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(store) => Box::pin(store.prepare_days(days)).await,
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
            Self::Postgres(store) => store.close().await,
        }
    }
}

/// A transaction; undone unless committed.
#[derive(Debug)]
pub(crate) struct Tx {
    doing: &'static str,
    tx: AnyTx,
}

#[derive(Debug)]
enum AnyTx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    fn failed(&self, source: sqlx::Error) -> Error {
        Error::Database { doing: self.doing, source }
    }

    /// Runs a statement that answers nothing.
    pub(crate) async fn run(&mut self, sql: &str, values: Vec<Value>) -> Result<()> {
        let done = match &mut self.tx {
            AnyTx::Sqlite(tx) => {
                let query = sqlx::query(AssertSqlSafe(sqlite::spell(sql)));
                sqlite::bind(query, values).execute(&mut **tx).await.map(drop)
            }
            AnyTx::Postgres(tx) => {
                let query = postgres::query(postgres::spell(sql));
                postgres::bind(query, values).execute(&mut **tx).await.map(drop)
            }
        };
        done.map_err(|e| self.failed(e))
    }

    /// Runs a statement that answers rows.
    pub(crate) async fn rows(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<Line>> {
        let lines = match &mut self.tx {
            AnyTx::Sqlite(tx) => {
                let query = sqlx::query(AssertSqlSafe(sqlite::spell(sql)));
                let rows = sqlite::bind(query, values).fetch_all(&mut **tx).await;
                rows.and_then(|rows| rows.iter().map(sqlite::line).collect())
            }
            AnyTx::Postgres(tx) => {
                let query = postgres::query(postgres::spell_question(sql));
                let rows = postgres::bind(query, values).fetch_all(&mut **tx).await;
                rows.and_then(|rows| rows.iter().map(postgres::line).collect())
            }
        };
        lines.map_err(|e| self.failed(e))
    }

    /// Runs a statement that answers one row.
    pub(crate) async fn row(&mut self, sql: &str, values: Vec<Value>) -> Result<Line> {
        self.rows(sql, values).await?.into_iter().next().ok_or(Line::ODD)
    }

    /// Adds rows; `values` holds them one after the other. A row whose key is there is left out.
    pub(crate) async fn insert(&mut self, into: &Table<'_>, values: Vec<Value>) -> Result<()> {
        if values.is_empty() {
            return Ok(());
        }
        let done = match &mut self.tx {
            AnyTx::Sqlite(tx) => sqlite::insert(tx, into, values).await,
            AnyTx::Postgres(tx) => postgres::insert(tx, into, values).await,
        };
        done.map_err(|e| self.failed(e))
    }

    pub(crate) async fn commit(self) -> Result<()> {
        let doing = self.doing;
        let done = match self.tx {
            AnyTx::Sqlite(tx) => tx.commit().await,
            AnyTx::Postgres(tx) => tx.commit().await,
        };
        done.map_err(|source| Error::Database { doing, source })
    }
}
