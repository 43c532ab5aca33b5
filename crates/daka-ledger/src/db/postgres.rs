//! PostgreSQL: for servers, several companies and several workers.

use std::collections::BTreeSet;

use jiff::{ToSpan as _, civil::Date};
use sqlx::{
    AssertSqlSafe, Column as _, ConnectOptions as _, Connection as _, Decode, PgConnection, PgPool,
    Postgres, Row as _, Transaction, TypeInfo as _, ValueRef as _,
    postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow},
    query::Query,
};

use super::{Line, Table, Value};
use crate::{
    Error, Result,
    time::{date_of, day_number},
};

/// How each schema follows from the one before; `ledger_schema` counts those that are done.
const SCHEMA: [&str; 3] = [
    include_str!("../schema/postgres/1.sql"),
    include_str!("../schema/postgres/2.sql"),
    include_str!("../schema/postgres/3.sql"),
];
const CONNECTIONS: u32 = 8;
/// First key of the advisory locks: "DAKA". The second is the company, or 0 for the schema.
const LOCK: i32 = 0x4441_4b41;
/// First key of the lock that a company's sync holds: "DAKS".
const SYNC_LOCK: i32 = 0x4441_4b53;
/// When the server takes a host for dead that does not answer: after a quarter of a minute of
/// silence it asks every five seconds, three times. Without this it would wait for hours.
const DEAD_PEER: &str = "SELECT set_config(name, new, false)
    FROM (VALUES
        ('tcp_keepalives_idle', '15'),
        ('tcp_keepalives_interval', '5'),
        ('tcp_keepalives_count', '3'),
        ('tcp_user_timeout', '30000')
    ) AS wanted (name, new)
    JOIN pg_settings USING (name)";

#[derive(Debug, Clone)]
pub(crate) struct PostgresStore {
    pub(super) pool: PgPool,
}

impl PostgresStore {
    pub(crate) async fn open(address: &str) -> Result<Self> {
        let (options, mut db) = connect(address).await?;
        match version(&mut db).await.map_err(opening)? {
            None => Err(Error::Missing(place(&options))),
            Some(found) => Self::at(found, options, db).await,
        }
    }

    pub(crate) async fn create_or_open(address: &str) -> Result<Self> {
        let (options, mut db) = connect(address).await?;
        let found = version(&mut db).await.map_err(opening)?.unwrap_or_default();
        Self::at(found, options, db).await
    }

    async fn at(found: i64, options: PgConnectOptions, mut db: PgConnection) -> Result<Self> {
        let known = i64::try_from(SCHEMA.len()).unwrap_or(i64::MAX);
        if found > known {
            return Err(Error::Newer { found, known });
        }
        if found < known {
            migrate(&mut db).await.map_err(opening)?;
        }
        db.close().await.map_err(opening)?;
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect_lazy_with(options);
        Ok(Self { pool })
    }

    pub(super) async fn begin_write(
        &self,
        company: i64,
    ) -> sqlx::Result<Transaction<'static, Postgres>> {
        let mut tx = self.pool.begin().await?;
        lock(&mut tx, company).await?;
        Ok(tx)
    }

    pub(super) async fn begin_read(
        &self,
        company: i64,
    ) -> sqlx::Result<Transaction<'static, Postgres>> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let mut tx = self.pool.begin_with(begin).await?;
        sqlx::query("SELECT set_config('daka.company', $1, true)")
            .bind(company.to_string())
            .execute(&mut *tx)
            .await?;
        Ok(tx)
    }

    /// Takes the right to sync a company, for as long as the connection lives.
    pub(crate) async fn lock_sync(&self, company: i64) -> Result<PgConnection> {
        let failed = |source| Error::Database { doing: "locking", source };
        let mut db = self.pool.acquire().await.map_err(failed)?.detach();
        // An older server that does not know one of them goes without it.
        sqlx::query(DEAD_PEER).execute(&mut db).await.map_err(failed)?;
        let taken: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1, $2)")
            .bind(SYNC_LOCK)
            .bind(i32::try_from(company).unwrap_or_default())
            .fetch_one(&mut db)
            .await
            .map_err(failed)?;
        if taken { Ok(db) } else { Err(Error::Busy) }
    }

    /// Records lie in one partition a month, made before the first record of the month comes.
    pub(super) async fn prepare_days(&self, days: BTreeSet<i64>) -> Result<()> {
        let failed = |source| Error::Database { doing: "making room for a month", source };
        let months: BTreeSet<Date> = days
            .into_iter()
            .map(|day| date_of(day).first_of_month())
            // The rest goes to the partition that takes what no other does.
            .filter(|month| (2000..2100).contains(&month.year()))
            .collect();
        let names: Vec<String> = months.iter().map(|month| partition(*month)).collect();
        let missing: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NULL",
        )
        .bind(&names)
        .fetch_all(&self.pool)
        .await
        .map_err(failed)?;
        for month in months.into_iter().filter(|month| missing.contains(&partition(*month))) {
            let name = partition(month);
            let (from, to) = (day_number(month), day_number(month.saturating_add(1.month())));
            // Policies are the parent's; a partition by itself shows nothing.
            let sql = format!(
                "CREATE TABLE IF NOT EXISTS {name}
                    PARTITION OF record FOR VALUES FROM ({from}) TO ({to});
                 ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
                 ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
            );
            let mut tx = self.pool.begin().await.map_err(failed)?;
            lock(&mut tx, 0).await.map_err(failed)?;
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *tx).await.map_err(failed)?;
            tx.commit().await.map_err(failed)?;
        }
        Ok(())
    }
}

/// The partition of a month's records.
fn partition(month: Date) -> String {
    format!("record_{}", month.strftime("%Y%m"))
}

/// Waits until nobody else writes the company, and chooses it (see the policies of the schema).
async fn lock(tx: &mut Transaction<'static, Postgres>, company: i64) -> sqlx::Result<()> {
    sqlx::query("SELECT pg_advisory_xact_lock($1, $2), set_config('daka.company', $3, true)")
        .bind(LOCK)
        .bind(i32::try_from(company).unwrap_or_default())
        .bind(company.to_string())
        .execute(&mut **tx)
        .await
        .map(drop)
}

fn opening(source: sqlx::Error) -> Error {
    Error::Database { doing: "opening", source }
}

/// A server and database in words, without user or password.
fn place(options: &PgConnectOptions) -> String {
    format!("{}/{}", options.get_host(), options.get_database().unwrap_or_default())
}

async fn connect(address: &str) -> Result<(PgConnectOptions, PgConnection)> {
    let options: PgConnectOptions =
        address.parse().map_err(|_| Error::Address("postgres".to_owned()))?;
    let name = options.get_application_name().unwrap_or("daka").to_owned();
    let options = options
        .application_name(&name)
        // Names that clash with nobody's; `SET search_path TO daka` to look around.
        .options([("search_path", "daka"), ("client_min_messages", "warning")]);
    let db = options.connect().await.map_err(opening)?;
    Ok((options, db))
}

/// The schema of a ledger; `None` where there is none.
async fn version(db: &mut PgConnection) -> sqlx::Result<Option<i64>> {
    // Not `to_regclass`, which may remember that there was none before a lock was waited for.
    let there: bool = sqlx::query_scalar(
        "SELECT EXISTS (
            SELECT 1 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname = 'daka' AND c.relname = 'ledger_schema'
        )",
    )
    .fetch_one(&mut *db)
    .await?;
    if !there {
        return Ok(None);
    }
    sqlx::query_scalar("SELECT max(version) FROM daka.ledger_schema").fetch_one(db).await
}

async fn migrate(db: &mut PgConnection) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1, 0)").bind(LOCK).execute(&mut *tx).await?;
    // Another process may have been faster.
    let done = version(&mut tx).await?.unwrap_or_default();
    for (version, sql) in (1_i64..).zip(SCHEMA).filter(|(version, _)| *version > done) {
        sqlx::raw_sql(sql).execute(&mut *tx).await?;
        sqlx::query("INSERT INTO daka.ledger_schema VALUES ($1)")
            .bind(version)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await
}

/// `IN $[2]` as PostgreSQL says it: the list travels as an array.
pub(super) fn spell(sql: &str) -> String {
    let mut spelled = sql.to_owned();
    while let Some((before, list, after)) = split_list(&spelled) {
        spelled = format!("{before}= ANY(${list}){after}");
    }
    spelled
}

/// The same of a question, where each value of the first list is looked up by itself. The planner,
/// which knows nothing of a new month's table, would rather read all that the company has in it.
pub(super) fn spell_question(sql: &str) -> String {
    let Some((before, list, after)) = split_list(sql) else { return sql.to_owned() };
    let one = spell(&format!("{before}= one.value{after}"));
    format!(
        "SELECT found.* FROM unnest(${list}) AS one (value)
         CROSS JOIN LATERAL ({one} OFFSET 0) AS found"
    )
}

/// The first list of a statement: what stands before it, its number, and what stands after.
fn split_list(sql: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = sql.split_once("IN $[")?;
    let (list, after) = rest.split_once(']')?;
    Some((before, list, after))
}

type PgQuery = Query<'static, Postgres, PgArguments>;

pub(super) fn bind(mut query: PgQuery, values: Vec<Value>) -> PgQuery {
    for value in values {
        query = match value {
            Value::Null => query.bind(None::<i64>),
            Value::Int(int) => query.bind(int),
            Value::Text(text) => query.bind(storable(text)),
            Value::Ints(list) => query.bind(list),
            Value::Texts(list) => {
                query.bind(list.into_iter().map(storable).collect::<Vec<String>>())
            }
        };
    }
    query
}

/// PostgreSQL keeps no U+0000. Rows as received hold it escaped; only a typed text can have it.
fn storable(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// All rows in one statement, as one array a column.
pub(super) async fn insert(
    tx: &mut Transaction<'static, Postgres>,
    into: &Table,
    values: Vec<Value>,
) -> sqlx::Result<()> {
    let width = into.columns.len().max(1);
    let mut columns: Vec<Vec<Value>> = Vec::new();
    columns.resize_with(width, || Vec::with_capacity(values.len() / width));
    for (at, value) in values.into_iter().enumerate() {
        if let Some(column) = columns.get_mut(at % width) {
            column.push(value);
        }
    }
    let is_text = |column: &Vec<Value>| column.iter().any(|value| matches!(value, Value::Text(_)));
    let arrays: Vec<String> = (1..)
        .zip(&columns)
        .map(|(n, column)| format!("${n}::{}", if is_text(column) { "text[]" } else { "bigint[]" }))
        .collect();
    let sql = format!(
        "INSERT INTO {} ({}) SELECT * FROM unnest({}) ON CONFLICT DO NOTHING",
        into.name,
        into.columns.join(","),
        arrays.join(","),
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for column in columns {
        query = if is_text(&column) {
            query.bind(
                column
                    .into_iter()
                    .map(|value| match value {
                        Value::Text(text) => Some(storable(text)),
                        _ => None,
                    })
                    .collect::<Vec<_>>(),
            )
        } else {
            query.bind(
                column
                    .into_iter()
                    .map(|value| match value {
                        Value::Int(int) => Some(int),
                        _ => None,
                    })
                    .collect::<Vec<_>>(),
            )
        };
    }
    query.execute(&mut **tx).await.map(drop)
}

pub(super) fn line(row: &PgRow) -> sqlx::Result<Line> {
    let values = row.columns().iter().map(|column| {
        let value = row.try_get_raw(column.ordinal())?;
        if value.is_null() {
            return Ok(Value::Null);
        }
        match column.type_info().name() {
            "INT8" => <i64 as Decode<Postgres>>::decode(value).map(Value::Int),
            "INT4" => <i32 as Decode<Postgres>>::decode(value).map(|int| Value::Int(int.into())),
            _ => <String as Decode<Postgres>>::decode(value).map(Value::Text),
        }
        .map_err(sqlx::Error::Decode)
    });
    Ok(Line::new(values.collect::<sqlx::Result<Vec<_>>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_server_soon_misses_a_host_that_fell_silent() {
        let Ok(address) = std::env::var("DAKA_TEST_POSTGRES") else { return };
        let store = PostgresStore::create_or_open(&address).await.unwrap();
        let mut session = store.lock_sync(i64::from(i32::MAX)).await.unwrap();
        for (setting, expected) in [
            ("tcp_keepalives_idle", "15"),
            ("tcp_keepalives_interval", "5"),
            ("tcp_keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
        ] {
            let shown: String = sqlx::query_scalar("SELECT current_setting($1)")
                .bind(setting)
                .fetch_one(&mut session)
                .await
                .unwrap();
            assert_eq!(shown, expected, "{setting}");
        }
    }
}
