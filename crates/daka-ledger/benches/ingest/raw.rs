//! What the database does without a ledger: the same rows into the same schema.

use std::time::Instant;

use sqlx::Connection as _;

/// Copies the records, one prepared statement a row, into a table like theirs; the seconds for
/// one.
#[expect(
    clippy::type_complexity,
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "a row is a row, a figure is for people"
)]
pub(crate) async fn sqlite(path: &str) -> f64 {
    let mut db = sqlx::SqliteConnection::connect(&format!("sqlite:{path}")).await.unwrap();
    let rows: Vec<(
        i64,
        i64,
        i64,
        i64,
        i64,
        i64,
        Option<i64>,
        i64,
        i64,
        i64,
        i64,
        i64,
        Option<String>,
        i64,
    )> = sqlx::query_as(
        "SELECT company, person, day, nr, hash, second, due, shape, place,
                device, lat, lng, body, known_from FROM record LIMIT 180000",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    let ddl: String = sqlx::query_scalar("SELECT sql FROM sqlite_schema WHERE name = 'record'")
        .fetch_one(&mut db)
        .await
        .unwrap();
    let ddl = ddl.replacen("TABLE record", "TABLE raw", 1);
    sqlx::raw_sql(sqlx::AssertSqlSafe(ddl)).execute(&mut db).await.unwrap();
    let start = Instant::now();
    for slice in rows.chunks(9_000) {
        let mut tx = db.begin().await.unwrap();
        for r in slice {
            sqlx::query(
                "INSERT INTO raw (company, person, day, nr, hash, second, due,
                    shape, place, device, lat, lng, body, known_from)
                 VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            )
            .bind(r.0)
            .bind(r.1)
            .bind(r.2)
            .bind(r.3)
            .bind(r.4)
            .bind(r.5)
            .bind(r.6)
            .bind(r.7)
            .bind(r.8)
            .bind(r.9)
            .bind(r.10)
            .bind(r.11)
            .bind(&r.12)
            .bind(r.13)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
    }
    start.elapsed().as_secs_f64() / rows.len() as f64
}

/// The same on a server, which is empty again then.
#[expect(
    clippy::type_complexity,
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "a row is a row, a figure is for people"
)]
pub(crate) async fn postgres(address: &str) -> f64 {
    let mut db = sqlx::PgConnection::connect(address).await.unwrap();
    let company = "SELECT set_config('daka.company', '1', false)";
    sqlx::query(company).execute(&mut db).await.unwrap();
    let rows: Vec<(
        i32,
        i32,
        i32,
        i32,
        i64,
        i32,
        Option<i32>,
        i32,
        i32,
        i32,
        i32,
        i32,
        Option<String>,
        i64,
    )> = sqlx::query_as(
        "SELECT company, person, day, nr, hash, second, due, shape, place,
                device, lat, lng, body, known_from FROM daka.record LIMIT 180000",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    sqlx::raw_sql(
        "DROP TABLE IF EXISTS daka.raw;
         CREATE TABLE daka.raw (LIKE daka.record INCLUDING ALL)",
    )
    .execute(&mut db)
    .await
    .unwrap();
    let start = Instant::now();
    for slice in rows.chunks(9_000) {
        let mut tx = db.begin().await.unwrap();
        for r in slice {
            sqlx::query(
                "INSERT INTO daka.raw (company, person, day, nr, hash, second,
                    due, shape, place, device, lat, lng, body, known_from)
                 VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)",
            )
            .bind(r.0)
            .bind(r.1)
            .bind(r.2)
            .bind(r.3)
            .bind(r.4)
            .bind(r.5)
            .bind(r.6)
            .bind(r.7)
            .bind(r.8)
            .bind(r.9)
            .bind(r.10)
            .bind(r.11)
            .bind(&r.12)
            .bind(r.13)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
    }
    let seconds = start.elapsed().as_secs_f64();
    sqlx::raw_sql("SET client_min_messages = warning; DROP SCHEMA daka CASCADE")
        .execute(&mut db)
        .await
        .unwrap();
    seconds / rows.len() as f64
}
