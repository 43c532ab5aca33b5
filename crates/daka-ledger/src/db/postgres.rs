//! PostgreSQL: for servers, several companies and several workers.
//!
//! A pooler may stand between (`PgBouncer`) that lends a session for a transaction and no longer. So
//! everything happens in transactions, and what a session is told (whose rows, which schema) holds
//! for one of them: no prepared statement, no setting and no lock outlives its transaction.

mod statement;

use std::collections::BTreeSet;

use jiff::{ToSpan as _, civil::Date};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, PgPool, Postgres,
    Transaction,
    postgres::{PgArguments, PgConnectOptions, PgPoolOptions},
};
pub(super) use statement::{bind, insert, line, query, spell, spell_question};

use crate::{
    Error, Result,
    time::{date_of, day_number},
};

/// How each schema follows from the one before; `ledger_schema` counts those that are done.
const SCHEMA: [&str; 8] = [
    include_str!("../schema/postgres/1.sql"),
    include_str!("../schema/postgres/2.sql"),
    include_str!("../schema/postgres/3.sql"),
    include_str!("../schema/postgres/4.sql"),
    include_str!("../schema/postgres/5.sql"),
    include_str!("../schema/postgres/6.sql"),
    include_str!("../schema/postgres/7.sql"),
    include_str!("../schema/postgres/8.sql"),
];
const CONNECTIONS: u32 = 8;
/// First key of the advisory locks: "DAKA". The second is the company, or 0 for the schema.
const LOCK: i32 = 0x4441_4b41;
/// First key of the lock that a company's sync holds: "DAKS".
const SYNC_LOCK: i32 = 0x4441_4b53;
/// Names that clash with nobody's, whatever the role is called, and one company's rows (see the
/// policies of the schema).
const CHOOSE: &str = "SELECT set_config('search_path', 'daka', true),
    set_config('client_min_messages', 'warning', true), set_config('daka.company', $1, true)";
/// When the server takes a host for dead that does not answer: after a quarter of a minute of
/// silence it asks every five seconds, three times. Without this it would wait for hours. That the
/// transaction does nothing for hours is as it should be.
const DEAD_PEER: &str = "SELECT set_config(name, new, true)
    FROM (VALUES
        ('tcp_keepalives_idle', '15'),
        ('tcp_keepalives_interval', '5'),
        ('tcp_keepalives_count', '3'),
        ('tcp_user_timeout', '30000'),
        ('idle_in_transaction_session_timeout', '0')
    ) AS wanted (name, new)
    JOIN pg_settings USING (name)";

#[derive(Debug, Clone)]
pub(crate) struct PostgresStore {
    pool: PgPool,
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
        choose(&mut tx, company).await?;
        Ok(tx)
    }

    pub(super) async fn begin_read(
        &self,
        company: i64,
    ) -> sqlx::Result<Transaction<'static, Postgres>> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let mut tx = self.pool.begin_with(begin).await?;
        choose(&mut tx, company).await?;
        Ok(tx)
    }

    /// Takes the right to sync a company, for as long as the transaction lives that is begun here on
    /// a connection of its own. It never writes and holds no snapshot, so nothing waits for it.
    pub(crate) async fn lock_sync(&self, company: i64) -> Result<PgConnection> {
        let failed = |source| Error::Database { doing: "locking", source };
        let mut db = self.pool.acquire().await.map_err(failed)?.detach();
        sqlx::raw_sql("BEGIN").execute(&mut db).await.map_err(failed)?;
        // An older server that does not know one of them goes without it.
        statement(DEAD_PEER).execute(&mut db).await.map_err(failed)?;
        let taken: bool = sqlx::query_scalar("SELECT pg_try_advisory_xact_lock($1, $2)")
            .persistent(false)
            .bind(SYNC_LOCK)
            .bind(i32::try_from(company).unwrap_or_default())
            .fetch_one(&mut db)
            .await
            .map_err(failed)?;
        if taken {
            return Ok(db);
        }
        unlock_sync(db).await;
        Err(Error::Busy)
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
        let mut tx = self.pool.begin().await.map_err(failed)?;
        let missing: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass('daka.' || name) IS NULL",
        )
        .persistent(false)
        .bind(&names)
        .fetch_all(&mut *tx)
        .await
        .map_err(failed)?;
        drop(tx);
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
            let mut tx = self.begin_write(0).await.map_err(failed)?;
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *tx).await.map_err(failed)?;
            tx.commit().await.map_err(failed)?;
        }
        Ok(())
    }

    /// The role that reads and writes here, and whether the walls between companies are none to it.
    pub(crate) async fn role(&self) -> Result<(String, bool)> {
        let failed = |source| Error::Database { doing: "looking at the role", source };
        let mut tx = self.pool.begin().await.map_err(failed)?;
        sqlx::query_as(
            "SELECT rolname::text, rolsuper OR rolbypassrls FROM pg_roles
             WHERE rolname = current_user",
        )
        .persistent(false)
        .fetch_one(&mut *tx)
        .await
        .map_err(failed)
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Gives the right to sync back.
pub(crate) async fn unlock_sync(mut session: PgConnection) {
    // A session that is gone has given it back already.
    if sqlx::raw_sql("ROLLBACK").execute(&mut session).await.is_ok() {
        let _ = session.close().await;
    }
}

/// The partition of a month's records.
fn partition(month: Date) -> String {
    format!("record_{}", month.strftime("%Y%m"))
}

fn statement(sql: &'static str) -> sqlx::query::Query<'static, Postgres, PgArguments> {
    sqlx::query(sql).persistent(false)
}

async fn choose(tx: &mut Transaction<'static, Postgres>, company: i64) -> sqlx::Result<()> {
    statement(CHOOSE).bind(company.to_string()).execute(&mut **tx).await.map(drop)
}

/// Waits until nobody else writes the company; until nobody brings the schema forward, with 0.
async fn lock(db: &mut PgConnection, company: i64) -> sqlx::Result<()> {
    statement("SELECT pg_advisory_xact_lock($1, $2)")
        .bind(LOCK)
        .bind(i32::try_from(company).unwrap_or_default())
        .execute(db)
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
    // A pooler refuses what it cannot keep apart by client. No number here has a fraction.
    let options = options.application_name(&name).extra_float_digits(None);
    let db = options.connect().await.map_err(opening)?;
    Ok((options, db))
}

/// The schema of a ledger; `None` where there is none.
async fn version(db: &mut PgConnection) -> sqlx::Result<Option<i64>> {
    let mut tx = db.begin().await?;
    // Not `to_regclass`, which may remember that there was none before a lock was waited for.
    let there: bool = sqlx::query_scalar(
        "SELECT EXISTS (
            SELECT 1 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname = 'daka' AND c.relname = 'ledger_schema'
        )",
    )
    .persistent(false)
    .fetch_one(&mut *tx)
    .await?;
    if !there {
        return Ok(None);
    }
    let newest = "SELECT max(version) FROM daka.ledger_schema";
    sqlx::query_scalar(newest).persistent(false).fetch_one(&mut *tx).await
}

async fn migrate(db: &mut PgConnection) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    lock(&mut tx, 0).await?;
    // Another process may have been faster.
    let done = version(&mut tx).await?.unwrap_or_default();
    for (version, sql) in (1_i64..).zip(SCHEMA).filter(|(version, _)| *version > done) {
        sqlx::raw_sql(sql).execute(&mut *tx).await?;
        statement("INSERT INTO daka.ledger_schema VALUES ($1)")
            .bind(version)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await
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
