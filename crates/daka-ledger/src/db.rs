//! The database under a ledger: one set of statements, spoken to each kind of store.
//!
//! Statements use what SQLite and PostgreSQL have in common. Two things they do not share are
//! spelled here and translated: `IN $[2]` takes a whole list as its second value, and [`Tx::insert`]
//! writes any number of rows at once.

mod sqlite;

use sqlx::{AssertSqlSafe, Column as _, Row as _, Sqlite, Transaction, TypeInfo as _};

pub(crate) use sqlite::SqliteStore;

use crate::{Error, Result};

/// A value on its way into a statement, or out of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    Ints(Vec<i64>),
    Texts(Vec<String>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&[i64]> for Value {
    fn from(value: &[i64]) -> Self {
        Self::Ints(value.to_vec())
    }
}

impl From<Vec<i64>> for Value {
    fn from(value: Vec<i64>) -> Self {
        Self::Ints(value)
    }
}

impl From<Vec<String>> for Value {
    fn from(value: Vec<String>) -> Self {
        Self::Texts(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row of an answer. Columns are taken from left to right.
#[derive(Debug)]
pub(crate) struct Line(std::vec::IntoIter<Value>);

impl Line {
    const ODD: Error = Error::Content("a column of another kind");

    pub(crate) fn int(&mut self) -> Result<i64> {
        self.opt_int()?.ok_or(Self::ODD)
    }

    pub(crate) fn opt_int(&mut self) -> Result<Option<i64>> {
        match self.0.next() {
            Some(Value::Int(value)) => Ok(Some(value)),
            Some(Value::Null) => Ok(None),
            _ => Err(Self::ODD),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String> {
        self.opt_text()?.ok_or(Self::ODD)
    }

    pub(crate) fn opt_text(&mut self) -> Result<Option<String>> {
        match self.0.next() {
            Some(Value::Text(value)) => Ok(Some(value)),
            Some(Value::Null) => Ok(None),
            _ => Err(Self::ODD),
        }
    }
}

/// A table that is written many rows at a time.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [&'static str],
}

/// A database.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    Sqlite(SqliteStore),
}

impl Db {
    /// Begins to write, alone; waits for whoever else writes.
    pub(crate) async fn write(&self, doing: &'static str) -> Result<Tx> {
        let begun = match self {
            Self::Sqlite(store) => store.writer.begin_with("BEGIN IMMEDIATE").await,
        };
        begun.map(|tx| Tx { doing, tx }).map_err(|source| Error::Database { doing, source })
    }

    /// Begins to read one consistent state.
    pub(crate) async fn read(&self, doing: &'static str) -> Result<Tx> {
        let begun = match self {
            Self::Sqlite(store) => store.readers.begin().await,
        };
        begun.map(|tx| Tx { doing, tx }).map_err(|source| Error::Database { doing, source })
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
        }
    }
}

/// A transaction; undone unless committed.
#[derive(Debug)]
pub(crate) struct Tx {
    doing: &'static str,
    tx: Transaction<'static, Sqlite>,
}

impl Tx {
    fn failed(&self, source: sqlx::Error) -> Error {
        Error::Database { doing: self.doing, source }
    }

    /// Runs a statement that answers nothing.
    pub(crate) async fn run(&mut self, sql: &str, values: Vec<Value>) -> Result<()> {
        let query = sqlite::bind(sqlx::query(AssertSqlSafe(sqlite::spell(sql))), values);
        query.execute(&mut *self.tx).await.map(drop).map_err(|e| self.failed(e))
    }

    /// Runs a statement that answers rows.
    pub(crate) async fn rows(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<Line>> {
        let query = sqlite::bind(sqlx::query(AssertSqlSafe(sqlite::spell(sql))), values);
        let rows = query.fetch_all(&mut *self.tx).await.map_err(|e| self.failed(e))?;
        rows.iter().map(|row| line(row).map_err(|e| self.failed(e))).collect()
    }

    /// Runs a statement that answers one row.
    pub(crate) async fn row(&mut self, sql: &str, values: Vec<Value>) -> Result<Line> {
        self.rows(sql, values).await?.into_iter().next().ok_or(Line::ODD)
    }

    /// Adds rows; `values` holds them one after the other. A row whose key is there is left out.
    pub(crate) async fn insert(&mut self, into: &Table, values: Vec<Value>) -> Result<()> {
        for (sql, part) in sqlite::batches(into, values) {
            let query = sqlite::bind(sqlx::query(AssertSqlSafe(sql)), part);
            query.execute(&mut *self.tx).await.map_err(|e| self.failed(e))?;
        }
        Ok(())
    }

    pub(crate) async fn commit(self) -> Result<()> {
        let doing = self.doing;
        self.tx.commit().await.map_err(|source| Error::Database { doing, source })
    }
}

fn line(row: &sqlx::sqlite::SqliteRow) -> sqlx::Result<Line> {
    use sqlx::{Decode as _, Value as _, ValueRef as _};
    let values = row.columns().iter().map(|column| {
        let value = row.try_get_raw(column.ordinal())?;
        if value.is_null() {
            return Ok(Value::Null);
        }
        let owned = value.to_owned();
        match owned.type_info().name() {
            "TEXT" => String::decode(owned.as_ref()).map(Value::Text),
            _ => i64::decode(owned.as_ref()).map(Value::Int),
        }
        .map_err(sqlx::Error::Decode)
    });
    Ok(Line(values.collect::<sqlx::Result<Vec<_>>>()?.into_iter()))
}
